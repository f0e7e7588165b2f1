"""What people write for a period's report: who may, what is kept, what is printed, what is missing."""

import datetime
import html

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.html import escape, strip_tags
from hypothesis import given
from hypothesis import strategies as st

from common.history import history
from common.prose import LONGEST, clean, headed_below
from projects.models import Notice
from reports import rendering, snapshot
from reports.actions import chapter as actions
from reports.actions import open_report
from reports.models import Chapter, Edition, Passage
from reports.references import Referred, codes_in, resolved
from tests import make
from tests.browsing import filled, words

PERIOD = "/p/trace/reports/periods/1/"


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


@pytest.mark.parametrize(
    ("text", "below", "printed"),
    [
        ("<h3>A</h3><h4>B</h4><h3>C</h3>", 2, "<h3>A</h3><h4>B</h4><h3>C</h3>"),
        ("<h3>A</h3><h4>B</h4><h3>C</h3>", 3, "<h4>A</h4><h5>B</h5><h4>C</h4>"),
        ("<h4>A</h4><p>a</p><h3>B</h3><h4>C</h4>", 2, "<h3>A</h3><p>a</p><h3>B</h3><h4>C</h4>"),
        ("<h4>A</h4><h4>B</h4>", 1, "<h2>A</h2><h2>B</h2>"),
        ("<p>h3 &lt;h4&gt;</p>", 2, "<p>h3 &lt;h4&gt;</p>"),
    ],
)
def test_headings_of_a_text_skip_no_level_where_it_is_printed(text, below, printed):
    assert headed_below(text, below) == printed


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
    beside = answer.content.decode().split('class="conflict"')[1].split("</table>")[0]
    assert '<div class="prose"><p>Theirs</p></div>' in beside  # as it is printed, no markup
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
    assert "is locked, so its texts stay" in words(page)
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
