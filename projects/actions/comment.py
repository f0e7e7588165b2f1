"""What people do with comments: write, resolve, open again."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.actions.notice import commentators, tell
from projects.models import Comment, Membership, Role
from projects.models.notice import Happening


def may_comment(*, user, record) -> bool:
    """Whether `user` sees `record` and is more than a viewer of its project."""
    writing = Membership.objects.active().filter(user=user, project=record.project_id)
    seen = type(record)._default_manager.visible_to(user).filter(pk=record.pk)
    return writing.exclude(role=Role.VIEWER).exists() and seen.exists()


@transaction.atomic
def add_comment(*, user, comment) -> Comment:
    """Save a new `comment` of `user` and tell those to whom its record belongs, and who commented on it before.

    Raises PermissionDenied for viewers and for who does not see the record.
    """
    if not may_comment(user=user, record=comment.record):
        raise PermissionDenied(_("Your role in this project reads comments and writes none."))
    comment.created_by = user
    others = commentators(comment.record)
    comment.save()
    tell(record=comment.record, what=Happening.COMMENTED, actor=user, others=others)
    return comment


def may_resolve(*, user, comment) -> bool:
    """Whether `user` wrote `comment` or may change the record that it is about."""
    if not may_comment(user=user, record=comment.record):
        return False
    editable = type(comment.record)._default_manager.editable_by(user)
    return comment.created_by_id == user.pk or editable.filter(pk=comment.object_id).exists()


@transaction.atomic
def resolve(*, user, comment, resolved=True) -> Comment:
    """Note that what `comment` says is settled, or open it again. Pressed twice it does so once.

    Raises PermissionDenied for who neither wrote it nor may change its record.
    """
    if not may_resolve(user=user, comment=comment):
        raise PermissionDenied(_("Who wrote a comment resolves it, or who may change the record."))
    same = Comment.objects.filter(pk=comment.pk, resolved_at__isnull=resolved)
    by, at = (user, timezone.now()) if resolved else (None, None)
    if same.update(resolved_by=by, resolved_at=at):
        what = Happening.RESOLVED if resolved else Happening.REOPENED
        tell(record=comment.record, what=what, actor=user, others={comment.created_by})
    comment.resolved_by, comment.resolved_at = by, at
    return comment
