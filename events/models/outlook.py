"""Beyond the consortium: policymakers met, links between sectors and countries, steps outside the European Union."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from clusters.models import Cluster
from clusters.models.service import number_of
from common.forms import EU
from common.search import Searchable, SearchableQuerySet
from events.models.outside import Acquaintance
from projects.models import Evidence, OfPartner, Partner, ProjectRecord, Sector


class ProvenByFiles(SearchableQuerySet, OfPartner):
    def with_proof(self):
        """Adds `proofs`, the number of files and links that prove the record."""
        name = self.model._meta.model_name
        links = self.model.evidence.through.objects.filter(**{name: OuterRef("pk")})
        return self.annotate(proofs=number_of(links, name))


class PolicyLevel(models.TextChoices):
    LOCAL = "local", _("Local")
    REGIONAL = "regional", _("Regional")
    NATIONAL = "national", _("National")
    EU = "eu", _("European Union")


class PolicyMeetingQuerySet(ProvenByFiles):
    def for_list(self):
        return self.select_related("project", "partner", "cluster")

    def confirmed(self):
        return self.filter(confirmed=True)


class PolicyMeeting(ProjectRecord, Searchable):
    """A policymaker's presence at a meeting that was no event of the project, told by organisation and office.

    Who was at an event is an attendance there, and is not entered here a second time.
    """

    PREFIX = "PM"
    DAY = "date"
    DIGITS = 3
    SEARCHED = ("code", "organisation", "function", "subject", "place")

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="policy_meetings"
    )
    organisation = models.CharField(_("organisation"), max_length=200)
    level = models.CharField(_("level"), max_length=10, choices=PolicyLevel)
    function = models.CharField(
        _("office"),
        max_length=150,
        blank=True,
        help_text=_("Such as: head of the department for industry. Not the person's name."),
    )
    person = models.ForeignKey(
        Acquaintance,
        verbose_name=_("person"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="policy_meetings",
        help_text=_("One of the contacts made; your partner and the coordinator read who it is."),
    )
    date = models.DateField(_("date"))
    place = models.CharField(_("where"), max_length=200, blank=True)
    subject = models.CharField(_("what it was about"), max_length=500)
    cluster = models.ForeignKey(
        Cluster,
        verbose_name=_("for the cluster"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="policy_meetings",
    )
    confirmed = models.BooleanField(
        _("the presence is confirmed"),
        default=False,
        help_text=_("By a signed list, minutes or a message of theirs. It counts when confirmed."),
    )
    evidence = models.ManyToManyField(
        Evidence, verbose_name=_("evidence"), blank=True, related_name="policy_meetings"
    )

    objects = PolicyMeetingQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("policymaker met")
        verbose_name_plural = _("policymakers met")
        ordering = ["-date", "-code"]

    def __str__(self):
        return f"{self.code} {self.organisation}"

    def get_absolute_url(self):
        return reverse("policymeeting_detail", args=[self.project.slug, self.code])

    def clean(self):
        super().clean()
        if self.date and self.date > timezone.localdate():
            raise ValidationError(
                {"date": _("This day is still to come. A meeting is entered when it was held.")}
            )


class SynergyState(models.TextChoices):
    IDEA = "idea", _("Idea")
    AGREED = "agreed", _("Agreed")
    RUNNING = "running", _("Running")

    @property
    def tone(self):
        return {"idea": "calm", "agreed": "warn", "running": "good"}[self.value]

    @property
    def icon(self):
        return {"idea": "light-bulb", "agreed": "hand-thumb-up", "running": "play"}[self.value]


class SynergyQuerySet(ProvenByFiles):
    def for_list(self):
        return self.select_related(
            *("project", "partner", "from_cluster", "to_cluster", "from_sector", "to_sector")
        )


class Synergy(ProjectRecord, Searchable):
    """What one sector or cluster can do for another along a value chain, within a country or across borders."""

    PREFIX = "SY"
    DIGITS = 3
    SEARCHED = ("code", "step", "description")

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="synergies"
    )
    from_cluster = models.ForeignKey(
        Cluster,
        verbose_name=_("from the cluster"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="synergies_from",
    )
    from_sector = models.ForeignKey(
        Sector,
        verbose_name=_("or from the sector"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="synergies_from",
    )
    to_cluster = models.ForeignKey(
        Cluster,
        verbose_name=_("to the cluster"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="synergies_to",
    )
    to_sector = models.ForeignKey(
        Sector,
        verbose_name=_("or to the sector"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="synergies_to",
    )
    step = models.CharField(
        _("step of the value chain"),
        max_length=150,
        help_text=_("Such as: drying and storing, packaging, energy for processing."),
    )
    description = models.TextField(_("what the one does for the other"), max_length=3000)
    state = models.CharField(
        _("state"), max_length=10, choices=SynergyState, default=SynergyState.IDEA
    )
    evidence = models.ManyToManyField(
        Evidence, verbose_name=_("evidence"), blank=True, related_name="synergies"
    )

    objects = SynergyQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["-code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(from_cluster__isnull=False) | Q(from_sector__isnull=False),
                name="synergy_comes_from_somewhere",
                violation_error_message=_("Say from which cluster or sector it comes."),
            ),
            models.CheckConstraint(
                condition=Q(to_cluster__isnull=False) | Q(to_sector__isnull=False),
                name="synergy_goes_somewhere",
                violation_error_message=_("Say to which cluster or sector it goes."),
            ),
            models.CheckConstraint(
                condition=Q(from_cluster__isnull=True)
                | Q(to_cluster__isnull=True)
                | ~Q(from_cluster=F("to_cluster")),
                name="synergy_between_two",
                violation_error_message=_("A link leads from one cluster to another."),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.origin} → {self.goal}: {self.step}"

    def get_absolute_url(self):
        return reverse("synergy_detail", args=[self.project.slug, self.code])

    @property
    def standing(self):
        return SynergyState(self.state)

    @property
    def origin(self):
        return self.from_cluster or self.from_sector

    @property
    def goal(self):
        return self.to_cluster or self.to_sector

    @property
    def crosses_border(self):
        """Whether it leads from one country to another; None if a side is a sector alone."""
        if not (self.from_cluster and self.to_cluster):
            return None
        return self.from_cluster.country != self.to_cluster.country


class StepKind(models.TextChoices):
    STUDY = "study", _("Market study")
    MISSION = "mission", _("Trade mission")
    FAIR = "fair", _("Fair")
    DELEGATION = "delegation", _("Delegation received")
    AGREEMENT = "agreement", _("Agreement")
    OTHER = "other", _("Other step")


class MarketStepQuerySet(ProvenByFiles):
    def for_list(self):
        return self.select_related("project", "partner", "cluster")


class MarketStep(ProjectRecord, Searchable):
    """Something a partner did towards a market outside the European Union."""

    PREFIX = "MS"
    DIGITS = 3
    SEARCHED = ("code", "title", "description")

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="market_steps"
    )
    country = CountryField(_("country"))
    kind = models.CharField(_("kind"), max_length=15, choices=StepKind)
    title = models.CharField(_("title"), max_length=200)
    date = models.DateField(_("date"))
    cluster = models.ForeignKey(
        Cluster,
        verbose_name=_("for the cluster"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="market_steps",
    )
    description = models.TextField(_("what was done, what came of it"), max_length=3000, blank=True)
    evidence = models.ManyToManyField(
        Evidence, verbose_name=_("evidence"), blank=True, related_name="market_steps"
    )

    objects = MarketStepQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("step outside the EU")
        verbose_name_plural = _("steps outside the EU")
        ordering = ["-date", "-code"]

    def __str__(self):
        return f"{self.code} {self.title}"

    def get_absolute_url(self):
        return reverse("marketstep_detail", args=[self.project.slug, self.code])

    def clean(self):
        super().clean()
        problems = {}
        if self.country and str(self.country) in EU:
            problems["country"] = _(
                "%(country)s is in the European Union. Steps on markets outside it stand here."
            ) % {"country": self.country.name}
        if self.date and self.date > timezone.localdate():
            problems["date"] = _("This day is still to come. A step is entered when it is done.")
        if problems:
            raise ValidationError(problems)
