"""What is written for a period's report: saved, called ready, returned; and partners' declarations."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.actions.notice import tell
from projects.models import Happening, Partner, Project
from reports.models import Chapter, Declaration, Edition, Passage, Writing

LONGEST_REASON = 2000


@transaction.atomic
def write(*, user, chapter, bodies, ready) -> Chapter:
    """Save the texts of `chapter`, saved or new. bodies: {(kind, task or None): clean HTML}; ready: if it is done.

    Raises PermissionDenied for who does not write it; ValidationError for a chapter that is ready and says nothing,
    and if its report is locked at the same moment.
    """
    if not chapter.is_of(user):
        raise PermissionDenied(_("You may read this chapter but not write it."))
    if ready and not any(bodies.values()):
        raise ValidationError(_("Nothing is written yet, so it can't be ready."))
    chapter.state = Writing.READY if ready else Writing.OPEN
    chapter.written_by = user
    if ready:
        chapter.returned_because = ""
    elif chapter.returned_because:
        chapter.state = Writing.RETURNED
    chapter.save()
    for (kind, task), body in bodies.items():
        Passage.objects.update_or_create(
            chapter=chapter, kind=kind, task=task, defaults={"body": body}
        )
    _require_open(chapter.period_id)
    return chapter


def _require_open(period):
    """Asked after writing: who waited for a lock to be taken sees it now."""
    if Edition.objects.closed().filter(period=period).exists():
        raise ValidationError(
            _("The report of this period is locked, so its texts stay as they were.")
        )


@transaction.atomic
def give_back(*, user, chapter, reason) -> Chapter:
    """Return a chapter to those who wrote it, with a reason. Only the coordinator does.

    Raises PermissionDenied for others, ValidationError without a reason or for a chapter that is not ready.
    """
    if not Project.objects.editable_by(user).filter(pk=chapter.project_id).exists():
        raise PermissionDenied(_("Only a coordinator returns chapters."))
    reason = reason.strip()
    if not reason:
        raise ValidationError(_("Say what is to be changed: those who wrote it read it."))
    if len(reason) > LONGEST_REASON:
        raise ValidationError(_("Say it in 2,000 characters; this is longer."))
    _require_open(chapter.period_id)
    returned = Chapter.objects.editable_by(user).filter(pk=chapter.pk, state=Writing.READY)
    if not returned.update(
        state=Writing.RETURNED, returned_because=reason, version=F("version") + 1
    ):
        raise ValidationError(_("This chapter is not ready, so there is nothing to return."))
    _require_open(chapter.period_id)
    chapter.refresh_from_db()
    others = [chapter.written_by] if chapter.written_by else []
    tell(record=chapter, what=Happening.RETURNED, actor=user, others=others)
    return chapter


def declare(*, user, period, partner) -> Declaration:
    """Say that the data of `partner` for `period` are complete, or say so again. Safe to press twice.

    Raises PermissionDenied for who does not work for the partner, ValidationError for a period whose report is locked
    or that has not ended.
    """
    if not Partner.objects.read_within_by(user).filter(pk=partner.pk).exists():
        raise PermissionDenied(
            _("Only people of this partner, or a coordinator, declare its data.")
        )
    if Edition.objects.closed().filter(period=period).exists():
        raise ValidationError(_("The report of this period is locked."))
    if period.end >= timezone.localdate():
        raise ValidationError(_("The period has not ended: data may still come."))
    declaration, _made = Declaration.objects.update_or_create(
        period=period,
        partner=partner,
        defaults={
            "project": period.project,
            "declared_by": user,
            "declared_at": timezone.now(),
        },
    )
    return declaration
