"""What people write for a period's report: who may, what is kept, what is printed, what is missing."""

import datetime
import html

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.html import escape, strip_tags
from hypothesis import given
from hypothesis import strategies as st

from clusters.models import ServiceRecord, State
from common.history import history
from common.prose import LONGEST, clean
from events.models import Progress
from projects.models import Notice
from reports import rendering, snapshot
from reports.actions import chapter as actions
from reports.models import Chapter, Declaration, Passage, Schedule
from reports.readiness import Readiness
from reports.references import codes_in, resolved
from tests import make
from tests.browsing import words

PERIOD = "/p/trace/reports/periods/1/"


@pytest.fixture
def package(scene):
    """WP1 with its task T1.1, led by the Bulgarian partner."""
    package = scene.task.work_package
    package.lead = scene.bulgaria
    package.save()
    return package


# --- What is left of what was sent -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("<p>Good</p>", "<p>Good</p>"),
        ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ('<p onclick="x()" style="color:red" class="MsoNormal">a</p>', "<p>a</p>"),
        ('<img src="https://evil.example/t.png"><p>a</p>', "<p>a</p>"),
        ('<p><a href="javascript:alert(1)">a</a></p>', "<p><a>a</a></p>"),
        ('<p><a href="file:///etc/passwd">a</a></p>', "<p><a>a</a></p>"),
        (
            '<p><a href="https://ec.europa.eu/x">a</a></p>',
            '<p><a href="https://ec.europa.eu/x">a</a></p>',
        ),
        ("<h1 class=x>Big</h1><h6>Small</h6>", "<h3>Big</h3><h4>Small</h4>"),
        ("<p><b>a</b><br><i>b</i></p>", "<p><strong>a</strong><br><em>b</em></p>"),
        ("<o:p>Word</o:p><!--[if gte mso 9]><xml>x</xml><![endif]-->", "Word"),
        ("<iframe src='//a'></iframe><p></p><p>&nbsp;</p>", ""),
        ("<p><br></p>", ""),
    ],
)
def test_what_does_not_belong_in_a_text_is_taken_out_and_its_words_stay(sent, kept):
    assert clean(sent) == kept


@given(st.text(alphabet="<>/ab=\"' &;:hrefscptonlick", max_size=80))
def test_cleaning_twice_changes_nothing(text):
    once = clean(text)
    assert clean(once) == once


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60))
def test_plain_text_is_never_lost(text):
    """Whatever is typed without markup stands in what is kept."""
    said = html.unescape(strip_tags(clean(f"<p>{escape(text)}</p>")))
    assert said.split() == text.split()


def test_a_reference_is_the_figures_value_in_the_words_and_nowhere_else():
    text = '<p><a href="https://x.eu/{KPI-03}">{KPI-03}</a> of {KPI-09}</p>'
    assert codes_in(text) == {"KPI-03", "KPI-09"}
    said = resolved(text, {"KPI-03": "1 & 2"})
    assert said == '<p><a href="https://x.eu/{KPI-03}">1 &amp; 2</a> of {KPI-09}</p>'


# --- Writing -----------------------------------------------------------------------------------------


def test_the_people_of_the_leading_partner_write_their_package(package, scene, as_, cast):
    browser = as_("staff")
    page = browser.get(f"{PERIOD}WP1/edit/")
    assert "T1.1 Assess the baseline" in words(page)
    answer = browser.post(
        f"{PERIOD}WP1/edit/",
        {
            "task_1": "<p>Half of it.</p>",
            "results": "One line\n\nAnother <b>one</b>",
            "ready": "on",
        },
        follow=True,
    )
    chapter = Chapter.objects.get()
    assert (chapter.place, chapter.state, chapter.written_by) == ("WP1", "ready", cast.staff)
    assert {(row.kind, row.body) for row in chapter.passages.all()} == {
        ("task", "<p>Half of it.</p>"),
        ("results", "One line\n\nAnother <strong>one</strong>"),
        ("deviations", ""),
    }
    assert "Half of it." in words(answer)


def test_plain_lines_become_paragraphs(scene, as_):
    as_("coordinator").post(f"{PERIOD}summary/edit/", {"text": "One & two\nthree\n\nfour"})
    assert Passage.objects.get().body == "<p>One &amp; two\nthree</p><p>four</p>"


def test_nobody_else_writes_it(package, scene, as_):
    for person in ("staff", "manager"):
        assert as_(person).get(f"{PERIOD}management/edit/").status_code == 403
        assert as_(person).post(f"{PERIOD}summary/edit/", {"text": "<p>x</p>"}).status_code == 403
    package.lead = scene.serbia
    package.save()
    assert as_("manager").post(f"{PERIOD}WP1/edit/", {"results": "<p>x</p>"}).status_code == 403
    assert not Chapter.objects.exists()


def test_two_who_write_at_once_are_both_shown(package, scene, as_, cast):
    chapter = make.chapter(scene.period, cast.staff, package=package)
    one, two = as_("staff"), as_("coordinator")
    seen = {"version": chapter.version, "seen": "{}"}
    one.post(f"{PERIOD}WP1/edit/", {**seen, "results": "<p>Theirs</p>"})
    answer = two.post(f"{PERIOD}WP1/edit/", {**seen, "results": "<p>Mine</p>"})
    said = words(answer)
    assert "Someone else saved this record" in said
    assert "Theirs" in said
    assert "Mine" in answer.content.decode()
    assert Passage.objects.get(kind="results").body == "<p>Theirs</p>"


def test_what_says_nothing_is_not_ready_and_what_was_typed_stays(scene, as_):
    answer = as_("coordinator").post(f"{PERIOD}summary/edit/", {"text": "<p> </p>", "ready": "on"})
    assert "Nothing is written yet" in words(answer)
    assert not Chapter.objects.exists()
    chapter = make.chapter(scene.period, None, text="<p>There</p>")
    seen = {"version": chapter.version, "seen": "{}"}
    answer = as_("coordinator").post(f"{PERIOD}summary/edit/", {**seen, "text": "", "ready": "on"})
    assert "Nothing is written yet" in words(answer)
    assert Passage.objects.get().body == "<p>There</p>"
    chapter.delete()
    long = f"<p>{'a' * LONGEST}</p>"
    answer = as_("coordinator").post(f"{PERIOD}summary/edit/", {"text": long})
    assert "is the most. Shorten it" in words(answer)
    assert "aaaa" in answer.content.decode()


def test_who_wrote_what_is_on_record(package, scene, as_, cast):
    as_("staff").post(f"{PERIOD}WP1/edit/", {"results": "<p>First</p>"})
    chapter = Chapter.objects.get()
    seen = {"version": chapter.version, "seen": "{}"}
    as_("coordinator").post(f"{PERIOD}WP1/edit/", {**seen, "results": "<p>Second</p>"})
    kept = history(chapter.passages.get(kind="results"))
    assert [(row.actor, row.changes["body"]) for row in kept] == [
        (cast.coordinator, ["<p>First</p>", "<p>Second</p>"]),
        (cast.staff, ["None", "<p>First</p>"]),
    ]


def test_a_chapter_is_returned_with_a_reason_and_its_writer_is_told(package, scene, as_, cast):
    chapter = make.chapter(scene.period, cast.staff, package=package, ready=True)
    browser = as_("coordinator")
    assert "This field is required" in words(browser.post(f"{PERIOD}WP1/return/", {"reason": " "}))
    chapter.refresh_from_db()
    assert chapter.state == "ready"
    browser.post(f"{PERIOD}WP1/return/", {"reason": "Name the two firms."})
    chapter.refresh_from_db()
    assert (chapter.state, chapter.returned_because) == ("returned", "Name the two firms.")
    assert Notice.objects.get().user == cast.staff
    assert "Name the two firms." in words(as_("staff").get(f"{PERIOD}WP1/edit/"))
    with pytest.raises(ValidationError):
        actions.give_back(user=cast.coordinator, chapter=chapter, reason="again")
    seen = {"version": chapter.version, "seen": "{}"}
    as_("staff").post(f"{PERIOD}WP1/edit/", {**seen, "results": "<p>Done</p>", "ready": "on"})
    chapter.refresh_from_db()
    assert (chapter.state, chapter.returned_because) == ("ready", "")


def test_the_text_of_the_last_period_stands_beside_the_new_one(scene, as_, cast):
    make.chapter(scene.period, cast.coordinator, text="<p>As it was</p>")
    make.period(scene.project, 2, 13, 24)
    page = as_("coordinator").get("/p/trace/reports/periods/2/summary/edit/")
    assert "What M1-M12 said" in words(page)
    assert "As it was" in words(page)


def test_a_locked_period_takes_no_text(package, scene, as_, cast):
    chapter = make.chapter(scene.period, cast.staff, package=package, ready=True)
    make.locked(scene.period, cast.coordinator)
    assert as_("coordinator").get(f"{PERIOD}WP1/edit/").status_code == 403
    assert as_("coordinator").post(f"{PERIOD}WP1/return/", {"reason": "x"}).status_code == 200
    chapter.refresh_from_db()
    assert chapter.state == "ready"


@pytest.mark.parametrize(
    "address", ["9/", "1/WP9/", "1/next-to/", "1/package/", f"{10**9}/", "1/WP9/edit/", "0/days/"]
)
def test_what_the_project_does_not_have_is_not_found(address, scene, as_):
    assert as_("coordinator").get(f"/p/trace/reports/periods/{address}").status_code == 404


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
    browser.post(f"{PERIOD}declare/", {"partner": scene.bulgaria.number})
    assert Readiness(cast.manager, scene.period).changed == {}
    assert Declaration.objects.count() == 1


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
    said = sentences(cast.coordinator, scene.period)
    assert any("Newsletter" in s and "final report" in s for s in said)
    assert not any("Next period" in s for s in said)


def test_a_reference_to_no_figure_stops_the_report(scene, cast):
    text = "<p>{KPI-01} firms, {KPI-77} jobs</p>"
    make.chapter(scene.period, cast.coordinator, text=text, ready=True)
    stops = sentences(cast.coordinator, scene.period, stops=True)
    assert "Publishable summary refers to KPI-77, which is not there." in stops
    assert not any("KPI-01," in s for s in stops)


def test_planned_services_and_silent_risks_only_warn(scene, cast):
    make.record(scene.service, scene.sme, scene.period.end, state=State.PLANNED)
    make.risk(scene.project)
    warned = sentences(cast.coordinator, scene.period, stops=False)
    assert any("is not called delivered" in s for s in warned)
    assert any("Nothing is said of risk R1" in s for s in warned)


# --- Printed -----------------------------------------------------------------------------------------


def test_the_report_prints_what_was_written_with_its_figures(package, scene, cast):
    make.chapter(
        scene.period, cast.staff, package=package, text="<p>{KPI-01} firms: Đurđevak, Ябълка</p>"
    )
    make.chapter(scene.period, cast.coordinator, text="<h3>Short</h3><p>In brief.</p>", ready=True)
    make.chapter(scene.period, cast.coordinator, kind="management", text="")
    with translation.override("en-gb"):
        document = snapshot.collect(scene.project, scene.period)
        page = rendering.to_html(document, made_on=timezone.now(), version=1)
    assert [chapter["title"] for chapter in document["chapters"]] == [
        "Publishable summary",
        "Skills",
    ]
    assert document["chapters"][1]["passages"] == [
        {"heading": "Results", "html": "<p>2 firms: Đurđevak, Ябълка</p>"}
    ]
    assert "2 firms: Đurđevak, Ябълка" in page
    assert page.index("In brief.") < page.index("Đurđevak") < page.index("Counts as one")
    assert "Not called ready" in page


def test_a_snapshot_without_chapters_still_prints(scene):
    with translation.override("en-gb"):
        document = snapshot.collect(scene.project, scene.period)
        for later in ("chapters", "changes"):
            del document[later]
        del document["period"]["kind"]
        document["format"] = 1
        page = rendering.to_html(document, made_on=timezone.now(), version=1)
    assert "Progress report" in page


# --- Files and dates ---------------------------------------------------------------------------------


def gaps(period, person, key):
    checks = {check.key: check for check in Readiness(person, period).checks}
    return [gap.sentence for gap in checks[key].gaps]


def test_a_file_at_which_only_its_uploader_looked_is_a_warning_until_another_opens_it(
    scene, cast, as_
):
    paper = make.evidence(scene.bulgaria, created_by=cast.manager)
    scene.record.evidence.add(paper)
    said = "1 file of Green Synergy that proves deliveries was opened by nobody but its uploader."
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
        "1 of Green Synergy's service records are dated outside the project and count for nothing.",
        "1 of Green Synergy's events are dated outside the project and count for nothing.",
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
