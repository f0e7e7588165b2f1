"""What a locked report rests on besides what its figures count, and that it says what stood on its last day."""

import datetime
import json
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils import timezone, translation

from clusters.models import Assessment
from projects.models import Evidence
from reports import actions, snapshot
from reports.actions import chapter as chapters
from reports.models import Basis, Chapter, Edition, Passage
from reports.other_forms import made_as
from tests import make
from tests.browsing import filled, words
from tests.test_chronicle import END, LATER, work  # noqa: F401
from workpackages.models import Amendment

PERIOD = "/p/trace/reports/periods/1/"


def collected(period):
    with translation.override("en-gb"):
        return snapshot.collect(period.project, period)


# --- Protected ---------------------------------------------------------------------------------------


def test_what_its_tables_and_texts_tell_of_is_not_deleted(work, cast):  # noqa: F811
    activity = make.activity(work.bulgaria, work.task, "Interviews", END)
    chapter = make.chapter(work.period, cast.staff, package=work.task.work_package)
    Passage.objects.filter(chapter=chapter).update(body=f"<p>{{{activity.code}}}</p>")
    list_ = make.evidence(work.bulgaria, "list.txt", b"list")
    work.project.events.get(title="Held").evidence.add(list_)
    make.locked(work.period, cast.coordinator)
    project = work.project
    told = [
        project.events.get(title="Held"),
        project.disseminations.get(title="Press"),
        project.labels.get(awarded_on=END),
        project.strategies.get(title="Energy used wisely"),
        project.deliverables.get(title="In time"),
        project.milestones.get(title="Reached"),
        project.risks.get(description="Managers leave"),
        activity,
        list_,
    ]
    for record in told:
        with pytest.raises(ProtectedError):
            record.delete()
    for record in (
        project.events.get(title="Afterwards"),
        project.milestones.get(title="Later"),
        project.risks.get(description="Silence"),
    ):
        record.delete()


def test_a_version_for_new_texts_protects_what_those_refer_to(scene, cast):
    edition = make.locked(scene.period, cast.coordinator)
    actions.open_report(user=cast.coordinator, edition=edition, texts_only=True, reason="x")
    event = make.event(scene.bulgaria, "Planned", scene.period.end)
    Passage.objects.filter(chapter__kind="summary").update(body=f"<p>{{{event.code}}}</p>")
    before = set(Basis.objects.values_list("service_record", "evidence"))
    make.locked(scene.period, cast.coordinator)
    assert before <= set(Basis.objects.values_list("service_record", "evidence"))
    with pytest.raises(ProtectedError):
        event.delete()


def test_the_months_of_a_locked_period_stay(scene, cast, as_):
    make.locked(scene.period, cast.coordinator)
    browser, address = as_("coordinator"), "/p/trace/periods/1/edit/"
    page = browser.post(address, filled(browser.get(address), last_month="11"))
    assert "its months stay as they are" in words(page)


def test_who_saves_a_text_while_it_is_locked_is_told(scene, cast, monkeypatch):
    """Both began before the lock; the writer asks once more after writing."""
    chapter = make.chapter(scene.period, cast.coordinator)
    make.ready(scene.period, cast.coordinator)
    monkeypatch.setattr(Chapter, "may_be_written_by", lambda *said: True)
    make.locked(scene.period, cast.coordinator)
    with pytest.raises(ValidationError, match="is locked, so its texts stay"):
        chapters.write(
            user=cast.coordinator, chapter=chapter, bodies={("text", None): "<p>x</p>"}, ready=True
        )
    assert not Passage.objects.filter(body="<p>x</p>").exists()


# --- As of the last day ------------------------------------------------------------------------------


def test_a_later_amendment_moves_neither_days_nor_lights(work, cast):  # noqa: F811
    task = work.task
    task.first_month, task.last_month = 1, 6
    task.save()
    milestone = work.project.milestones.get(title="Later")
    before = collected(work.period)["tables"]
    amendment = make.amendment(work.project, date=LATER)
    for record, months in ((task, {"last_month": 20}), (milestone, {"due_month": 20})):
        was = {name: getattr(record, name) for name in record.PLANNED if name != "lead"}
        was |= {"lead": str(record.lead or ""), "work_package": "WP1"}
        kind = record._meta.model_name
        amendment.changes.create(kind=kind, code=record.code, before=was, after=was | months)
        type(record).objects.filter(pk=record.pk).update(**months)
    after = collected(work.period)["tables"]
    for table in ("packages", "milestones"):
        assert after[table] == before[table]
    assert before["packages"][0]["tasks"][0]["state"] == "Late"
    assert Amendment.objects.count() == 1


def test_a_deliverable_that_came_back_later_was_submitted_on_the_last_day(work):  # noqa: F811
    rows = work.project.deliverables.filter(title="In time")
    rows.update(state="pending", decided_on=LATER)
    row = next(r for r in collected(work.period)["tables"]["deliverables"] if r["code"] == "D1.1")
    assert (row["state"], bool(row["handed_in"])) == ("Submitted", True)
    rows.update(decided_on=END)
    row = next(r for r in collected(work.period)["tables"]["deliverables"] if r["code"] == "D1.1")
    assert (row["state"], row["handed_in"]) == ("Pending", None)


def test_skills_of_the_end_are_no_part_of_an_earlier_report(scene):
    competence = make.competence(scene.project)
    for n in range(3):
        manager = make.manager(scene.cluster, f"Manager {n}")
        early = make.assessment(manager, scores=[(competence, 2 + n % 2)])
        late = make.assessment(manager, wave="end", scores=[(competence, 5)])
        Assessment.objects.filter(pk=early.pk).update(date=END)
        Assessment.objects.filter(pk=late.pk).update(date=LATER)
    (row,) = collected(scene.period)["tables"]["skills"]
    assert (row["before"], row["after"], row["persons"]) == (2.3, None, 3)
    Assessment.objects.update(date=END)
    (row,) = collected(scene.period)["tables"]["skills"]
    assert (row["before"], row["after"], row["persons"]) == (2.3, 5.0, 3)


def test_a_change_decided_before_the_lock_is_told_with_the_target_it_made(scene, cast):
    make.change(
        scene.indicator, cast.manager, state="accepted", decided_at=timezone.now(), decided_by=None
    )
    assert len(collected(scene.period)["changes"]) == 1


def test_new_texts_tell_records_as_the_version_before_did(scene, cast):
    event = make.event(scene.bulgaria, "Kick-off", END)
    make.ready(scene.period, cast.coordinator)
    Passage.objects.filter(chapter__kind="summary").update(body=f"<p>{{{event.code}}}</p>")
    edition = make.locked(scene.period, cast.coordinator)
    said = "Kick-off (15 Nov 2017)"
    assert edition.snapshot["references"] == {event.code: said}
    actions.open_report(user=cast.coordinator, edition=edition, texts_only=True, reason="x")
    type(event).objects.update(title="Renamed")
    second = make.locked(scene.period, cast.coordinator)
    (text,) = [row for row in second.snapshot["chapters"] if row["kind"] == "summary"]
    assert text["passages"][0]["html"] == f"<p>{said}</p>"


@pytest.mark.parametrize("form", [1, 2, 3])
def test_a_returned_report_of_an_older_form_is_locked_again_for_its_texts(form, scene, cast):
    document = json.loads(Path(f"tests/files/snapshots/format-{form}.json").read_text())
    now = timezone.now()
    edition = Edition.objects.create(
        project=scene.project,
        period=scene.period,
        number=1,
        snapshot=document,
        state="returned",
        locked_by=cast.coordinator,
        locked_at=now,
        submitted_by=cast.coordinator,
        submitted_at=now,
    )
    actions.open_report(user=cast.coordinator, edition=edition, texts_only=True, reason="x")
    make.indicator(scene.project, 3, measure="", name="Served")
    make.ready(scene.period, cast.coordinator)
    Passage.objects.filter(chapter__kind="summary").update(body="<p>Served: {KPI-03}</p>")
    second = make.locked(scene.period, cast.coordinator)
    value = next(row["value"] for row in document["indicators"] if row["code"] == "KPI-03")
    assert f"Served: {value}" in json.dumps(second.snapshot["chapters"])


# --- Odd records -------------------------------------------------------------------------------------


def test_evidence_that_no_partner_keeps_is_in_the_index(scene):
    row = Evidence.objects.create(project=scene.project, name="x", link="https://x.example")
    scene.record.evidence.add(row, make.evidence(scene.bulgaria))
    index = collected(scene.period)["tables"]["evidence"]
    assert [each["partner"] for each in index] == ["", "Green Synergy"]
    assert index[0]["files"][0]["sha256"] is None


def test_control_characters_of_pasted_texts_break_no_document(scene, as_):
    text = "<p>One\x0btwo\x01three</p>"
    as_("coordinator").post(f"{PERIOD}summary/edit/", {"text": text, "ready": "on"})
    assert Passage.objects.get().body == "<p>One two three</p>"
    document = collected(scene.period)
    document["chapters"][0]["passages"][0]["html"] = text  # kept before such were taken out
    assert made_as("narrative", document, timezone.now() + datetime.timedelta(days=1))
