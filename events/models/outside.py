"""Whom the consortium knows outside itself: clusters, and the persons whom a partner met."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from clusters.models import LegalBasis, Level
from common.search import Searchable, SearchableQuerySet
from events.models.event import Event
from projects.models import OfPartner, Partner, ProjectRecord


class OutsideClusterQuerySet(SearchableQuerySet, OfPartner):
    def for_list(self):
        return self.select_related("project", "partner").annotate(
            collaborations_count=models.Count("collaborations", distinct=True)
        )


class OutsideCluster(ProjectRecord, Searchable):
    """A cluster that is no part of the consortium; the partner that entered it keeps it, everyone reads it."""

    PREFIX = "OC"
    DIGITS = 3
    SEARCHED = ("code", "name", "town", "sector")

    partner = models.ForeignKey(
        Partner,
        verbose_name=_("kept by"),
        on_delete=models.PROTECT,
        related_name="outside_clusters",
    )
    name = models.CharField(_("name"), max_length=200)
    country = CountryField(_("country"))
    town = models.CharField(_("town"), max_length=100, blank=True)
    sector = models.CharField(_("sector"), max_length=200, blank=True)
    level = models.CharField(_("label"), max_length=10, choices=Level, blank=True)
    website = models.URLField(_("website"), blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)

    objects = OutsideClusterQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("outside cluster")
        verbose_name_plural = _("outside clusters")
        ordering = ["name", "code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["project", "country", "name"],
                name="outsidecluster_once",
                violation_error_message=_("This cluster is in the list already."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("outsidecluster_detail", args=[self.project.slug, self.code])


class AcquaintanceQuerySet(SearchableQuerySet, OfPartner):
    def visible_to(self, user):
        """SECURITY: a person is read by the partner who keeps the contact and by the coordinator, nobody else."""
        return self.filter(partner__in=Partner.objects.read_within_by(user))

    def for_list(self):
        return self.select_related("project", "partner", "event__project", "outside_cluster")

    def open(self):
        """Those whom somebody still has to write to, call or meet."""
        return self.filter(follow_up__gt="", done_on__isnull=True)

    def overdue(self, today):
        return self.open().filter(due_on__lt=today)


class Acquaintance(ProjectRecord, Searchable):
    """A person outside the consortium whom one partner met or writes to, and what is to follow.

    All that the portal knows of such persons stands here: other records name organisations and offices.
    """

    PREFIX = "AQ"
    SEARCHED = ("code", "name", "organisation", "met_at")

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="acquaintances"
    )
    name = models.CharField(_("name"), max_length=150)
    position = models.CharField(_("position"), max_length=100, blank=True)
    organisation = models.CharField(_("organisation"), max_length=200)
    country = CountryField(_("country"))
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    outside_cluster = models.ForeignKey(
        OutsideCluster,
        verbose_name=_("outside cluster"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        help_text=_("If the person works for one that is in the list."),
    )
    event = models.ForeignKey(
        Event,
        verbose_name=_("met at the event"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="acquaintances",
    )
    met_at = models.CharField(_("or met at"), max_length=200, blank=True)
    met_on = models.DateField(_("met on"), null=True, blank=True)
    follow_up = models.CharField(_("what is to follow"), max_length=300, blank=True)
    due_on = models.DateField(_("until"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=20, choices=LegalBasis)
    notice_version = models.CharField(
        _("version of the privacy notice"), max_length=40, help_text=_("As its heading says it.")
    )
    informed_on = models.DateField(_("informed on"))

    objects = AcquaintanceQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("contact made")
        verbose_name_plural = _("contacts made")
        ordering = ["name", "code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(event__isnull=True) | Q(met_at="", met_on__isnull=True),
                name="acquaintance_met_in_one_place",
                violation_error_message=_(
                    "Where and when is the event's. Leave these empty, or choose no event."
                ),
            ),
            models.CheckConstraint(
                condition=Q(follow_up__gt="") | Q(due_on__isnull=True, done_on__isnull=True),
                name="acquaintance_follow_up_has_words",
                violation_error_message=_("Say what is to follow, too."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("acquaintance_detail", args=[self.project.slug, self.code])

    @property
    def met(self):
        """Where they met, in words; empty if nobody said it."""
        return self.event.title if self.event_id else self.met_at

    @property
    def day(self):
        return self.event.first_day if self.event_id else self.met_on

    @property
    def is_overdue(self):
        open_until = self.due_on if self.follow_up and not self.done_on else None
        return open_until is not None and open_until < timezone.localdate()

    def clean(self):
        super().clean()
        today = timezone.localdate()
        late = {
            name: _("This day is still to come.")
            for name in ("met_on", "done_on", "informed_on")
            if getattr(self, name) and getattr(self, name) > today
        }
        if late:
            raise ValidationError(late)
