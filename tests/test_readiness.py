"""How ready a period's report is: declarations of partners, days, what is missing and where it is mended."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from clusters.models import ServiceRecord, State
from events.models import Progress
from reports.actions import chapter as actions
from reports.actions import submit_report
from reports.countdown import countdown
from reports.models import Chapter, Declaration, Edition, Schedule
from reports.readiness import Readiness
from tests import make
from tests.browsing import words

PERIOD = "/p/trace/reports/periods/1/"

# --- Declarations and days ---------------------------------------------------------------------------


def test_a_partner_calls_its_data_complete_and_what_changes_then_is_said(scene, as_, cast):
    browser = as_("manager")
    browser.post(f"{PERIOD}declare/", {"partner": scene.bulgaria.number})
    declared = Declaration.objects.get()
    assert (declared.partner, declared.declared_by) == (scene.bulgaria, cast.manager)
    assert Readiness(cast.manager, scene.period).changed == {}
    ServiceRecord.objects.get(pk=scene.record.pk).save()
    ServiceRecord.objects.get(pk=scene.other_record.pk).save()
    assert Readiness(cast.manager, scene.period).changed == {scene.bulgaria.pk: 1}
    assert "1 record changed since" in words(browser.get(PERIOD))
    page = browser.get(f"{PERIOD}changed/{scene.bulgaria.number}/")
    assert "Elena Petrova called them complete on" in words(page)
    assert scene.record.get_absolute_url() in page.content.decode()
    assert scene.other_record.get_absolute_url() not in page.content.decode()
    assert browser.get(f"{PERIOD}changed/{scene.serbia.number}/").status_code == 404
    browser.post(f"{PERIOD}declare/", {"partner": scene.bulgaria.number})
    assert Readiness(cast.manager, scene.period).changed == {}
    assert Declaration.objects.count() == 1


def test_what_left_the_period_after_that_is_said_too(scene, as_, cast):
    event = make.event(scene.bulgaria, "Moved", scene.period.end)
    back = make.event(scene.bulgaria, "Back", scene.period.end)
    gone = make.activity(scene.bulgaria, scene.task, "Gone", first_day=scene.period.end)
    elsewhere = make.activity(scene.italy, scene.task, "Elsewhere", first_day=scene.period.end)
    actions.declare(user=cast.manager, period=scene.period, partner=scene.bulgaria)
    later = scene.period.end + datetime.timedelta(days=40)
    for row in (event, back):
        row.first_day = row.last_day = later
        row.save()
    back.first_day = back.last_day = scene.period.end
    back.save()
    name, url = str(gone), gone.get_absolute_url()
    gone.delete()
    elsewhere.delete()
    scene.record.delete()
    assert Readiness(cast.manager, scene.period).changed == {scene.bulgaria.pk: 4}
    changed = f"{PERIOD}changed/{scene.bulgaria.number}/"
    page = as_("manager").get(changed)
    said = words(page)
    assert f"{name} deleted" in said
    assert f"{scene.record} deleted" in said
    assert url not in page.content.decode()
    assert f"{event} moved out of the period, to" in said
    assert f"{back}" in said
    assert "Elsewhere" not in said
    event.delete()
    assert Readiness(cast.manager, scene.period).changed == {scene.bulgaria.pk: 4}
    assert f"{event} deleted" in words(as_("manager").get(changed))


def test_what_changed_takes_as_many_queries_with_ten_records_as_with_one(
    scene, as_, cast, django_assert_max_num_queries
):
    actions.declare(user=cast.manager, period=scene.period, partner=scene.bulgaria)
    browser = as_("manager")
    for n in range(10):
        firm = make.sme(scene.cluster, name=f"Firm {n}")
        make.record(scene.service, firm, scene.period.end)
        make.event(scene.bulgaria, f"Event {n}", scene.period.end)
    with django_assert_max_num_queries(24):
        page = browser.get(f"{PERIOD}changed/{scene.bulgaria.number}/")
    assert page.content.decode().count("/deliveries/SR-") >= 10


def test_the_days_say_what_is_done_and_what_is_late(scene, cast):
    def steps():
        found = Readiness(cast.coordinator, scene.period)
        return countdown(scene.period, found, Edition.objects.closed().first())

    assert [step.done for step in steps()] == [True, False, False, False, False, False]
    with time_machine.travel(Schedule.of(scene.period).day("texts_by"), tick=False):
        late = {step.what: (step.late, step.coming) for step in steps()}
    assert list(late.values()) == [
        *((0, False), (7, False), (0, True), (0, False), (0, False), (0, False)),
    ]
    for partner in Readiness(cast.coordinator, scene.period).partners:
        actions.declare(user=cast.coordinator, period=scene.period, partner=partner)
    assert [step.done for step in steps()] == [True, True, False, False, False, False]
    edition = make.locked(scene.period, cast.coordinator)
    assert [step.done for step in steps()] == [True, True, True, True, True, False]
    submit_report(user=cast.coordinator, edition=edition)
    assert all(step.done for step in steps())


def test_the_gaps_of_one_partner_alone_are_shown(scene, as_, cast):
    page = as_("viewer").get(f"{PERIOD}?partner={scene.serbia.number}")
    said = words(page)
    assert f"What is missing from {scene.serbia.short_name}" in said
    assert f"{scene.serbia.short_name} has not said that its data are complete." in said
    assert f"{scene.bulgaria.short_name} has not said" not in said
    said = words(as_("manager").get(PERIOD))
    assert f"What is missing from {scene.bulgaria.short_name}" in said  # the own partner first
    for nonsense in ("all", "x", "77", "9" * 40, "-1"):
        page = as_("viewer").get(f"{PERIOD}?partner={nonsense}")
        assert f"{scene.bulgaria.short_name} has not said" in words(page)


def test_in_a_period_that_runs_only_what_is_past_is_late(scene, cast):
    make.deliverable(scene.project, due_month=12)
    make.record(scene.service, scene.sme, scene.period.end, state=State.PLANNED)
    with time_machine.travel(scene.period.end - datetime.timedelta(days=3), tick=False):
        said = " ".join(sentences(cast.coordinator, scene.period))
    assert "is not handed in" not in said
    assert "planned for this period" not in said


def test_nobody_declares_for_another_partner_nor_before_the_end(scene, as_, cast):
    for partner in ("", "x", "9" * 30, "77"):
        answer = as_("manager").post(f"{PERIOD}declare/", {"partner": partner})
        assert answer.status_code == 404
    answer = as_("manager").post(f"{PERIOD}declare/", {"partner": scene.serbia.number})
    assert answer.status_code == 403
    scene.project.end = timezone.localdate() + datetime.timedelta(days=400)
    scene.project.save()
    late = make.period(scene.project, 2, 13, scene.project.months)
    answer = as_("manager").post(
        f"/p/trace/reports/periods/{late.number}/declare/",
        {"partner": scene.bulgaria.number},
        follow=True,
    )
    assert "The period has not ended" in words(answer)
    assert not Declaration.objects.exists()


def test_the_days_go_backwards_from_the_due_day_and_can_be_set(scene, as_):
    due = scene.period.due
    schedule = Schedule.of(scene.period)
    assert schedule.day("texts_by") == due - datetime.timedelta(days=28)
    days = f"{PERIOD}days/"
    browser = as_("coordinator")
    late = due + datetime.timedelta(days=1)
    assert "due before this day" in words(browser.post(days, {"lock_by": late.isoformat()}))
    crossed = {"data_by": due.isoformat(), "texts_by": ""}
    assert "This comes before" in words(browser.post(days, crossed))
    assert not Schedule.objects.exists()
    wanted = due - datetime.timedelta(days=20)
    browser.post(days, {"texts_by": wanted.isoformat()})
    assert Schedule.of(scene.period).day("texts_by") == wanted
    assert Schedule.of(scene.period).day("lock_by") == due - datetime.timedelta(days=5)
    scene.period.due_days = 30
    assert scene.period.due == scene.period.end + datetime.timedelta(days=30)


# --- What is missing ---------------------------------------------------------------------------------


def sentences(user, period, stops=None):
    return [g.sentence for g in Readiness(user, period).gaps if stops in (None, g.stops)]


def test_each_gap_names_its_owner_and_goes_when_it_is_mended(package, scene, cast):
    found = Readiness(cast.coordinator, scene.period)
    assert len(found.stopping) == 4  # summary, WP1, management, next period
    assert [share.partner for share in found.shares] == [None, *found.partners]
    bulgarian = next(s for s in found.shares if s.partner == scene.bulgaria)
    said = [gap.sentence for gap in bulgarian.gaps]
    assert said == [
        "“WP1 Skills” is not written yet.",
        "Green Synergy has not said that its data are complete.",
        "1 delivery of Green Synergy has no proof.",
    ]
    assert bulgarian.percent == 0
    make.chapter(scene.period, cast.staff, package=package, ready=True)
    actions.declare(user=cast.manager, period=scene.period, partner=scene.bulgaria)
    scene.record.evidence.add(make.evidence(scene.bulgaria, opened_at=timezone.now()))
    found = Readiness(cast.coordinator, scene.period)
    bulgarian = next(s for s in found.shares if s.partner == scene.bulgaria)
    assert (bulgarian.gaps, bulgarian.percent, bulgarian.tone) == ([], 100, "good")


def test_a_late_deliverable_stops_the_report_until_somebody_says_why(package, scene, cast):
    late = make.deliverable(scene.project, due_month=12)
    make.deliverable(scene.project, due_month=13)
    assert any(late.code in s for s in sentences(cast.coordinator, scene.period, stops=True))
    late.late_reason = "The survey took longer."
    late.save()
    assert not any(late.code in s for s in sentences(cast.coordinator, scene.period))


def test_the_final_report_asks_of_what_is_still_ongoing(scene, cast):
    make.dissemination(scene.bulgaria, state=Progress.ONGOING, title="Newsletter")
    assert not any("Newsletter" in s for s in sentences(cast.coordinator, scene.period))
    scene.period.kind = "final"
    make.dissemination(scene.bulgaria, state=Progress.POSTPONED, title="Fair")
    said = sentences(cast.coordinator, scene.period)
    assert any("Newsletter" in s and "ongoing" in s for s in said)
    assert any("Fair" in s and "postponed" in s for s in said)
    assert any("No dissemination activity was delivered" in s for s in said)
    assert not any("Next period" in s for s in said)
    make.dissemination(scene.bulgaria, state=Progress.DELIVERED, title="Film")
    said = sentences(cast.coordinator, scene.period)
    assert not any("No dissemination activity" in s for s in said)


def test_a_reference_to_no_figure_stops_the_report(scene, cast):
    text = "<p>{KPI-01} firms, {KPI-77} jobs</p>"
    make.chapter(scene.period, cast.coordinator, text=text, ready=True)
    stops = sentences(cast.coordinator, scene.period, stops=True)
    assert "Publishable summary refers to KPI-77, which is not there." in stops
    assert not any("KPI-01," in s for s in stops)


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("{kpi-03}", "{kpi-03}"),
        ("{KPI-01 }", "{KPI-01 }"),
        ("{KPI-<strong>01</strong>}", "{KPI-01}"),
        ("{SR-00001}", "{SR-00001}"),
        ("{KPI-01}", None),
        ("{EVT-001}", None),
        ("a {set} of {numbers", "{set}"),
    ],
)
def test_what_nearly_is_a_reference_is_named(typed, named, scene, cast):
    make.event(scene.bulgaria, "Held", scene.period.end)
    make.chapter(scene.period, cast.coordinator, text=f"<p>{typed}</p>", ready=True)
    warned = [s for s in sentences(cast.coordinator, scene.period, False) if "stands for" in s]
    expected = [f"Publishable summary has {named}, which stands for nothing."] if named else []
    assert warned == expected


def test_links_of_what_is_missing_lead_to_just_that(scene, cast, as_):
    make.record(scene.service, scene.sme, scene.period.end, state=State.PLANNED)
    make.record(scene.service, scene.sme, scene.project.end + datetime.timedelta(days=3))
    make.evidence(scene.bulgaria, "unread.txt", b"x")
    browser = as_("coordinator")
    found = [
        gap
        for check in Readiness(cast.coordinator, scene.period).checks
        for gap in check.gaps
        if check.key in ("services", "opened", "dates") and gap.partner == scene.bulgaria
    ]
    assert len(found) == 4
    for gap in found:
        page = browser.get(gap.url)
        assert page.context["filter"].qs.count() == int(gap.sentence.split()[0]), gap


def test_texts_that_tell_of_another_period_or_of_nothing_are_named(package, scene, cast):
    early = make.event(scene.bulgaria, "Before", scene.period.start)
    late = make.event(scene.bulgaria, "After", scene.period.end + datetime.timedelta(days=1))
    codes = (early.code, late.code, "EVT-777", "D9.9", "AC-00777")
    text = f"<p>{' '.join('{' + code + '}' for code in codes)}</p>"
    make.chapter(scene.period, cast.staff, package=package, text=text, ready=True)
    warned = sentences(cast.coordinator, scene.period, stops=False)
    assert "WP1 Skills tells of After (16 Nov 2017), which is not of this period." in warned
    assert not any("Before" in sentence for sentence in warned)
    stops = sentences(cast.coordinator, scene.period, stops=True)
    for code in ("EVT-777", "D9.9", "AC-00777"):
        assert f"WP1 Skills refers to {code}, which is not there." in stops


def test_planned_services_and_silent_risks_only_warn(scene, cast):
    make.record(scene.service, scene.sme, scene.period.end, state=State.PLANNED)
    make.risk(scene.project)
    warned = sentences(cast.coordinator, scene.period, stops=False)
    assert any("is not called delivered" in s for s in warned)
    assert any("Nothing is said of risk R1" in s for s in warned)


# --- Files and dates ---------------------------------------------------------------------------------


def gaps(period, person, key):
    checks = {check.key: check for check in Readiness(person, period).checks}
    return [gap.sentence for gap in checks[key].gaps]


def test_a_file_at_which_only_its_uploader_looked_is_a_warning_until_another_opens_it(
    scene, cast, as_
):
    paper = make.evidence(scene.bulgaria, created_by=cast.manager)
    scene.record.evidence.add(paper)
    said = "1 file of Green Synergy was opened by nobody but its uploader."
    assert gaps(scene.period, cast.coordinator, "opened") == [said]
    as_("manager").get(f"{paper.get_absolute_url()}file/")
    assert gaps(scene.period, cast.coordinator, "opened") == [said]
    listed = as_("coordinator").get(f"/p/trace/evidence/?opened=no&partner={scene.bulgaria.pk}")
    assert paper.code in words(listed)
    as_("coordinator").get(f"{paper.get_absolute_url()}file/")
    paper.refresh_from_db()
    assert paper.opened_by == cast.coordinator
    assert gaps(scene.period, cast.coordinator, "opened") == []


def test_records_dated_outside_the_project_are_a_warning(scene, cast):
    assert gaps(scene.period, cast.coordinator, "dates") == []
    make.record(scene.service, scene.sme, scene.project.end + datetime.timedelta(days=1))
    make.event(scene.bulgaria, "Early", scene.project.start - datetime.timedelta(days=1))
    assert gaps(scene.period, cast.coordinator, "dates") == [
        "1 of the service records of Green Synergy are dated after the project ended.",
        "1 of the events of Green Synergy are dated before the project began.",
    ]


def test_those_who_write_a_chapter_see_who_wrote_what_and_others_do_not(package, scene, as_, cast):
    seen = {"seen": "{}"}
    as_("staff").post(f"{PERIOD}WP1/edit/", {**seen, "results": "<p>First draft</p>"})
    chapter = Chapter.objects.get()
    as_("coordinator").post(
        f"{PERIOD}WP1/edit/", {**seen, "version": chapter.version, "results": "<p>Better</p>"}
    )
    for person in ("staff", "manager", "coordinator"):
        page = words(as_(person).get(f"{PERIOD}WP1/"))
        assert "Todor Todorov Results First draft" in page
        assert "Giulia Rossi Results Better" in page
    assert "First draft" not in words(as_("viewer").get(f"{PERIOD}WP1/"))
