"""The work plan: its rules, its versions, its chart, and the road of a deliverable."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from projects.models import Evidence
from tests import make
from tests.browsing import beside, filled, words
from workpackages import actions
from workpackages.gantt import gantt
from workpackages.models import Deliverable, Light, PlanChange, RiskState, Task, WorkPackage
from workpackages.plan import plan_as_of, plan_now, plan_of_version

pytestmark = pytest.mark.django_db


def page(name, *args):
    return reverse(name, args=["trace", *args])


def edited(browser, address, **changes):
    """Send the form of `address` as it is shown, with some fields changed."""
    return browser.post(address, {**filled(browser.get(address)), **changes}, follow=True)


# --- Months ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "month"),
    [("7", 7), ("M7", 7), (" m 7 ", 7), ("2017-05-20", 7), ("20.05.2017", 7), ("20/5/2017", 7)],
)
def test_a_month_is_understood_as_people_write_it(typed, month, scene, as_):
    browser = as_("coordinator")
    edited(browser, page("task_edit", "T1.1"), first_month=typed)
    assert Task.objects.get(pk=scene.task.pk).first_month == month


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("last_month", "M0", "The project has the months M1 to M24."),
        ("last_month", "99999", "Write a project month such as M7"),
        ("last_month", "soon", "Write a project month such as M7"),
        ("last_month", "31.02.2017", "Write a project month such as M7"),
        ("last_month", "15.11.2016", "lies before the project's first day, 16 Nov 2016"),
        ("last_month", "16.11.2018", "lies after the project's last day, 15 Nov 2018"),
        ("first_month", "M13", "The last month is not to come before the first."),
        ("title", "", "This field is required."),
    ],
)
def test_what_cannot_be_a_month_is_said_beside_the_field(field, typed, sentence, scene, as_):
    browser = as_("coordinator")
    response = edited(browser, page("task_edit", "T1.1"), **{field: typed})
    assert sentence in words(response)
    assert Task.objects.get(pk=scene.task.pk).last_month == 12


def test_a_task_stays_inside_its_work_package(scene, as_):
    browser = as_("coordinator")
    WorkPackage.objects.filter(project=scene.project).update(first_month=3, last_month=12)
    response = edited(browser, page("task_edit", "T1.1"), first_month="M2")
    assert "WP1 has the months M3 to M12." in beside(response, "first_month")
    response = edited(browser, page("workpackage_edit", "WP1"), last_month="M11")
    assert "T1.1 would lie outside it." in words(response)
    assert WorkPackage.objects.get(project=scene.project).last_month == 12


def test_a_text_of_five_megabytes_is_refused_and_kept(scene, as_):
    browser = as_("coordinator")
    text = "x" * 30_000
    response = edited(browser, page("workpackage_edit", "WP1"), aim=text)
    assert "at most 20000 characters" in words(response)
    assert text in response.content.decode()
    response = browser.post(page("workpackage_edit", "WP1"), {"aim": "x" * 5_000_000})
    assert response.status_code in (200, 400)


def test_numbers_are_given_once(scene, as_):
    browser = as_("coordinator")
    new = {"number": 1, "title": "Again", "first_month": "M1", "last_month": "M2"}
    response = edited(browser, page("workpackage_create"), **new)
    assert "Another work package has this number." in words(response)
    package = scene.project.work_packages.get()
    response = edited(browser, page("task_create"), work_package=package.pk, **new)
    assert "Another task of this work package has this number." in words(response)


def test_the_plan_is_the_coordinators_and_what_is_done_is_its_leads(scene, as_, cast):
    item = make.deliverable(scene.project, lead=scene.bulgaria)
    for person in ("staff", "manager", "viewer"):
        assert as_(person).get(page("deliverable_edit", item.code)).status_code == 403
    assert actions.reports_on(cast.staff, item)
    assert not actions.reports_on(cast.viewer, item)
    item.lead = scene.serbia
    item.save()
    assert not actions.reports_on(cast.staff, item)


# --- A deliverable's road ----------------------------------------------------------------------------


def upload(browser, item, name="report.txt", content=b"The report"):
    form = {"file": SimpleUploadedFile(name, content), "note": "first"}
    return browser.post(page("deliverable_version", item.code), form, follow=True)


def test_a_deliverable_is_uploaded_submitted_late_rejected_and_approved(scene, as_, cast):
    item = make.deliverable(scene.project, lead=scene.bulgaria)
    response = upload(as_("staff"), item)
    assert "Saved as version 1 of D1.1" in words(response)
    browser = as_("coordinator")
    submit = page("deliverable_submit", item.code)
    response = browser.post(submit, {"day": "2017-04-01", "late_reason": ""})
    assert "It was due on 15 Mar 2017. Say why it is late." in words(response)
    assert Deliverable.objects.get().state == "draft"
    response = browser.post(
        submit, {"day": "2017-04-01", "late_reason": "The survey took longer."}, follow=True
    )
    assert "D1.1 is submitted" in words(response)
    item = Deliverable.objects.get()
    assert (item.state, item.submitted_by, item.was_late) == ("submitted", cast.coordinator, True)
    assert "was submitted; its files stay" in words(upload(browser, item, "new.txt", b"other"))
    reject = page("deliverable_reject", item.code)
    assert "Say why it came back." in words(browser.post(reject, {"reason": ""}))
    browser.post(reject, {"reason": "Sources are missing."})
    item = Deliverable.objects.get()
    assert (item.state, item.rejection) == ("pending", "Sources are missing.")
    upload(as_("staff"), item, "second.txt", b"With sources")
    browser = as_("coordinator")
    browser.post(submit, {"day": "2017-05-01"})
    browser.post(page("deliverable_approve", item.code))
    item = Deliverable.objects.get()
    assert (item.state, item.rejection, item.versions.count()) == ("approved", "", 2)
    assert item.late_reason == "The survey took longer."
    assert "Approved" in words(browser.get(page("deliverable_detail", item.code)))


def test_nothing_is_submitted_without_a_file_or_in_the_future(scene, as_, cast):
    item = make.deliverable(scene.project, lead=scene.bulgaria)
    browser = as_("coordinator")
    submit = page("deliverable_submit", item.code)
    assert "has no file yet" in words(browser.post(submit, {"day": "2017-03-01"}))
    make.deliverable(scene.project, files=1, state="draft")
    submit = page("deliverable_submit", "D1.2")
    assert "has not come yet" in words(browser.post(submit, {"day": "2099-01-01"}))
    assert "had not begun" in words(browser.post(submit, {"day": "2016-11-15"}))
    with pytest.raises(PermissionDenied):
        actions.submit_deliverable(user=cast.staff, deliverable=item, day=datetime.date(2017, 3, 1))
    assert not Deliverable.objects.filter(state="submitted").exists()


def test_of_two_who_submit_at_once_one_is_told(scene, cast):
    item = make.deliverable(scene.project, files=1, state="draft")
    twin = Deliverable.objects.get(pk=item.pk)
    day = datetime.date(2017, 3, 1)
    actions.submit_deliverable(user=cast.coordinator, deliverable=item, day=day)
    with pytest.raises(ValidationError, match="submitted a moment ago"):
        actions.submit_deliverable(user=cast.coordinator, deliverable=twin, day=day)


def test_a_file_that_is_not_one_is_refused_with_its_sentence(scene, as_):
    item = make.deliverable(scene.project, lead=scene.bulgaria)
    response = upload(as_("staff"), item, "report.pdf", b"MZ\x90\x00 a program")
    assert response.status_code == 200
    assert not Evidence.objects.exists()
    assert Deliverable.objects.get().state == "pending"


def test_what_was_submitted_is_not_deleted(scene, as_):
    make.deliverable(
        scene.project, files=1, state="submitted", submitted_on=datetime.date(2017, 3, 1)
    )
    browser = as_("coordinator")
    browser.post(page("deliverable_delete", "D1.1"))
    assert Deliverable.objects.exists()


# --- Lights ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "light"),
    [
        ("2017-01-01", Light.LATER),
        ("2017-02-20", Light.SOON),
        ("2017-03-15", Light.SOON),
        ("2017-03-16", Light.LATE),
    ],
)
def test_a_deliverable_is_due_soon_and_then_late(day, light, scene):
    item = make.deliverable(scene.project, due_month=4)
    assert item.light_on(datetime.date.fromisoformat(day)) == light
    item.state, item.submitted_on = "submitted", datetime.date(2017, 3, 20)
    assert item.light_on(datetime.date(2017, 3, 21)) == Light.DONE
    assert item.light_on(datetime.date(2017, 3, 19)) == Light.LATE


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ([Light.DONE, Light.LATE], Light.LATE),
        ([Light.DONE, Light.LATER], Light.RUNNING),
        ([Light.SOON, Light.RUNNING], Light.SOON),
        ([Light.DONE, Light.DONE], Light.DONE),
        ([], None),
    ],
)
def test_a_whole_is_as_late_as_its_worst_part(parts, whole):
    assert Light.worst(parts) == whole


def test_overdue_counts_what_was_due_and_is_not_handed_in(scene):
    late = make.deliverable(scene.project, due_month=2)
    make.deliverable(scene.project, due_month=20)
    make.deliverable(scene.project, state="submitted", submitted_on=datetime.date(2017, 3, 1))
    found = Deliverable.objects.overdue(scene.project, datetime.date(2017, 6, 1))
    assert list(found) == [late]


def test_who_leads_a_task_completes_it_and_opens_it_again(scene, as_):
    Task.objects.update(lead=scene.bulgaria)
    browser = as_("staff")
    browser.post(page("task_complete", "T1.1"), {"day": "2017-03-01"})
    assert Task.objects.get().completed_on == datetime.date(2017, 3, 1)
    assert "has not come" in words(browser.post(page("task_complete", "T1.1"), {"day": "2099-1-1"}))
    browser.post(page("task_reopen", "T1.1"))
    assert Task.objects.get().completed_on is None


def test_a_milestone_is_reached_with_its_proof(scene, as_):
    item = make.milestone(scene.project, lead=scene.bulgaria)
    browser = as_("staff")
    browser.post(page("milestone_reach", item.code), {"day": "2017-03-01"})
    file = SimpleUploadedFile("minutes.txt", b"We reached it")
    browser.post(page("milestone_proof", item.code), {"files": file, "audience": "partner"})
    item.refresh_from_db()
    assert item.reached_on == datetime.date(2017, 3, 1)
    assert item.evidence.get().partner == scene.bulgaria


# --- Risks -------------------------------------------------------------------------------------------


def test_a_risk_has_one_state_of_play_a_period(scene, as_):
    risk = make.risk(scene.project)
    browser = as_("coordinator")
    new = page("riskstate_create", risk.code)
    edited(browser, new, period=scene.period.pk, comment="Nobody left.")
    response = edited(browser, new, period=scene.period.pk, comment="Once more.")
    assert "is there already" in words(response)
    assert RiskState.objects.get().comment == "Nobody left."
    assert not risk.__class__.objects.without_state(scene.period).exists()


# --- Versions of the plan ----------------------------------------------------------------------------


def test_an_amendment_keeps_the_months_before_and_after(scene, as_):
    amendment = make.amendment(scene.project, datetime.date(2017, 6, 1))
    browser = as_("coordinator")
    edited(browser, page("task_edit", "T1.1"), last_month="M15", amendment=amendment.pk)
    change = PlanChange.objects.get()
    assert (change.before["last_month"], change.after["last_month"]) == (12, 15)
    before = {item.code: item for item in plan_as_of(scene.project, datetime.date(2017, 5, 31))}
    after = {item.code: item for item in plan_as_of(scene.project, datetime.date(2017, 6, 1))}
    assert (before["T1.1"].last_month, after["T1.1"].last_month) == (12, 15)
    assert plan_of_version(scene.project, 1) == list(before.values())
    text = words(browser.get(page("amendment_list")))
    assert "last month M12 M15" in text
    assert "M1–M12" in words(browser.get(page("work_plan") + "?version=1"))
    assert browser.get(page("work_plan") + "?version=9").status_code == 404
    assert browser.get(page("work_plan") + "?version=a").status_code == 404


def test_what_an_amendment_adds_or_takes_out_is_not_in_the_plan_on_the_other_side(scene, as_):
    gone = make.deliverable(scene.project, "Dropped")
    amendment = make.amendment(scene.project, datetime.date(2017, 6, 1))
    browser = as_("coordinator")
    edited(
        browser,
        page("deliverable_create"),
        work_package=gone.work_package.pk,
        number=7,
        title="Added",
        due_month="M9",
        amendment=amendment.pk,
    )
    browser.post(page("deliverable_delete", gone.code))
    assert [item.code for item in plan_now(scene.project)] == ["WP1", "T1.1", "D1.7"]
    before = plan_as_of(scene.project, datetime.date(2017, 1, 1))
    assert [item.code for item in before] == ["WP1", "T1.1", "D1.1"]
    assert before[2].title == "Dropped"


def test_a_correction_is_no_new_version_until_a_report_rests_on_the_plan(scene, as_):
    make.amendment(scene.project)
    browser = as_("coordinator")
    edited(browser, page("task_edit", "T1.1"), last_month="M10", amendment="")
    assert not PlanChange.objects.exists()
    scene.period.frozen_on = datetime.date(2018, 1, 1)
    scene.period.save()
    response = edited(browser, page("task_edit", "T1.1"), last_month="M11", amendment="")
    assert "say which amendment changes it" in words(response)
    assert Task.objects.get().last_month == 10


def test_amendments_follow_each_other(scene, as_):
    make.amendment(scene.project, datetime.date(2017, 6, 1))
    browser = as_("coordinator")
    new = page("amendment_create")
    response = edited(browser, new, date="2017-01-01", reason="Earlier")
    assert "follow each other by number and date" in words(response)
    response = edited(browser, new, date="2016-01-01", reason="Before the project")
    assert "before it there is no plan to amend" in words(response)


def test_two_who_change_one_task_are_asked(scene, as_):
    browser = as_("coordinator")
    address = page("task_edit", "T1.1")
    first = filled(browser.get(address))
    edited(browser, address, title="Theirs")
    response = browser.post(address, {**first, "title": "Mine"})
    assert "Someone else saved this record" in words(response)
    assert Task.objects.get().title == "Theirs"


# --- The chart -----------------------------------------------------------------------------------------


def test_the_chart_places_a_task_by_its_days(scene):
    chart = gantt(scene.project, plan_now(scene.project), today=datetime.date(2017, 11, 16))
    package, task = chart.rows
    assert (package.x, package.end) == (0, 97.5)
    assert task.width == pytest.approx(97.5 / 2, abs=0.3)
    assert chart.today == pytest.approx(97.5 / 2, abs=0.3)
    assert [month.label for month in chart.months][:2] == ["M1", "M2"]
    assert task.light == Light.LATE
    assert "T1.1" in task.words
    assert "Late" in task.words


def test_a_long_project_names_each_third_month(db):
    project = make.project(end=datetime.date(2021, 11, 15))
    make.task(project)
    chart = gantt(project, plan_now(project), today=datetime.date(2030, 1, 1))
    assert [month.label for month in chart.months if month.label][:3] == ["M1", "M4", "M7"]
    assert chart.today is None


def test_the_chart_has_a_link_and_words_for_each_bar(scene, as_):
    make.deliverable(scene.project)
    with time_machine.travel("2017-02-20"):
        text = as_("viewer").get(page("work_plan")).content.decode()
    assert text.count("<td><svg") == text.count('tabindex="-1"><title>') == 3
    assert 'aria-label="D1.1 Report on skills, M4, due 15 Mar 2017, Due soon"' in text
    assert "today</text>" in text
