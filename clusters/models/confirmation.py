import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from clusters.models.cluster import Cluster
from clusters.models.record import ServiceRecord, State
from clusters.models.service import Service
from clusters.models.sme import SME
from common.links import key_of, sign
from common.models import Record
from projects.models import Partner

SALT = "clusters.confirmation"


class FirmAnswer(models.TextChoices):
    YES = "yes", _("Yes, received")
    NO = "no", _("No, this is not so")


class ConfirmationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """SECURITY: whom a firm's mail went to and what it wrote back is read by its cluster's partner alone."""
        return self.filter(record__cluster__partner__in=Partner.objects.read_within_by(user))

    def editable_by(self, user):
        return self.filter(record__in=ServiceRecord.objects.editable_by(user))

    def answered(self):
        return self.filter(answered_at__isnull=False)

    def under_way(self):
        """Those that went out and can still be answered."""
        return self.filter(
            answered_at__isnull=True, sent_at__isnull=False, expires_at__gt=timezone.now()
        )

    def standing(self):
        """The firms' yes to what their records say today; one to what stood there before proves nothing of it."""
        return self.filter(
            answer=FirmAnswer.YES,
            sme=F("record__sme"),
            service=F("record__service"),
            cluster=F("record__cluster"),
            date=F("record__date"),
            record__state=State.DELIVERED,
        )

    def for_token(self, token):
        """The request behind a link, or DoesNotExist for a link that nobody was sent."""
        return self.get(key=key_of(token, salt=SALT))


class Confirmation(Record):
    """A firm asked by mail whether it received a service, and its answer: a link that works once and expires.

    Whose service it was, for whom and when is copied from the record, first as asked and then as answered: the
    answer vouches for this and for nothing that is written over it.
    """

    record = models.ForeignKey(
        ServiceRecord,
        verbose_name=_("service record"),
        on_delete=models.PROTECT,
        related_name="confirmations",
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sent_to = models.EmailField(_("sent to"))
    language = models.CharField(_("language"), max_length=10)
    sent_at = models.DateTimeField(_("sent on"), null=True, blank=True)
    expires_at = models.DateTimeField(_("can be answered until"))
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="confirmations")
    sme = models.ForeignKey(SME, on_delete=models.PROTECT, related_name="confirmations")
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="confirmations")
    date = models.DateField(_("date"))
    words = models.CharField(
        max_length=500,
        help_text=_("What the firm read: the service, the cluster and its own name."),
    )
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=3, choices=FirmAnswer, blank=True)
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction, 1 to 5"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    comment = models.TextField(_("comment"), blank=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(answered_at__isnull=True),
                name="confirmation_open_once",
                violation_error_message=_("The firm has been asked already."),
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | Q(answered_at__isnull=False, answer__in=FirmAnswer.values),
                name="confirmation_answered_with_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__range=(1, 5)),
                name="confirmation_satisfaction_1_to_5",
            ),
        ]

    def __str__(self):
        return f"{self.record.code} – {self.sme}"

    def get_absolute_url(self):
        return self.record.get_absolute_url()

    def copy_facts(self):
        """Take over what the record says now, as the firm is shown it."""
        record = self.record
        self.service, self.sme, self.cluster = record.service, record.sme, record.cluster
        self.date = record.date
        self.words = f"{record.service.title} · {record.cluster} · {self.firm}"[:500]

    @property
    def firm(self):
        return self.record.sme.own_name

    @property
    def link(self):
        return settings.SITE_URL + reverse("confirmation", args=[sign(self.key, salt=SALT)])

    @property
    def shown(self):
        """A mark of what the firm is shown, so that its answer is to that and not to what was written since."""
        record = self.record
        facts = [record.service.title, record.sme_id, record.cluster_id, record.date, record.state]
        return salted_hmac(SALT, "|".join(map(str, facts))).hexdigest()[:20]

    @property
    def stands(self):
        """Whether what was answered is what the record says today."""
        record = self.record
        return record.state == State.DELIVERED and (
            (self.service_id, self.sme_id, self.cluster_id, self.date)
            == (record.service_id, record.sme_id, record.cluster_id, record.date)
        )

    @property
    def is_open(self):
        return self.answered_at is None and not self.closed

    @property
    def closed(self):
        """Why it can't be answered any more: "expired" or "withdrawn"; empty while it can, or was."""
        if self.answered_at:
            return ""
        if self.record.state != State.DELIVERED or self.record.sme_id != self.sme_id:
            # SECURITY: a record that was moved to another firm is none of this one's business.
            return "withdrawn"
        return "expired" if timezone.now() > self.expires_at else ""
