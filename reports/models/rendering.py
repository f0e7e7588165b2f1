from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.jobs import UNFINISHED, Job
from projects.models import Project, ReportingPeriod, ToldOf
from projects.models.project import OfProject
from reports.models.edition import Edition


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

    def for_work(self):
        return self.select_related(
            "project", "period__project", "edition__submitted_by", "requested_by"
        )

    def for_list(self):
        rows = self.select_related("project", "period__project", "requested_by", "edition")
        return rows.defer("snapshot", "edition__snapshot")


class Rendering(ToldOf, Job):
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
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True, editable=False)
    size = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    edition = models.ForeignKey(
        Edition,
        verbose_name=_("locked version"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="renderings",
    )
    final = models.BooleanField(
        default=False,
        editable=False,
        help_text=_("With the stamp of the submission, not as a draft."),
    )
    environment = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text=_(
            "What besides the content makes the file: template, language, renderer; hashed."
        ),
    )

    objects = RenderingQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "number", "final"], name="rendering_number_once"
            ),
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(state__in=["queued", "running"], edition__isnull=True),
                name="rendering_one_at_a_time",
                violation_error_message=_("A report of this period is being made already."),
            ),
            models.UniqueConstraint(fields=["edition", "final"], name="rendering_edition_once"),
            models.CheckConstraint(
                condition=Q(final=False) | Q(edition__isnull=False),
                name="rendering_final_is_locked",
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
    def dated(self):
        """The time that its files carry: of the submission or the lock, or of the request for a draft."""
        if self.edition is None:
            return self.requested_at
        return self.edition.submitted_at if self.final else self.edition.locked_at

    @property
    def created_by(self):
        return self.requested_by

    @property
    def filename(self):
        draft = "" if self.final else "-draft"
        return f"{self.project.slug}-progress-report-{self.period}-v{self.number}{draft}.pdf"
