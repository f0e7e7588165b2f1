"""The making of a progress report, step by step, so that a killed worker leaves nothing half done.

A worker takes a queued row with one conditional UPDATE and marks it with a claim of its own; while it works, a
heartbeat says so. The finished file becomes the row's in one more conditional UPDATE: a worker that lost its claim
(it was thought dead, another took over) throws its own file away. A row whose heartbeat stopped goes back into the
queue.
"""

import datetime
import hashlib
import logging
import os
import threading
import uuid
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_noop, override

from indicators import charts
from reports import snapshot as snapshots
from reports.models import Progress, Rendering

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5
SILENT_FOR = datetime.timedelta(seconds=20)
MOST_ATTEMPTS = 3

COLLECTING = gettext_noop("Collecting the figures")
DRAWING = gettext_noop("Drawing the charts")
LAYING_OUT = gettext_noop("Laying out the pages")
STORING = gettext_noop("Storing the file")
FINISHED = gettext_noop("Finished")
GAVE_UP = gettext_noop(
    "The work stopped %(times)d times before it was finished. Try again; if it stops once more, tell whoever "
    "runs this portal."
)
FAILED = gettext_noop(
    "The report could not be made. Your records are as they were. Try again; if it fails once more, tell "
    "whoever runs this portal that it was report %(number)d."
)


class ClaimLost(Exception):
    """Another worker has taken over this rendering."""


def make(pk) -> bool:
    """Make the report of rendering `pk` if nobody else does. Returns whether this call finished it.

    Safe to call twice, at once or after a crash: exactly one call stores a file.
    """
    claim = _take(pk)
    if claim is None:
        return False
    rendering = Rendering.objects.select_related("project", "period__project").get(pk=pk)
    try:
        with _heartbeat(pk, claim), override("en-gb"):
            _work(rendering, claim)
    except ClaimLost:
        _discard(pk, claim)
        return False
    except Exception:
        # The border of background work: whatever it was, the person who waits gets a sentence and a button.
        logger.exception("Rendering %s failed", pk)
        _discard(pk, claim)
        _mine(pk, claim).update(
            state=Progress.FAILED, failure=FAILED % {"number": pk}, finished_at=timezone.now()
        )
        return False
    return True


def _work(rendering, claim):
    _step(rendering.pk, claim, 1, COLLECTING)
    document = snapshots.collect(rendering.project, rendering.period)
    _step(rendering.pk, claim, 2, DRAWING)
    html = to_html(document, made_on=rendering.requested_at, version=rendering.number)
    _step(rendering.pk, claim, 3, LAYING_OUT)
    content = to_pdf(html)
    _step(rendering.pk, claim, 4, STORING)
    name = _store(rendering.pk, claim, content)
    finished = _mine(rendering.pk, claim).update(
        state=Progress.DONE,
        step=Rendering.STEPS,
        doing=FINISHED,
        snapshot=document,
        snapshot_sha256=snapshots.digest(document),
        file=name,
        file_sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        finished_at=timezone.now(),
    )
    if not finished:
        raise ClaimLost


def to_html(document, *, made_on, version) -> str:
    """The report's pages as HTML: a function of the snapshot, the day it was made and its version."""
    chart = ""
    if document["leading"]:
        chart = charts.months_against_plan(
            months=document["leading"]["months"],
            target=document["leading"]["target"],
            of_months=document["project"]["months"],
            description=document["leading"]["name"],
        )
    return render_to_string(
        "reports/pdf/report.html",
        {
            "report": document,
            "first_day": parse_date(document["period"]["first_day"]),
            "last_day": parse_date(document["period"]["last_day"]),
            "as_of": parse_date(document["as_of"]),
            "chart": chart,
            "made_on": made_on,
            "version": version,
            "digest": snapshots.digest(document),
            "style": Path(settings.BASE_DIR / "templates/reports/pdf/report.css").read_text(),
        },
    )


def to_pdf(html) -> bytes:
    """A tagged PDF (PDF/UA-1) of `html`, which names no address: nothing is fetched while it is made.

    Raises weasyprint.urls.FatalURLFetchingError if it does name one.
    """
    # Imported by the worker at its first report: it takes 1.5 s, and the web process never needs it.
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    # SECURITY: no protocol is allowed. A page that names an address all the same is not made with a hole in it.
    nothing = URLFetcher(allowed_protocols=(), fail_on_errors=True)
    return HTML(string=html, url_fetcher=nothing).write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)


def put_back_abandoned() -> list[int]:
    """Queue again what nobody works on; return the ids of all renderings that wait for a worker.

    A rendering that was begun too often is marked as failed instead, with a sentence.
    """
    silent = timezone.now() - SILENT_FOR
    abandoned = Rendering.objects.filter(state=Progress.RUNNING, heartbeat__lt=silent)
    for pk, claim, attempts in abandoned.values_list("pk", "claim", "attempts"):
        row = _mine(pk, claim).filter(heartbeat__lt=silent)
        if attempts >= MOST_ATTEMPTS:
            taken_back = row.update(
                state=Progress.FAILED,
                failure=GAVE_UP % {"times": attempts},
                finished_at=timezone.now(),
            )
        else:
            taken_back = row.update(state=Progress.QUEUED, claim=None, step=0, doing="")
        if taken_back:
            # A worker that woke up and finished meanwhile keeps its row, and its file.
            _discard(pk, claim)
    waiting = Rendering.objects.filter(state=Progress.QUEUED)
    return list(waiting.order_by("requested_at").values_list("pk", flat=True))


# --- The row -----------------------------------------------------------------------------------------


def _take(pk):
    """Mark the queued rendering as this worker's; its claim, or None if it is somebody else's or finished."""
    claim = uuid.uuid4()
    taken = Rendering.objects.filter(pk=pk, state=Progress.QUEUED).update(
        state=Progress.RUNNING,
        claim=claim,
        heartbeat=timezone.now(),
        attempts=F("attempts") + 1,
        step=0,
        failure="",
    )
    return claim if taken else None


def _mine(pk, claim):
    return Rendering.objects.filter(Q(pk=pk, claim=claim, state=Progress.RUNNING))


def _step(pk, claim, number, doing):
    if not _mine(pk, claim).update(step=number, doing=doing, heartbeat=timezone.now()):
        raise ClaimLost


@contextmanager
def _heartbeat(pk, claim):
    """Say every few seconds that this worker lives, also during the long step that can't say it itself."""
    done = threading.Event()

    def beat():
        while not done.wait(HEARTBEAT_SECONDS):
            try:
                _mine(pk, claim).update(heartbeat=timezone.now())
            except DatabaseError:
                # One missed beat is no reason to stop: the next one takes a new connection.
                logger.warning("Rendering %s missed a heartbeat", pk, exc_info=True)
            connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


# --- The file ----------------------------------------------------------------------------------------


def _name(pk, claim):
    return f"reports/{pk}-{claim}.pdf"


def _store(pk, claim, content):
    """Write the file under its name in one step: a crash before it leaves a .part that no row names."""
    name = _name(pk, claim)
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return name


def _discard(pk, claim):
    path = Path(default_storage.path(_name(pk, claim)))
    path.unlink(missing_ok=True)
    path.with_suffix(".part").unlink(missing_ok=True)
