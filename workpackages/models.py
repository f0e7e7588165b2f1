from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models import Partner, Project
from projects.models.project import OfProject


class WorkPackage(models.Model):
    """A strand of the project's work, as the grant's technical annex numbers it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="work_packages")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=300)
    aim = models.TextField(_("aim"), blank=True)
    lead = models.ForeignKey(
        Partner, verbose_name=_("lead"), on_delete=models.PROTECT, null=True, blank=True
    )
    first_month = models.PositiveSmallIntegerField(_("first month"), default=1)
    last_month = models.PositiveSmallIntegerField(_("last month"))

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = _("work package")
        verbose_name_plural = _("work packages")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="workpackage_number_once"),
            models.CheckConstraint(
                condition=Q(last_month__gte=F("first_month")),
                name="workpackage_ends_after_start",
                violation_error_message=_("The last month is not to come before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.title}"

    @property
    def code(self):
        return f"WP{self.number}"


class Task(models.Model):
    """A piece of a work package, to which services, activities and events belong."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="tasks")
    work_package = models.ForeignKey(WorkPackage, on_delete=models.CASCADE, related_name="tasks")
    number = models.PositiveSmallIntegerField(_("number"))
    code = models.CharField(_("code"), max_length=10)
    title = models.CharField(_("title"), max_length=300)
    lead = models.ForeignKey(
        Partner, verbose_name=_("lead"), on_delete=models.PROTECT, null=True, blank=True
    )
    first_month = models.PositiveSmallIntegerField(_("first month"), default=1)
    last_month = models.PositiveSmallIntegerField(_("last month"))

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["work_package__number", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="task_code_once"),
            models.CheckConstraint(
                condition=Q(last_month__gte=F("first_month")),
                name="task_ends_after_start",
                violation_error_message=_("The last month is not to come before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.title}"
