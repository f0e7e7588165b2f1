"""The life of a report: locked, opened again, submitted, returned, approved; each step with who and why."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from common.jobs import Progress
from common.moment import one_moment
from common.prose import is_visible
from projects.actions.notice import tell
from projects.models import Happening, Project, ReportingPeriod
from reports import snapshot as snapshots
from reports.actions.rendering import file_of, next_number
from reports.bases import bases, bases_again
from reports.hashing import digest
from reports.models import Basis, Chapter, Edition, Passage, Standing, Turn, TurnKind
from reports.readiness import Readiness

LONGEST_REASON = 2000  # characters
SERIALIZATION_FAILURE = "40001"  # PostgreSQL's code for two transactions that crossed


def lock_refusal(period) -> str:
    """Why the report of `period` can't be locked whatever its gaps, as a sentence; empty if it can."""
    if Edition.objects.closed().filter(period=period).exists():
        return _("The report of %(period)s is locked already.") % {"period": period}
    if period.end >= timezone.localdate():
        return _("%(period)s ends on %(day)s. Its report can be locked after that day.") % {
            "period": period,
            "day": date_format(period.end),
        }
    return ""


def gaps_of(user, period):
    """(gaps that stop the lock, checks that warn)."""
    readiness = Readiness(user, period)
    return readiness.stopping, [check for check in readiness.checks if check.warnings]


def lock_report(*, user, period, reasons) -> Edition:
    """Take the snapshot of a period's report, protect what it counts, and ask for the file that all review.

    reasons: {key of a check: why its warnings are passed over}, printed in the report. The snapshot and what is
    protected are of one moment. Of two who lock at once one does.
    Raises PermissionDenied for who does not coordinate the project, ValidationError for a period that has not ended
    or is locked, for gaps that stop, for warnings without a reason, and for records deleted at the same moment.
    """
    _require_coordinator(user, period.project_id)
    try:
        with one_moment(Chapter, Passage):
            overridden = _checked(user, period, reasons)
            edition = _locked(user, period, overridden)
            file_of(user=user, edition=edition, final=False)
    except IntegrityError as error:
        # Somebody locked it at the same moment, or deleted a record that the snapshot counts.
        raise ValidationError(lock_refusal(period) or _crossed()) from error
    except DatabaseError as error:
        if getattr(error.__cause__, "pgcode", "") != SERIALIZATION_FAILURE:
            raise
        raise ValidationError(_crossed()) from error
    return edition


def _checked(user, period, reasons):
    """What is passed over, each with its reason. Raises ValidationError as `lock_report` does."""
    if refusal := lock_refusal(period):
        raise ValidationError(refusal)
    stopping, warning = gaps_of(user, period)
    if stopping:
        raise ValidationError(
            ngettext(
                "%(n)d thing that the report can't do without is missing.",
                "%(n)d things that the report can't do without are missing.",
                len(stopping),
            )
            % {"n": len(stopping)}
        )
    return [_passed_over(check, reasons.get(check.key, "")) for check in warning]


def _crossed():
    return _("Records were changed at the same moment. Nothing was locked; lock it again.")


def _passed_over(check, reason):
    reason = reason.strip()
    if not is_visible(reason):
        raise ValidationError(_("%(check)s: say why this is passed over.") % {"check": check.name})
    if len(reason) > LONGEST_REASON:
        raise ValidationError(_("Say it in 2,000 characters; this is longer."))
    lines = [str(gap.sentence) for gap in check.warnings]
    return {"check": str(check.name), "lines": lines, "reason": reason}


def _locked(user, period, overridden):
    now, before = timezone.now(), Edition.objects.opened_for_texts(period)
    with override("en-gb"):  # as the file is made
        if before:
            document = snapshots.with_texts(before.snapshot, period)
            document["overridden"] = before.snapshot.get("overridden", []) + overridden
            document.setdefault("frozen", before.locked_at.isoformat())
        else:
            document = snapshots.collect(period.project, period)
            document["overridden"] = overridden
            document["frozen"] = now.isoformat()
    edition = Edition.objects.create(
        project_id=period.project_id,
        period=period,
        number=next_number(period),
        snapshot=document,
        snapshot_sha256=digest(document),
        locked_by=user,
        locked_at=now,
    )
    rests_on = bases_again(edition, before) if before else bases(edition)
    Basis.objects.bulk_create(rests_on, batch_size=1000)
    if before and not before.submitted_at:
        Basis.objects.filter(report=before).delete()
    _note(edition, TurnKind.LOCKED, user, now)
    return edition


def open_report(*, user, edition, texts_only, reason) -> Edition:
    """Open a locked or returned report again. texts_only: its figures stay, and what they count stays protected.

    A version that was submitted keeps its file, its snapshot and its protection. Raises PermissionDenied for who does
    not coordinate, ValidationError without a reason or for a report that is not locked or returned.
    """
    _require_coordinator(user, edition.project_id)
    reason = _reason(reason, _("Say why it is opened again: it stands in the report's history."))
    with transaction.atomic():
        _pass(
            edition,
            [Standing.LOCKED, Standing.RETURNED],
            Standing.OPENED,
            _("Only a report that is locked or was returned is opened again."),
            texts_only=texts_only,
        )
        if not (texts_only and edition.submitted_at):
            # Figures that were submitted and stay are still reported: whoever changes their records says why.
            ReportingPeriod.objects.filter(pk=edition.period_id).update(
                frozen_on=None, version=F("version") + 1
            )
        if not texts_only and not edition.submitted_at:
            Basis.objects.filter(report=edition).delete()
        kind = TurnKind.OPENED_TEXTS if texts_only else TurnKind.OPENED
        _note(edition, kind, user, timezone.now(), reason)
    return edition


def submit_report(*, user, edition) -> Edition:
    """Mark a locked report as submitted, freeze its period, and ask for its file with the stamp; for good.

    Raises PermissionDenied for who does not coordinate the project, ValidationError for one that is not locked
    or whose file for review could not be made.
    """
    _require_coordinator(user, edition.project_id)
    if edition.renderings.filter(final=False, state=Progress.FAILED).exists():
        raise ValidationError(
            _(
                "Its file could not be made, so nothing can be handed in. Try again, or open the report and mend it."
            )
        )
    now = timezone.now()
    with transaction.atomic():
        _pass(
            edition,
            [Standing.LOCKED],
            Standing.SUBMITTED,
            _("Only a locked report is submitted; this one stands elsewhere by now."),
            submitted_by=user,
            submitter=str(user),
            submitted_at=now,
        )
        ReportingPeriod.objects.filter(pk=edition.period_id).update(
            frozen_on=timezone.localdate(now), version=F("version") + 1
        )
        _note(edition, TurnKind.SUBMITTED, user, now)
        file_of(user=user, edition=edition, final=True)
        _tell(edition, Happening.SUBMITTED, user)
    return edition


def note_return(*, user, edition, reason) -> Edition:
    """Note that the funder returned a submitted report. Raises as `open_report` does."""
    reason = _reason(reason, _("Say what the funder wants changed."))
    return _answered(user, edition, Standing.RETURNED, TurnKind.RETURNED, reason)


def note_approval(*, user, edition, reason="") -> Edition:
    """Note that the funder approved a submitted report. reason: what it said, if anything."""
    return _answered(user, edition, Standing.APPROVED, TurnKind.APPROVED, reason.strip())


def _answered(user, edition, state, kind, reason):
    _require_coordinator(user, edition.project_id)
    if len(reason) > LONGEST_REASON:
        raise ValidationError(_("Say it in 2,000 characters; this is longer."))
    with transaction.atomic():
        _pass(
            edition,
            [Standing.SUBMITTED],
            state,
            _("Only a submitted report is returned or approved."),
        )
        _note(edition, kind, user, timezone.now(), reason)
        approved = state == Standing.APPROVED
        _tell(edition, Happening.APPROVED if approved else Happening.GIVEN_BACK, user)
    return edition


# --- Each step ---------------------------------------------------------------------------------------


def _require_coordinator(user, project_id):
    if not Project.objects.editable_by(user).filter(pk=project_id).exists():
        raise PermissionDenied(_("Only a coordinator decides over a project's reports."))


def _reason(reason, sentence):
    reason = reason.strip()
    if not is_visible(reason):
        raise ValidationError(sentence)
    if len(reason) > LONGEST_REASON:
        raise ValidationError(_("Say it in 2,000 characters; this is longer."))
    return reason


def _pass(edition, states, state, refusal, **fields):
    """One conditional UPDATE decides between two who press at once, on any database."""
    rows = Edition.objects.filter(pk=edition.pk, state__in=states)
    if not rows.update(state=state, **fields):
        raise ValidationError(refusal)
    edition.refresh_from_db(fields=["state", "submitted_at", *fields])


def _note(edition, kind, who, at, reason=""):
    return Turn.objects.create(edition=edition, kind=kind, who=who, at=at, reason=reason)


def _tell(edition, what, actor):
    """Tell those who wrote in it and who declared their data for it."""
    chapters = edition.period.chapters.select_related("written_by")
    writers = {chapter.written_by for chapter in chapters}
    declared = edition.period.declarations.select_related("declared_by")
    others = (writers | {row.declared_by for row in declared}) - {None}
    tell(record=edition, what=what, actor=actor, others=others)
