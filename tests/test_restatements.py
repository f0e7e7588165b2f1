"""What a submitted report stated and today's records say otherwise: which units, by whom, why, and in the next report."""

import datetime

import pytest
from auditlog.context import set_actor
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from clusters.actions.merge import merge_firms
from clusters.models import State
from reports import actions, rendering, snapshot
from reports.restatements import restatements
from tests import make
from tests.browsing import filled, words
from tests.test_submission import proof, report, submitted  # noqa: F401

SAME_DAY = datetime.date(2017, 3, 1)


def told(submitted, reader):  # noqa: F811
    submitted.refresh_from_db()
    return {row.figure.indicator.code: row for row in restatements(submitted, reader)}


def test_nothing_is_told_while_the_records_say_what_was_stated(submitted, cast, as_):  # noqa: F811
    assert told(submitted, cast.coordinator) == {}
    page = as_("viewer").get(f"{submitted.get_absolute_url()}restated/")
    assert "each figure has the value and the units that the report stated" in words(page)


def test_a_record_that_was_cancelled_later_is_told_with_its_reason_and_who_did_it(
    submitted,  # noqa: F811
    scene,
    cast,
    as_,
):
    with set_actor(cast.manager):
        scene.record.state = State.CANCELLED
        scene.record.save()
        late = make.record(scene.service, make.sme(scene.cluster, name="Later"), SAME_DAY)
    row = told(submitted, cast.coordinator)["KPI-01"]
    assert (row.stated, row.now) == (2, 2)
    ((went, (cause,)),) = row.removed
    assert (went.code, cause.record, cause.who) == (scene.sme.code, scene.record, cast.manager)
    assert cause.unmet == ["planned or cancelled, not delivered"]
    ((came, (other,)),) = row.added
    assert (came.code, other.record, other.unmet) == (late.sme.code, late, [])
    said = words(as_("viewer").get(f"{submitted.get_absolute_url()}restated/"))
    assert "Stated 2 for 15 Nov 2017; today's records give 2." in said
    assert "planned or cancelled, not delivered" in said
    assert "Elena Petrova" in said


def test_a_record_that_was_dated_later_is_told_as_such(submitted, scene, cast):  # noqa: F811
    scene.record.date = datetime.date(2018, 2, 1)
    scene.record.save()
    ((_went, (cause,)),) = told(submitted, cast.coordinator)["KPI-01"].removed
    assert cause.unmet == ["dated after the day of the report"]


def test_a_firm_that_became_one_with_another_is_told(submitted, scene, cast):  # noqa: F811
    merge_firms(user=cast.coordinator, kept=scene.other_sme, merged=scene.sme, taken=[])
    row = told(submitted, cast.coordinator)["KPI-01"]
    assert (row.stated, row.now) == (2, 1)
    assert [unit.code for unit, _causes in row.removed] == [scene.sme.code]


def test_the_next_report_says_it_by_codes_and_names_nobody(submitted, scene, cast):  # noqa: F811
    period = make.period(scene.project, 2, 13, 24)
    with translation.override("en-gb"):
        before = snapshot.collect(scene.project, period)
        scene.record.state = State.CANCELLED
        scene.record.save()
        document = snapshot.collect(scene.project, period)
        page = rendering.to_html(document, made_on=timezone.now(), version=1)
        unchanged = rendering.parts_of(before)
    assert before["restated"]["figures"] == []
    assert "part-restated" not in [part.id for part in unchanged]
    assert document["restated"]["figures"] == [
        {
            "code": "KPI-01",
            "name": scene.indicator.name,
            "stated": 2,
            "now": 1,
            "added": [],
            "removed": [scene.sme.code],
            "more": 0,
            "why": ["planned or cancelled, not delivered"],
            "reasons": [],
        }
    ]
    assert "Changes since the last report" in page
    assert scene.sme.code in page
    assert scene.sme.name not in page
    with translation.override("en-gb"):
        assert snapshot.collect(scene.project, scene.period)["restated"] is None


def test_only_a_submitted_report_is_restated(report, as_, cast):  # noqa: F811
    assert as_("coordinator").get(f"{report.get_absolute_url()}restated/").status_code == 404


def test_records_do_not_add_queries(submitted, scene, cast, as_):  # noqa: F811
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(f"{submitted.get_absolute_url()}restated/").status_code == 200
        return len(queries)

    browser = as_("coordinator")
    make.record(scene.service, make.sme(scene.cluster, name="One"), SAME_DAY)
    asked()
    before = asked()
    for n in range(6):
        firm = make.sme(scene.cluster, name=f"F {n}")
        make.record(scene.service, firm, SAME_DAY)
        make.record(scene.service, firm, SAME_DAY)
    assert asked() == before


@pytest.mark.parametrize("person", ["viewer", "staff", "manager", "coordinator"])
def test_all_members_read_it_and_strangers_do_not(person, submitted, as_):  # noqa: F811
    assert as_(person).get(f"{submitted.get_absolute_url()}restated/").status_code == 200
    assert as_("stranger").get(f"{submitted.get_absolute_url()}restated/").status_code == 404


def test_an_attendance_is_called_by_its_event_and_nobody_is_named(scene, cast, as_):
    with translation.override("en-gb"):
        make.indicator(scene.project, 3, measure="policy_dialogue", target=4, name="Policymakers")
        event = make.event(scene.bulgaria, "Round table", SAME_DAY, state="held")
        present = make.attendance(event, name="zzname")
        row = make.locked(scene.period, cast.coordinator)
    actions.submit_report(user=cast.coordinator, edition=row)
    with set_actor(cast.manager):
        present.confirmed_at = None
        present.save()
    page = as_("viewer").get(f"{row.get_absolute_url()}restated/")
    assert "Round table" in words(page)
    assert "not confirmed by the organiser" in words(page)
    assert "zzname" not in page.content.decode()


# --- Why ---------------------------------------------------------------------------------------------


def test_a_change_of_what_was_reported_takes_a_reason_that_the_next_report_prints(
    submitted,  # noqa: F811
    scene,
    cast,
    as_,
):
    browser, address = as_("manager"), f"{scene.record.get_absolute_url()}edit/"
    page = browser.get(address)
    assert "Why it is changed" in words(page)
    assert "The report of M1-M12 was submitted" in words(page)
    sent = filled(page, state="cancelled")
    answer = browser.post(address, sent | {"why": "  "})
    assert "M1-M12 was reported: say below why this is changed." in words(answer)
    assert "Say why: the next report prints it." in words(answer)
    assert 'value="cancelled" selected' in answer.content.decode()
    scene.record.refresh_from_db()
    assert scene.record.state == "delivered"
    browser.post(address, sent | {"why": "The firm was counted by mistake."})
    scene.record.refresh_from_db()
    assert scene.record.state == "cancelled"
    page = words(browser.get(f"{submitted.get_absolute_url()}restated/"))
    assert "The firm was counted by mistake." in page
    assert "Elena Petrova" in page
    assert "The firm was counted by mistake." in words(browser.get(scene.record.get_absolute_url()))
    second = make.period(scene.project, 2, 13, 24)
    document = snapshot.collect(scene.project, second)
    (figure,) = document["restated"]["figures"]
    assert figure["reasons"] == ["The firm was counted by mistake."]
    html = rendering.to_html(document, made_on=submitted.locked_at, version=1)
    assert "Reason given: The firm was counted by mistake." in html


def test_nothing_is_asked_of_what_was_not_reported_or_not_changed(submitted, scene, as_, cast):  # noqa: F811
    browser, address = as_("manager"), f"{scene.record.get_absolute_url()}edit/"
    page = browser.get(address)
    assert browser.post(address, filled(page)).status_code == 302  # looked at, and left as it was
    later = make.record(scene.service, scene.sme, scene.project.end)
    assert "Why it is changed" not in words(browser.get(f"{later.get_absolute_url()}edit/"))
    actions.note_return(user=cast.coordinator, edition=submitted, reason="x")
    actions.open_report(user=cast.coordinator, edition=submitted, texts_only=False, reason="x")
    assert "Why it is changed" not in words(browser.get(address))


def test_what_is_entered_late_or_moved_into_a_reported_period_takes_a_reason_too(
    submitted,  # noqa: F811
    scene,
    as_,
):
    browser = as_("staff")
    address = "/p/trace/activities/new/"
    day = scene.period.end.isoformat()
    sent = filled(browser.get(address), title="Found again", task=scene.task.pk, first_day=day)
    answer = browser.post(address, sent)
    assert "M1-M12 was reported: say below why this is changed." in words(answer)
    assert not scene.project.activities.exists()
    browser.post(address, sent | {"why": "Its list came in late."})
    activity = scene.project.activities.get()
    later = make.activity(scene.bulgaria, scene.task, "Moved", scene.project.end)
    address = f"{later.get_absolute_url()}edit/"
    page = browser.get(address)
    assert "Why it is changed" not in words(page)
    answer = browser.post(address, filled(page, first_day=day, last_day=day))
    assert "say below why this is changed" in words(answer)
    assert "Its list came in late." in words(browser.get(activity.get_absolute_url()))
