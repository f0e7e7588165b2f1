"""Requests for the files of progress reports."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import jobs
from common.jobs import STOPPED, hand_over, queue_again
from projects.models import ReportingPeriod
from reports.models import Rendering
from reports.rendering import discard, same_draft
from reports.tasks import make

VIEWERS_READ = gettext_lazy("Viewers read reports; they do not generate them.")


def request_report(*, user, period) -> Rendering:
    """Ask for the progress report of `period`; while one is being made, that one is returned, and if nothing changed
    since the last draft, that (`is_the_same`).

    The rendering's `handed_over` says whether a worker could be told at once. If not (the broker is away), the
    row keeps the request and the sweep hands it over later.
    Raises PermissionDenied for viewers and strangers, ValidationError for a period that has not begun.
    """
    if period.start > timezone.localdate():
        raise ValidationError(
            _("%(period)s begins on %(day)s: there is nothing to report yet.")
            % {"period": period, "day": date_format(period.start)}
        )
    drafts = period.renderings.filter(edition__isnull=True)
    if under_way := drafts.unfinished().first():
        _require_right(user, under_way)
        return _hand_over(under_way)
    if same := same_draft(period):
        _require_right(user, same)
        same.handed_over = same.is_the_same = True
        return same
    try:
        with transaction.atomic():
            # The period's row keeps the numbers apart where rows can be locked; elsewhere one writer writes.
            ReportingPeriod.objects.select_for_update().get(pk=period.pk)
            rendering = Rendering.objects.create(
                project_id=period.project_id,
                period=period,
                number=next_number(period),
                requested_by=user,
            )
            _require_right(user, rendering)
    except IntegrityError:
        # Two presses at once: the database let one of them in.
        return _hand_over(_the_other(drafts))
    return _hand_over(rendering)


def _the_other(drafts):
    """The draft that was asked for at the same moment. Raises ValidationError if it was a lock that came between."""
    if other := drafts.unfinished().order_by("requested_at").last():
        return other
    raise ValidationError(_("Somebody else was quicker by a moment. Please ask again."))


def next_number(period) -> int:
    """The number of the next version of a period's report, counted through drafts and locked ones."""
    drafts = period.renderings.aggregate(last=Max("number"))["last"] or 0
    return max(drafts, period.editions.aggregate(last=Max("number"))["last"] or 0) + 1


def retry(*, user, rendering) -> Rendering:
    """Queue a failed or cancelled rendering again. Raises PermissionDenied as `request_report` does."""
    _require_right(user, rendering)
    try:
        with transaction.atomic():
            queue_again(Rendering, rendering.pk, discard)
    except IntegrityError:
        drafts = rendering.period.renderings.filter(edition__isnull=True)
        return _hand_over(_the_other(drafts))
    rendering.refresh_from_db()
    return _hand_over(rendering)


def cancel(*, user, rendering) -> bool:
    """Stop the making of a draft; whether there was any to stop. The files of locked versions are made to the end.

    Raises PermissionDenied as `request_report` does, ValidationError for the file of a locked version.
    """
    _require_right(user, rendering)
    if rendering.edition_id:
        raise ValidationError(_("The file of a locked version is made to its end."))
    return jobs.cancel(Rendering, rendering.pk, user)


def _require_right(user, rendering):
    if not Rendering.objects.editable_by(user).filter(pk=rendering.pk).exists():
        raise PermissionDenied(VIEWERS_READ)


def _hand_over(rendering):
    return hand_over(rendering, make)


def file_of(*, user, edition, final) -> Rendering:
    """Ask for the file of a locked version: final with the stamp of its submission, else for review.

    Each version has one file of each kind; the one that is there is returned as it is, a failed one is tried again.
    Raises PermissionDenied for viewers and strangers, ValidationError for the final file of what is not submitted.
    """
    if final and not edition.submitted_at:
        raise ValidationError(_("This version was not submitted, so it has no final file."))
    with transaction.atomic():
        rendering, made = Rendering.objects.get_or_create(
            edition=edition,
            final=final,
            defaults={
                "project_id": edition.project_id,
                "period_id": edition.period_id,
                "number": edition.number,
                "requested_by": user,
            },
        )
        _require_right(user, rendering)
    if made:
        return _hand_over(rendering)
    if rendering.state in STOPPED:
        return retry(user=user, rendering=rendering)
    rendering.handed_over = True
    return rendering
