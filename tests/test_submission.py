"""The life of a report: locked, opened, submitted, returned, approved; and that what it rests on stays."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from indicators.measures import MEASURES
from projects.models import Evidence
from reports import actions, hashing, rendering
from reports.actions.chapter import declare
from reports.models import Basis, Chapter, Edition, Passage
from tests import make
from tests.browsing import filled, words


@pytest.fixture
def proof(scene):
    evidence = make.evidence(scene.bulgaria)
    scene.record.evidence.add(evidence)
    return evidence


@pytest.fixture
def report(scene, cast, proof):
    """A report of M1-M12 that is locked, in which both firms count."""
    return make.locked(scene.period, cast.coordinator)


@pytest.fixture
def submitted(report, cast):
    return actions.submit_report(user=cast.coordinator, edition=report)


STEPS = ["submit", "open", "return", "approve"]


def stands(report):
    report.refresh_from_db()
    return report.state


def turns(report):
    return list(report.turns.order_by("pk").values_list("kind", "reason"))


# --- The lock ----------------------------------------------------------------------------------------


def test_what_is_missing_stops_the_lock_and_is_named(scene, cast, as_):
    with pytest.raises(ValidationError, match="can't do without"):
        actions.lock_report(user=cast.coordinator, period=scene.period, reasons={})
    page = words(as_("coordinator").get("/p/trace/reports/periods/1/lock/"))
    assert "things are missing that it can't do without" in page
    assert "“Publishable summary” is not written yet." in page
    assert "Lock it" not in page
    assert not Edition.objects.exists()


def test_warnings_are_passed_over_with_a_reason_each_and_that_is_printed(scene, cast, as_):
    make.ready(scene.period, cast.coordinator)
    browser, address = as_("coordinator"), "/p/trace/reports/periods/1/lock/"
    asked = browser.get(address)
    assert "has not said that its data are complete" in words(asked)
    refused = browser.post(address, filled(asked, reason_data="  "))
    assert "Not locked: please say why." in words(refused)
    assert not Edition.objects.exists()
    reasons = {name: f"Because of {name}." for name in asked.context["form"].fields}
    page = browser.post(address, filled(asked, **reasons), follow=True)
    assert "is locked. Its file is being made." in words(page)
    edition = Edition.objects.get()
    told = edition.snapshot["overridden"]
    assert {row["reason"] for row in told} == set(reasons.values())
    assert any("has not said that its data" in line for row in told for line in row["lines"])
    html = rendering.to_html(edition.snapshot, made_on=edition.locked_at, version=1)
    assert "Because of reason_data." in html
    assert hashing.digest(edition.snapshot) == edition.snapshot_sha256


def test_a_lock_is_of_a_period_that_ended_and_of_one_that_is_not_locked(report, scene, cast, as_):
    with pytest.raises(ValidationError, match="is locked already"):
        make.locked(scene.period, cast.coordinator)
    page = words(as_("coordinator").get("/p/trace/reports/periods/1/lock/"))
    assert "The report of M1-M12 is locked already." in page
    today = datetime.date.today()
    project = make.project(
        "NOW", start=today.replace(day=1), end=today.replace(year=today.year + 2)
    )
    make.member(project, "coordinator", make.partner(project), cast.coordinator)
    with pytest.raises(ValidationError, match="can be locked after that day"):
        make.locked(make.period(project), cast.coordinator)


def test_a_locked_report_has_a_file_for_review_that_says_draft(report, cast):
    row = report.renderings.get()
    assert (row.final, row.state, row.number) == (False, "queued", report.number)
    html = rendering.to_html(report.snapshot, **rendering.imprint_of(row))
    assert "DRAFT" in html
    assert "FINAL" not in html
    assert row.filename == "trace-progress-report-M1-M12-v1-draft.pdf"


def test_no_text_changes_while_it_is_locked(report, scene, cast, as_):
    chapter = Chapter.objects.first()
    assert not chapter.may_be_written_by(cast.coordinator)
    assert not Chapter.objects.editable_by(cast.coordinator).exists()
    page = as_("coordinator").get(f"{chapter.get_absolute_url()}edit/", follow=True)
    assert "no text changes until it is opened again" in words(page)
    with pytest.raises(ValidationError, match="is locked"):
        declare(user=cast.coordinator, period=scene.period, partner=scene.bulgaria)


# --- Opened again ------------------------------------------------------------------------------------


def test_opened_in_full_the_figures_are_taken_anew_and_nothing_stays_protected(report, scene, cast):
    actions.open_report(
        user=cast.coordinator, edition=report, texts_only=False, reason="A firm is missing."
    )
    assert stands(report) == "opened"
    assert turns(report)[-1] == ("opened", "A firm is missing.")
    assert not Basis.objects.exists()
    make.record(scene.service, make.sme(scene.cluster, name="New firm"))
    again = make.locked(scene.period, cast.coordinator)
    assert again.number == report.number + 1
    assert again.snapshot["indicators"][0]["value"] == 3


def test_opened_for_its_texts_the_figures_stay_and_what_they_count_stays_protected(
    report, scene, cast
):
    actions.open_report(
        user=cast.coordinator, edition=report, texts_only=True, reason="A typing error."
    )
    make.record(scene.service, make.sme(scene.cluster, name="New firm"))
    with pytest.raises(ProtectedError):
        scene.record.delete()
    Passage.objects.filter(chapter__kind="summary").update(body="<p>Now {KPI-01} firms.</p>")
    again = make.locked(scene.period, cast.coordinator)
    assert again.snapshot["indicators"] == report.snapshot["indicators"]
    assert again.snapshot["chapters"][0]["passages"][0]["html"] == "<p>Now 2 firms.</p>"
    assert Basis.objects.filter(report=again).count() == 2
    assert not Basis.objects.filter(report=report).exists()
    with pytest.raises(ProtectedError):
        scene.record.delete()


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 2001])
def test_opening_and_returning_need_a_reason(reason, report, submitted, cast):
    actions.note_return(user=cast.coordinator, edition=report, reason="Mend it.")
    with pytest.raises(ValidationError):
        actions.open_report(user=cast.coordinator, edition=report, texts_only=True, reason=reason)
    assert stands(report) == "returned"


# --- Submitted, returned, approved -------------------------------------------------------------------


def test_the_coordinator_is_asked_once_and_submits(as_, report, scene, cast):
    browser = as_("coordinator")
    page = browser.get(report.get_absolute_url())
    assert "Mark as submitted" in words(page)
    assert "2 records and 1 pieces of evidence" in words(page)
    address = f"{report.get_absolute_url()}submit/"
    asked = browser.get(address)
    assert "can't be undone" in words(asked)
    page = browser.post(address, filled(asked), follow=True)
    assert "Progress report M1-M12, version 1 is submitted." in words(page)
    assert "Submitted by Giulia Rossi" in words(page)
    scene.period.refresh_from_db()
    assert scene.period.frozen_on
    assert browser.post(address).status_code == 200  # again: refused with a sentence
    assert "no longer to be taken" in words(browser.get(address))
    report.refresh_from_db()
    final = report.renderings.get(final=True)
    html = rendering.to_html(report.snapshot, **rendering.imprint_of(final))
    assert "FINAL" in html
    assert "DRAFT" not in html
    assert "Giulia Rossi" in html


@pytest.mark.parametrize("person", ["viewer", "staff", "manager"])
@pytest.mark.parametrize("step", STEPS)
def test_nobody_else_decides(person, step, as_, report, cast):
    assert "Mark as submitted" not in words(as_(person).get(report.get_absolute_url()))
    assert as_(person).post(f"{report.get_absolute_url()}{step}/").status_code == 403
    with pytest.raises(PermissionDenied):
        actions.submit_report(user=getattr(cast, person), edition=report)
    assert stands(report) == "locked"


def test_a_step_that_does_not_follow_is_refused_with_a_sentence(report, cast, as_):
    for act in (actions.note_return, actions.note_approval):
        with pytest.raises(ValidationError, match="Only a submitted report"):
            act(user=cast.coordinator, edition=report, reason="x")
    actions.submit_report(user=cast.coordinator, edition=report)
    with pytest.raises(ValidationError, match="stands elsewhere"):
        actions.submit_report(user=cast.coordinator, edition=report)
    with pytest.raises(ValidationError, match="locked or was returned"):
        actions.open_report(user=cast.coordinator, edition=report, texts_only=True, reason="x")
    assert as_("coordinator").get(f"{report.get_absolute_url()}nonsense/").status_code == 404


def test_returned_opened_and_handed_in_again_the_first_one_stays_as_it_was(
    submitted, scene, cast, as_
):
    browser = as_("coordinator")
    page = browser.post(f"{submitted.get_absolute_url()}return/", {"reason": "Explain KPI-01."})
    assert page.status_code == 302
    assert stands(submitted) == "returned"
    page = browser.post(
        f"{submitted.get_absolute_url()}open/",
        {"texts_only": "yes", "reason": "The funder asked."},
        follow=True,
    )
    assert "Check and lock" in words(page)
    scene.period.refresh_from_db()
    assert scene.period.frozen_on  # its figures are still with the funder
    before = dict(submitted.snapshot)
    second = make.locked(scene.period, cast.coordinator)
    actions.submit_report(user=cast.coordinator, edition=second)
    actions.note_approval(user=cast.coordinator, edition=second, reason="Letter of today.")
    submitted.refresh_from_db()
    assert submitted.snapshot == before
    assert submitted.submitted_at
    assert Basis.objects.filter(report=submitted).count() == 2
    assert [kind for kind, _reason in turns(submitted)] == [
        *("locked", "submitted", "returned", "opened-texts")
    ]
    history = words(browser.get("/p/trace/reports/periods/1/"))
    for said in ("Explain KPI-01.", "The funder asked.", "Letter of today.", "Approved"):
        assert said in history
    with pytest.raises(ValidationError):
        actions.open_report(user=cast.coordinator, edition=second, texts_only=True, reason="x")


def test_of_two_who_submit_at_once_one_does(report, cast):
    same = Edition.objects.get(pk=report.pk)
    actions.submit_report(user=cast.coordinator, edition=report)
    with pytest.raises(ValidationError, match="stands elsewhere"):
        actions.submit_report(user=cast.coordinator, edition=same)
    assert report.turns.filter(kind="submitted").count() == 1


def test_records_that_changed_after_the_lock_do_not_change_what_is_submitted(report, scene, cast):
    make.record(scene.service, make.sme(scene.cluster, name="New firm"))
    before = report.snapshot_sha256
    actions.submit_report(user=cast.coordinator, edition=report)
    report.refresh_from_db()
    assert report.snapshot_sha256 == before == hashing.digest(report.snapshot)


def test_those_who_wrote_in_it_are_told_how_it_fared(report, scene, cast, as_):
    Chapter.objects.filter(kind="summary").update(written_by=cast.manager)
    actions.submit_report(user=cast.coordinator, edition=report)
    actions.note_return(user=cast.coordinator, edition=report, reason="Mend it.")
    page = words(as_("manager").get("/notices/"))
    assert "Giulia Rossi submitted Progress report M1-M12, version 1" in page
    assert "The funder returned Progress report M1-M12, version 1" in page
    assert "version 1" not in words(as_("staff").get("/notices/"))


def test_the_file_is_asked_for_in_the_same_step_as_the_lock_and_the_submission(report, cast):
    assert report.renderings.count() == 1
    actions.submit_report(user=cast.coordinator, edition=report)
    assert set(report.renderings.values_list("final", "state")) == {
        (False, "queued"),
        (True, "queued"),
    }


def test_a_report_whose_file_cannot_be_made_is_not_handed_in(report, cast, as_):
    report.renderings.update(state="failed", failure="It was too long.")
    page = as_("coordinator").post(f"{report.get_absolute_url()}submit/")
    assert "Its file could not be made" in words(page)
    assert stands(report) == "locked"


def test_submitted_figures_that_stay_are_still_reported(submitted, scene, cast, as_):
    """Opened for its texts only, the figures were handed in: who changes their records says why."""
    actions.note_return(user=cast.coordinator, edition=submitted, reason="Say more.")
    actions.open_report(user=cast.coordinator, edition=submitted, texts_only=True, reason="x")
    scene.period.refresh_from_db()
    assert scene.period.frozen_on
    edit = f"{scene.record.get_absolute_url()}edit/"
    browser = as_("manager")
    page = browser.get(edit)
    for why in ("", "\u200b \u2060"):
        answer = browser.post(edit, {**filled(page), "state": "cancelled", "why": why})
        assert "M1-M12 was reported: say below why this is changed." in words(answer)
    browser.post(edit, {**filled(page), "state": "cancelled", "why": "It was not held."})
    scene.record.refresh_from_db()
    assert scene.record.state == "cancelled"


@pytest.mark.parametrize("reason", ["", " ", "\u200b", "\u2060\u00ad \u3000"])
def test_a_reason_that_nobody_can_see_is_none(reason, report, cast):
    with pytest.raises(ValidationError, match="Say why it is opened again"):
        actions.open_report(user=cast.coordinator, edition=report, texts_only=True, reason=reason)


def test_opened_for_its_texts_everything_says_the_figures_that_were_locked(
    report, scene, cast, as_
):
    Passage.objects.filter(chapter__kind="summary").update(body="<p>{KPI-01} firms</p>")
    make.record(scene.service, make.sme(scene.cluster, name="New firm"))
    page = words(as_("coordinator").get("/p/trace/reports/periods/1/summary/"))
    assert "2 firms" in page  # while it is locked, too
    actions.open_report(user=cast.coordinator, edition=report, texts_only=True, reason="x")
    page = words(as_("coordinator").get("/p/trace/reports/periods/1/summary/"))
    assert "2 firms" in page
    page = words(as_("coordinator").get("/p/trace/reports/periods/1/"))
    assert "figures and tables stay as they were locked in version 1" in page
    assert "has not said that its data are complete" not in page
    row = actions.request_report(user=cast.coordinator, period=scene.period)
    assert rendering.make(row.pk)
    row.refresh_from_db()
    assert row.snapshot["indicators"] == report.snapshot["indicators"]
    assert "2 firms" in str(row.snapshot["chapters"])
    second = make.locked(scene.period, cast.coordinator)
    assert second.snapshot["frozen"] == report.locked_at.isoformat()
    assert second.snapshot["frozen"] != second.locked_at.isoformat()
    html = rendering.to_html(
        second.snapshot, made_on=second.locked_at, version=2, locked_at=second.locked_at
    )
    assert "Texts frozen" in html


# --- What it rests on --------------------------------------------------------------------------------


def test_what_counts_is_protected_and_what_does_not_count_is_not(submitted, scene, proof):
    assert set(Basis.objects.values_list("service_record", "evidence")) == {
        (scene.record.pk, proof.pk),
        (scene.other_record.pk, None),
    }
    with pytest.raises(ProtectedError):
        proof.delete()
    with pytest.raises(ProtectedError):
        scene.record.delete()
    later = make.record(
        scene.service, scene.sme, date=scene.period.end + datetime.timedelta(days=1)
    )
    later.delete()
    make.evidence(scene.bulgaria, content=b"another").delete()


def test_deleting_what_a_report_rests_on_is_refused_with_the_report_named(
    submitted, proof, scene, as_
):
    browser = as_("manager")
    for record in (proof, scene.record):
        page = browser.post(f"{record.get_absolute_url()}delete/")
        assert "a locked report rests on it" in words(page)
        assert "Progress report M1-M12, version 1" in words(page)
        assert submitted.get_absolute_url() in page.content.decode()
    assert Evidence.objects.filter(pk=proof.pk).exists()
    assert scene.record.evidence.get() == proof


def test_detaching_what_a_report_rests_on_is_refused_and_from_others_is_not(
    submitted, proof, scene, as_
):
    second = make.record(scene.service, scene.sme, date=scene.project.end)
    second.evidence.add(proof)
    browser = as_("manager")
    page = browser.post(f"{proof.get_absolute_url()}detach/SR-00001/", follow=True)
    assert "stays with SR-00001, because a locked report rests on it" in words(page)
    assert scene.record.evidence.exists()
    browser.post(f"{proof.get_absolute_url()}detach/{second.code}/")
    assert not second.evidence.exists()


def test_the_evidence_page_names_the_report(submitted, proof, as_):
    assert "Progress report M1-M12" in words(as_("manager").get(proof.get_absolute_url()))


def test_a_frozen_period_keeps_its_months(submitted, scene, as_):
    browser, address = as_("coordinator"), "/p/trace/periods/1/edit/"
    page = browser.post(address, filled(browser.get(address), last_month="11"))
    assert "its months stay as they are" in words(page)


def test_records_do_not_add_queries_to_a_lock(scene, cast):
    def queries(number):
        period = make.period(scene.project, number, number, number)
        make.ready(period, cast.coordinator)
        with CaptureQueriesContext(connection) as captured:
            edition = make.locked(period, cast.coordinator)
        actions.open_report(user=cast.coordinator, edition=edition, texts_only=False, reason="x")
        return len(captured)

    queries(2)
    before = queries(3)
    for number in range(20):
        proof = make.evidence(scene.bulgaria, content=f"{number}".encode())
        make.record(scene.service, scene.sme).evidence.add(proof)
    assert queries(4) <= before


def test_every_measure_counts_records_that_a_report_can_protect(scene):
    for measure in MEASURES.values():
        for source in measure.sources:
            assert Basis.field_for(source.rows(scene.project).model)


# --- A figure beside what was reported of it ---------------------------------------------------------


def test_a_figure_says_that_it_is_what_the_report_of_its_day_stated(submitted, as_):
    text = words(as_("viewer").get("/p/trace/indicators/1/?as_of=2017-11-15"))
    assert "The submitted report stated 2 for this day, from the same units." in text


def test_a_figure_names_what_came_and_went_since_the_report(scene, submitted, as_):
    late = make.sme(scene.cluster, name="Late and Sons")
    make.record(scene.service, late)
    type(scene.record).objects.filter(sme=scene.other_sme).update(state="cancelled")
    text = words(as_("viewer").get("/p/trace/indicators/1/?as_of=2017-11-15"))
    assert "The submitted report stated 2 for this day. What is recorded today gives 2." in text
    assert "Late and Sons SME-0003" in text
    assert "1 counted then and does not now Đurđevak d.o.o. SME-0002" in text
    assert "submitted report" not in words(as_("viewer").get("/p/trace/indicators/1/"))
