"""Writes about projects and their people that touch more than one row or leave the database."""

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.mail import send_invitation
from projects.models import Invitation, Membership, Partner, Project, Role


@transaction.atomic
def create_project(*, user, project, coordinating_partner) -> Project:
    """Save a new `project` with the partner that coordinates it, and make `user` its coordinator.

    Both are unsaved objects. Raises PermissionDenied for a user without the right to add projects.
    """
    if not user.has_perm("projects.add_project"):
        raise PermissionDenied(_("You may not create projects. Ask whoever runs this portal."))
    project.created_by = coordinating_partner.created_by = user
    project.save()
    coordinating_partner.project = project
    coordinating_partner.number = 1
    coordinating_partner.coordinates = True
    coordinating_partner.save()
    Membership.objects.create(
        project=project, user=user, role=Role.COORDINATOR, partner=coordinating_partner
    )
    return project


@transaction.atomic
def set_coordinating_partner(*, user, partner) -> Partner:
    """Make `partner` the one that coordinates its project; the former one stays a partner.

    Raises PermissionDenied for who may not change the project.
    """
    if not Partner.objects.editable_by(user).filter(pk=partner.pk).exists():
        raise PermissionDenied(_("Only a coordinator changes the partners."))
    Partner.objects.filter(project=partner.project, coordinates=True).exclude(pk=partner.pk).update(
        coordinates=False
    )
    partner.coordinates = True
    partner.save()
    return partner


@transaction.atomic
def invite(*, user, invitation) -> Invitation:
    """Save a new `invitation` (or renew one that is open) and send its link by mail.

    Raises PermissionDenied for who may not change the project, ValidationError for an address that is a
    member's already.
    """
    if not Project.objects.editable_by(user).filter(pk=invitation.project_id).exists():
        raise PermissionDenied(_("Only a coordinator invites people."))
    invitation.email = invitation.email.strip().lower()
    if Membership.objects.filter(project=invitation.project, user__email=invitation.email).exists():
        raise ValidationError({"email": _("This person is a member of the project already.")})
    invitation.invited_by = user
    invitation.sent_at = timezone.now()
    invitation.save()
    transaction.on_commit(lambda: send_invitation(invitation))
    return invitation


@transaction.atomic
def withdraw_invitation(*, user, invitation) -> Invitation:
    """End an open `invitation`; its link then says so. Raises PermissionDenied as `invite` does."""
    if not Invitation.objects.editable_by(user).filter(pk=invitation.pk).exists():
        raise PermissionDenied(_("Only a coordinator withdraws invitations."))
    if invitation.accepted_at is None:
        invitation.withdrawn_at = timezone.now()
        invitation.save(update_fields=["withdrawn_at"])
    return invitation


@transaction.atomic
def accept_invitation(*, invitation, user=None, name="", password="") -> Membership:
    """Turn `invitation` into a membership, of `user` or of a new account with `name` and `password`.

    Raises ValidationError when it was used, withdrawn or has expired meanwhile, and PermissionDenied when
    `user` is not the person invited.
    """
    if user is not None and user.email != invitation.email:
        raise PermissionDenied(
            _("This invitation is for %(email)s. Sign out, then open it again.")
            % {"email": invitation.email}
        )
    if invitation.refusal:
        raise ValidationError(invitation.refusal)
    now = timezone.now()
    taken = Invitation.objects.open().filter(pk=invitation.pk).update(accepted_at=now)
    if not taken:
        raise ValidationError(
            _("This invitation was used already. Sign in with your e-mail address.")
        )
    if user is None:
        user = get_user_model().objects.create_user(invitation.email, password, name=name)
    membership, _created = Membership.objects.get_or_create(
        project=invitation.project,
        user=user,
        defaults={
            "role": invitation.role,
            "partner": invitation.partner,
            "expires_on": invitation.expires_on,
        },
    )
    return membership


def require_a_coordinator(project):
    """Raise ValidationError if a change would leave `project` with nobody who can change it."""
    coordinators = Membership.objects.active().filter(project=project, role=Role.COORDINATOR)
    if not coordinators.filter(expires_on__isnull=True, user__is_active=True).exists():
        raise ValidationError(
            _(
                "A project needs a coordinator without a last day. Make another member coordinator first."
            )
        )
