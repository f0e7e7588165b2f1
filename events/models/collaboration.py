"""Working together with clusters outside the consortium: the collaboration, what was signed, where people met."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from clusters.models.service import number_of
from common.search import Searchable, SearchableQuerySet, words_of
from events.models.event import Event, Standing
from events.models.outside import OutsideCluster
from projects.models import Evidence, OfPartner, Partner, ProjectRecord, ProjectRecordQuerySet


class CollaborationState(models.TextChoices):
    TALKS = "talks", _("In talks")
    ACTIVE = "active", _("Active")
    ENDED = "ended", _("Ended")

    @property
    def tone(self):
        return {"talks": "calm", "active": "good", "ended": "none"}[self.value]

    @property
    def icon(self):
        return {"talks": "chat-bubble-left-right", "active": "link", "ended": "archive-box"}[
            self.value
        ]


class CollaborationQuerySet(SearchableQuerySet, OfPartner):
    def for_list(self):
        return self.select_related("project", "partner", "cluster", "outside_cluster__project")

    def with_first_day(self):
        """Adds `counts_since`: the first day of an agreement or a meeting held; None before there was one."""
        mine = {"collaboration": OuterRef("pk")}
        agreed = Agreement.objects.filter(**mine).order_by().values("collaboration")
        met = Meeting.objects.held().filter(**mine).order_by().values("collaboration")
        signed = Subquery(agreed.annotate(day=Min("date")).values("day"))
        held = Subquery(met.annotate(day=Min("on_day")).values("day"))
        # Of the two the earlier; databases do not agree on LEAST where one of them is missing.
        return self.annotate(signed_first=signed, met_first=held).annotate(
            counts_since=models.Case(
                models.When(met_first__isnull=True, then=F("signed_first")),
                models.When(signed_first__isnull=True, then=F("met_first")),
                models.When(signed_first__lt=F("met_first"), then=F("signed_first")),
                default=F("met_first"),
            )
        )

    def counting(self):
        """Those that count: an agreement was signed or a meeting held. domain.md, section 2: networking."""
        return self.with_first_day().filter(counts_since__isnull=False)

    def with_numbers(self):
        """Adds `agreement_count` and `meeting_count`."""
        mine = {"collaboration": OuterRef("pk")}
        return self.annotate(
            agreement_count=number_of(Agreement.objects.filter(**mine), "collaboration"),
            meeting_count=number_of(Meeting.objects.filter(**mine), "collaboration"),
        )

    def matching(self, text):
        """Collaborations that hold each word of `text` themselves or in the outside cluster's name."""
        words = words_of(text)
        found = self if words or not text.strip() else self.none()
        for word in words:
            others = OutsideCluster.objects.filter(folded__contains=word)
            found = found.filter(Q(folded__contains=word) | Q(outside_cluster__in=others))
        return found


class Collaboration(ProjectRecord, Searchable):
    """That a cluster of the consortium, or a partner, works together with a cluster outside it.

    It counts from the day of its first agreement or meeting.
    """

    PREFIX = "CO"
    DIGITS = 3
    SEARCHED = ("code", "subject")

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="collaborations"
    )
    outside_cluster = models.ForeignKey(
        OutsideCluster,
        verbose_name=_("outside cluster"),
        on_delete=models.PROTECT,
        related_name="collaborations",
    )
    cluster = models.ForeignKey(
        Cluster,
        verbose_name=_("own cluster"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="collaborations",
        help_text=_("Empty: the partner itself."),
    )
    subject = models.TextField(_("what it is about"), max_length=2000)
    since = models.DateField(_("since"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=CollaborationState, default=CollaborationState.TALKS
    )
    evidence = models.ManyToManyField(
        Evidence, verbose_name=_("evidence"), blank=True, related_name="collaborations"
    )

    objects = CollaborationQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("collaboration")
        verbose_name_plural = _("collaborations")
        ordering = ["-code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["partner", "cluster", "outside_cluster"],
                name="collaboration_once_a_cluster",
                violation_error_message=_("This collaboration is in the list already."),
            ),
            models.UniqueConstraint(
                fields=["partner", "outside_cluster"],
                condition=Q(cluster__isnull=True),
                name="collaboration_once_a_partner",
                violation_error_message=_("This collaboration is in the list already."),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.own_side} – {self.outside_cluster}"

    def get_absolute_url(self):
        return reverse("collaboration_detail", args=[self.project.slug, self.code])

    @property
    def own_side(self):
        return self.cluster or self.partner

    @property
    def standing(self):
        return CollaborationState(self.state)


class OfCollaboration(SearchableQuerySet, ProjectRecordQuerySet):
    """Parts of a collaboration: who keeps it keeps them."""

    def editable_by(self, user):
        return self.filter(collaboration__in=Collaboration.objects.editable_by(user))

    def for_list(self):
        return self.select_related(
            "project",
            "collaboration__project",
            "collaboration__partner",
            "collaboration__cluster",
            "collaboration__outside_cluster",
        )

    def with_proof(self):
        """Adds `proofs`, the number of files and links that prove the record."""
        name = self.model._meta.model_name
        links = self.model.evidence.through.objects.filter(**{name: OuterRef("pk")})
        return self.annotate(proofs=number_of(links, name))

    def matching(self, text):
        words = words_of(text)
        found = self if words or not text.strip() else self.none()
        for word in words:
            together = Collaboration.objects.matching(word)
            found = found.filter(Q(folded__contains=word) | Q(collaboration__in=together))
        return found


class Paper(models.TextChoices):
    MEMORANDUM = "memorandum", _("Memorandum of understanding")
    LETTER = "letter", _("Letter of intent")
    CONTRACT = "contract", _("Contract")
    OTHER = "other", _("Other agreement")


class Agreement(ProjectRecord, Searchable):
    """A paper that both sides of a collaboration signed, such as a memorandum of understanding."""

    PREFIX = "AG"
    DAY = "date"
    DIGITS = 3
    SEARCHED = ("code", "subject", "signed_by")

    collaboration = models.ForeignKey(
        Collaboration,
        verbose_name=_("collaboration"),
        on_delete=models.PROTECT,
        related_name="agreements",
    )
    kind = models.CharField(_("kind"), max_length=15, choices=Paper, default=Paper.MEMORANDUM)
    subject = models.CharField(_("what was agreed"), max_length=500)
    date = models.DateField(_("signed on"))
    signed_by = models.CharField(
        _("signed by"),
        max_length=300,
        blank=True,
        help_text=_("The offices on both sides, such as: chair of the board; managing director."),
    )
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("Empty: without an end.")
    )
    evidence = models.ManyToManyField(
        Evidence, verbose_name=_("evidence"), blank=True, related_name="agreements"
    )

    objects = OfCollaboration.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-date", "-code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("date")),
                name="agreement_ends_after_signing",
                violation_error_message=_("An agreement is valid from the day it is signed."),
            ),
        ]

    def __str__(self):
        return f"{self.code} {Paper(self.kind).label}: {self.subject}"

    def get_absolute_url(self):
        return reverse("agreement_detail", args=[self.project.slug, self.code])

    @property
    def partner(self):
        """Whose paper its evidence is."""
        return self.collaboration.partner

    @property
    def is_over(self):
        return self.valid_until is not None and self.valid_until < timezone.localdate()

    def clean(self):
        super().clean()
        if self.date and self.date > timezone.localdate():
            raise ValidationError(
                {"date": _("This day is still to come. An agreement is entered when it is signed.")}
            )


class MeetingKind(models.TextChoices):
    MENTORING_VISIT = "mentoring_visit", _("Mentoring visit")
    TWINNING_VISIT = "twinning_visit", _("Twinning visit")
    MEETING = "meeting", _("Meeting")
    ONLINE = "online", _("Online meeting")

    @property
    def icon(self):
        return {
            "mentoring_visit": "light-bulb",
            "twinning_visit": "arrows-right-left",
            "meeting": "chat-bubble-left-right",
            "online": "computer-desktop",
        }[self.value]


class MeetingQuerySet(OfCollaboration):
    def with_facts(self):
        """Adds `on_day` and `called`, the day and the subject; the event's where there is one."""
        return self.annotate(
            on_day=Coalesce("date", "event__first_day"),
            called=Coalesce(NullIf("subject", models.Value("")), "event__title"),
        )

    def held(self, today=None):
        """Meetings that took place: of an event when it was held, otherwise when their day has come."""
        today = today or timezone.localdate()
        took_place = Q(event__isnull=True, date__lte=today) | Q(event__state=Standing.HELD)
        return self.with_facts().filter(took_place)

    def for_list(self):
        return super().for_list().select_related("event__project").with_facts().order_by("-on_day")


class Meeting(ProjectRecord, Searchable):
    """A meeting or visit of both sides of a collaboration, with its agenda; it points to its event if it was one."""

    PREFIX = "MT"
    DAY = "date"
    DIGITS = 3
    SEARCHED = ("code", "subject", "place")

    collaboration = models.ForeignKey(
        Collaboration,
        verbose_name=_("collaboration"),
        on_delete=models.PROTECT,
        related_name="meetings",
    )
    kind = models.CharField(
        _("kind"), max_length=20, choices=MeetingKind, default=MeetingKind.MEETING
    )
    event = models.ForeignKey(
        Event,
        verbose_name=_("event"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
    )
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    date = models.DateField(_("date"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    evidence = models.ManyToManyField(
        Evidence, verbose_name=_("evidence"), blank=True, related_name="meetings"
    )

    objects = MeetingQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("meeting or visit")
        verbose_name_plural = _("meetings and visits")
        ordering = ["-code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(event__isnull=True, date__isnull=False, subject__gt="")
                | Q(event__isnull=False, date__isnull=True, subject="", place=""),
                name="meeting_subject_and_day_once",
                violation_error_message=_(
                    "It has a subject, a day and a place of its own, or those of its event."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.heading}"

    def get_absolute_url(self):
        return reverse("meeting_detail", args=[self.project.slug, self.code])

    @property
    def partner(self):
        """Whose paper its evidence is."""
        return self.collaboration.partner

    @property
    def heading(self):
        return self.event.title if self.event_id else self.subject

    @property
    def day(self):
        return self.event.first_day if self.event_id else self.date

    @property
    def where(self):
        return self.event.place if self.event_id else self.place

    @property
    def form_of_it(self):
        return MeetingKind(self.kind)


class Point(models.Model):
    """A point of a meeting's agenda, and what was agreed on it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="points")
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("point"), max_length=300)
    agreed = models.CharField(_("what was agreed"), max_length=1000, blank=True)

    class PointQuerySet(models.QuerySet):
        def visible_to(self, user):
            return self.filter(meeting__in=Meeting.objects.visible_to(user))

        def editable_by(self, user):
            return self.filter(meeting__in=Meeting.objects.editable_by(user))

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = _("point of the agenda")
        verbose_name_plural = _("points of the agenda")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.text
