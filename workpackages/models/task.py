from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.models import Objective, Partner
from workpackages.models.item import LONGEST_TEXT, PlanItem, PlanQuerySet, month
from workpackages.models.light import Light
from workpackages.models.package import WorkPackage


class TaskQuerySet(PlanQuerySet):
    def open(self):
        return self.filter(completed_on__isnull=True)


class Task(PlanItem):
    """A piece of a work package, to which services, activities and events belong."""

    PLANNED = ("title", "lead", "first_month", "last_month")

    work_package = models.ForeignKey(
        WorkPackage,
        verbose_name=_("work package"),
        on_delete=models.CASCADE,
        related_name="tasks",
    )
    description = models.TextField(_("description"), blank=True, max_length=LONGEST_TEXT)
    contributors = models.ManyToManyField(
        Partner, verbose_name=_("contributors"), blank=True, related_name="contributes_to"
    )
    objectives = models.ManyToManyField(
        Objective, verbose_name=_("objectives it serves"), blank=True, related_name="tasks"
    )
    first_month = month(_("first month"), default=1)
    last_month = month(_("last month"))
    completed_on = models.DateField(_("completed on"), null=True, blank=True, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["work_package__number", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "code"],
                name="task_code_once",
                violation_error_message=_("Another task of this work package has this number."),
            ),
            models.UniqueConstraint(
                fields=["work_package", "number"],
                name="task_number_once",
                violation_error_message=_("Another task of this work package has this number."),
            ),
            models.CheckConstraint(
                condition=Q(last_month__gte=F("first_month")),
                name="task_ends_after_start",
                violation_error_message=_("The last month is not to come before the first."),
            ),
        ]

    @property
    def own_code(self):
        return f"T{self.work_package.number}.{self.number}"

    def get_absolute_url(self):
        return reverse("task_detail", args=[self.project.slug, self.code])

    def clean(self):
        super().clean()
        if self.work_package_id:
            package = self.work_package
            months = ["first_month", "last_month"]
            self.check_months(months, package.first_month, package.last_month, package.code)
        if self.completed_on and self.completed_on > timezone.localdate():
            raise ValidationError({"completed_on": _("This day has not come yet.")})

    @property
    def dates(self):
        """Its first and its last day."""
        return self.months_as_dates(self.first_month, self.last_month)

    def light_on(self, day):
        begins, ends = self.dates
        return Light.of(begins=begins, ends=ends, done_on=self.completed_on, day=day)
