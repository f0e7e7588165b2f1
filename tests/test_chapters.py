"""What people write for a period's report: who may, what is kept, what is printed, what is missing."""

import datetime
import html

import pytest
import time_machine
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
from reports.actions import open_report, submit_report
from reports.countdown import countdown
from reports.models import Chapter, Declaration, Edition, Passage, Schedule
from reports.readiness import Readiness
from reports.references import Referred, codes_in, resolved
from tests import make
from tests.browsing import filled, words

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
        (
            '<table><tbody><tr><td colspan="3" rowspan="9999999">a</td></tr></tbody></table>',
            '<table><tbody><tr><td colspan="3">a</td></tr></tbody></table>',
        ),
        (
            '<table><tbody><tr><td colspan="-1">a</td></tr></tbody></table>',
            "<table><tbody><tr><td>a</td></tr></tbody></table>",
        ),
        ("<blockquote>" * 200 + "deep" + "</blockquote>" * 200, "deep"),
        ("<ul><li>" * 5000 + "deep" + "</li></ul>" * 5000, "deep"),
    ],
)
def test_what_does_not_belong_in_a_text_is_taken_out_and_its_words_stay(sent, kept):
    assert clean(sent) == kept


@given(st.text(alphabet="<>/ab=\"' &;:hrefscptonlick", max_size=80))
def test_cleaning_twice_changes_nothing(text):
    once = clean(text)
    assert clean(once) == once


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_plain_text_is_never_lost(text):
    """Whatever is typed without markup stands in what is kept."""
    said = html.unescape(strip_tags(clean(f"<p>{escape(text)}</p>")))
    assert said.split() == text.split()


def test_a_reference_is_the_figures_value_in_the_words_and_nowhere_else():
    text = '<p><a href="https://x.eu/{KPI-03}">{KPI-03}</a> of {KPI-09}</p>'
    assert codes_in(text) == {"KPI-03", "KPI-09"}
    said = resolved(text, {"KPI-03": Referred("1 & 2")})
    assert said == '<p><a href="https://x.eu/{KPI-03}">1 &amp; 2</a> of {KPI-09}</p>'


def test_references_to_records_say_title_and_day_and_lead_to_them(package, scene, as_, cast):
    end = scene.period.end
    item = make.deliverable(scene.project, "Skills <now>", due_month=12)
    event = make.event(scene.bulgaria, "Open day", end, place="Plovdiv")
    away = make.event(scene.bulgaria, "Called off", end, state="cancelled", place="")
    activity = make.activity(scene.bulgaria, scene.task, "Interviews", end, days=1)
    codes = [item.code, event.code, away.code, activity.code]
    text = f"<p>{'; '.join('{' + code + '}' for code in codes)}</p>"
    make.chapter(scene.period, cast.staff, package=package, text=text, ready=True)
    told = (
        f"{item.code} Skills <now> (due on 15 Nov 2017); Open day (15 Nov 2017, Plovdiv); "
        "Called off (15 Nov 2017, cancelled); Interviews (15 Nov 2017)"
    )
    page = as_("viewer").get(f"{PERIOD}WP1/")
    assert told in words(page).replace(" ;", ";")
    for row in (item, event, activity):
        assert f'href="{row.get_absolute_url()}"' in page.content.decode()
    with translation.override("en-gb"):
        document = snapshot.collect(scene.project, scene.period)
    html_said = document["chapters"][0]["passages"][0]["html"]
    assert html_said == f"<p>{escape(told)}</p>"  # in the report it is text
    # A deliverable is handed in as of the period's last day, and not a day later.
    rows = type(item).objects.filter(pk=item.pk)
    rows.update(state="submitted", submitted_on=end)
    assert "handed in on 15 Nov 2017" in words(as_("viewer").get(f"{PERIOD}WP1/"))
    rows.update(submitted_on=end + datetime.timedelta(days=1))
    assert "due on 15 Nov 2017" in words(as_("viewer").get(f"{PERIOD}WP1/"))


def test_a_reference_to_a_figure_opens_it_as_of_the_last_day(package, scene, as_, cast):
    make.chapter(scene.period, cast.staff, package=package, text="<p>{KPI-01} firms</p>")
    page = as_("viewer").get(f"{PERIOD}WP1/").content.decode()
    address = scene.indicator.get_absolute_url()
    assert f'<a href="{address}?as_of=2017-11-15">2</a> firms' in page


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


def test_what_another_project_has_is_no_reference(package, scene, cast, as_):
    other = make.event(make.partner(make.project("OTHER")), "zzleak")
    assert other.code == "EVT-001"
    make.chapter(scene.period, cast.staff, package=package, text="<p>{EVT-001}</p>")
    assert "{EVT-001}" in words(as_("viewer").get(f"{PERIOD}WP1/"))


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
    browser = as_("coordinator")
    page = browser.get(f"{PERIOD}WP1/edit/", follow=True)
    assert page.redirect_chain == [(f"{PERIOD}WP1/", 302)]
    assert "The report was locked as version 1 by Giulia Rossi" in words(page)
    page = browser.post(f"{PERIOD}WP1/return/", {"reason": "x"})
    assert "was locked a moment ago" in words(page)
    chapter.refresh_from_db()
    assert chapter.state == "ready"


@pytest.mark.parametrize(
    "address", ["9/", "1/WP9/", "1/next-to/", "1/package/", f"{10**9}/", "1/WP9/edit/", "0/days/"]
)
def test_what_the_project_does_not_have_is_not_found(address, scene, as_):
    assert as_("coordinator").get(f"/p/trace/reports/periods/{address}").status_code == 404


def test_what_is_typed_while_the_report_is_locked_is_kept_and_shown(package, scene, as_, cast):
    chapter = make.chapter(scene.period, cast.staff, package=package)
    browser = as_("staff")
    page = browser.get(f"{PERIOD}WP1/edit/")
    make.locked(scene.period, cast.coordinator)
    typed = filled(page, results="<p>Just written</p>", task_1="<p>Half of it</p>")
    saved = browser.post(f"{PERIOD}WP1/edit/", typed | {"draft_do": "save"})
    assert saved.json() == {"kept": True}
    answer = browser.post(f"{PERIOD}WP1/edit/", typed)
    assert answer.status_code == 409
    for said in ("Not saved: the report was locked", "Just written", "Half of it", "kept as your"):
        assert said in words(answer)
    assert not chapter.passages.filter(body__contains="Just written").exists()
    edition = Edition.objects.get()
    open_report(user=cast.coordinator, edition=edition, texts_only=True, reason="x")
    assert "did not save it. Continue" in words(browser.get(f"{PERIOD}WP1/edit/"))
    # Who may not write it at all keeps nothing.
    package.lead = scene.serbia
    package.save()
    assert browser.post(f"{PERIOD}WP1/edit/", typed | {"draft_do": "save"}).status_code == 403


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
