from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from django_countries.fields import CountryField

from clusters.models.service import number_of
from common.search import Searchable, SearchableQuerySet, words_of
from events.models.event import Event, Standing
from projects.models import Evidence, OfPartner, Partner, ProjectRecord
from workpackages.models import Task

MOST_REACHED = 50_000_000  # of one kind of audience: more is a slip of the keyboard


class Outlet(models.TextChoices):
    """By what kind of thing something is spread."""

    PRESS = "press", _("Press")
    WEBSITE = "website", _("Website")
    SOCIAL_MEDIA = "social_media", _("Social media")
    NEWSLETTER = "newsletter", _("Newsletter")
    PUBLICATION = "publication", _("Publication")
    CONFERENCE = "conference", _("Conference")
    EVENT = "event", _("Workshop or event")
    VIDEO = "video", _("Video")
    OTHER = "other", _("Other")

    @property
    def icon(self):
        return {
            "press": "newspaper",
            "website": "globe-alt",
            "social_media": "hashtag",
            "newsletter": "envelope",
            "publication": "book-open",
            "conference": "microphone",
            "event": "calendar-days",
            "video": "video-camera",
            "other": "megaphone",
        }[self.value]


class Progress(models.TextChoices):
    """How far a dissemination activity is: the three states of the funder's own table."""

    ONGOING = "ongoing", _("Ongoing")
    DELIVERED = "delivered", _("Delivered")
    POSTPONED = "postponed", _("Postponed")

    @property
    def tone(self):
        return {"ongoing": "calm", "delivered": "good", "postponed": "warn"}[self.value]

    @property
    def icon(self):
        return {"ongoing": "clock", "delivered": "check", "postponed": "pause-circle"}[self.value]


class AudienceKind(models.TextChoices):
    INDUSTRY = "industry", _("Industry")
    SMES = "smes", _("SMEs")
    CLUSTERS = "clusters", _("Other clusters")
    POLICYMAKERS = "policymakers", _("Policymakers")
    RESEARCH = "research", _("Research and education")
    CIVIL_SOCIETY = "civil_society", _("Civil society")
    PUBLIC = "public", _("General public")
    MEDIA = "media", _("Media")
    INVESTORS = "investors", _("Investors")
    OTHER = "other", _("Others")


class DisseminationQuerySet(SearchableQuerySet, OfPartner):
    def delivered(self):
        """Those that took place: what is linked to a cancelled event did not."""
        return self.filter(state=Progress.DELIVERED).exclude(event__state=Standing.CANCELLED)

    def with_facts(self):
        """Adds `on_day` and `called`, the day and title, which are the event's where there is one."""
        return self.annotate(
            on_day=Coalesce("date", "event__first_day"),
            called=Coalesce(NullIf("title", models.Value("")), "event__title"),
        )

    def for_list(self):
        return (
            self.with_facts()
            .select_related("project", "partner", "task", "event__project")
            .order_by("-on_day", "-code")
        )

    def with_countries(self):
        """Reads what `lands` needs, in two queries for all rows."""
        return self.prefetch_related("countries", "project__partners")

    def with_reach(self):
        """Adds `reach`, the numbers reached of all kinds together; None where none is known."""
        numbers = DisseminationAudience.objects.filter(dissemination=OuterRef("pk")).order_by()
        total = numbers.values("dissemination").annotate(n=Sum("number")).values("n")
        return self.annotate(reach=models.Subquery(total))

    def with_proof(self):
        """Adds `proofs`: the files and links that prove the activity, its event's included."""
        own = number_of(_own_evidence(), "dissemination")
        return self.annotate(proofs=own + number_of(_event_evidence(), "event"))

    def proven(self, proven=True):
        has_one = Exists(_own_evidence()) | Exists(_event_evidence())
        return self.filter(has_one if proven else ~has_one)

    def addressing(self, country):
        """Activities that address `country` (ISO 3166, two letters), or whose event is held there."""
        named = DisseminationCountry.objects.filter(country=country).values("dissemination")
        return self.filter(Q(pk__in=named) | Q(event__country=country))

    def matching(self, text):
        """Activities that hold each word of `text` themselves or in the event that they belong to."""
        words = words_of(text)
        found = self if words or not text.strip() else self.none()
        for word in words:
            events = Event.objects.filter(folded__contains=word)
            found = found.filter(Q(folded__contains=word) | Q(event__in=events))
        return found


def _own_evidence():
    return Dissemination.evidence.through.objects.filter(dissemination=OuterRef("pk"))


def _event_evidence():
    return Event.evidence.through.objects.filter(event=OuterRef("event"))


class Dissemination(ProjectRecord, Searchable):
    """One thing that a partner did to make the project or its results known: where, to whom, in which countries.

    Of an event that spreads the word, title, day and country stand with the event alone and are read from there.
    """

    PREFIX = "DA"
    DAY = "date"
    DIGITS = 3
    SEARCHED = ("code", "title", "channel", "text")

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="disseminations"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Outlet)
    channel = models.CharField(
        _("channel"),
        max_length=150,
        blank=True,
        help_text=_("The newspaper, website, account, journal or conference."),
    )
    event = models.ForeignKey(
        Event,
        verbose_name=_("event"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="disseminations",
    )
    title = models.CharField(_("title"), max_length=200, blank=True)
    date = models.DateField(_("date"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=Progress, default=Progress.DELIVERED
    )
    task = models.ForeignKey(
        Task,
        verbose_name=_("task"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="disseminations",
    )
    text = models.TextField(_("what it says"), max_length=5000, blank=True)
    funding_shown = models.BooleanField(
        _("the EU funding statement is shown"),
        default=False,
        help_text=_("The sentence on the funding and the emblem, as the grant agreement asks for."),
    )
    evidence = models.ManyToManyField(
        Evidence, verbose_name=_("evidence"), blank=True, related_name="disseminations"
    )

    objects = DisseminationQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("dissemination activity")
        verbose_name_plural = _("dissemination activities")
        ordering = ["-code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(event__isnull=True, date__isnull=False, title__gt="")
                | Q(event__isnull=False, date__isnull=True, title=""),
                name="dissemination_title_and_day_once",
                violation_error_message=_(
                    "It has a title and a day of its own, or those of its event."
                ),
            ),
        ]
        indexes = [models.Index(fields=["project", "-date", "-code"], name="dissemination_latest")]

    def __str__(self):
        return f"{self.code} {self.heading}"

    def get_absolute_url(self):
        return reverse("dissemination_detail", args=[self.project.slug, self.code])

    @property
    def heading(self):
        return self.event.title if self.event_id else self.title

    @property
    def day(self):
        return self.event.first_day if self.event_id else self.date

    @property
    def outlet(self):
        return Outlet(self.kind)

    @property
    def progress(self):
        return Progress(self.state)

    def clean(self):
        super().clean()
        if self.state != Progress.DELIVERED:
            return
        if self.event_id:
            if self.event.state != Standing.HELD:
                raise ValidationError(
                    {
                        "state": _(
                            "%(event)s is not marked as held. Mark it on its own page first, or choose Ongoing."
                        )
                        % {"event": self.event}
                    }
                )
        elif self.date and self.date > timezone.localdate():
            raise ValidationError(
                {
                    "date": _(
                        "This day is still to come, so nothing was delivered yet. Choose an earlier day, "
                        "or the state Ongoing."
                    )
                }
            )

    @property
    def codes(self):
        """The codes of the countries it addresses, the event's included."""
        codes = {row.country.code for row in self.countries.all()}
        return codes | (
            {self.event.country.code} if self.event_id and self.event.country else set()
        )

    @property
    def lands(self):
        """The countries it addresses, the event's included, by name: {code, name, partner} each.

        `partner` says that a partner comes from there, so that the country does not count as reached.
        """
        ours = {str(partner.country) for partner in self.project.partners.all()}
        named = [
            {"code": code, "name": countries.name(code), "partner": code in ours}
            for code in self.codes
        ]
        return sorted(named, key=lambda land: land["name"])

    @property
    def warnings(self):
        """What is odd about it although it is saved, a sentence each."""
        found = []
        if self.event_id and self.state == Progress.DELIVERED and self.event.state != Standing.HELD:
            found.append(
                _("The event was cancelled or is planned again: this does not count as delivered.")
            )
        if self.project.month_of(self.day) is None:
            found.append(
                _("%(date)s lies outside the project: this does not count in the figures.")
                % {"date": date_format(self.day)}
            )
        if not self.funding_shown:
            found.append(
                _(
                    "The EU funding statement is not shown. The grant agreement asks for it on everything that makes "
                    "the project known: add it where that is still possible."
                )
            )
        return found


class PartOfDissemination(models.QuerySet):
    def visible_to(self, user):
        return self.filter(dissemination__in=Dissemination.objects.visible_to(user))

    def editable_by(self, user):
        return self.filter(dissemination__in=Dissemination.objects.editable_by(user))


class DisseminationCountry(models.Model):
    """A country that a dissemination activity addresses. That of a linked event is not repeated here."""

    dissemination = models.ForeignKey(
        Dissemination, on_delete=models.CASCADE, related_name="countries"
    )
    country = CountryField(_("country"))

    objects = PartOfDissemination.as_manager()

    class Meta:
        verbose_name = _("country addressed")
        verbose_name_plural = _("countries addressed")
        ordering = ["country"]
        constraints = [
            models.UniqueConstraint(
                fields=["dissemination", "country"], name="disseminationcountry_once"
            ),
        ]

    def __str__(self):
        return self.country.name


class DisseminationAudience(models.Model):
    """A kind of people that a dissemination activity is meant for, and how many of them it reached, if known."""

    dissemination = models.ForeignKey(
        Dissemination, on_delete=models.CASCADE, related_name="audiences"
    )
    kind = models.CharField(_("audience"), max_length=20, choices=AudienceKind)
    number = models.PositiveIntegerField(
        _("number reached"), null=True, blank=True, validators=[MaxValueValidator(MOST_REACHED)]
    )

    objects = PartOfDissemination.as_manager()

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        ordering = [F("number").desc(nulls_last=True), "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["dissemination", "kind"], name="disseminationaudience_once"
            ),
        ]

    def __str__(self):
        number = "" if self.number is None else f": {self.number}"
        return f"{self.get_kind_display()}{number}"
