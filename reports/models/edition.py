"""A report that was locked: what it says for good, and how it fared with those it was written for."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from projects.models import Project, ReportingPeriod, ToldOf
from projects.models.project import OfProject


class Standing(models.TextChoices):
    """Where a locked report is. Source: domain.md, section 4."""

    LOCKED = "locked", _("Locked for review")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned by the funder")
    APPROVED = "approved", _("Approved")
    OPENED = "opened", _("Opened again")

    @property
    def tone(self):
        return {
            "locked": "calm",
            "submitted": "good",
            "returned": "warn",
            "approved": "good",
            "opened": "none",
        }[self.value]

    @property
    def icon(self):
        return {
            "locked": "lock-closed",
            "submitted": "paper-airplane",
            "returned": "arrow-uturn-left",
            "approved": "check-badge",
            "opened": "lock-open",
        }[self.value]


CLOSED = [Standing.LOCKED, Standing.SUBMITTED, Standing.RETURNED, Standing.APPROVED]


class EditionQuerySet(OfProject):
    def editable_by(self, user):
        return self.filter(project__in=Project.objects.editable_by(user))

    def closed(self):
        """Those that keep their period's texts from being changed."""
        return self.filter(state__in=CLOSED)

    def handed_in(self):
        """Those that were submitted, also if they were returned and opened again later."""
        return self.filter(submitted_at__isnull=False)

    def protecting(self):
        """Those whose records and files are still protected: locked, or submitted at any time."""
        return self.closed() | self.handed_in() | self.filter(texts_only=True)

    def opened_for_texts(self, period):
        """The version whose figures the next one keeps, as it was opened for its texts only; None without one."""
        last = self.filter(period=period).order_by("number").last()
        return last if last and last.state == Standing.OPENED and last.texts_only else None

    def handed_over(self):
        """Those that are with the funder, or that it approved: nothing is to be done for their periods."""
        return self.filter(state__in=[Standing.SUBMITTED, Standing.APPROVED])

    def for_list(self):
        return self.select_related("project", "period__project", "locked_by", "submitted_by").defer(
            "snapshot"
        )


class Edition(ToldOf):
    """One version of a period's report as it was locked: its snapshot, and since when it stands where it stands.

    A submitted one is never changed; it may be returned, and then another one takes its place.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="editions")
    period = models.ForeignKey(
        ReportingPeriod,
        verbose_name=_("reporting period"),
        on_delete=models.PROTECT,
        related_name="editions",
    )
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(
        _("state"), max_length=10, choices=Standing, default=Standing.LOCKED, editable=False
    )
    texts_only = models.BooleanField(
        default=False, editable=False, help_text=_("Opened again for its texts; its figures stay.")
    )
    snapshot = models.JSONField(editable=False)
    snapshot_sha256 = models.CharField(max_length=64, editable=False)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("locked by"),
        on_delete=models.PROTECT,
        editable=False,
        related_name="+",
    )
    locked_at = models.DateTimeField(_("locked on"), editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("submitted by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    submitter = models.CharField(
        _("submitter's name"),
        max_length=200,
        blank=True,
        editable=False,
        help_text=_("As it was then and as the file says it."),
    )
    submitted_at = models.DateTimeField(_("submitted on"), null=True, blank=True, editable=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a report")
        verbose_name_plural = _("versions of reports")
        ordering = ["-period__number", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["period", "number"], name="edition_number_once"),
            models.UniqueConstraint(
                fields=["period"],
                condition=Q(state__in=["locked", "submitted", "returned", "approved"]),
                name="edition_one_closed",
                violation_error_message=_("The report of this period is locked already."),
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True, submitted_by__isnull=True)
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="edition_submitted_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["locked", "opened"]) | Q(submitted_at__isnull=False),
                name="edition_answered_after_submission",
            ),
        ]

    def __str__(self):
        return _("Progress report %(period)s, version %(number)d") % {
            "period": self.period,
            "number": self.number,
        }

    def get_absolute_url(self):
        return reverse("edition_detail", args=[self.project.slug, self.period.number, self.number])

    @property
    def created_by(self):
        return self.locked_by

    @property
    def standing(self):
        return Standing(self.state)

    @property
    def is_closed(self):
        return self.state in CLOSED


class TurnKind(models.TextChoices):
    """What happened to a report on its way."""

    LOCKED = "locked", _("Locked for review")
    OPENED = "opened", _("Opened again, texts and figures")
    OPENED_TEXTS = "opened-texts", _("Opened again, texts only")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned by the funder")
    APPROVED = "approved", _("Approved by the funder")

    @property
    def icon(self):
        return {
            "locked": "lock-closed",
            "opened": "lock-open",
            "opened-texts": "lock-open",
            "submitted": "paper-airplane",
            "returned": "arrow-uturn-left",
            "approved": "check-badge",
        }[self.value]


class Turn(models.Model):
    """A step of a report's life: who took it, when, and why. Never changed."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="turns")
    kind = models.CharField(max_length=12, choices=TurnKind)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))
    reason = models.TextField(_("why"), blank=True)

    class TurnQuerySet(models.QuerySet):
        def visible_to(self, user):
            return self.filter(edition__in=Edition.objects.visible_to(user))

        def editable_by(self, user):
            """Nobody: what happened has happened."""
            return self.none()

        def of_period(self, period):
            """All steps of a period's report, the newest first, with what a page shows of them."""
            rows = self.filter(edition__period=period).select_related("who", "edition__project")
            return rows.defer("edition__snapshot").order_by("-at", "-pk")

    objects = TurnQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a report")
        verbose_name_plural = _("steps of reports")

    def __str__(self):
        return f"{self.edition}: {self.get_kind_display()}"

    @property
    def icon(self):
        return TurnKind(self.kind).icon
