"""Requests for progress reports."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.jobs import hand_over, queue_again
from projects.models import ReportingPeriod
from reports.models import Rendering
from reports.tasks import make

VIEWERS_READ = gettext_lazy("Viewers read reports; they do not generate them.")


def request_report(*, user, period) -> Rendering:
    """Ask for the progress report of `period`; while one is being made, that one is returned.

    The rendering's `handed_over` says whether a worker could be told at once. If not (the broker is away), the
    row keeps the request and the sweep hands it over later.
    Raises PermissionDenied for viewers and strangers, ValidationError for a period that has not begun.
    """
    if period.start > timezone.localdate():
        raise ValidationError(
            _("%(period)s begins on %(day)s: there is nothing to report yet.")
            % {"period": period, "day": date_format(period.start)}
        )
    if under_way := period.renderings.unfinished().first():
        _require_right(user, under_way)
        return _hand_over(under_way)
    try:
        with transaction.atomic():
            # The period's row keeps the numbers apart where rows can be locked; elsewhere one writer writes.
            ReportingPeriod.objects.select_for_update().get(pk=period.pk)
            last = period.renderings.aggregate(last=Max("number"))["last"] or 0
            rendering = Rendering.objects.create(
                project_id=period.project_id, period=period, number=last + 1, requested_by=user
            )
            _require_right(user, rendering)
    except IntegrityError:
        # Two presses at once: the database let one of them in.
        return _hand_over(period.renderings.unfinished().latest("requested_at"))
    return _hand_over(rendering)


def retry(*, user, rendering) -> Rendering:
    """Queue a failed rendering again. Raises PermissionDenied as `request_report` does."""
    _require_right(user, rendering)
    try:
        with transaction.atomic():
            queue_again(Rendering, rendering.pk)
    except IntegrityError:
        return _hand_over(rendering.period.renderings.unfinished().latest("requested_at"))
    rendering.refresh_from_db()
    return _hand_over(rendering)


def _require_right(user, rendering):
    if not Rendering.objects.editable_by(user).filter(pk=rendering.pk).exists():
        raise PermissionDenied(VIEWERS_READ)


def _hand_over(rendering):
    return hand_over(rendering, make)
