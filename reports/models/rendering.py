from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.models import Assessment, Label, Service, ServiceRecord, Strategy
from common.jobs import UNFINISHED, Job
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
from projects.models import Evidence, Project, ReportingPeriod
from projects.models.project import OfProject
from workpackages.models import Deliverable


class RenderingQuerySet(OfProject):
    def editable_by(self, user):
        """Every member but a viewer generates reports of what they may read."""
        members = (
            user.memberships.active().exclude(role="viewer") if user.is_authenticated else None
        )
        return (
            self.filter(project__in=members.values("project"))
            if members is not None
            else self.none()
        )

    def unfinished(self):
        return self.filter(state__in=UNFINISHED)

    def for_list(self):
        return self.select_related(
            "project", "period__project", "requested_by", "submitted_by"
        ).defer("snapshot")


class Rendering(Job):
    """The making of one progress report: a request, the work on it as it goes, and the finished file."""

    STEPS = 5

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="renderings")
    period = models.ForeignKey(
        ReportingPeriod,
        verbose_name=_("reporting period"),
        on_delete=models.PROTECT,
        related_name="renderings",
    )
    number = models.PositiveIntegerField(_("version"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    requested_at = models.DateTimeField(_("requested on"), auto_now_add=True)
    snapshot = models.JSONField(null=True, blank=True, editable=False)
    snapshot_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    file = models.FileField(max_length=255, blank=True, editable=False)
    file_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    size = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("submitted by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    submitted_at = models.DateTimeField(_("submitted on"), null=True, blank=True, editable=False)

    objects = RenderingQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["period", "number"], name="rendering_number_once"),
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(state__in=["queued", "running"]),
                name="rendering_one_at_a_time",
                violation_error_message=_("A report of this period is being made already."),
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | ~Q(file=""), name="rendering_done_has_file"
            ),
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(submitted_at__isnull=False),
                name="rendering_submitted_once",
                violation_error_message=_("A report of this period is submitted already."),
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False, state="done"),
                name="rendering_submitted_is_done",
            ),
        ]

    def __str__(self):
        return _("Progress report %(period)s, version %(number)d") % {
            "period": self.period,
            "number": self.number,
        }

    def get_absolute_url(self):
        return reverse("rendering_detail", args=[self.project.slug, self.pk])

    @property
    def filename(self):
        return f"{self.project.slug}-progress-report-{self.period}-v{self.number}.pdf"


class BasisQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(report__in=Rendering.objects.visible_to(user))

    def editable_by(self, user):
        """Nobody: what a submitted report rests on stays as it is."""
        return self.none()


class Basis(models.Model):
    """A record that a submitted report counts, with a piece of evidence that proves it; neither can be deleted.

    For each kind of record that a measure counts there is a foreign key here; one of them is set in each row.
    """

    report = models.ForeignKey(Rendering, on_delete=models.PROTECT, related_name="bases")
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
    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, null=True, related_name="report_bases"
    )

    objects = BasisQuerySet.as_manager()

    class Meta:
        verbose_name = _("record of a submitted report")
        verbose_name_plural = _("records of submitted reports")
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
                    *("service", "event", "activity", "deliverable", "reading"),
                )
            ),
        ]

    def __str__(self):
        return f"{self.report}: {self.record} {self.evidence or ''}".strip()

    @property
    def record(self):
        kinds = (field.name for field in self._meta.fields if field.related_model)
        kinds = (kind for kind in kinds if kind not in ("report", "evidence"))
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
