"""The asking of firms: a wave, the firms asked in it, the letters sent to them, and what they answered."""

import datetime

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clusters.models.cluster import Cluster
from clusters.models.contact import Contact
from clusters.models.opening import OpenBetween
from clusters.models.questionnaire import Option, Question, Questionnaire
from clusters.models.sme import SME
from projects.models import Partner, Project, ProjectRecord
from projects.models.project import OfProject

TOKEN_SALT = "clusters.asked"  # noqa: S105 - a salt, no secret
REMINDER_DAYS = 3


class When(models.TextChoices):
    BASELINE = "baseline", _("Baseline")
    END = "end", _("End")


class Wave(OpenBetween, ProjectRecord):
    """One asking of the firms: at the baseline, or at the end."""

    PREFIX = "WV"
    DIGITS = 2

    questionnaire = models.ForeignKey(
        Questionnaire,
        verbose_name=_("questionnaire"),
        on_delete=models.PROTECT,
        related_name="waves",
        editable=False,
    )
    kind = models.CharField(_("when in the project"), max_length=10, choices=When)
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(_("last day to answer"))

    objects = OfProject.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("wave")
        verbose_name_plural = _("waves")
        ordering = ["kind"]  # the baseline before the end
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["questionnaire", "kind"],
                name="wave_kind_once",
                violation_error_message=_("This questionnaire has such a wave already."),
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="wave_closes_after_opening",
                violation_error_message=_("The last day is not to come before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.questionnaire} – {self.get_kind_display()}"

    def get_absolute_url(self):
        return reverse("wave_detail", args=[self.project.slug, self.code])

    @property
    def why_closed(self):
        """Why nothing can be sent or answered today, as a sentence; empty while the wave is open."""
        if self.is_over:
            return _("This wave closed on %(day)s.") % {"day": date_format(self.closes_on)}
        if not self.is_open:
            return _("This wave opens on %(day)s.") % {"day": date_format(self.opens_on)}
        return ""


class AskedQuerySet(models.QuerySet):
    def visible_to(self, user):
        """SECURITY: which firm answered, and what, is read by its partner and by the coordinator, nobody else."""
        within = Partner.objects.read_within_by(user)
        return self.filter(cluster__in=Cluster.objects.filter(partner__in=within))

    def editable_by(self, user):
        return self.filter(cluster__in=Cluster.objects.editable_by(user))

    def handed_in(self):
        return self.filter(handed_in_at__isnull=False)

    def with_begun(self):
        """Adds `begun`: whether anything is answered."""
        return self.annotate(begun=Exists(Answer.objects.filter(asked=OuterRef("pk"))))

    def with_contact(self):
        """Adds the person to whom the asking cluster's partner writes, None where no contact has an address.

        As `contact_id`, `contact_name` and `contact_email`.
        """
        contacts = Contact.objects.filter(
            sme=OuterRef("sme"), partner=OuterRef("cluster__partner")
        ).exclude(email="")
        first = contacts.order_by("code")
        return self.annotate(
            contact_id=Subquery(first.values("pk")[:1]),
            contact_name=Subquery(first.values("name")[:1]),
            contact_email=Subquery(first.values("email")[:1]),
        )

    def with_letters(self):
        """Adds `invited` and `under_way` (yes or no), `reminders` (how many were sent) and `last_sent` (when)."""
        letters = Letter.objects.filter(asked=OuterRef("pk"))
        sent = letters.filter(state=Delivery.SENT).order_by().values("asked")
        reminders = sent.filter(kind=Letter.Kind.REMINDER).annotate(n=Count("pk")).values("n")
        return self.annotate(
            invited=Exists(letters.filter(state=Delivery.SENT)),
            under_way=Exists(letters.filter(state__in=UNFINISHED)),
            reminders=Subquery(reminders),
            last_sent=Subquery(sent.annotate(last=Max("sent_at")).values("last")),
            last_state=Subquery(letters.order_by("-pk").values("state")[:1]),
        )

    def to_invite(self):
        """Those who have an address and no invitation that was sent, is on its way, or may have been sent."""
        done = Letter.objects.filter(asked=OuterRef("pk")).exclude(state=Delivery.FAILED)
        return (
            self.with_contact()
            .filter(contact_id__isnull=False, handed_in_at__isnull=True)
            .exclude(Exists(done))
        )

    def to_remind(self, now=None):
        """Those who were written to, not in the last days, and have not handed in."""
        lately = (now or timezone.now()) - datetime.timedelta(days=REMINDER_DAYS)
        letters = Letter.objects.filter(asked=OuterRef("pk"))
        too_soon = Q(state__in=UNFINISHED) | Q(claimed_at__gt=lately)
        return (
            self.with_contact()
            .filter(contact_id__isnull=False, handed_in_at__isnull=True)
            .filter(Exists(letters.filter(state=Delivery.SENT)))
            .exclude(Exists(letters.exclude(state=Delivery.FAILED).filter(too_soon)))
        )

    def for_token(self, token):
        """The firm asked by the link that carries `token`, or DoesNotExist for a link that nobody sent."""
        try:
            pk = signing.Signer(salt=TOKEN_SALT).unsign_object(token)
        except (signing.BadSignature, ValueError) as error:
            raise self.model.DoesNotExist from error
        return self.get(pk=pk)


class Asked(models.Model):
    """A firm asked in a wave, by one of its clusters; once, however many clusters it belongs to."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="asked")
    sme = models.ForeignKey(
        SME, verbose_name=_("SME"), on_delete=models.PROTECT, related_name="asked"
    )
    cluster = models.ForeignKey(
        Cluster, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="asked"
    )
    handed_in_at = models.DateTimeField(_("handed in on"), null=True, blank=True)

    objects = AskedQuerySet.as_manager()

    class Meta:
        verbose_name = _("firm asked")
        verbose_name_plural = _("firms asked")
        ordering = ["sme__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "sme"],
                name="asked_once_per_wave",
                violation_error_message=_("This firm is asked in this wave already."),
            ),
        ]

    def __str__(self):
        return f"{self.sme} – {self.wave}"

    def get_absolute_url(self):
        return reverse("asked_detail", args=[self.wave.project.slug, self.wave.code, self.pk])

    @property
    def token(self):
        """What makes the firm's link; the same each time, so that a printed link and a mailed one agree."""
        return signing.Signer(salt=TOKEN_SALT).sign_object(self.pk)

    @property
    def link(self):
        return settings.SITE_URL + reverse("answer", args=[self.token])


class MailingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(
            Q(requested_by=user.pk) | Q(wave__project__in=Project.objects.editable_by(user)),
            wave__in=Wave.objects.visible_to(user),
        )

    editable_by = visible_to

    def with_progress(self):
        """Adds how many letters there are (`total`) and how many were `sent`, `failed`, `interrupted`, `unsent`."""

        def count(*states):
            return Count("letters", filter=Q(letters__state__in=states))

        return self.annotate(
            total=Count("letters"),
            sent=count(Delivery.SENT),
            failed=count(Delivery.FAILED),
            interrupted=count(Delivery.INTERRUPTED),
            unsent=count(*UNFINISHED),
        )


class Mailing(models.Model):
    """One press of “send”: the letters that it asked for, sent one by one in the background."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="mailings")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(_("requested on"), auto_now_add=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ["-requested_at", "-pk"]

    def __str__(self):
        return f"{self.wave} {self.requested_at:%Y-%m-%d}"


class Delivery(models.TextChoices):
    WAITING = "waiting", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")
    INTERRUPTED = "interrupted", _("Perhaps sent")


UNFINISHED = (Delivery.WAITING, Delivery.SENDING)


class LetterQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(asked__in=Asked.objects.visible_to(user))

    def editable_by(self, user):
        return self.filter(asked__in=Asked.objects.editable_by(user))


class Letter(models.Model):
    """One mail to one firm. Who sends it claims it first, so that a worker killed half-way sends none twice."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("Invitation")
        REMINDER = "reminder", _("Reminder")

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="letters")
    asked = models.ForeignKey(Asked, on_delete=models.CASCADE, related_name="letters")
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=12, choices=Delivery, default=Delivery.WAITING)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent on"), null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["asked"],
                condition=Q(state__in=["waiting", "sending"]),
                name="letter_one_under_way",
                violation_error_message=_("A letter to this firm is on its way already."),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} – {self.asked}"


class AnswerQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(asked__in=Asked.objects.visible_to(user))

    def editable_by(self, user):
        """Nobody in the project changes what a firm answered."""
        return self.none()

    def handed_in(self):
        return self.filter(asked__handed_in_at__isnull=False)


class Answer(models.Model):
    """What a firm answered to one question: a number, a text, or an option (one row for each option chosen)."""

    asked = models.ForeignKey(Asked, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField(_("1 to 5"), null=True, blank=True)
    option = models.ForeignKey(
        Option, on_delete=models.PROTECT, null=True, blank=True, related_name="answers"
    )
    text = models.TextField(_("text"), blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["asked", "question__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["asked", "question"],
                condition=Q(option__isnull=True),
                name="answer_once",
            ),
            models.UniqueConstraint(fields=["asked", "option"], name="answer_option_once"),
            models.CheckConstraint(
                condition=(
                    Q(number__isnull=False, option__isnull=True, text="")
                    | Q(number__isnull=True, option__isnull=False, text="")
                    | Q(number__isnull=True, option__isnull=True, text__gt="")
                ),
                name="answer_is_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__range=(1, 5)),
                name="answer_1_to_5",
            ),
        ]

    def __str__(self):
        return self.text or str(self.option or self.number)

    def clean(self):
        if self.option_id and self.option.question_id != self.question_id:
            raise ValidationError({"option": _("This option belongs to another question.")})
