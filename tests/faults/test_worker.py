"""What becomes of a report and of an audit box when the worker that makes it is killed, doubled or given bad ground.

Each test does it to real processes, on PostgreSQL and Redis. docs/reliability.md tells the outcome.
"""

import datetime
import hashlib
import subprocess
import time
import zipfile

import pikepdf
import pytest
from django.utils import timezone

from common.jobs import Progress
from projects.models import Notice
from reports import actions
from reports.models import AuditBox, Rendering
from reports.tasks import make as make_report
from tests import make
from tests.faults.plant import Plant, kill

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plant(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return Plant(tmp_path)


@pytest.fixture
def report(scene, cast):
    return actions.request_report(user=cast.manager, period=scene.period)


def state(row):
    row.refresh_from_db()
    return row.state


def silent(row):
    """Half a minute of silence, without waiting for it."""
    past = timezone.now() - datetime.timedelta(minutes=1)
    type(row).objects.filter(pk=row.pk).update(heartbeat=past)


def whole(plant, row):
    """The one file that is there is the one the row names, as it was hashed, and opens."""
    row.refresh_from_db()
    assert plant.files() == [row.file.name.split("/")[1]]
    content = (plant.folder / "media" / row.file.name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == row.file_sha256
    with pikepdf.open(plant.folder / "media" / row.file.name) as opened:
        assert len(opened.pages) == row.pages
    return True


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_a_worker_killed_at_each_step_leaves_one_report_and_no_half_file(step, plant, report):
    with plant.worker(step=step) as first:
        plant.wait(lambda: state(report) == Progress.RUNNING and report.step == step)
        kill(first)
    assert (state(report), report.attempts, report.file.name) == (Progress.RUNNING, 1, "")
    silent(report)
    with plant.worker():
        plant.wait(lambda: state(report) == Progress.DONE)
    assert report.attempts == 2
    assert whole(plant, report)


@pytest.mark.parametrize("step", [2, 3])
def test_a_worker_killed_while_it_packs_leaves_one_box(step, plant, scene, cast):
    for n in range(3):
        scene.record.evidence.add(make.evidence(scene.bulgaria, content=b"x" * 1000 * (n + 1)))
    box = actions.request_box(
        user=cast.manager, project=scene.project, subject={"indicator": scene.indicator}
    )
    with plant.worker(step=step) as first:
        plant.wait(lambda: state(box) == Progress.RUNNING and box.step == step)
        plant.wait(lambda: plant.files("boxes"))
        kill(first)
    assert [name.endswith(".part") for name in plant.files("boxes")] == [True]
    silent(box)
    with plant.worker():
        plant.wait(lambda: state(box) == Progress.DONE)
    assert plant.files("boxes") == [box.file.name.split("/")[1]]
    with zipfile.ZipFile(plant.folder / "media" / box.file.name) as packed:
        assert packed.testzip() is None
    assert AuditBox.objects.count() == 1


def test_one_that_is_killed_each_time_is_given_up_with_a_sentence_and_told(plant, report, as_):
    for attempt in (1, 2, 3):
        with plant.worker(step=3) as victim:
            plant.wait(lambda n=attempt: state(report) == Progress.RUNNING and report.attempts == n)
            plant.wait(lambda: state(report) and report.step == 3)
            kill(victim)
        silent(report)
    with plant.worker():
        plant.wait(lambda: state(report) == Progress.FAILED)
        plant.wait(Notice.objects.exists)
    assert "stopped 3 times before it was finished" in report.failure
    assert plant.files() == []
    assert "could not be made" in as_("manager").get("/notices/").content.decode()
    actions.retry(user=report.requested_by, rendering=report)
    with plant.worker():
        plant.wait(lambda: state(report) == Progress.DONE)
    assert whole(plant, report)


def test_a_task_delivered_to_two_workers_makes_one_file(plant, report):
    for _n in range(4):
        make_report.delay(report.pk)
    with plant.worker(processes=2), plant.worker(processes=2, beat=False):
        plant.wait(lambda: state(report) == Progress.DONE)
        before = report.file.name
        make_report.delay(report.pk)
        report2 = Rendering.objects.get(pk=report.pk)
    assert (report2.attempts, report2.file.name) == (1, before)
    assert whole(plant, report)


def test_work_that_is_cancelled_stops_within_a_heartbeat(plant, report, cast):
    with plant.worker(step=3):
        plant.wait(lambda: state(report) == Progress.RUNNING and report.step == 3)
        actions.cancel(user=cast.manager, rendering=report)
        begun = time.monotonic()
        second = make.rendering(report.period, cast.manager, number=2)
        make_report.delay(
            second.pk
        )  # the same process is free for it long before its minute is over
        plant.wait(lambda: state(second) == Progress.RUNNING)
        assert time.monotonic() - begun < 30  # a heartbeat is 5 seconds, the standstill a minute
    assert "cancelled it" in Rendering.objects.get(pk=report.pk).failure
    assert plant.files() == []


def test_a_template_error_is_told_and_the_next_attempt_completes(plant, report, tmp_path):
    broken = tmp_path / "templates" / "reports" / "pdf"
    broken.mkdir(parents=True)
    (broken / "report.html").write_text("{% nonsense %}")
    with plant.worker(templates=tmp_path / "templates"):
        plant.wait(lambda: state(report) == Progress.FAILED)
    assert "could not be made. Your records are as they were." in report.failure
    assert "nonsense" not in report.failure
    assert report.attempts == 1
    assert plant.files() == []
    actions.retry(user=report.requested_by, rendering=report)
    with plant.worker():
        plant.wait(lambda: state(report) == Progress.DONE)
    assert whole(plant, report)


def test_a_process_that_takes_too_much_memory_is_stopped_with_a_sentence(plant, report):
    with plant.worker(step=3, memory=1):
        plant.wait(lambda: state(report) == Progress.FAILED)
    assert "took more memory than the portal allows" in report.failure
    assert report.attempts == 1
    assert plant.files() == []


def test_a_report_that_takes_too_long_is_stopped_with_a_sentence(plant, scene, cast):
    report = make.rendering(scene.period, cast.manager)
    make_report.apply_async(
        (report.pk,), soft_time_limit=3
    )  # LONGEST_REPORT is a quarter of an hour
    with plant.worker(step=3, beat=False):
        plant.wait(lambda: state(report) == Progress.FAILED)
    assert "took longer than the portal allows" in report.failure
    assert plant.files() == []


def test_a_full_disk_is_told_tried_again_and_completes_when_there_is_room(plant, report):
    folder = plant.folder / "media" / "reports"
    folder.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", folder], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a small disk can't be mounted here: root is needed")
    try:
        with plant.worker():
            plant.wait(lambda: state(report) == Progress.QUEUED and report.attempts == 1)
            assert "disk is full" in report.failure
            assert report.not_before > timezone.now()
            assert plant.files() == []
            subprocess.run(["mount", "-o", "remount,size=8m", folder], check=True)
            Rendering.objects.update(not_before=timezone.now())
            plant.wait(lambda: state(report) == Progress.DONE)
        assert report.attempts == 2
        assert whole(plant, report)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
