from django.conf import settings
from django.db import models
from django.db.models import OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from clusters.models.service import number_of
from common.search import Searchable, SearchableQuerySet
from projects.models import Evidence, Partner
from projects.models.record import OfPartner, ProjectRecord


class ReadingState(models.TextChoices):
    """What became of a reading; derived from its decision."""

    WAITING = "waiting", _("Waits for a second person")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")

    @property
    def tone(self):
        return {"waiting": "warn", "accepted": "good", "refused": "bad"}[self.value]

    @property
    def icon(self):
        return {"waiting": "clock", "accepted": "check", "refused": "x-mark"}[self.value]


class ReadingQuerySet(SearchableQuerySet, OfPartner):
    def editable_by(self, user):
        """Its partner's people, until somebody decided it; from then on it stays as it was decided."""
        return super().editable_by(user).waiting()

    def for_list(self):
        return self.select_related("project", "indicator", "cluster", "partner", "decided_by")

    def with_proof(self):
        """Adds `proofs`, the number of files and links that prove the reading."""
        proofs = Reading.evidence.through.objects.filter(reading=OuterRef("pk"))
        return self.annotate(proofs=number_of(proofs, "reading"))

    def waiting(self):
        """Those that nobody decided yet."""
        return self.filter(accepted__isnull=True)


class Reading(ProjectRecord, Searchable):
    """A value that was read on a day from a source outside the portal; it counts once a second person accepted it."""

    PREFIX = "RD"
    SEARCHED = ("code", "note")

    indicator = models.ForeignKey(
        "indicators.Indicator", on_delete=models.PROTECT, related_name="readings"
    )
    partner = models.ForeignKey(
        Partner, verbose_name=_("read by"), on_delete=models.PROTECT, related_name="readings"
    )
    cluster = models.ForeignKey(
        Cluster,
        verbose_name=_("of the cluster"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="readings",
        help_text=_("Empty: of the project as a whole."),
    )
    date = models.DateField(_("day"))
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=2)
    note = models.TextField(
        _("where it was read"),
        max_length=2000,
        help_text=_("The source and how the value was found, so that somebody else can find it."),
    )
    evidence = models.ManyToManyField(
        Evidence, verbose_name=_("evidence"), blank=True, related_name="readings"
    )
    accepted = models.BooleanField(_("accepted"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True, editable=False)
    decided_because = models.CharField(_("why"), max_length=500, blank=True, editable=False)

    objects = ReadingQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["-date", "-code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(accepted__isnull=True)
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="reading_decided_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.indicator.code}"

    def get_absolute_url(self):
        return reverse("reading_detail", args=[self.project.slug, self.code])

    @property
    def standing(self):
        if self.accepted is None:
            return ReadingState.WAITING
        return ReadingState.ACCEPTED if self.accepted else ReadingState.REFUSED
