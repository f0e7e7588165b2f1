"""What a person does with an import: begin it, name its columns, let it be written, try again."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from common.jobs import Progress, hand_over, queue_again
from projects.importing.tasks import work
from projects.models import Import, Outcome, Phase


def check(*, user, source) -> Import:
    """Let a worker make the preview of `source`.

    Raises PermissionDenied, and ValidationError while a worker is at it.
    """
    _require_right(user, source)
    queued = (
        Import.objects.filter(pk=source.pk)
        .exclude(state__in=[Progress.QUEUED, Progress.RUNNING])
        .exclude(stage=Phase.APPLY, state=Progress.DONE)
        .update(
            stage=Phase.CHECK,
            state=Progress.QUEUED,
            attempts=0,
            step=0,
            doing="",
            failure="",
            outdated=False,
            finished_at=None,
        )
    )
    if not queued:
        raise ValidationError(_("This file is being worked on, or it was imported already."))
    return _told(source)


def apply(*, user, source) -> Import:
    """Let a worker write what the preview of `source` shows, in the name of `user`.

    Raises PermissionDenied, and ValidationError if rows have errors or there is nothing to write.
    """
    _require_right(user, source)
    if source.count(Outcome.ERROR):
        raise ValidationError(
            _(
                "Nothing was imported: rows have errors. Mend them in your file, and upload it again."
            )
        )
    queued = Import.objects.filter(
        pk=source.pk, stage=Phase.CHECK, state=Progress.DONE, digest=source.digest
    ).update(
        stage=Phase.APPLY,
        state=Progress.QUEUED,
        applied_by=user,
        attempts=0,
        step=0,
        doing="",
        failure="",
        finished_at=None,
    )
    if not queued:
        raise ValidationError(_("This file is being worked on, or it was imported already."))
    return _told(source)


def retry(*, user, source) -> Import:
    """Queue a failed import again."""
    _require_right(user, source)
    queue_again(Import, source.pk)
    return _told(source)


def _require_right(user, source):
    if not Import.objects.editable_by(user).filter(pk=source.pk).exists():
        raise PermissionDenied(_("You may read this import but not change it."))


def _told(source):
    source.refresh_from_db()
    return hand_over(source, work)
