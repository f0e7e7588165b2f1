from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from common.models import Record
from events.models.attendance import Category
from events.models.event import Event


class Place(models.TextChoices):
    REGISTERED = "registered", _("Registered")
    WAITING = "waiting", _("On the waiting list")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @property
    def tone(self):
        return {"registered": "good", "waiting": "warn", "withdrawn": "none"}[self.value]

    @property
    def icon(self):
        return {"registered": "check", "waiting": "clock", "withdrawn": "x-mark"}[self.value]


class RegistrationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """SECURITY: names and addresses, for those who keep the event."""
        return self.filter(event__in=Event.objects.editable_by(user))

    editable_by = visible_to

    def registered(self):
        return self.filter(state=Place.REGISTERED)

    def waiting(self):
        """Those on the waiting list, who came first first."""
        return self.filter(state=Place.WAITING).order_by("registered_at", "pk")


class Registration(Record):
    """That a person means to come to an event: registered by themselves, on its public page."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="registrations")
    state = models.CharField(_("state"), max_length=12, choices=Place, default=Place.REGISTERED)
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"))
    organisation = models.CharField(_("organisation"), max_length=200)
    country = CountryField(_("country"))
    category = models.CharField(_("category"), max_length=20, choices=Category)
    language = models.CharField(max_length=10)
    registered_at = models.DateTimeField(_("registered on"), default=timezone.now)
    informed_at = models.DateTimeField(help_text=_("Agreed to the privacy notice on."))
    invited_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Was asked by mail how it was, on.")
    )
    demonstration = models.BooleanField(default=False, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["registered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "email"],
                name="registration_address_once",
                violation_error_message=_("This address is registered already."),
            ),
        ]

    def __str__(self):
        # SECURITY: no name and no address.
        return f"{self.event.code}: {self.get_state_display()}"

    def save(self, *args, **kwargs):
        self.email = self.email.strip().lower()
        super().save(*args, **kwargs)

    @property
    def place(self):
        return Place(self.state)


def _score(label):
    return models.PositiveSmallIntegerField(
        label, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )


class EvaluationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Answers whose numbers, together, `user` reads; comments are for those who keep the event."""
        return self.filter(event__in=Event.objects.visible_to(user))

    def editable_by(self, user):
        return self.filter(event__in=Event.objects.editable_by(user))


class Evaluation(models.Model):
    """What somebody who was at an event thought of it: anonymous, with the day and no hour."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="evaluations")
    submission = models.UUIDField(unique=True, editable=False)
    answered_on = models.DateField(_("answered on"))
    overall = _score(_("all in all"))
    usefulness = _score(_("useful for my work"))
    organisation = _score(_("organisation"))
    comment = models.TextField(_("comment"), max_length=2_000, blank=True)
    demonstration = models.BooleanField(default=False, editable=False)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["-answered_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(overall__range=(1, 5)), name="evaluation_overall_1_to_5"
            ),
        ]

    def __str__(self):
        return f"{self.event.code}: {self.overall}"
