from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.models import Evidence
from workpackages.models.deliverable import months_ended
from workpackages.models.item import LONGEST_TEXT, PlanItem, PlanQuerySet, month
from workpackages.models.light import Light
from workpackages.models.package import WorkPackage


class MilestoneQuerySet(PlanQuerySet):
    def open(self):
        return self.filter(reached_on__isnull=True)

    def overdue(self, project, today):
        return self.open().filter(project=project, due_month__in=months_ended(project, today))

    def for_list(self):
        return super().for_list().select_related("work_package", "responsible__user")


class Milestone(PlanItem):
    """A point of the plan at which something is to be reached, and how one sees that it was."""

    PLANNED = ("title", "lead", "due_month")
    SEARCHED = ("code", "title", "description")

    work_package = models.ForeignKey(
        WorkPackage,
        verbose_name=_("work package"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="milestones",
    )
    description = models.TextField(_("description"), blank=True, max_length=LONGEST_TEXT)
    verification = models.TextField(_("means of verification"), blank=True, max_length=2000)
    due_month = month(_("due month"))
    reached_on = models.DateField(_("reached on"), null=True, blank=True)
    evidence = models.ManyToManyField(
        Evidence, verbose_name=_("evidence"), blank=True, related_name="milestones"
    )
    demonstration = models.BooleanField(default=False, editable=False)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_month", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"],
                name="milestone_number_once",
                violation_error_message=_("Another milestone has this number."),
            ),
        ]

    @property
    def own_code(self):
        return f"MS{self.number}"

    def get_absolute_url(self):
        return reverse("milestone_detail", args=[self.project.slug, self.code])

    def clean(self):
        super().clean()
        self.check_months(["due_month"], 1, self.project.months, self.project)
        if self.reached_on and self.reached_on > timezone.localdate():
            raise ValidationError({"reached_on": _("This day has not come yet.")})

    @property
    def due(self):
        return self.months_as_dates(self.due_month, self.due_month)[1]

    def light_on(self, day):
        begins = self.months_as_dates(self.due_month, self.due_month)[0]
        return Light.of(begins=begins, ends=self.due, done_on=self.reached_on, day=day)
