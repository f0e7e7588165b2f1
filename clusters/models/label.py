import datetime

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.models.cluster import Cluster
from clusters.models.service import number_of
from common.models import Record
from common.search import Searchable, SearchableQuerySet
from projects.models import Evidence, ProjectRecord, ProjectRecordQuerySet

EXPIRING_MONTHS = 6  # before the last valid day, a label is said to be expiring
RENEWABLE_YEARS = 1  # after the last valid day, it can still be renewed: domain.md, section 5


class Level(models.TextChoices):
    BRONZE = "bronze", _("Bronze")
    SILVER = "silver", _("Silver")
    GOLD = "gold", _("Gold")

    @property
    def years(self):
        """How long a label of this level is valid; None where its certificate has to say it."""
        return {"bronze": 2}.get(self.value)


class Stage(models.TextChoices):
    """Where a cluster is on the road to a label, told from the dates of its steps."""

    CANDIDATE = "candidate", _("Candidate")
    DATA_COLLECTION = "data_collection", _("Data collection")
    INTERVIEW = "interview", _("Interview held")
    AWARDED = "awarded", _("Awarded")
    EXPIRING = "expiring", _("Expiring")
    EXPIRED = "expired", _("Expired, renewable")
    RENEWED = "renewed", _("Renewed")
    LAPSED = "lapsed", _("Lapsed")

    @property
    def tone(self):
        return {"awarded": "good", "renewed": "good", "expiring": "warn", "expired": "bad"}.get(
            self.value, "none" if self == Stage.LAPSED else "calm"
        )

    @property
    def icon(self):
        return {
            "candidate": "flag",
            "data_collection": "clipboard-document-list",
            "interview": "chat-bubble-left-right",
            "awarded": "trophy",
            "expiring": "bell-alert",
            "expired": "exclamation-triangle",
            "renewed": "arrow-path",
            "lapsed": "archive-box",
        }[self.value]


# The steps of the road, in order: the field with their date, and the stage that they begin.
STEPS = (
    ("candidate_on", Stage.CANDIDATE),
    ("data_collection_on", Stage.DATA_COLLECTION),
    ("interview_on", Stage.INTERVIEW),
    ("awarded_on", Stage.AWARDED),
)


class LabelQuerySet(SearchableQuerySet, ProjectRecordQuerySet):
    def editable_by(self, user):
        return self.filter(cluster__in=Cluster.objects.editable_by(user))

    def for_list(self):
        return self.select_related("project", "cluster__project", "cluster__partner", "renewal")

    def with_proof(self):
        """Adds `proofs`, the number of files and links that prove the award."""
        proofs = Label.evidence.through.objects.filter(label=OuterRef("pk"))
        return self.annotate(proofs=number_of(proofs, "label"))

    def ending(self, day):
        """Awards that on `day` are in their last months or can still be renewed, and have no renewal."""
        return self.filter(
            awarded_on__lte=day,
            valid_until__lte=day + relativedelta(months=EXPIRING_MONTHS),
            valid_until__gte=day - relativedelta(years=RENEWABLE_YEARS),
        ).exclude(renewal__awarded_on__lte=day)


class Label(ProjectRecord, Searchable):
    """A cluster's road to one cluster management excellence label: its dated steps, the award, how long it holds.

    What stage it has on a day is told from the dates; nothing else says it. A renewal is a label of its own.
    """

    PREFIX = "LB"
    DAY = "awarded_on"
    DIGITS = 3
    SEARCHED = ("code", "note")

    cluster = models.ForeignKey(
        Cluster, verbose_name=_("cluster"), on_delete=models.PROTECT, related_name="labels"
    )
    level = models.CharField(_("level"), max_length=10, choices=Level, default=Level.BRONZE)
    renews = models.OneToOneField(
        "self",
        verbose_name=_("renews"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="renewal",
    )
    candidate_on = models.DateField(_("candidate since"))
    data_collection_on = models.DateField(_("data collection since"), null=True, blank=True)
    interview_on = models.DateField(_("interview on"), null=True, blank=True)
    awarded_on = models.DateField(_("awarded on"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    evidence = models.ManyToManyField(
        Evidence, verbose_name=_("evidence"), blank=True, related_name="labels"
    )
    warned_on = models.DateField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("When the managers were told by mail that it is going to expire."),
    )

    objects = LabelQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["cluster__partner__number", "-candidate_on", "-code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["cluster", "level"],
                condition=Q(awarded_on__isnull=True),
                name="label_one_under_way",
                violation_error_message=_("This cluster is on the road to this label already."),
            ),
            models.CheckConstraint(
                condition=Q(data_collection_on__isnull=True)
                | Q(data_collection_on__gte=F("candidate_on")),
                name="label_data_collection_after_candidate",
                violation_error_message=_("The data collection comes after the candidature."),
            ),
            models.CheckConstraint(
                condition=Q(interview_on__isnull=True)
                | Q(interview_on__gte=F("candidate_on"))
                & (
                    Q(data_collection_on__isnull=True)
                    | Q(interview_on__gte=F("data_collection_on"))
                ),
                name="label_interview_after_data_collection",
                violation_error_message=_(
                    "The interview comes after the candidature and the data collection."
                ),
            ),
            models.CheckConstraint(
                condition=Q(awarded_on__isnull=True)
                | Q(awarded_on__gte=F("candidate_on"))
                & (Q(data_collection_on__isnull=True) | Q(awarded_on__gte=F("data_collection_on")))
                & (Q(interview_on__isnull=True) | Q(awarded_on__gte=F("interview_on"))),
                name="label_award_last",
                violation_error_message=_("The award comes after the steps that lead to it."),
            ),
            models.CheckConstraint(
                condition=Q(
                    awarded_on__isnull=True, valid_from__isnull=True, valid_until__isnull=True
                )
                | Q(awarded_on__isnull=False, valid_from__isnull=False, valid_until__isnull=False),
                name="label_award_has_validity",
                violation_error_message=_(
                    "An award has a first and a last valid day, and nothing else has."
                ),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="label_valid_until_after_from",
                violation_error_message=_("The last valid day comes after the first."),
            ),
        ]

    def __str__(self):
        return f"{self.code} {Level(self.level).label} {self.cluster}"

    def get_absolute_url(self):
        return reverse("label_detail", args=[self.project.slug, self.code])

    @property
    def partner(self):
        """Whose paper its evidence is."""
        return self.cluster.partner

    def clean(self):
        super().clean()
        today = timezone.localdate()
        self._fill_in_validity()
        late = {
            field: _("This day has not come yet. A step is entered when it is done.")
            for field, _stage in STEPS
            if getattr(self, field) and getattr(self, field) > today
        }
        if late:
            raise ValidationError(late)
        if self.awarded_on and not self.valid_until:
            raise ValidationError(
                {"valid_until": _("The certificate of this level says until when.")}
            )
        if self.renews_id and self.cluster_id and self.renews.cluster_id != self.cluster_id:
            raise ValidationError({"renews": _("This is the label of another cluster.")})
        if self.renews_id and not self.renews.awarded_on:
            raise ValidationError({"renews": _("What was never awarded can't be renewed.")})
        self._check_renewed_in_time()

    def _fill_in_validity(self):
        if not self.awarded_on:
            return
        self.valid_from = self.valid_from or self.awarded_on
        years = Level(self.level).years if self.level in Level.values else None
        if not self.valid_until and years:
            self.valid_until = self.valid_from + relativedelta(years=years, days=-1)

    def _check_renewed_in_time(self):
        if self.renews_id and self.awarded_on and self.renews.awarded_on:
            if self.awarded_on <= self.renews.awarded_on:
                raise ValidationError({"awarded_on": _("A renewal comes after what it renews.")})
            if self.awarded_on > self.renews.renewable_until:
                raise ValidationError(
                    {
                        "renews": _(
                            "That label could be renewed until a year after its last day. This is a new one."
                        )
                    }
                )

    # --- How it stands on a day ---

    def stage_on(self, day):
        """The Stage on `day`; None before the road began."""
        if not self.awarded_on or day < self.awarded_on:
            begun = [
                stage for field, stage in STEPS[:3] if (on := getattr(self, field)) and on <= day
            ]
            return begun[-1] if begun else None
        if (renewed := self.renewed_on) and renewed <= day:
            return Stage.RENEWED
        if day > self.renewable_until:
            return Stage.LAPSED
        if day > self.valid_until:
            return Stage.EXPIRED
        return Stage.EXPIRING if day >= self.expiring_from else Stage.AWARDED

    @property
    def stage(self):
        return self.stage_on(timezone.localdate())

    @property
    def renewed_on(self):
        renewal = getattr(self, "renewal", None)
        return renewal.awarded_on if renewal else None

    @property
    def expiring_from(self):
        return self.valid_until - relativedelta(months=EXPIRING_MONTHS)

    @property
    def renewable_until(self):
        return self.valid_until + relativedelta(years=RENEWABLE_YEARS)

    def alarm_on(self, day):
        """That it is going to expire or has expired and can still be renewed, as a sentence; empty if neither."""
        stage = self.stage_on(day)
        if stage == Stage.EXPIRING:
            days = (self.valid_until - day).days
            return _("The %(level)s label of %(cluster)s is valid for another %(days)d days.") % {
                "level": Level(self.level).label.lower(),
                "cluster": self.cluster,
                "days": days,
            }
        if stage == Stage.EXPIRED:
            return _(
                "The %(level)s label of %(cluster)s has expired; it can be renewed for another %(days)d days."
            ) % {
                "level": Level(self.level).label.lower(),
                "cluster": self.cluster,
                "days": (self.renewable_until - day).days,
            }
        return ""

    @property
    def alarm(self):
        return self.alarm_on(timezone.localdate())

    @property
    def warning(self):
        """What is odd about it although it is saved, as a sentence; empty if nothing is."""
        if self.awarded_on and not self.interview_on:
            return _("The award has no interview date.")
        return ""

    def timeline(self, day):
        """The steps and what follows from them, each with its stage, its date (None if it has none) and
        whether it is behind, as of `day`."""
        steps = [(stage, getattr(self, field)) for field, stage in STEPS]
        if self.awarded_on:
            steps += [(Stage.EXPIRING, self.expiring_from)]
            if self.renewed_on:
                steps += [(Stage.RENEWED, self.renewed_on)]
            else:
                steps += [
                    (Stage.EXPIRED, self.valid_until + datetime.timedelta(days=1)),
                    (Stage.LAPSED, self.renewable_until + datetime.timedelta(days=1)),
                ]
        now = self.stage_on(day)
        return [
            {"stage": stage, "date": on, "done": on is not None and on <= day, "now": stage == now}
            for stage, on in steps
        ]


# The six families of the questionnaire, in our own short words; the questionnaire itself is its owner's.
FAMILIES = ("structure", "governance", "financing", "services", "contacts", "recognition")
SCORES = {
    1: _("Not begun"),
    2: _("Begun"),
    3: _("Half way"),
    4: _("Nearly ready"),
    5: _("Ready"),
}


def _score(label):
    return models.PositiveSmallIntegerField(
        label,
        choices=list(SCORES.items()),
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )


class ReadinessQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(cluster__in=Cluster.objects.visible_to(user))

    def editable_by(self, user):
        return self.filter(cluster__in=Cluster.objects.editable_by(user))

    def as_of(self, day):
        return self.filter(date__lte=day)


class Readiness(Record):
    """How ready a cluster thinks it is for a label, on a day, by the six families: 1 (not begun) to 5 (ready)."""

    cluster = models.ForeignKey(
        Cluster, verbose_name=_("cluster"), on_delete=models.CASCADE, related_name="self_checks"
    )
    date = models.DateField(_("date"))
    structure = _score(_("Structure"))
    governance = _score(_("Management and governance"))
    financing = _score(_("Financing"))
    services = _score(_("Services"))
    contacts = _score(_("Contacts and interaction"))
    recognition = _score(_("Achievements and recognition"))
    note = models.TextField(_("note"), blank=True)
    demonstration = models.BooleanField(
        default=False, editable=False, help_text=_("This record is invented.")
    )

    objects = ReadinessQuerySet.as_manager()

    class Meta:
        verbose_name = _("self-check")
        verbose_name_plural = _("self-checks")
        ordering = ["-date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "date"],
                name="readiness_once_a_day",
                violation_error_message=_(
                    "This cluster has a self-check of this day: change that one."
                ),
            ),
        ]

    def __str__(self):
        return _("Self-check of %(cluster)s, %(day)s") % {"cluster": self.cluster, "day": self.date}

    def get_absolute_url(self):
        return reverse("label_road", args=[self.cluster.project.slug, self.cluster.code])

    def clean(self):
        super().clean()
        if self.date and self.date > timezone.localdate():
            raise ValidationError({"date": _("This day has not come yet.")})

    @property
    def scores(self):
        """Each family with its score, the score in words, and the score of the bar (20 a point)."""
        return [
            {
                "label": self._meta.get_field(family).verbose_name,
                "score": score,
                "word": SCORES[score],
                "width": 20 * score,
            }
            for family in FAMILIES
            for score in [getattr(self, family)]
        ]

    @property
    def mean(self):
        return sum(getattr(self, family) for family in FAMILIES) / len(FAMILIES)


def standing(labels, day):
    """Of one cluster's `labels`, those that say how it stands on `day`, each with its stage; the oldest first.

    What is under way or holds; a label that lapsed or was renewed only if there is nothing else.
    """
    told = [
        (label, label.stage_on(day)) for label in sorted(labels, key=lambda one: one.candidate_on)
    ]
    begun = [{"label": label, "stage": stage} for label, stage in told if stage]
    over = (Stage.RENEWED, Stage.LAPSED)
    return [row for row in begun if row["stage"] not in over] or begun[-1:]
