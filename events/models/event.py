import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from clusters.models import Cluster, Competence
from clusters.models.service import number_of
from common.search import Searchable, SearchableQuerySet
from events.models.kind import EventKind
from projects.models import Evidence, OfPartner, Partner, ProjectRecord
from workpackages.models import Task

LONGEST = 31  # days; what lasts longer is several events


class Standing(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")

    @property
    def tone(self):
        return {"planned": "calm", "held": "good", "cancelled": "none"}[self.value]

    @property
    def icon(self):
        return {"planned": "clock", "held": "check", "cancelled": "x-mark"}[self.value]


class EventQuerySet(SearchableQuerySet, OfPartner):
    def for_list(self):
        return self.select_related("project", "partner", "task", "cluster__project")

    def with_proof(self):
        """Adds `proofs`, the number of files and links that prove the event."""
        proofs = Event.evidence.through.objects.filter(event=OuterRef("pk"))
        return self.annotate(proofs=number_of(proofs, "event"))

    def standing(self):
        """Without the cancelled ones."""
        return self.exclude(state=Standing.CANCELLED)

    def held(self):
        return self.filter(state=Standing.HELD)

    def touching(self, first, last):
        """Events with a day between `first` and `last`, both included."""
        return self.filter(first_day__lte=last, last_day__gte=first)


def check_time_zone(name):
    if name not in available_timezones():
        raise ValidationError(_("No time zone is called “%(name)s”.") % {"name": name})


class Event(ProjectRecord, Searchable):
    """A dated gathering of a project, hosted by a partner: what was planned, and whether it was held."""

    PREFIX = "EVT"
    DAY = "first_day"
    DIGITS = 3
    SEARCHED = ("code", "title", "place", "speakers")

    partner = models.ForeignKey(
        Partner, verbose_name=_("host"), on_delete=models.PROTECT, related_name="events"
    )
    kind = models.CharField(_("kind"), max_length=30, choices=EventKind)
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=Standing, default=Standing.PLANNED)
    cancelled_because = models.CharField(
        _("why it was cancelled"), max_length=300, blank=True, editable=False
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    starts_at = models.TimeField(
        _("begins at"), null=True, blank=True, help_text=_("On each day. Empty: the whole day.")
    )
    ends_at = models.TimeField(_("ends at"), null=True, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=50, default="Europe/Brussels", validators=[check_time_zone]
    )
    online = models.BooleanField(_("online"), default=False)
    place = models.CharField(_("place"), max_length=200, blank=True)
    country = CountryField(_("country"), blank=True)
    cluster = models.ForeignKey(
        Cluster,
        verbose_name=_("cluster"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        help_text=_("The cluster in whose region it is held or which is visited."),
    )
    task = models.ForeignKey(
        Task,
        verbose_name=_("task"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
    )
    agenda = models.TextField(_("agenda"), max_length=20_000, blank=True)
    speakers = models.TextField(
        _("speakers"), max_length=5_000, blank=True, help_text=_("One in a line.")
    )
    outcome = models.TextField(_("result"), max_length=20_000, blank=True)
    registration_until = models.DateField(
        _("registration until"),
        null=True,
        blank=True,
        help_text=_(
            "The last day on which people register on its public page. Empty: it is closed."
        ),
    )
    capacity = models.PositiveSmallIntegerField(
        _("places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1, _("One place at least.")), MaxValueValidator(5_000)],
        help_text=_("Who comes later is put on a waiting list. Empty: as many as want."),
    )
    evaluation_until = models.DateField(
        _("evaluation until"),
        null=True,
        blank=True,
        help_text=_("The last day on which people say how it was. Empty: they are not asked."),
    )
    competences = models.ManyToManyField(
        Competence, verbose_name=_("competences it serves"), blank=True, related_name="events"
    )
    evidence = models.ManyToManyField(
        Evidence, verbose_name=_("evidence"), blank=True, related_name="events"
    )

    objects = EventQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-first_day", "-code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="event_ends_after_start",
                violation_error_message=_("The last day is not to come before the first."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=False),
                name="event_end_has_start",
                violation_error_message=_("Say when it begins, too."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="event_ends_later_that_day",
                violation_error_message=_("It ends after it begins, on the same day."),
            ),
            models.CheckConstraint(
                condition=~Q(state=Standing.CANCELLED) | Q(cancelled_because__gt=""),
                name="event_cancelled_for_a_reason",
                violation_error_message=_("Say why it was cancelled."),
            ),
        ]
        indexes = [
            models.Index(fields=["project", "first_day", "code"], name="event_by_day"),
        ]

    def __str__(self):
        return f"{self.code} {self.title}"

    def get_absolute_url(self):
        return reverse("event_detail", args=[self.project.slug, self.code])

    def clean(self):
        super().clean()
        if not (self.first_day and self.last_day):
            return
        if (self.last_day - self.first_day).days >= LONGEST:
            raise ValidationError(
                {
                    "last_day": _("An event lasts %(days)d days at most; make several of this one.")
                    % {"days": LONGEST}
                }
            )
        known = self.time_zone in available_timezones()
        if self.state == Standing.HELD and known and self.first_day > self.today:
            raise ValidationError({"first_day": _("What was held does not lie in the future.")})

    @property
    def days(self):
        """Its days, in order."""
        count = (self.last_day - self.first_day).days + 1
        return [self.first_day + datetime.timedelta(days=n) for n in range(count)]

    @property
    def today(self):
        """The day that it is where the event is."""
        return timezone.localdate(timezone=ZoneInfo(self.time_zone))

    @property
    def registers(self):
        """Whether people can register today."""
        open_until = self.registration_until
        return bool(
            self.state == Standing.PLANNED
            and open_until
            and self.today <= min(open_until, self.last_day)
        )

    @property
    def asks(self):
        """Whether people can say today how it was."""
        return bool(
            self.state != Standing.CANCELLED
            and self.evaluation_until
            and self.first_day <= self.today <= self.evaluation_until
        )

    @property
    def has_begun(self):
        return self.first_day <= self.today

    @property
    def warning(self):
        """What is odd about it although it is saved, as a sentence; empty if nothing is."""
        if self.project.month_of(self.first_day) is None:
            return _(
                "%(day)s lies outside the project (%(start)s to %(end)s): the event is kept and does not count."
            ) % {
                "day": date_format(self.first_day),
                "start": date_format(self.project.start),
                "end": date_format(self.project.end),
            }
        if self.state == Standing.PLANNED and self.last_day < self.today:
            return _("Its last day is over. Say that it was held, or cancel it.")
        return ""

    @property
    def standing(self):
        return Standing(self.state)

    @property
    def sort(self):
        return EventKind(self.kind)
