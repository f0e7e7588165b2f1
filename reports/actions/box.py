"""Requests for audit boxes."""

import uuid

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common import jobs
from common.jobs import hand_over, queue_again
from projects.models import Project, Role
from reports.boxing import discard
from reports.models import AuditBox
from reports.tasks import make_box


def request_box(*, user, project, subject, named=False, submission=None) -> AuditBox:
    """Ask for the audit box of `subject`: {"edition": row} or one of the other kinds. named: with names, not codes.

    submission: the sending of the form; the same one sent twice makes one box. Raises PermissionDenied for viewers
    and strangers, and for names to who does not coordinate the project.
    """
    members = user.memberships.active().filter(project=project).exclude(role=Role.VIEWER)
    member = members.first()
    if member is None:
        raise PermissionDenied(_("Viewers read figures; they do not take out the evidence."))
    if named and not Project.objects.editable_by(user).filter(pk=project.pk).exists():
        raise PermissionDenied(_("Only a coordinator takes out a box with names."))
    box = AuditBox(
        project=project,
        requested_by=user,
        role=member.role,
        member_of=member.partner,
        named=named,
        **subject,
    )
    if submission:
        box.submission = submission
    try:
        with transaction.atomic():
            box.save()
    except IntegrityError:
        same = AuditBox.objects.filter(
            submission=submission, requested_by=user, project=project, named=named, **subject
        )
        if again := same.first():
            again.handed_over = True
            return again
        box.submission = uuid.uuid4()  # the form was gone back to, and asks for something else
        box.save()
    return hand_over(box, make_box)


def retry_box(*, user, box) -> AuditBox:
    """Queue a failed box again. Raises PermissionDenied for who does not see it."""
    _require_right(user, box)
    queue_again(AuditBox, box.pk, discard)
    box.refresh_from_db()
    return hand_over(box, make_box)


def cancel_box(*, user, box) -> bool:
    """Stop the making of a box; whether there was any to stop. Raises PermissionDenied for who does not see it."""
    _require_right(user, box)
    return jobs.cancel(AuditBox, box.pk, user)


def _require_right(user, box):
    if not AuditBox.objects.editable_by(user).filter(pk=box.pk).exists():
        raise PermissionDenied(_("This box is somebody else's."))
