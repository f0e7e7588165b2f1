"""Work in the background that survives a killed worker: the row of the request is the job.

A worker takes a queued row with one conditional UPDATE and marks it with a claim of its own; while it works, a
heartbeat says so. What it finishes becomes the row's in one more conditional UPDATE (`mine`): a worker that lost its
claim (it was thought dead and another took over, or somebody cancelled) writes nothing. A row whose heartbeat stopped
goes back into the queue. Faults that pass by themselves (`PASSING`) are tried again after a while; all others are
told at once. `run` does all of this around a job's own steps.
"""

import ctypes
import datetime
import errno
import logging
import threading
import uuid
from contextlib import contextmanager

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    connection,
    models,
    transaction,
)
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from kombu.exceptions import ChannelError
from kombu.exceptions import OperationalError as BrokerError

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5
SILENT_FOR = datetime.timedelta(seconds=20)
MOST_ATTEMPTS = 3

GAVE_UP = gettext_noop(
    "The work stopped %(times)d times before it was finished. Try again; if it stops once more, tell whoever "
    "runs this portal."
)
CANCELLED = gettext_noop("%(who)s cancelled it.")
TOOK_TOO_LONG = gettext_noop(
    "It took longer than the portal allows and was stopped. Tell whoever runs this portal."
)
TOOK_TOO_MUCH = gettext_noop(
    "It took more memory than the portal allows and was stopped. Tell whoever runs this portal."
)
DISK_FULL = gettext_noop("The portal's disk is full, so the file could not be stored.")
DATABASE_AWAY = gettext_noop("The portal's database could not be reached.")

FULL = {errno.ENOSPC, errno.EDQUOT}
LATER = (15, 60)  # seconds until the second attempt, and until the third


class Progress(models.TextChoices):
    QUEUED = "queued", _("Waiting to start")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")

    @property
    def tone(self):
        return {
            "queued": "calm",
            "running": "calm",
            "done": "good",
            "failed": "bad",
            "cancelled": "none",
        }[self.value]

    @property
    def icon(self):
        return {
            "queued": "clock",
            "running": "arrow-path",
            "done": "check",
            "failed": "exclamation-triangle",
            "cancelled": "x-mark",
        }[self.value]


UNFINISHED = [Progress.QUEUED, Progress.RUNNING]
STOPPED = [Progress.FAILED, Progress.CANCELLED]  # may be queued again


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
    not_before = models.DateTimeField(null=True, blank=True, editable=False)
    done = models.PositiveIntegerField(null=True, blank=True, editable=False)
    total = models.PositiveIntegerField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def percent(self):
        """How far it is, from the steps done and, inside a step that counts, from `done` of `total`."""
        if not self.step:
            return 0
        share = min(self.done / self.total, 1) if self.total and self.done else 0
        return min(int(100 * (self.step - 1 + share) / self.STEPS), 99)

    @property
    def progress(self):
        return Progress(self.state)

    @property
    def is_unfinished(self):
        return self.state in UNFINISHED


class ClaimLost(Exception):
    """Another worker has taken over this row."""


def take(model, pk):
    """Mark the queued row as this worker's; its claim, or None if it is somebody else's, finished or put off."""
    claim = uuid.uuid4()
    queued = model.objects.filter(pk=pk, state=Progress.QUEUED)
    taken = queued.filter(_is_time()).update(
        state=Progress.RUNNING,
        claim=claim,
        heartbeat=timezone.now(),
        attempts=F("attempts") + 1,
        step=0,
        done=None,
        total=None,
        failure="",
    )
    return claim if taken else None


def _is_time():
    return Q(not_before__isnull=True) | Q(not_before__lte=timezone.now())


def mine(model, pk, claim):
    """The row, as long as this worker's claim on it holds; else no row."""
    return model.objects.filter(pk=pk, claim=claim, state=Progress.RUNNING)


def say(model, pk, claim, step, doing, done=None, total=None):
    """Tell the person who waits how far the work is: `done` of `total` inside the step. Raises ClaimLost."""
    words = {"step": step, "doing": doing, "done": done, "total": total}
    if not mine(model, pk, claim).update(heartbeat=timezone.now(), **words):
        raise ClaimLost


class Telling:
    """What the heartbeat says besides being alive, where the work itself can't (inside its own transaction)."""

    def __init__(self):
        self.words = {}

    def __call__(self, step, doing, done=None, total=None):
        self.words = {"step": step, "doing": doing, "done": done, "total": total}

    def taken(self):
        """What is to be said, once: a later step must not be told over."""
        words, self.words = self.words, {}
        return words


@contextmanager
def heartbeat(model, pk, claim, seconds=HEARTBEAT_SECONDS):
    """Say every few seconds that this worker lives, also during the long step that can't say it itself.

    Yields a `Telling`: what it is told is written with the next beat, on a connection of its own. When the claim is
    gone, because somebody cancelled, ClaimLost is raised in the thread that works.
    """
    done, tell, worker = threading.Event(), Telling(), threading.get_ident()
    ending = (
        threading.Lock()
    )  # either the work has ended or it is interrupted, never one in the other

    def beat():
        while not done.wait(seconds):
            alive = True
            try:
                alive = _beat(mine(model, pk, claim), tell.taken())
            except (DatabaseError, InterfaceError) as error:
                # One missed beat is no reason to stop: the next one takes a new connection.
                logger.warning("%s %s missed a heartbeat: %s", model.__name__, pk, error)
            finally:
                connection.close()
            if not alive:
                with ending:
                    if not done.is_set():
                        interrupt(worker, ClaimLost)
                return

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield tell
    finally:
        with ending:
            done.set()
        thread.join()


def _beat(row, words):
    if words:
        row.filter(step__lte=words["step"]).update(**words)
    return row.update(heartbeat=timezone.now())


def interrupt(thread, error):
    """Raise `error` in another thread of this process, at the next step of its Python code."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))


def run(model, pk, work, *, failed, discard) -> Progress | None:
    """Fulfil the request of row `pk` by `work(row, claim, tell)` if nobody else does; the state in which this call
    left it for good, None if it did not.

    `work` makes the row done by one UPDATE of `mine`, or raises ClaimLost. failed: the sentence for a fault that has
    no name here, with %(number)d; discard(pk, claim) removes what was begun outside the database. Safe to call twice.
    """
    claim = take(model, pk)
    if claim is None:
        return None
    row = model.objects.for_work().get(pk=pk)
    try:
        with heartbeat(model, pk, claim) as tell:
            work(row, claim, tell)
        return Progress.DONE
    except ClaimLost:
        sentence, passes = "", False
    except SoftTimeLimitExceeded:
        sentence, passes = TOOK_TOO_LONG, False
    except MemoryError:
        sentence, passes = TOOK_TOO_MUCH, False
    except Exception as error:
        # The border of background work: whatever it was, the person who waits gets a sentence and a button.
        logger.exception("%s %s failed", model.__name__, pk)
        sentence = _passing(error)
        passes, sentence = bool(sentence), sentence or failed % {"number": pk}
    _take_a_new_connection()
    if model.objects.filter(pk=pk, claim=claim, state=Progress.DONE).exists():
        return Progress.DONE  # it was stopped after its last word, and keeps what it made
    discard(pk, claim)
    if passes and row.attempts < MOST_ATTEMPTS:
        _put_off(model, pk, claim, row.attempts, sentence)
        return None
    ended = mine(model, pk, claim).update(
        state=Progress.FAILED, claim=None, failure=sentence, finished_at=timezone.now()
    )
    return Progress.FAILED if ended else None


def _passing(error) -> str:
    """The sentence of a fault that may pass by itself; empty for any other."""
    if isinstance(error, OSError) and error.errno in FULL:
        return DISK_FULL
    if isinstance(error, (OperationalError, InterfaceError)):
        return DATABASE_AWAY
    return ""


def _take_a_new_connection():
    """The one at hand may be the one that broke."""
    if not connection.in_atomic_block:
        connection.close()


def _put_off(model, pk, claim, attempts, sentence):
    """Back into the queue for a later attempt."""
    later = timezone.now() + datetime.timedelta(seconds=LATER[attempts - 1])
    mine(model, pk, claim).update(
        state=Progress.QUEUED, claim=None, step=0, doing="", failure=sentence, not_before=later
    )


def cancel(model, pk, who) -> bool:
    """Stop the work on an unfinished row, which `who` asks for; whether there was any to stop.

    A worker that is at it learns of it with its next heartbeat and takes away what it began. If it is dead, the sweep
    does, which knows it by the claim that stays.
    """
    return bool(
        model.objects.filter(pk=pk, state__in=UNFINISHED).update(
            state=Progress.CANCELLED,
            failure=CANCELLED % {"who": who},
            finished_at=timezone.now(),
        )
    )


def put_back_abandoned(model, discard=None, gave_up=None) -> list[int]:
    """Queue again what nobody works on; return the ids of all rows of `model` that wait for a worker.

    A row that was begun too often is marked as failed instead, with a sentence, and gave_up(pk) is called.
    discard(pk, claim) removes what a lost worker may have left outside the database.
    """
    silent = timezone.now() - SILENT_FOR
    abandoned = model.objects.filter(state=Progress.RUNNING, heartbeat__lt=silent)
    for pk, claim, attempts in abandoned.values_list("pk", "claim", "attempts"):
        row = mine(model, pk, claim).filter(heartbeat__lt=silent)
        if attempts >= MOST_ATTEMPTS:
            taken_back = row.update(
                state=Progress.FAILED,
                claim=None,
                failure=GAVE_UP % {"times": attempts},
                finished_at=timezone.now(),
            )
        else:
            taken_back = row.update(
                state=Progress.QUEUED, claim=None, step=0, doing="", not_before=None
            )
        if taken_back and discard:
            # A worker that woke up and finished meanwhile keeps its row, and what it made.
            discard(pk, claim)
        if taken_back and gave_up and attempts >= MOST_ATTEMPTS:
            gave_up(pk)
    _clear_cancelled(model, silent, discard)
    queued = model.objects.filter(state=Progress.QUEUED).filter(_is_time())
    return list(queued.order_by("pk").values_list("pk", flat=True))


def _clear_cancelled(model, silent, discard):
    """Take away what was begun of cancelled rows whose worker has been silent: it may be dead."""
    cancelled = model.objects.filter(
        state=Progress.CANCELLED, claim__isnull=False, heartbeat__lt=silent
    )
    for pk, claim in cancelled.values_list("pk", "claim"):
        if discard:
            discard(pk, claim)
        cancelled.filter(pk=pk, claim=claim).update(claim=None)


def queue_again(model, pk, discard=None):
    """Put a failed or cancelled row back into the queue, as if it were new, without what was left of it."""
    stopped = model.objects.filter(pk=pk, state__in=STOPPED)
    claim = stopped.values_list("claim", flat=True).first()
    if claim and discard:
        discard(pk, claim)
    stopped.update(
        state=Progress.QUEUED,
        attempts=0,
        step=0,
        doing="",
        failure="",
        finished_at=None,
        not_before=None,
    )


def hand_over(row, task):
    """Tell a worker about `row` after the commit; `row.handed_over` says whether one could be told.

    If not (the broker is away), the row keeps the request and the sweep hands it over later.
    """
    row.handed_over = True

    def tell():
        try:
            task.delay(row.pk)
        except (BrokerError, ChannelError, OSError) as error:
            logger.warning(
                "%s %s waits: the broker can't be reached (%s)", type(row).__name__, row.pk, error
            )
            row.handed_over = False

    transaction.on_commit(tell)
    return row
