"""The work behind an import: the preview of a file, and the writing of all of it or of nothing.

The row of the import is the job (`common.jobs`). A preview is written with its rows in one transaction. Applying
looks at the file once more while it writes; if the outcome is not the one that was previewed, everything is taken
back and the new preview takes the old one's place.
"""

import datetime
import logging
from itertools import islice

from auditlog.context import set_actor
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from common import jobs
from common.jobs import Progress
from common.search import fold
from projects.importing import cells, headers, reading
from projects.importing.books import ROWS, Refused
from projects.importing.columns import CODE, KINDS, resource_of
from projects.importing.records import BLOCK, EXAMPLE, ChangedMeanwhile, digest_of
from projects.models import Import, ImportRow, Outcome, Phase

logger = logging.getLogger(__name__)

KEPT_DAYS = 30  # a preview that nobody imports
READING = gettext_noop("Reading the file")
FAILED = gettext_noop(
    "The file could not be worked through. Your records are as they were. Try again; if it fails once more, tell "
    "whoever runs this portal that it was import %(number)d."
)


def work(pk) -> bool:
    """Check or apply import `pk`, whichever it waits for, if nobody else does. Returns whether this call did it.

    Safe to call twice, at once or after a crash.
    """
    claim = jobs.take(Import, pk)
    if claim is None:
        return False
    source = Import.objects.select_related("project", "created_by", "applied_by").get(pk=pk)
    try:
        with jobs.heartbeat(Import, pk, claim, seconds=1) as tell, override("en-gb"):
            if source.stage == Phase.APPLY:
                _apply(source, claim, tell)
            else:
                _check(source, claim, tell)
    except jobs.ClaimLost:
        return False
    except Refused as error:
        _fail(pk, claim, " ".join(error.messages))
        return False
    except Exception:
        # The border of background work: whatever it was, the person who waits gets a sentence and a button.
        logger.exception("Import %s failed", pk)
        _fail(pk, claim, FAILED % {"number": pk})
        return False
    return True


def put_back_abandoned() -> list[int]:
    """Queue again what nobody works on; return the ids of all imports that wait for a worker."""
    return jobs.put_back_abandoned(Import)


def _fail(pk, claim, sentence):
    jobs.mine(Import, pk, claim).update(
        state=Progress.FAILED, failure=sentence, finished_at=timezone.now()
    )


# --- Preview -------------------------------------------------------------------------------------------


def _check(source, claim, tell):
    jobs.say(Import, source.pk, claim, 0, READING)
    rows, resource, notes = _opened(source, source.created_by)
    founds = list(resource.found(rows, dry_run=True, tell=_progress(tell, len(rows), 0, 95)))
    _store(source, claim, founds, notes + _notes(resource), outdated=False)


def _store(source, claim, founds, notes, *, outdated):
    """Let `founds` be the preview of the import."""
    with transaction.atomic():
        source.rows.all().delete()
        ready = (
            ImportRow(
                source=source,
                number=found.number,
                outcome=found.outcome,
                label=found.label[:250],
                code=found.code,
                changes=found.changes,
                errors=found.errors,
            )
            for found in founds
        )
        while block := list(islice(ready, BLOCK)):
            ImportRow.objects.bulk_create(block)
        stored = jobs.mine(Import, source.pk, claim).update(
            state=Progress.DONE,
            stage=Phase.CHECK,
            step=Import.STEPS,
            counts=_counts(founds),
            notes=notes,
            digest=digest_of(founds),
            outdated=outdated,
            finished_at=timezone.now(),
        )
        if not stored:
            raise jobs.ClaimLost


def _counts(founds):
    counts = dict.fromkeys(Outcome.values, 0)
    for found in founds:
        counts[str(found.outcome)] += 1
    return counts


# --- All or nothing ------------------------------------------------------------------------------------


class _NotAsPreviewed(Exception):
    pass


def _apply(source, claim, tell):
    jobs.say(Import, source.pk, claim, 0, READING)
    rows, resource, notes = _opened(source, source.applied_by)
    try:
        with transaction.atomic(), set_actor(source.applied_by):
            new = source.count(Outcome.NEW)
            if new:
                resource.take_codes(new)
            founds = list(
                resource.found(rows, dry_run=False, tell=_progress(tell, len(rows), 0, 99))
            )
            if digest_of(founds) != source.digest:
                raise _NotAsPreviewed
            applied = jobs.mine(Import, source.pk, claim).update(
                state=Progress.DONE, step=Import.STEPS, finished_at=timezone.now()
            )
            if not applied:
                raise jobs.ClaimLost
    except (_NotAsPreviewed, ChangedMeanwhile, IntegrityError, StopIteration):
        logger.info("Import %s: the records changed since its preview", source.pk)
        rows, resource, notes = _opened(source, source.applied_by)
        founds = list(resource.found(rows, dry_run=True))
        _store(source, claim, founds, notes + _notes(resource), outdated=True)
        return
    _forget(source)


def _forget(source):
    """The file has done its work; what it said of persons is in their records alone."""
    source.file.delete(save=False)
    Import.objects.filter(pk=source.pk).update(file="")
    if KINDS[source.kind].personal:
        source.rows.update(changes=[], label="")


def forget_left() -> int:
    """Delete the previews that nobody imported within KEPT_DAYS, files and all; return how many there were."""
    limit = timezone.now() - datetime.timedelta(days=KEPT_DAYS)
    left = Import.objects.exclude(stage=Phase.APPLY, state=Progress.DONE)
    left = list(
        left.exclude(state__in=[Progress.QUEUED, Progress.RUNNING]).filter(created_at__lt=limit)
    )
    for source in left:
        source.delete()
        if source.file:
            source.file.storage.delete(source.file.name)
    return len(left)


# --- The file ------------------------------------------------------------------------------------------


def _opened(source, user):
    """The rows of the import's file as {"row_number": ..., column: cell}, their resource, and what is to be said."""
    kind = KINDS[source.kind]
    with source.file.open("rb") as file:
        book = reading.read(
            file,
            sheet=source.sheet,
            encoding=source.encoding,
            known=lambda row: headers.known(kind, row),
        )
    mapping = {name: index for name, index in source.mapping.items() if index is not None}
    rows, examples = [], 0
    for number, values in enumerate(book.rows[source.header_row :], source.header_row + 1):
        row = {name: values[index] for name, index in mapping.items() if index < len(values)}
        if all(cells.is_empty(cell) for cell in row.values()):
            continue
        if fold(cells.text(row.get(CODE, row.get("name")))).startswith(EXAMPLE):
            examples += 1
            continue
        row["row_number"] = number
        rows.append(row)
    if len(rows) > ROWS:
        raise Refused(
            _("The table has %(rows)d rows; %(most)d is the most in one go. Split the file.")
            % {"rows": len(rows), "most": ROWS}
        )
    notes = []
    if examples:
        notes.append(_("The example row of the template was left out."))
    if not rows:
        notes.append(_("There is no row below the headers."))
    resource = resource_of(
        kind,
        user=user,
        project=source.project,
        within=within_of(source, user),
        epoch=book.epoch,
        present=mapping,
    )
    return rows, resource, notes


def within_of(source, user):
    """The record that all rows of an import belong to, as long as `user` may change it; None where they need none.

    Raises Refused where it is gone.
    """
    model = KINDS[source.kind].within
    if model is None:
        return None
    rows = model._default_manager.editable_by(user).filter(project=source.project_id)
    if found := rows.filter(code=source.within).first():
        return found
    raise Refused(_("What this file was meant for is not there any more, or not yours to change."))


def _notes(resource):
    """What was read in one of several possible ways."""
    notes = []
    for name, field in resource.fields.items():
        doubtful = getattr(field.widget, "doubtful", [])
        if doubtful:
            words, day = doubtful[0]
            notes.append(
                _("%(column)s: days were read before months, “%(words)s” as %(day)s.")
                % {"column": resource.labels[name], "words": words, "day": date_format(day)}
            )
    return notes


def _progress(tell, total, first, last):
    def told(done):
        tell(
            first + (last - first) * done // max(total, 1),
            _("row %(done)d of %(total)d") % {"done": done, "total": total},
        )

    return told
