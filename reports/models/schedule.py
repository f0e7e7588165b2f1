"""The days until which a period's data and texts are to be there, backwards from the day its report is due."""

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import Record
from projects.models import Project, ReportingPeriod
from projects.models.project import OfProject


class Schedule(Record):
    """The days of one period's report. A day that nobody set follows from the due day."""

    # The days before the due day, in the order in which they come.
    STEPS = {"data_by": 35, "texts_by": 28, "review_by": 14, "lock_by": 5}

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="schedules")
    period = models.OneToOneField(
        ReportingPeriod, on_delete=models.CASCADE, related_name="schedule"
    )
    data_by = models.DateField(_("partners' data complete"), null=True, blank=True)
    texts_by = models.DateField(_("texts written"), null=True, blank=True)
    review_by = models.DateField(_("read by all"), null=True, blank=True)
    lock_by = models.DateField(_("last changes"), null=True, blank=True)

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = _("days of a report")
        verbose_name_plural = _("days of reports")

    def __str__(self):
        return str(self.period)

    def get_absolute_url(self):
        return reverse("report_period", args=[self.project.slug, self.period.number])

    @classmethod
    def of(cls, period) -> "Schedule":
        """The schedule of `period`, an unsaved one if nobody set a day yet."""
        found = cls.objects.filter(period=period).first() or cls(project=period.project)
        found.period = period
        return found

    def day(self, step):
        """The day of `step`: the one that was set, or the usual number of days before the due day."""
        return getattr(self, step) or self.usual(step)

    def usual(self, step):
        return self.period.due - datetime.timedelta(days=self.STEPS[step])

    def clean(self):
        super().clean()
        if not self.period_id:
            return
        before = None
        for step in self.STEPS:
            day, label = self.day(step), self._meta.get_field(step).verbose_name
            if day < self.period.end:
                raise ValidationError({step: _("The period ends after this day.")})
            if day > self.period.due:
                raise ValidationError({step: _("The report is due before this day.")})
            if before and day < before[0]:
                raise ValidationError(
                    {step: _("This comes before “%(step)s”.") % {"step": before[1]}}
                )
            before = (day, label)
