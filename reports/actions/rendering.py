"""Requests for progress reports, and their submission."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, F, Max, Value
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from common.jobs import Progress, hand_over, queue_again
from indicators.figures import counting_rows
from indicators.measures import How, measure_of
from indicators.models import Indicator
from projects.models import Project, ReportingPeriod
from reports import snapshot as snapshots
from reports.models import Basis, Rendering
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


def submit_report(*, user, rendering) -> Rendering:
    """Mark a finished report as submitted, freeze its period, and protect what its figures rest on; for good.

    Raises PermissionDenied for who does not coordinate the project, ValidationError (see `submission_refusal`)
    for a report that can't be submitted.
    """
    if not Project.objects.editable_by(user).filter(pk=rendering.project_id).exists():
        raise PermissionDenied(_("Only a coordinator submits reports."))
    if refusal := submission_refusal(rendering):
        raise ValidationError(refusal)
    now = timezone.now()
    with transaction.atomic():
        # Two conditional UPDATEs decide between two who press at once, on any database.
        frozen = ReportingPeriod.objects.filter(
            pk=rendering.period_id, frozen_on__isnull=True
        ).update(frozen_on=timezone.localdate(now), version=F("version") + 1)
        submitted = frozen and Rendering.objects.filter(
            pk=rendering.pk, state=Progress.DONE, submitted_at__isnull=True
        ).update(submitted_by=user, submitted_at=now)
        if not submitted:
            raise ValidationError(_("A report of this period was submitted a moment ago."))
        if _content_now(rendering) != rendering.snapshot_sha256:
            raise ValidationError(_changed_since())
        Basis.objects.bulk_create(_bases(rendering), batch_size=1000)
    rendering.refresh_from_db()
    return rendering


def submission_refusal(rendering) -> str:
    """Why `rendering` can't be submitted, as a sentence; empty if it can."""
    period = rendering.period
    if rendering.submitted_at:
        return _("This report is submitted already.")
    if rendering.state != Progress.DONE:
        return _("This report is not finished.")
    if period.frozen_on:
        return _(
            "A report of %(period)s was submitted on %(day)s. There is one for each period."
        ) % {
            "period": period,
            "day": date_format(period.frozen_on),
        }
    if period.end >= timezone.localdate():
        return _("%(period)s ends on %(day)s. Its report can be submitted after that day.") % {
            "period": period,
            "day": date_format(period.end),
        }
    if _content_now(rendering) != rendering.snapshot_sha256:
        return _changed_since()
    return ""


def _changed_since():
    return _(
        "Records were changed after this version was made, so it no longer says what they say. Generate a new "
        "version, read it, and submit that one."
    )


def _content_now(rendering):
    with override("en-gb"):  # as the worker that made it
        document = snapshots.collect(rendering.project, rendering.period)
    return snapshots.digest(document)


def _bases(rendering):
    """The records that the report's figures count, each with its evidence; one query for each source."""
    as_of = min(rendering.period.end, timezone.localdate())
    seen = set()
    for indicator in Indicator.objects.filter(project=rendering.project):
        measure = measure_of(indicator)
        for source in measure.sources if measure else ():
            rows = counting_rows(source, rendering.project, as_of, whole=measure.how == How.RATIO)
            rows = rows.order_by()
            field = Basis.field_for(rows.model)
            proof = F(source.evidence) if source.evidence else Value(None, BigIntegerField())
            for record, evidence in rows.values_list("pk", proof):
                if (field, record, evidence) not in seen:
                    seen.add((field, record, evidence))
                    yield Basis(report=rendering, evidence_id=evidence, **{f"{field}_id": record})
