"""Asking for a progress report: who may, what is said, and that two presses make one job."""

import datetime
import threading
import time
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from common.jobs import Progress
from projects.models import Role
from reports import actions, rendering
from reports.models import Rendering
from tests import make

LIST = "/p/trace/reports/"
committing = pytest.mark.django_db(transaction=True)


@pytest.fixture
def light(monkeypatch):
    """Laying out takes seconds and is tested in test_rendering.py; here every report is a short file."""
    monkeypatch.setattr("reports.rendering.to_file", lambda *said: (b"%PDF-1.7 short", 1))


@pytest.fixture
def broker_away(monkeypatch):
    """Celery's broker is a Redis on a port on which nobody listens; calling it brings the broker back."""
    from tracekei.celery import app

    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", "redis://127.0.0.1:9/0")
    monkeypatch.setattr(app.amqp, "_producer_pool", None)


def text_of(response):
    return response.content.decode()


# --- From the press to the file ------------------------------------------------------------------


@pytest.mark.parametrize("person", ["coordinator", "manager", "staff"])
def test_a_request_becomes_a_row_then_a_file_to_download(person, scene, as_, cast):
    browser = as_(person)
    response = browser.post(LIST, {"period": "1"}, follow=True)
    row = Rendering.objects.get()
    assert response.redirect_chain == [(row.get_absolute_url(), 302)]
    assert row.requested_by == getattr(cast, person)
    assert "In the queue" in text_of(response)
    assert rendering.make(row.pk)
    row.refresh_from_db()
    assert row.state == Progress.DONE
    assert "Download the report" in text_of(browser.get(row.get_absolute_url()))
    download = browser.get(reverse("rendering_file", args=["trace", row.pk]))
    content = b"".join(download.streaming_content)
    assert content.startswith(b"%PDF-1.7")
    assert len(content) == row.size
    assert download["Content-Type"] == "application/pdf"
    assert "trace-progress-report-M1-M12-v1-draft.pdf" in download["Content-Disposition"]


def test_the_page_shows_the_step_without_the_rest_of_the_page(scene, as_, cast):
    row = make.rendering(
        scene.period, cast.manager, state=Progress.RUNNING, step=3, doing="Laying out the pages"
    )
    part = text_of(as_("viewer").get(row.get_absolute_url(), headers={"HX-Request": "true"}))
    assert "Step 3 of 5" in part
    assert "Laying out the pages" in part
    assert "hx-get" in part
    assert "<html" not in part
    Rendering.objects.update(state=Progress.FAILED, failure="It was too long.")
    part = text_of(as_("viewer").get(row.get_absolute_url(), headers={"HX-Request": "true"}))
    assert "It was too long." in part
    assert "hx-get" not in part


def test_a_request_that_no_worker_came_for_says_that_it_is_kept(scene, as_, cast):
    row = make.rendering(scene.period, cast.manager)
    Rendering.objects.update(requested_at=timezone.now() - datetime.timedelta(minutes=1))
    page = text_of(as_("viewer").get(row.get_absolute_url()))
    assert "has not come for it yet. Your request is kept" in page


def test_versions_of_a_periods_report_rise(scene, as_, light):
    browser = as_("manager")
    for number in (1, 2, 3):
        browser.post(LIST, {"period": "1"})
        row = Rendering.objects.latest("pk")
        assert row.number == number
        assert rendering.make(row.pk)
        make.record(scene.service, make.sme(scene.cluster, name=f"Firm {number}"))
    second = make.period(scene.project, 2, 13, 24)
    browser.post(LIST, {"period": "2"})
    assert Rendering.objects.get(period=second).number == 1


def test_what_did_not_change_is_not_made_again(scene, as_, light):
    browser = as_("manager")
    browser.post(LIST, {"period": "1"})
    row = Rendering.objects.get()
    assert rendering.make(row.pk)
    page = browser.post(LIST, {"period": "1"}, follow=True)
    assert page.redirect_chain[-1][0] == row.get_absolute_url()
    assert "Nothing changed since this version" in text_of(page)
    assert Rendering.objects.count() == 1
    row.refresh_from_db()
    row.file.storage.delete(row.file.name)  # a file that is gone is no answer
    browser.post(LIST, {"period": "1"})
    assert Rendering.objects.count() == 2


# --- One job -------------------------------------------------------------------------------------


def test_a_second_press_leads_to_the_job_that_is_under_way(scene, as_):
    browser = as_("manager")
    first = browser.post(LIST, {"period": "1"})["Location"]
    assert browser.post(LIST, {"period": "1"})["Location"] == first
    Rendering.objects.update(state=Progress.RUNNING)
    assert as_("coordinator").post(LIST, {"period": "1"})["Location"] == first
    assert Rendering.objects.count() == 1


@committing
@pytest.mark.postgres  # SQLite's test database is one connection
def test_two_presses_at_once_make_one_job(scene, cast):
    together = threading.Barrier(4)
    found, problems = [], []

    def press():
        try:
            together.wait()
            found.append(actions.request_report(user=cast.manager, period=scene.period).pk)
        except Exception as error:
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert Rendering.objects.count() == 1
    assert set(found) == {Rendering.objects.get().pk}


# --- Who, and what is not possible ---------------------------------------------------------------


def test_a_viewer_reads_reports_and_does_not_generate_them(scene, as_, cast):
    browser = as_("viewer")
    assert "Generate progress report" not in text_of(browser.get(LIST))
    for period in ("1", "99", ""):
        assert browser.post(LIST, {"period": period}).status_code == 403
    assert not Rendering.objects.exists()
    row = make.rendering(scene.period, cast.manager, state=Progress.FAILED, failure="It broke.")
    assert "Try again" not in text_of(browser.get(row.get_absolute_url()))
    assert browser.post(reverse("rendering_retry", args=["trace", row.pk])).status_code == 403
    row.refresh_from_db()
    assert row.state == Progress.FAILED


@pytest.mark.parametrize("period", ["99", "-1", "abc", "1.5", "9" * 40, "1; DROP"])
def test_a_period_that_does_not_exist_gets_a_sentence_at_its_field(period, scene, as_):
    response = as_("manager").post(LIST, {"period": period})
    assert response.status_code == 200
    assert "There is no such period in this project" in text_of(response)
    assert not Rendering.objects.exists()


def test_a_period_that_no_text_may_hold_gets_a_sentence(scene, as_):
    assert "Null characters are not allowed." in text_of(
        as_("manager").post(LIST, {"period": "\x00"})
    )


def test_no_period_at_all_gets_a_sentence(scene, as_):
    assert "Choose a period." in text_of(as_("manager").post(LIST, {}))


def test_another_projects_period_does_not_exist_here(scene, as_):
    make.period(make.project("HIDDEN"), number=7)
    page = text_of(as_("manager").post(LIST, {"period": "7"}))
    assert "There is no such period in this project" in page


def test_a_period_that_has_not_begun_gets_a_sentence(scene, as_, cast):
    today = timezone.localdate()
    young = make.project(
        "YOUNG",
        start=today - datetime.timedelta(days=40),
        end=today + datetime.timedelta(days=700),
    )
    partner = make.partner(young)
    make.member(young, Role.STAFF, partner, cast.staff)
    running, coming = make.period(young, 1, 1, 12), make.period(young, 2, 13, 23)
    browser = as_("staff")
    page = text_of(browser.post("/p/young/reports/", {"period": "2"}))
    assert "there is nothing to report yet" in page
    assert not coming.renderings.exists()
    assert browser.post("/p/young/reports/", {"period": "1"}).status_code == 302
    assert running.renderings.count() == 1


@pytest.mark.parametrize(
    "query", ["page=1000000000", "page=0", "page=abc", "period=%00", "period=x"]
)
def test_odd_addresses_show_the_list(query, scene, as_, cast):
    for number in range(1, 23):
        make.rendering(scene.period, cast.manager, number=number, state=Progress.FAILED)
    response = as_("manager").get(f"{LIST}?{query}")
    assert response.status_code == 200
    assert "version" in text_of(response)


@pytest.mark.parametrize("pk", ["999999", "9" * 30])
@pytest.mark.parametrize("name", ["rendering_detail", "rendering_file"])
def test_a_report_that_is_not_there_is_not_found(name, pk, scene, as_):
    assert as_("manager").get(reverse(name, args=["trace", int(pk)])).status_code == 404


def test_another_projects_report_is_not_found(scene, as_, cast):
    hidden = make.project("HIDDEN")
    row = make.rendering(make.period(hidden), cast.stranger, state=Progress.FAILED)
    browser = as_("coordinator")
    for name in ("rendering_detail", "rendering_file"):
        assert browser.get(reverse(name, args=["trace", row.pk])).status_code == 404
        assert browser.get(reverse(name, args=["hidden", row.pk])).status_code == 404
    assert browser.post(reverse("rendering_retry", args=["trace", row.pk])).status_code == 404


@pytest.mark.parametrize("state", [Progress.QUEUED, Progress.RUNNING, Progress.FAILED])
def test_a_report_that_is_not_finished_has_no_file(state, scene, as_, cast):
    row = make.rendering(scene.period, cast.manager, state=state)
    address = reverse("rendering_file", args=["trace", row.pk])
    assert as_("manager").get(address).status_code == 404


def test_a_file_that_is_gone_from_the_disk_gets_a_sentence(scene, as_, cast, light):
    row = make.rendering(scene.period, cast.manager)
    rendering.make(row.pk)
    row.refresh_from_db()
    row.file.storage.delete(row.file.name)
    response = as_("viewer").get(reverse("rendering_file", args=["trace", row.pk]))
    assert response.status_code == 410
    assert "it is not where the portal stored it" in text_of(response)


# --- When it fails -------------------------------------------------------------------------------


def test_a_failure_is_a_sentence_and_a_button_that_tries_again(scene, as_, monkeypatch):
    def broken(*said):
        raise RuntimeError("no room for the pages")

    browser = as_("staff")
    browser.post(LIST, {"period": "1"})
    row = Rendering.objects.get()
    with monkeypatch.context() as patch:
        patch.setattr("reports.rendering.to_file", broken)
        assert not rendering.make(row.pk)
    row.refresh_from_db()
    assert row.state == Progress.FAILED
    assert row.finished_at
    page = text_of(browser.get(row.get_absolute_url()))
    assert "The report could not be made. Your records are as they were." in page
    assert f"it was report {row.pk}" in page
    assert "no room" not in page
    assert "Try again</button>" in page
    assert "Traceback" not in page
    assert stored() == []

    assert browser.post(reverse("rendering_retry", args=["trace", row.pk])).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.attempts, row.failure) == (Progress.QUEUED, 0, "")
    monkeypatch.setattr("reports.rendering.to_file", lambda *said: (b"%PDF-1.7 short", 1))
    assert rendering.make(row.pk)
    row.refresh_from_db()
    assert row.state == Progress.DONE
    assert Rendering.objects.count() == 1
    assert len(stored()) == 1


def stored():
    return sorted(Path(default_storage.path("reports")).glob("*"))


def test_a_retry_while_another_is_under_way_leads_to_that_one(scene, as_, cast):
    failed = make.rendering(scene.period, cast.manager, state=Progress.FAILED, failure="It broke.")
    running = make.rendering(scene.period, cast.manager, number=2, state=Progress.RUNNING)
    response = as_("manager").post(reverse("rendering_retry", args=["trace", failed.pk]))
    assert response["Location"] == running.get_absolute_url()
    failed.refresh_from_db()
    assert failed.state == Progress.FAILED


@pytest.mark.parametrize("state", [Progress.QUEUED, Progress.RUNNING])
def test_a_retry_of_what_did_not_fail_changes_nothing(state, scene, as_, cast):
    row = make.rendering(scene.period, cast.manager, state=state, step=2)
    as_("manager").post(reverse("rendering_retry", args=["trace", row.pk]))
    row.refresh_from_db()
    assert (row.state, row.step) == (state, 2)


def test_a_button_is_not_an_address(scene, as_, cast):
    row = make.rendering(scene.period, cast.manager, state=Progress.FAILED)
    assert as_("manager").get(reverse("rendering_retry", args=["trace", row.pk])).status_code == 405


# --- While the broker is away --------------------------------------------------------------------


@committing
def test_while_the_broker_is_away_the_request_is_kept_and_the_page_says_so(
    scene, as_, broker_away, light
):
    browser = as_("manager")
    begun = time.monotonic()
    response = browser.post(LIST, {"period": "1"}, follow=True)
    assert time.monotonic() - begun < 15  # a person waits for this answer
    assert "The background service can&#x27;t be reached now. Your request is kept" in text_of(
        response
    )
    row = Rendering.objects.get()
    assert row.state == Progress.QUEUED
    # A second press says the same, and makes no second request.
    again = browser.post(LIST, {"period": "1"}, follow=True)
    assert "be reached now" in text_of(again)
    assert Rendering.objects.count() == 1
    # When it is back, the sweep hands the request over.
    assert rendering.put_back_abandoned() == [row.pk]
    assert rendering.make(row.pk)
    assert "Download the report" in text_of(browser.get(row.get_absolute_url()))


@committing
def test_a_broker_in_files_that_can_not_be_written_keeps_the_request(
    scene, as_, monkeypatch, tmp_path
):
    from tracekei.celery import app

    away = {"data_folder_in": str(tmp_path / "in"), "data_folder_out": str(tmp_path / "out")}
    away["control_folder"] = str(tmp_path / "control")
    (tmp_path / "control").mkdir()
    (tmp_path / "in").mkdir()
    (tmp_path / "out").write_text("a file where a folder should be")
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", "filesystem://")
    monkeypatch.setitem(app.conf, "broker_transport_options", away)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    response = as_("manager").post(LIST, {"period": "1"}, follow=True)
    assert "Your request is kept" in text_of(response)
    assert Rendering.objects.get().state == Progress.QUEUED
