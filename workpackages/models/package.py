from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from workpackages.models.item import LONGEST_TEXT, PlanItem, month


class WorkPackage(PlanItem):
    """A strand of the project's work, as the grant's technical annex numbers it."""

    PLANNED = ("title", "lead", "first_month", "last_month")

    project = models.ForeignKey(
        "projects.Project", on_delete=models.CASCADE, related_name="work_packages"
    )
    aim = models.TextField(_("aim"), blank=True, max_length=LONGEST_TEXT)
    first_month = month(_("first month"), default=1)
    last_month = month(_("last month"))

    class Meta:
        verbose_name = _("work package")
        verbose_name_plural = _("work packages")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"],
                name="workpackage_number_once",
                violation_error_message=_("Another work package has this number."),
            ),
            models.CheckConstraint(
                condition=Q(last_month__gte=F("first_month")),
                name="workpackage_ends_after_start",
                violation_error_message=_("The last month is not to come before the first."),
            ),
        ]

    @property
    def own_code(self):
        return f"WP{self.number}"

    def get_absolute_url(self):
        return reverse("workpackage_detail", args=[self.project.slug, self.code])

    def clean(self):
        super().clean()
        if self.first_month is None or self.last_month is None:
            return
        self.check_months(["first_month", "last_month"], 1, self.project.months, self.project)
        if self.pk:
            outside = [
                *self.tasks.filter(
                    Q(first_month__lt=self.first_month) | Q(last_month__gt=self.last_month)
                ),
                *self.deliverables.filter(
                    Q(due_month__lt=self.first_month) | Q(due_month__gt=self.last_month)
                ),
            ]
            if outside:
                codes = ", ".join(item.code for item in outside[:8])
                raise ValidationError(
                    {"last_month": _("%(codes)s would lie outside it.") % {"codes": codes}}
                )

    @property
    def dates(self):
        """Its first and its last day."""
        return self.months_as_dates(self.first_month, self.last_month)
