"""Work in the background that survives a killed worker: the row of the request is the job.

A worker takes a queued row with one conditional UPDATE and marks it with a claim of its own; while it works, a
heartbeat says so. What it finishes becomes the row's in one more conditional UPDATE (`mine`): a worker that lost its
claim (it was thought dead, another took over) writes nothing. A row whose heartbeat stopped goes back into the queue.
"""

import datetime
import logging
import threading
import uuid
from contextlib import contextmanager

from django.db import DatabaseError, connection, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from kombu.exceptions import ChannelError, OperationalError

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5
SILENT_FOR = datetime.timedelta(seconds=20)
MOST_ATTEMPTS = 3

GAVE_UP = gettext_noop(
    "The work stopped %(times)d times before it was finished. Try again; if it stops once more, tell whoever "
    "runs this portal."
)


class Progress(models.TextChoices):
    QUEUED = "queued", _("Waiting to start")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")

    @property
    def tone(self):
        return {"queued": "calm", "running": "calm", "done": "good", "failed": "bad"}[self.value]

    @property
    def icon(self):
        return {
            "queued": "clock",
            "running": "arrow-path",
            "done": "check",
            "failed": "exclamation-triangle",
        }[self.value]


UNFINISHED = [Progress.QUEUED, Progress.RUNNING]


class Job(models.Model):
    """A request that a worker fulfils: how far it is, who works on it, and why it failed if it did."""

    STEPS = 1

    state = models.CharField(_("state"), max_length=10, choices=Progress, default=Progress.QUEUED)
    step = models.PositiveSmallIntegerField(default=0)
    doing = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    heartbeat = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished on"), null=True, blank=True, editable=False)
    failure = models.TextField(blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def progress(self):
        return Progress(self.state)

    @property
    def is_unfinished(self):
        return self.state in UNFINISHED


class ClaimLost(Exception):
    """Another worker has taken over this row."""


def take(model, pk):
    """Mark the queued row as this worker's; its claim, or None if it is somebody else's or finished."""
    claim = uuid.uuid4()
    taken = model.objects.filter(pk=pk, state=Progress.QUEUED).update(
        state=Progress.RUNNING,
        claim=claim,
        heartbeat=timezone.now(),
        attempts=F("attempts") + 1,
        step=0,
        failure="",
    )
    return claim if taken else None


def mine(model, pk, claim):
    """The row, as long as this worker's claim on it holds; else no row."""
    return model.objects.filter(pk=pk, claim=claim, state=Progress.RUNNING)


def say(model, pk, claim, step, doing):
    """Tell the person who waits how far the work is. Raises ClaimLost."""
    if not mine(model, pk, claim).update(step=step, doing=doing, heartbeat=timezone.now()):
        raise ClaimLost


class Telling:
    """What the heartbeat says besides being alive, where the work itself can't (inside its own transaction)."""

    def __init__(self):
        self.words = {}

    def __call__(self, step, doing):
        self.words = {"step": step, "doing": doing}


@contextmanager
def heartbeat(model, pk, claim, seconds=HEARTBEAT_SECONDS):
    """Say every few seconds that this worker lives, also during the long step that can't say it itself.

    Yields a `Telling`: what it is told is written with the next beat, on a connection of its own.
    """
    done, tell = threading.Event(), Telling()

    def beat():
        while not done.wait(seconds):
            try:
                mine(model, pk, claim).update(heartbeat=timezone.now(), **tell.words)
            except DatabaseError as error:
                # One missed beat is no reason to stop: the next one takes a new connection.
                logger.warning("%s %s missed a heartbeat: %s", model.__name__, pk, error)
            connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield tell
    finally:
        done.set()
        thread.join()


def put_back_abandoned(model, discard=None) -> list[int]:
    """Queue again what nobody works on; return the ids of all rows of `model` that wait for a worker.

    A row that was begun too often is marked as failed instead, with a sentence. `discard(pk, claim)` removes what
    the lost worker may have left outside the database.
    """
    silent = timezone.now() - SILENT_FOR
    abandoned = model.objects.filter(state=Progress.RUNNING, heartbeat__lt=silent)
    for pk, claim, attempts in abandoned.values_list("pk", "claim", "attempts"):
        row = mine(model, pk, claim).filter(heartbeat__lt=silent)
        if attempts >= MOST_ATTEMPTS:
            taken_back = row.update(
                state=Progress.FAILED,
                failure=GAVE_UP % {"times": attempts},
                finished_at=timezone.now(),
            )
        else:
            taken_back = row.update(state=Progress.QUEUED, claim=None, step=0, doing="")
        if taken_back and discard:
            # A worker that woke up and finished meanwhile keeps its row, and what it made.
            discard(pk, claim)
    return list(
        model.objects.filter(state=Progress.QUEUED).order_by("pk").values_list("pk", flat=True)
    )


def queue_again(model, pk):
    """Put a failed row back into the queue, as if it were new."""
    model.objects.filter(pk=pk, state=Progress.FAILED).update(
        state=Progress.QUEUED, attempts=0, step=0, doing="", failure="", finished_at=None
    )


def hand_over(row, task):
    """Tell a worker about `row` after the commit; `row.handed_over` says whether one could be told.

    If not (the broker is away), the row keeps the request and the sweep hands it over later.
    """
    row.handed_over = True

    def tell():
        try:
            task.delay(row.pk)
        except (OperationalError, ChannelError, OSError) as error:
            logger.warning(
                "%s %s waits: the broker can't be reached (%s)", type(row).__name__, row.pk, error
            )
            row.handed_over = False

    transaction.on_commit(tell)
    return row
