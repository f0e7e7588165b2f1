import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clusters.models.opening import OpenBetween
from clusters.models.opinion import Stance, Verdict
from clusters.models.sme import SME
from clusters.models.strategy import Strategy
from clusters.models.version import StrategyVersion
from common.links import key_of, sign
from common.models import Record
from projects.models import Partner, Project, ProjectRecord
from projects.models.record import ProjectRecordQuerySet

SALT = "clusters.consultation"
MOST_SIGNS = 4000  # characters of a comment or of an answer to it


class ConsultationQuerySet(ProjectRecordQuerySet):
    def editable_by(self, user):
        return self.filter(strategy__in=Strategy.objects.editable_by(user))

    def heard_by(self, user):
        """SECURITY: which firm said what is read by those of the cluster's partner, of the joint strategy's round by
        those of the coordinating one, and by the coordinator."""
        within = Partner.objects.read_within_by(user)
        coordinated = Project.objects.filter(partners__in=within.filter(coordinates=True))
        return self.filter(
            Q(strategy__cluster__partner__in=within)
            | Q(strategy__cluster__isnull=True, project__in=coordinated)
        )

    def for_list(self):
        return self.select_related("project", "strategy__project", "strategy__cluster__partner")

    def with_counts(self):
        """Adds `asked_count`, `heard_count` (firms), `comment_count` and `open_count` (comments not answered)."""
        return self.annotate(
            asked_count=Count("asked", distinct=True),
            heard_count=Count("asked", filter=Q(asked__said_at__isnull=False), distinct=True),
            comment_count=Count("asked__comments", distinct=True),
            open_count=Count(
                "asked__comments",
                filter=Q(asked__comments__id__isnull=False, asked__comments__verdict=""),
                distinct=True,
            ),
        )


class Consultation(OpenBetween, ProjectRecord):
    """A round in which firms read a version of a strategy and comment on it, by a link and without a login."""

    PREFIX = "CR"
    DIGITS = 3

    strategy = models.ForeignKey(
        Strategy,
        verbose_name=_("strategy"),
        on_delete=models.PROTECT,
        related_name="consultations",
        editable=False,
    )
    text = models.ForeignKey(
        StrategyVersion,
        verbose_name=_("text"),
        on_delete=models.PROTECT,
        related_name="consultations",
        editable=False,
    )
    title = models.CharField(_("title"), max_length=200)
    introduction = models.TextField(
        _("what the firms are told"),
        blank=True,
        max_length=MOST_SIGNS,
        help_text=_("Above the text, in the language in which you write to them."),
    )
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("last day to comment"))
    told_at = models.DateTimeField(_("answers sent on"), null=True, blank=True, editable=False)

    objects = ConsultationQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["-opens_on", "-pk"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="consultation_closes_after_opening",
                violation_error_message=_("The last day is not to come before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.title}"

    def get_absolute_url(self):
        return reverse("consultation_detail", args=[self.project.slug, self.code])

    def clean(self):
        super().clean()
        if self.opens_on and self.closes_on:
            others = Consultation.objects.filter(
                strategy=self.strategy_id,
                opens_on__lte=self.closes_on,
                closes_on__gte=self.opens_on,
            )
            if other := others.exclude(pk=self.pk).first():
                raise ValidationError(
                    {
                        "opens_on": _("%(code)s asks about this strategy until %(day)s.")
                        % {"code": other.code, "day": date_format(other.closes_on)}
                    }
                )

    @property
    def partner(self):
        return self.strategy.partner


class ConsultedFirmQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(consultation__in=Consultation.objects.heard_by(user))

    def editable_by(self, user):
        return self.filter(consultation__in=Consultation.objects.editable_by(user))

    def for_token(self, token):
        """The firm behind a link, or DoesNotExist for a link that nobody was sent."""
        return self.get(key=key_of(token, salt=SALT))


class ConsultedFirm(Record):
    """One firm that is asked in a round: its link, when it was written to, and when it last said something."""

    consultation = models.ForeignKey(
        Consultation,
        verbose_name=_("consultation"),
        on_delete=models.CASCADE,
        related_name="asked",
    )
    sme = models.ForeignKey(
        SME, verbose_name=_("SME"), on_delete=models.PROTECT, related_name="consultations"
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sent_to = models.EmailField(_("sent to"), blank=True)
    sent_at = models.DateTimeField(_("sent on"), null=True, blank=True)
    said_at = models.DateTimeField(_("commented on"), null=True, blank=True)

    objects = ConsultedFirmQuerySet.as_manager()

    class Meta:
        verbose_name = _("consulted firm")
        verbose_name_plural = _("consulted firms")
        ordering = ["sme__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "sme"],
                name="consulted_firm_once",
                violation_error_message=_("This firm is asked already."),
            ),
        ]

    def __str__(self):
        return f"{self.consultation.code} – {self.sme}"

    def get_absolute_url(self):
        return self.consultation.get_absolute_url()

    @property
    def project(self):
        return self.consultation.project

    @property
    def link(self):
        return settings.SITE_URL + reverse("consulted", args=[sign(self.key, salt=SALT)])


class CommentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(firm__in=ConsultedFirm.objects.visible_to(user))

    def editable_by(self, user):
        return self.filter(firm__in=ConsultedFirm.objects.editable_by(user))

    def for_list(self):
        return self.select_related(
            "firm__sme__project",
            "firm__consultation__project",
            "firm__consultation__text",
            "answered_by",
        )


class StrategyComment(Record):
    """What one firm says of a strategy, or of one of its objectives, and what it is answered."""

    firm = models.ForeignKey(
        ConsultedFirm, verbose_name=_("firm"), on_delete=models.PROTECT, related_name="comments"
    )
    objective = models.CharField(
        _("objective"), max_length=20, blank=True, help_text=_("Its code; empty for the whole.")
    )
    stance = models.CharField(_("stance"), max_length=10, choices=Stance, blank=True)
    text = models.TextField(_("comment"), blank=True, max_length=MOST_SIGNS)
    verdict = models.CharField(_("answer"), max_length=10, choices=Verdict, blank=True)
    reply = models.TextField(_("what the firm is told"), blank=True, max_length=MOST_SIGNS)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment of a firm")
        verbose_name_plural = _("comments of firms")
        ordering = ["objective", "firm__sme__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "objective"], name="firm_comments_once_on_each_objective"
            ),
            models.CheckConstraint(
                condition=Q(stance__gt="") | Q(text__gt=""),
                name="firm_comment_says_something",
                violation_error_message=_("Say something, or choose how you see it."),
            ),
            models.CheckConstraint(
                condition=Q(verdict="") | Q(verdict__gt="", reply__gt=""),
                name="firm_comment_is_answered_in_words",
                violation_error_message=_("Say in a sentence what came of it."),
            ),
        ]

    def __str__(self):
        # SECURITY: no firm. This text is in histories.
        return f"{self.firm.consultation.code}, {self.objective or _('the whole')}"

    def get_absolute_url(self):
        return f"{self.firm.get_absolute_url()}#c{self.pk}"

    @property
    def project(self):
        return self.firm.project

    @property
    def how(self):
        """The stance with its tone and icon; None where none was chosen."""
        return Stance(self.stance) if self.stance else None

    @property
    def outcome(self):
        return Verdict(self.verdict) if self.verdict else None

    @property
    def about(self):
        """The title of the objective as the firm read it; empty for the whole."""
        objectives = self.firm.consultation.text.content["objectives"]
        return next((one["title"] for one in objectives if one["code"] == self.objective), "")
