from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from projects.models import Project, ReportingPeriod
from projects.models.project import OfProject


class Progress(models.TextChoices):
    QUEUED = "queued", _("Waiting to start")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")

    @property
    def tone(self):
        return {"queued": "calm", "running": "calm", "done": "good", "failed": "bad"}[self.value]

    @property
    def icon(self):
        return {
            "queued": "clock",
            "running": "arrow-path",
            "done": "check",
            "failed": "exclamation-triangle",
        }[self.value]


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
        return self.filter(state__in=[Progress.QUEUED, Progress.RUNNING])

    def for_list(self):
        return self.select_related("project", "period__project", "requested_by").defer("snapshot")


class Rendering(models.Model):
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
    state = models.CharField(_("state"), max_length=10, choices=Progress, default=Progress.QUEUED)
    step = models.PositiveSmallIntegerField(default=0)
    doing = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    heartbeat = models.DateTimeField(null=True, blank=True, editable=False)
    snapshot = models.JSONField(null=True, blank=True, editable=False)
    snapshot_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    file = models.FileField(max_length=255, blank=True, editable=False)
    file_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    size = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished on"), null=True, blank=True, editable=False)
    failure = models.TextField(blank=True, editable=False)

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
        ]

    def __str__(self):
        return _("Progress report %(period)s, version %(number)d") % {
            "period": self.period,
            "number": self.number,
        }

    def get_absolute_url(self):
        return reverse("rendering_detail", args=[self.project.slug, self.pk])

    @property
    def progress(self):
        return Progress(self.state)

    @property
    def is_unfinished(self):
        return self.state in (Progress.QUEUED, Progress.RUNNING)

    @property
    def filename(self):
        return f"{self.project.slug}-progress-report-{self.period}-v{self.number}.pdf"
