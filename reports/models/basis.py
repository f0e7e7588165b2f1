"""The records that a locked report rests on, which nobody deletes."""

import functools
import operator

from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from clusters.models import Assessment, Label, Service, ServiceRecord, Strategy
from events.models import (
    Activity,
    Agreement,
    Attendance,
    Dissemination,
    DisseminationCountry,
    Event,
    Meeting,
    PolicyMeeting,
)
from indicators.models import Reading
from projects.models import Evidence
from reports.models.edition import Edition
from workpackages.models import Deliverable, Milestone, Risk


class BasisQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(report__in=Edition.objects.visible_to(user))

    def of_records(self):
        """Those of records; the others are pictures that texts show."""
        return self.exclude(**{f"{name}__isnull": True for name in self.model.kinds()})

    def totals(self):
        """{"records": how many records of all kinds, "evidence": how many pieces}, each once; one query."""
        each = [Count(name, distinct=True) for name in self.model.kinds()]
        return self.aggregate(
            records=functools.reduce(operator.add, each), evidence=Count("evidence", distinct=True)
        )

    def editable_by(self, user):
        """Nobody: what a locked report rests on stays as it is."""
        return self.none()


class Basis(models.Model):
    """A record that a locked report counts, tells of or refers to, with a piece of evidence that proves it; neither
    can be deleted. Without a record it is a picture that the report shows.

    For each kind of such records there is a foreign key here; one of them is set in each row.
    """

    report = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="bases")
    service_record = models.ForeignKey(
        ServiceRecord, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )
    label = models.ForeignKey(
        Label, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )
    attendance = models.ForeignKey(
        Attendance, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )
    country = models.ForeignKey(
        DisseminationCountry, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )
    dissemination = models.ForeignKey(
        Dissemination, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )
    policy_meeting = models.ForeignKey(
        PolicyMeeting, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )
    strategy = models.ForeignKey(
        Strategy, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )
    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )
    deliverable = models.ForeignKey(
        Deliverable, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )
    reading = models.ForeignKey(
        Reading, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )
    milestone = models.ForeignKey(
        Milestone, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )
    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, null=True, related_name="report_bases")
    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )

    objects = BasisQuerySet.as_manager()

    class Meta:
        verbose_name = _("record of a locked report")
        verbose_name_plural = _("records of locked reports")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "service_record", "evidence"], name="basis_once"
            ),
            models.UniqueConstraint(
                fields=["report", "label", "evidence"], name="basis_label_once"
            ),
            *(
                models.UniqueConstraint(
                    fields=["report", kind, "evidence"], name=f"basis_{kind}_once"
                )
                for kind in (
                    *("attendance", "assessment", "agreement", "meeting", "country"),
                    *("dissemination", "policy_meeting", "strategy"),
                    *(
                        "service",
                        "event",
                        "activity",
                        "deliverable",
                        "reading",
                        "milestone",
                        "risk",
                    ),
                )
            ),
        ]

    def __str__(self):
        return f"{self.report}: {self.record} {self.evidence or ''}".strip()

    @classmethod
    def kinds(cls):
        """The names of the foreign keys to records."""
        names = [field.name for field in cls._meta.fields if field.related_model]
        return [name for name in names if name not in ("report", "evidence")]

    @property
    def record(self):
        kinds = self.kinds()
        return next((getattr(self, kind) for kind in kinds if getattr(self, f"{kind}_id")), None)

    @property
    def held_by(self):
        """What a page says to whoever wants to delete the record or its evidence."""
        return self.report

    @classmethod
    def field_for(cls, model):
        """The name of the foreign key for records of `model`. Raises LookupError if there is none."""
        for field in cls._meta.fields:
            if field.name not in ("report", "evidence") and field.related_model is model:
                return field.name
        raise LookupError(f"Basis has no foreign key for {model._meta.label}")
