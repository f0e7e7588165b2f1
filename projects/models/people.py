from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.models.project import Partner, Project


class Role(models.TextChoices):
    COORDINATOR = "coordinator", _("Coordinator")
    STAFF = "staff", _("Staff")
    CLUSTER_MANAGER = "cluster_manager", _("Cluster manager")
    VIEWER = "viewer", _("Viewer")

    @property
    def needs_partner(self):
        return self in (Role.STAFF, Role.CLUSTER_MANAGER)

    @property
    def explanation(self):
        return {
            Role.COORDINATOR: _("Changes everything in the project."),
            Role.STAFF: _("Logs the own partner's activities and evidence."),
            Role.CLUSTER_MANAGER: _("Keeps the own partner's clusters, SMEs and services."),
            Role.VIEWER: _("Reads, until a date if you set one."),
        }[self]


class MembershipQuerySet(models.QuerySet):
    def active(self, today=None):
        today = today or timezone.localdate()
        return self.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=today))

    def visible_to(self, user):
        return self.filter(project__in=Project.objects.visible_to(user))

    def editable_by(self, user):
        return self.filter(project__in=Project.objects.editable_by(user))


class Membership(models.Model):
    """What one person is in one project: their role, and the partner they work for."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
    )
    expires_on = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty: as long as the project is here.")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["partner__number", "user__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "user"],
                name="membership_once_per_project",
                violation_error_message=_("This person is a member of the project already."),
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[Role.STAFF, Role.CLUSTER_MANAGER])
                | Q(partner__isnull=False),
                name="membership_role_has_partner",
                violation_error_message=_(
                    "Staff and cluster managers work for a partner: choose it."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.user} ({self.get_role_display()})"

    def get_absolute_url(self):
        return reverse("member_list", args=[self.project.slug])


INVITATION_SALT = "projects.invitation"


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.editable_by(user)

    def editable_by(self, user):
        return self.filter(project__in=Project.objects.editable_by(user))

    def open(self):
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)

    def for_token(self, token):
        """The invitation behind a link, or DoesNotExist for a link that nobody sent."""
        try:
            pk = signing.loads(token, salt=INVITATION_SALT)
        except signing.BadSignature as error:
            raise self.model.DoesNotExist from error
        return self.get(pk=pk)


class Invitation(models.Model):
    """A coordinator's offer of a membership, sent by mail as a link that works once and expires."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.CASCADE, null=True, blank=True
    )
    expires_on = models.DateField(
        _("member until"),
        null=True,
        blank=True,
        help_text=_("Empty: as long as the project is here."),
    )
    sent_at = models.DateTimeField(default=timezone.now)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations_sent"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "email"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_open_once",
                violation_error_message=_(
                    "There is an open invitation to this address: send it again instead."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[Role.STAFF, Role.CLUSTER_MANAGER])
                | Q(partner__isnull=False),
                name="invitation_role_has_partner",
                violation_error_message=_(
                    "Staff and cluster managers work for a partner: choose it."
                ),
            ),
        ]

    def __str__(self):
        return self.email

    @property
    def token(self):
        return signing.dumps(self.pk, salt=INVITATION_SALT)

    @property
    def expires_at(self):
        return self.sent_at + timedelta(days=settings.INVITATION_DAYS)

    @property
    def refusal(self):
        """Why this invitation can't be accepted any more, as a sentence; empty while it can."""
        if self.withdrawn_at:
            return _("This invitation was withdrawn. Ask the person who invited you.")
        if self.accepted_at:
            return _("This invitation was used already. Sign in with your e-mail address.")
        if timezone.now() > self.expires_at:
            return _(
                "This invitation has expired. Ask the person who invited you to send it again."
            )
        if self.expires_on and self.expires_on < timezone.localdate():
            return _("The time for which you were invited is over. Ask the person who invited you.")
        return ""
