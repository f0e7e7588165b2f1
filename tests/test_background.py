"""Work in the background: cancelled, put off, stopped by a limit, told when it ended, and forgotten by rule."""

import datetime
import errno
import time
from pathlib import Path

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from common import jobs
from common.jobs import Progress
from projects.models import Notice
from reports import actions, rendering
from reports.models import Rendering
from tests import make
from tests.browsing import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(scene, cast):
    return make.rendering(scene.period, cast.manager)


def made_by(monkeypatch, function):
    monkeypatch.setattr("reports.rendering.to_file", function)


def fails_with(error):
    def to_file(*said):
        raise error

    return to_file


def good(*said):
    return b"%PDF-1.7 short", 1


def again(row):
    row.refresh_from_db()
    return row


# --- Faults ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (OperationalError("server closed the connection"), "database could not be reached"),
    ],
)
def test_a_fault_that_passes_is_tried_again_later_and_then_told(
    error, sentence, row, monkeypatch, as_
):
    made_by(monkeypatch, fails_with(error))
    for attempt, seconds in enumerate(jobs.LATER, 1):
        assert not rendering.make(row.pk)
        assert (again(row).state, row.attempts) == (Progress.QUEUED, attempt)
        waits = (row.not_before - timezone.now()).total_seconds()
        assert seconds - 5 < waits <= seconds
        assert rendering.put_back_abandoned() == []  # not before its time
        assert not rendering.make(row.pk)
        assert row.attempts == attempt
        page = words(as_("manager").get(row.get_absolute_url()))
        assert sentence in page
        assert "It is tried again at" in page
        Rendering.objects.update(not_before=timezone.now())
        assert rendering.put_back_abandoned() == [row.pk]
    assert not rendering.make(row.pk)
    assert again(row).state == Progress.FAILED
    assert sentence in row.failure


def test_a_fault_that_passed_leaves_a_finished_report(row, monkeypatch):
    made_by(monkeypatch, fails_with(OSError(errno.ENOSPC, "full")))
    rendering.make(row.pk)
    Rendering.objects.update(not_before=timezone.now())
    made_by(monkeypatch, good)
    assert rendering.make(row.pk)
    assert (again(row).state, row.failure, row.attempts) == (Progress.DONE, "", 2)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (SoftTimeLimitExceeded(), "took longer than the portal allows"),
        (MemoryError(), "took more memory than the portal allows"),
        (ValueError("a template is wrong"), "Your records are as they were"),
        (OSError(errno.EACCES, "denied"), "Your records are as they were"),
    ],
)
def test_any_other_fault_is_told_at_once_and_not_tried_again(error, sentence, row, monkeypatch):
    made_by(monkeypatch, fails_with(error))
    assert not rendering.make(row.pk)
    assert (again(row).state, row.attempts) == (Progress.FAILED, 1)
    assert sentence in row.failure
    assert rendering.put_back_abandoned() == []


# --- Cancelled ---------------------------------------------------------------------------------------


def cancelled(browser, row):
    return browser.post(reverse("rendering_cancel", args=["trace", row.pk]), follow=True)


def test_a_request_that_waits_is_cancelled_and_can_be_tried_again(row, as_):
    browser = as_("manager")
    assert "/cancel/" in browser.get(row.get_absolute_url()).content.decode()
    page = words(cancelled(browser, row))
    assert "Elena Petrova cancelled it." in page
    assert "Cancelled" in page
    assert "Failed" not in page
    assert "It was cancelled already." in words(cancelled(browser, row))
    assert "Try again" in page
    assert not rendering.make(row.pk)
    browser.post(reverse("rendering_retry", args=["trace", row.pk]))
    assert again(row).state == Progress.QUEUED


def test_work_that_is_cancelled_stops_in_the_middle_and_leaves_nothing(row, cast, monkeypatch):
    reached = []

    def slow(*said):
        actions.cancel(user=cast.manager, rendering=row)
        jobs.interrupt(jobs.threading.get_ident(), jobs.ClaimLost)  # as the heartbeat does
        for _n in range(100):
            time.sleep(0.01)
        reached.append(True)
        return good()

    made_by(monkeypatch, slow)
    assert not rendering.make(row.pk)
    assert not reached
    assert (again(row).state, row.file.name) == (Progress.CANCELLED, "")
    assert not Notice.objects.exists()  # whoever cancelled knows


def test_what_is_finished_or_locked_is_not_cancelled(row, scene, cast, as_, monkeypatch):
    made_by(monkeypatch, good)
    assert rendering.make(row.pk)
    assert "finished before it could be cancelled" in words(cancelled(as_("manager"), row))
    assert again(row).state == Progress.DONE
    edition = make.locked(scene.period, cast.coordinator)
    with pytest.raises(ValidationError, match="made to its end"):
        actions.cancel(user=cast.coordinator, rendering=edition.renderings.get())


def test_what_a_dead_worker_left_of_cancelled_work_is_taken_away(row, cast):
    claim = jobs.take(Rendering, row.pk)
    part = Path(default_storage.path(f"reports/{row.pk}-{claim}.part"))
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(b"half")
    actions.cancel(user=cast.manager, rendering=row)
    rendering.put_back_abandoned()
    assert part.exists()  # the worker may be alive, and takes it away itself
    Rendering.objects.update(heartbeat=timezone.now() - jobs.SILENT_FOR * 2)
    assert rendering.put_back_abandoned() == []
    assert not part.exists()
    assert again(row).claim is None


def test_cancelled_work_that_is_asked_for_again_begins_without_its_remains(row, cast):
    claim = jobs.take(Rendering, row.pk)
    part = Path(default_storage.path(f"reports/{row.pk}-{claim}.part"))
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(b"half")
    actions.cancel(user=cast.manager, rendering=row)
    actions.retry(user=cast.manager, rendering=again(row))
    assert not part.exists()


@pytest.mark.parametrize("late", [jobs.ClaimLost, SoftTimeLimitExceeded, MemoryError])
def test_what_is_finished_stays_finished_whatever_comes_a_moment_later(late, row, monkeypatch):
    """A heartbeat, a limit or a signal may strike between the last UPDATE and the end of the work."""
    made_by(monkeypatch, good)
    work = rendering._work

    def then_struck(*said):
        work(*said)
        raise late

    monkeypatch.setattr("reports.rendering._work", then_struck)
    assert rendering.make(row.pk)
    assert again(row).state == Progress.DONE
    assert row.file.storage.exists(row.file.name)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_heartbeats_at_every_moment_take_nothing_away_that_is_finished(scene, cast, monkeypatch):
    made_by(monkeypatch, good)
    monkeypatch.setattr("common.jobs.heartbeat.__wrapped__.__defaults__", (0.001,))
    for number in range(30):
        row = make.rendering(scene.period, cast.manager, number=number + 1)
        assert rendering.make(row.pk)
        assert row.file.storage.exists(again(row).file.name)


def test_the_heartbeat_does_not_tell_a_step_that_is_over(row):
    claim = jobs.take(Rendering, row.pk)
    telling = jobs.Telling()
    telling(3, "Laying out the pages", 5, 10)
    jobs.say(Rendering, row.pk, claim, 4, "Storing the file")
    assert jobs._beat(jobs.mine(Rendering, row.pk, claim), telling.taken())
    assert (again(row).step, row.doing) == (4, "Storing the file")
    assert telling.taken() == {}


# --- Told, and forgotten -----------------------------------------------------------------------------


def test_whoever_asked_is_told_in_the_portal_and_by_mail_if_it_took_long(
    row, monkeypatch, mailoutbox, as_
):
    made_by(monkeypatch, good)
    assert rendering.make(row.pk)
    assert "Progress report M1-M12, version 1 is ready" in words(as_("manager").get("/notices/"))
    assert not mailoutbox  # it was there before one could turn away
    second = make.rendering(row.period, row.requested_by, number=2)
    asked = timezone.now() - datetime.timedelta(minutes=2)
    Rendering.objects.filter(pk=second.pk).update(requested_at=asked)
    assert rendering.make(second.pk)
    (mail,) = mailoutbox
    assert mail.to == [row.requested_by.email]
    assert mail.subject == "Progress report M1-M12, version 2 is ready"
    assert second.get_absolute_url() in mail.body
    assert not as_("viewer").get("/notices/").context["object_list"]


def test_a_failure_is_told_too_and_a_mail_that_cannot_be_sent_changes_nothing(
    row, monkeypatch, settings, as_
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    asked = timezone.now() - datetime.timedelta(minutes=2)
    Rendering.objects.update(requested_at=asked)
    made_by(monkeypatch, fails_with(ValueError("x")))
    assert not rendering.make(row.pk)
    assert again(row).state == Progress.FAILED
    assert "version 1 could not be made" in words(as_("manager").get("/notices/"))


def test_old_drafts_go_with_their_files_and_the_newest_stays(scene, cast, settings):
    rows = [
        make.rendering(scene.period, cast.manager, number=n, state="done", file="x")
        for n in (1, 2, 3)
    ]
    make.rendering(scene.period, cast.manager, number=4, state="failed")  # no good draft
    for row in rows:
        row.file.save(f"reports/old-{row.number}.pdf", ContentFile(b"%PDF-1.7"))
    edition = make.locked(scene.period, cast.coordinator)
    asked = timezone.now() - datetime.timedelta(days=settings.DRAFT_DAYS + 2)
    Rendering.objects.update(requested_at=asked)
    assert rendering.forget_drafts(timezone.localdate()) == 3
    assert set(Rendering.objects.values_list("number", flat=True)) == {3, edition.number}
    assert not rows[0].file.storage.exists(rows[0].file.name)
    assert rows[2].file.storage.exists(rows[2].file.name)
    assert rendering.forget_drafts(timezone.localdate()) == 0


@pytest.mark.parametrize(
    ("step", "done", "total", "percent"),
    [(0, None, None, 0), (1, None, None, 0), (3, 10, 20, 50), (3, 30, 20, 60), (5, 9, 9, 99)],
)
def test_the_percentage_comes_from_work_done(step, done, total, percent):
    assert Rendering(step=step, done=done, total=total).percent == percent


def test_people_go_before_the_nights_work(settings):
    queues = settings.CELERY_TASK_QUEUES
    assert [queue.name for queue in queues] == ["celery", "night"]
    # On one key both would get every task.
    assert len({(queue.exchange.name, queue.routing_key) for queue in queues}) == 2
    assert settings.CELERY_TASK_ROUTES["indicators.tasks.keep_figures"] == {"queue": "night"}
    assert "reports.tasks.make" not in settings.CELERY_TASK_ROUTES
