import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from clusters.models import SME, ClusterMembership, Manager
from common.models import Record
from common.search import fold, words_of
from events.models.event import Event
from projects.models import Partner

KEY = 250  # characters of `person`


class Category(models.TextChoices):
    MANAGER = "manager", _("Cluster manager")
    SME = "sme", _("SME")
    POLICYMAKER = "policymaker", _("Policymaker")
    OUTSIDE_CLUSTER = "outside_cluster", _("Outside cluster")
    OTHER = "other", _("Other")

    @property
    def icon(self):
        return {
            "manager": "identification",
            "sme": "building-office",
            "policymaker": "building-library",
            "outside_cluster": "share",
            "other": "user",
        }[self.value]


class Source(models.TextChoices):
    ENTERED = "entered", _("Entered")
    IMPORTED = "imported", _("From a spreadsheet")
    CHECKED_IN = "checked_in", _("Checked in")
    REGISTERED = "registered", _("Registered")


def person_key(name, organisation=""):
    """What two spellings of one person have in common: the folded name, and for outsiders whose they are."""
    return " | ".join(part for part in (fold(name), fold(organisation)) if part)[:KEY]


class AttendanceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Attendances that `user` counts by category, country and day. Names are another matter: see below."""
        return self.filter(event__in=Event.objects.visible_to(user))

    def editable_by(self, user):
        return self.filter(event__in=Event.objects.editable_by(user))

    def names_visible_to(self, user):
        """SECURITY: those whose name `user` reads: of own events, of own people and firms, all as coordinator."""
        own = Partner.objects.read_within_by(user)
        firms = ClusterMembership.objects.filter(cluster__partner__in=own).values("sme")
        managers = Manager.objects.filter(cluster__partner__in=own)
        return self.filter(
            Q(event__partner__in=own)
            | Q(manager__in=managers.values("pk"))
            | Q(sme__in=firms, event__in=Event.objects.visible_to(user))
        )

    def confirmed(self):
        return self.filter(confirmed_at__isnull=False)

    def waiting(self):
        return self.filter(confirmed_at__isnull=True)

    def for_list(self):
        return self.select_related(
            "event__project",
            "event__partner",
            "manager__cluster",
            "manager__project",
            "sme__project",
        )

    def matching(self, text):
        """Those in whose name, organisation, firm or manager each word of `text` is found."""
        found = self
        for word in words_of(text):
            found = found.filter(
                Q(person__contains=word)
                | Q(manager__folded__contains=word)
                | Q(sme__folded__contains=word)
            )
        return found if words_of(text) or not text.strip() else self.none()

    def counted(self, *fields):
        """How many there are of each combination of `fields`: a tuple of their values and the number each."""
        return list(self.order_by().values_list(*fields).annotate(n=Count("pk")).order_by(*fields))


class Attendance(Record):
    """That one person was at an event on one day, or is expected there; it counts once the organiser confirms it.

    The person is a manager of the project, somebody of a firm of it, or an outside person with an organisation.
    """

    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.PROTECT, related_name="attendances"
    )
    date = models.DateField(_("day"))
    category = models.CharField(_("category"), max_length=20, choices=Category)
    manager = models.ForeignKey(
        Manager,
        verbose_name=_("cluster manager"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
    )
    sme = models.ForeignKey(
        SME,
        verbose_name=_("SME"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attendances",
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    country = CountryField(_("country"), blank=True)
    person = models.CharField(max_length=KEY, editable=False, default="")
    source = models.CharField(
        _("how it came"), max_length=12, choices=Source, default=Source.ENTERED, editable=False
    )
    registration = models.ForeignKey(
        "events.Registration",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="attendances",
    )
    informed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("Agreed to the privacy notice on.")
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("confirmed by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    confirmed_at = models.DateTimeField(_("confirmed on"), null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(_("name erased on"), null=True, blank=True, editable=False)
    demonstration = models.BooleanField(default=False, editable=False)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering = ["date", "category", "person", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "date", "manager"],
                name="attendance_manager_once_a_day",
                violation_error_message=_("This manager is on the list of this day already."),
            ),
            models.UniqueConstraint(
                fields=["event", "date", "sme", "person"],
                name="attendance_of_firm_once_a_day",
                violation_error_message=_("This firm is on the list of this day already."),
            ),
            models.UniqueConstraint(
                fields=["event", "date", "person"],
                condition=Q(manager__isnull=True, sme__isnull=True),
                name="attendance_outsider_once_a_day",
                violation_error_message=_("This person is on the list of this day already."),
            ),
            models.CheckConstraint(
                condition=Q(manager__isnull=True) | Q(category=Category.MANAGER, sme__isnull=True),
                name="attendance_manager_is_one",
                violation_error_message=_(
                    "Who is a cluster manager is in the category of managers."
                ),
            ),
            models.CheckConstraint(
                condition=Q(sme__isnull=True) | Q(category=Category.SME),
                name="attendance_firm_is_one",
                violation_error_message=_("Whoever comes for a firm is in the category of SMEs."),
            ),
            models.CheckConstraint(
                condition=~Q(category=Category.MANAGER)
                | Q(manager__isnull=False)
                | Q(confirmed_at__isnull=True),
                name="attendance_confirmed_manager_is_known",
                violation_error_message=_("Say which cluster manager it was."),
            ),
            models.CheckConstraint(
                condition=Q(manager__isnull=False)
                | Q(sme__isnull=False)
                | Q(name__gt="")
                | Q(organisation__gt="")
                | Q(erased_at__isnull=False),
                name="attendance_of_somebody",
                violation_error_message=_("Say who it was: a name, or an organisation."),
            ),
        ]
        indexes = [
            models.Index(fields=["event", "date", "category"], name="attendance_by_day"),
        ]

    def __str__(self):
        # SECURITY: no name. This text is in histories, on pages of figures and where a deletion is refused.
        return f"{self.event.code}, {date_format(self.date)}: {self.get_category_display()}"

    def save(self, *args, **kwargs):
        self.derive()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "person", "country"}
        super().save(*args, **kwargs)

    def derive(self):
        """Set what follows from the person: the key by which they are found again, and the country."""
        if self.manager_id:
            self.country = self.country or self.manager.cluster.country
        elif self.sme_id:
            self.country = self.country or self.sme.country
        if not self.erased_at:
            outside = "" if self.manager_id or self.sme_id else self.organisation
            self.person = person_key("" if self.manager_id else self.name, outside)

    def get_absolute_url(self):
        return reverse("attendance_list", args=[self.event.project.slug, self.event.code])

    def clean(self):
        super().clean()
        self.derive()
        if (
            self.date
            and self.event_id
            and not self.event.first_day <= self.date <= self.event.last_day
        ):
            raise ValidationError(
                {
                    "date": _("The event is from %(first)s to %(last)s.")
                    % {
                        "first": date_format(self.event.first_day),
                        "last": date_format(self.event.last_day),
                    }
                }
            )

    @property
    def project(self):
        return self.event.project

    @property
    def is_confirmed(self):
        return self.confirmed_at is not None

    @property
    def sort(self):
        return Category(self.category)

    @property
    def who(self):
        """The person's name; that of the firm if nobody of it is named."""
        if self.manager_id:
            return self.manager.name
        if self.erased_at:
            return _("(name erased)")
        return self.name or (self.sme.name if self.sme_id else self.organisation)

    @property
    def affiliation(self):
        """For whom the person came."""
        if self.manager_id:
            return self.manager.cluster.short_name
        return self.sme.name if self.sme_id else self.organisation

    def erase(self, key=None):
        """Forget who it was and keep that somebody was there; `key` is the same for all days of one person."""
        self.name, self.person = "", key or f"erased {uuid.uuid4().hex}"
        self.erased_at = timezone.now()

    def stand_for(self, other):
        """Take over from `other`, which is the same person at the same firm (two firms are merged)."""
        if not self.confirmed_at and other.confirmed_at:
            self.confirmed_at, self.confirmed_by_id = other.confirmed_at, other.confirmed_by_id
