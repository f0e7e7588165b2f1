"""Requests for audit boxes."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common import jobs
from common.jobs import hand_over, queue_again
from projects.models import Project, Role
from reports.models import AuditBox
from reports.tasks import make_box


def request_box(*, user, project, subject, named=False, submission=None) -> AuditBox:
    """Ask for the audit box of `subject`: {"edition": row} or one of the other kinds. named: with names, not codes.

    submission: the sending of the form; sent twice, it makes one box. Raises PermissionDenied for viewers and
    strangers, and for names to who does not coordinate the project.
    """
    members = user.memberships.active().filter(project=project).exclude(role=Role.VIEWER)
    if not members.exists():
        raise PermissionDenied(_("Viewers read figures; they do not take out the evidence."))
    if named and not Project.objects.editable_by(user).filter(pk=project.pk).exists():
        raise PermissionDenied(_("Only a coordinator takes out a box with names."))
    more = {"submission": submission} if submission else {}
    try:
        with transaction.atomic():
            box = AuditBox.objects.create(
                project=project, requested_by=user, named=named, **subject, **more
            )
    except IntegrityError:
        box = AuditBox.objects.visible_to(user).get(submission=submission)
        box.handed_over = True
        return box
    return hand_over(box, make_box)


def retry_box(*, user, box) -> AuditBox:
    """Queue a failed box again. Raises PermissionDenied for who does not see it."""
    _require_right(user, box)
    queue_again(AuditBox, box.pk)
    box.refresh_from_db()
    return hand_over(box, make_box)


def cancel_box(*, user, box) -> bool:
    """Stop the making of a box; whether there was any to stop. Raises PermissionDenied for who does not see it."""
    _require_right(user, box)
    return jobs.cancel(AuditBox, box.pk, user)


def _require_right(user, box):
    if not AuditBox.objects.editable_by(user).filter(pk=box.pk).exists():
        raise PermissionDenied(_("This box is somebody else's."))
