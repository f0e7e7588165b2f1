from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models.project import Project
from projects.models.spoken import OnRecords


class Happening(models.TextChoices):
    """What somebody did with a record, of which those to whom it belongs are told."""

    COMMENTED = "commented", _("%(who)s commented on %(record)s")
    RESOLVED = "resolved", _("%(who)s resolved a comment on %(record)s")
    REOPENED = "reopened", _("%(who)s opened a comment on %(record)s again")
    VERIFIED = "verified", _("%(who)s verified %(record)s")
    UNVERIFIED = "unverified", _("%(who)s took back the verification of %(record)s")
    RETURNED = "returned", _("%(who)s sent %(record)s back")
    DENIED = "denied", _("A firm says of %(record)s that this is not so")
    CONFIRMED = "confirmed", _("A firm confirmed %(record)s")
    SUBMITTED = "submitted", _("%(who)s submitted %(record)s")
    APPROVED = "approved", _("%(record)s was approved")
    GIVEN_BACK = "given-back", _("The funder returned %(record)s")
    ADOPTED = "adopted", _("%(who)s noted the adoption of %(record)s")
    MADE = "made", _("%(record)s is ready")
    FAILED = "failed", _("%(record)s could not be made")

    @property
    def icon(self):
        return {
            "commented": "chat-bubble-left-ellipsis",
            "resolved": "check-circle",
            "reopened": "arrow-uturn-left",
            "verified": "check-badge",
            "unverified": "arrow-uturn-left",
            "returned": "arrow-uturn-left",
            "denied": "exclamation-triangle",
            "confirmed": "check-circle",
            "submitted": "paper-airplane",
            "approved": "check",
            "given-back": "arrow-uturn-left",
            "adopted": "check-badge",
            "made": "document-check",
            "failed": "exclamation-triangle",
        }[self.value]


class NoticeQuerySet(OnRecords):
    def visible_to(self, user):
        """SECURITY: one's own, and of records that one may still see."""
        return self.filter(user=user.pk).of_visible_records(user)

    def editable_by(self, user):
        return self.visible_to(user)

    def unread(self):
        return self.filter(read_at__isnull=True)

    def new_for(self, user):
        """Those that `user` has not read, in their projects: cheap enough to be counted on every page."""
        return self.unread().filter(user=user.pk, project__in=Project.objects.visible_to(user))


class Notice(models.Model):
    """That a person is told, in the portal, what another one did with a record of theirs.

    Nothing of the record is copied here: what it is called is read when the notice is.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    record = GenericForeignKey()
    what = models.CharField(_("what happened"), max_length=12, choices=Happening)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    read_at = models.DateTimeField(_("read on"), null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["user", "-at"], name="notice_latest"),
            models.Index(
                fields=["user"], condition=models.Q(read_at__isnull=True), name="notice_unread"
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.what}"

    @property
    def happening(self):
        return Happening(self.what)

    @property
    def sentence(self):
        """What happened, in words."""
        return self.happening.label % {
            "who": self.actor or _("Somebody"),
            "record": self.record,
        }
