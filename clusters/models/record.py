from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clusters.models.cluster import Cluster
from clusters.models.service import Service, number_of
from clusters.models.sme import SME
from common.search import Searchable, SearchableQuerySet, words_of
from projects.models import Evidence, Partner, ProjectRecord, ProjectRecordQuerySet
from workpackages.models import Task


class State(models.TextChoices):
    PLANNED = "planned", _("Planned")
    DELIVERED = "delivered", _("Delivered")
    CANCELLED = "cancelled", _("Cancelled")

    @property
    def tone(self):
        return {"planned": "calm", "delivered": "good", "cancelled": "warn"}[self.value]

    @property
    def icon(self):
        return {"planned": "clock", "delivered": "check", "cancelled": "x-mark"}[self.value]


# What was delivered to whom, when and by whom: what a verification and a firm's confirmation vouch for.
FACTS = ("service_id", "sme_id", "cluster_id", "date", "state")


class ServiceRecordQuerySet(SearchableQuerySet, ProjectRecordQuerySet):
    def editable_by(self, user):
        return self.filter(cluster__in=Cluster.objects.editable_by(user))

    def verifiable_by(self, user):
        """Deliveries that nobody verified yet and that `user` may: a colleague's, or any for the coordinator."""
        colleagues = Partner.objects.read_within_by(user)
        waiting = self.delivered().filter(verified_by__isnull=True)
        return waiting.filter(cluster__partner__in=colleagues).exclude(created_by=user)

    def delivered(self):
        return self.filter(state=State.DELIVERED)

    def returned(self):
        """Those that were sent back and not mended since."""
        return self.filter(returned_at__isnull=False)

    def for_list(self):
        return self.select_related("project", "service", "sme", "cluster")

    def matching(self, text):
        """Deliveries whose code, outcome, service or firm holds each word of `text`."""
        words = words_of(text)
        found = self if words or not text.strip() else self.none()
        for word in words:
            found = found.filter(
                Q(folded__contains=word)
                | Q(service__in=Service.objects.filter(folded__contains=word))
                | Q(sme__in=SME.objects.matching(word))
            )
        return found

    def with_proof(self):
        """Adds `proofs`: the files and links that prove the delivery, and the firm's yes."""
        files = number_of(_evidence(), "servicerecord")
        return self.annotate(proofs=files + number_of(_confirmations(), "record"))

    def proven(self, proven=True):
        """Those with a proof, or those without."""
        if proven:
            return self.filter(Exists(_evidence()) | Exists(_confirmations()))
        # Two conditions rather than one "neither", which PostgreSQL would look up row by row.
        return self.filter(~Exists(_evidence()), ~Exists(_confirmations()))

    def to_be_asked(self):
        """Deliveries about which no mail is under way to their firm, and that it has not answered."""
        confirmations = apps.get_model("clusters", "Confirmation").objects
        asked = confirmations.answered() | confirmations.under_way()
        return self.delivered().exclude(pk__in=asked.values("record"))


def _evidence():
    return ServiceRecord.evidence.through.objects.filter(servicerecord=OuterRef("pk"))


def _confirmations():
    confirmations = apps.get_model("clusters", "Confirmation").objects
    return confirmations.standing().filter(record=OuterRef("pk"))


class ServiceRecord(ProjectRecord, Searchable):
    """One delivery of one service to one SME."""

    PREFIX = "SR"
    DAY = "date"
    SEARCHED = ("code", "outcome")
    DIGITS = 5

    service = models.ForeignKey(
        Service, verbose_name=_("service"), on_delete=models.PROTECT, related_name="records"
    )
    sme = models.ForeignKey(
        SME, verbose_name=_("SME"), on_delete=models.PROTECT, related_name="records"
    )
    cluster = models.ForeignKey(
        Cluster, verbose_name=_("delivered by"), on_delete=models.PROTECT, related_name="records"
    )
    task = models.ForeignKey(
        Task,
        verbose_name=_("task"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="service_records",
    )
    date = models.DateField(_("date"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DELIVERED)
    effort = models.DecimalField(
        _("effort, hours"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0, _("Effort can't be negative."))],
    )
    outcome = models.TextField(_("outcome"), blank=True)
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction, 1 to 5"),
        null=True,
        blank=True,
        validators=[
            MinValueValidator(1, _("Satisfaction runs from 1 to 5.")),
            MaxValueValidator(5, _("Satisfaction runs from 1 to 5.")),
        ],
    )
    evidence = models.ManyToManyField(
        Evidence, verbose_name=_("evidence"), blank=True, related_name="service_records"
    )
    together = models.UUIDField(
        null=True,
        editable=False,
        db_index=True,
        help_text=_("The form in which it was logged together with others; empty for one alone."),
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("verified by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    verified_at = models.DateTimeField(_("verified on"), null=True, blank=True, editable=False)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent back by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    returned_at = models.DateTimeField(_("sent back on"), null=True, blank=True, editable=False)
    returned_because = models.CharField(
        _("what is to be mended"), max_length=500, blank=True, editable=False
    )

    objects = ServiceRecordQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("service record")
        verbose_name_plural = _("service records")
        ordering = ["-date", "-code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(effort__isnull=True) | Q(effort__gte=0),
                name="servicerecord_effort_positive",
                violation_error_message=_("Effort can't be negative."),
            ),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__range=(1, 5)),
                name="servicerecord_satisfaction_1_to_5",
                violation_error_message=_("Satisfaction runs from 1 to 5."),
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("created_by")),
                name="servicerecord_verified_by_another",
                violation_error_message=_("A record is verified by someone who did not log it."),
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, returned_because="")
                | Q(returned_at__isnull=False, returned_because__gt="", verified_by__isnull=True),
                name="servicerecord_returned_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["project", "-date", "-code"], name="servicerecord_latest")]

    def __str__(self):
        return f"{self.code} {self.service} – {self.sme}"

    def save(self, *args, **kwargs):
        if self.verified_by_id and not self._state.adding and self._facts_changed():
            # Who verified it vouched for other facts. The history tells whose verification it was.
            self.verified_by = self.verified_at = None
            if fields := kwargs.get("update_fields"):
                kwargs["update_fields"] = {*fields, "verified_by", "verified_at"}
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        """What nobody answered goes with it, and its link opens nothing; a firm's answer protects its record."""
        with transaction.atomic():
            asked, with_them = self.confirmations.filter(answered_at__isnull=True).delete()
            deleted, along = super().delete(*args, **kwargs)
            return asked + deleted, with_them | along

    def _facts_changed(self):
        kept = ServiceRecord.objects.filter(pk=self.pk).values(*FACTS).first()
        return kept != {name: getattr(self, name) for name in FACTS}

    def mended(self):
        """Somebody saw to what it was sent back for; it can be verified again. Not saved yet."""
        self.returned_by = self.returned_at = None
        self.returned_because = ""

    def get_absolute_url(self):
        return reverse("servicerecord_detail", args=[self.project.slug, self.code])

    @property
    def partner(self):
        """Whose paper its evidence is."""
        return self.cluster.partner

    def clean(self):
        super().clean()
        today = timezone.localdate()
        if self.state == State.DELIVERED and self.date and self.date > today:
            raise ValidationError(
                {
                    "date": _(
                        "A delivery can't lie in the future. Choose an earlier day, or the state Planned."
                    )
                }
            )

    @property
    def warning(self):
        """Why this record will not count although it is saved, as a sentence; empty if nothing is odd."""
        if self.project.month_of(self.date) is None:
            return _(
                "%(date)s lies outside the project (%(start)s to %(end)s): the record is kept and "
                "does not count in the figures."
            ) % {
                "date": date_format(self.date),
                "start": date_format(self.project.start),
                "end": date_format(self.project.end),
            }
        return ""

    @property
    def same_day(self):
        """That the firm has the same service from the same day already, as a sentence; empty if it has not."""
        same = ServiceRecord.objects.filter(
            service=self.service_id, sme=self.sme_id, date=self.date, state=self.state
        )
        codes = list(same.exclude(pk=self.pk).values_list("code", flat=True)[:5])
        if not codes:
            return ""
        return _(
            "%(firm)s has this service from %(date)s already: %(codes)s. If it is the same delivery, delete one."
        ) % {"firm": self.sme, "date": date_format(self.date), "codes": ", ".join(codes)}
