"""Dissemination: what is entered once, what is refused, who reads and changes it, what the list exports."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.models import Dissemination, DisseminationCountry, Progress
from projects.models import Evidence
from tests import make
from tests.browsing import beside, filled, words

NEW = "/p/trace/dissemination/new/"
LIST = "/p/trace/dissemination/"
TYPED = {"kind": "press", "title": "Sun in the press", "date": "2017-05-04", "state": "delivered"}


@pytest.fixture
def staff(as_):
    return as_("staff")


def enter(browser, **typed):
    return browser.post(NEW, filled(browser.get(NEW), **{**TYPED, **typed}), follow=True)


# --- What is entered -------------------------------------------------------------------------------


def test_staff_enters_an_activity_with_audiences_countries_and_a_link(staff, scene):
    page = enter(
        staff,
        countries=["ES", "BG"],
        for_smes="on",
        reached_media="1200",
        link="www.news.example/sun",
        funding_shown="on",
    )
    record = Dissemination.objects.get()
    assert record.partner == scene.bulgaria
    assert {row.kind: row.number for row in record.audiences.all()} == {"smes": None, "media": 1200}
    assert [land["code"] for land in record.lands] == ["BG", "ES"]
    assert record.evidence.get().link == "https://www.news.example/sun"
    assert record.evidence.get().audience == "project"
    said = words(page)
    assert "Bulgaria a partner's own: does not count as reached" in said
    assert "1,200 in all" in said
    assert "unknown" in said
    assert "The EU funding statement is not shown" not in said


def test_a_missing_funding_statement_is_said_and_saved(staff, scene):
    assert "The EU funding statement is not shown. The grant agreement asks" in words(enter(staff))
    assert Dissemination.objects.get().funding_shown is False


def test_a_day_outside_the_project_is_kept_with_a_warning(staff, scene):
    assert "lies outside the project" in words(enter(staff, date="2015-01-01"))


def test_an_event_is_entered_once_and_gives_title_day_and_country(staff, scene):
    event = make.event(
        scene.bulgaria, "Open day", datetime.date(2017, 6, 1), country="GR", state="held"
    )
    page = staff.get(f"{NEW}?event={event.code}")
    page = staff.post(NEW, filled(page, countries=["ES"]), follow=True)
    record = Dissemination.objects.get()
    assert (record.title, record.date, record.event) == ("", None, event)
    assert "Open day" in words(page)
    event.title, event.country = "Day of sun", "AT"
    event.first_day = event.last_day = datetime.date(2017, 6, 2)
    event.save()
    told = Dissemination.objects.for_list().get()
    assert (told.called, told.on_day) == ("Day of sun", datetime.date(2017, 6, 2))
    assert [land["code"] for land in told.lands] == ["AT", "ES"]
    assert "Day of sun" in words(staff.get(f"{LIST}?q=day+of"))
    assert "DA-001" in words(staff.get(f"{LIST}?country=AT"))
    assert "Greece" not in words(staff.get(LIST))


def test_another_title_or_day_than_the_events_is_asked_about_and_not_lost(staff, scene):
    event = make.event(scene.bulgaria, "Open day", datetime.date(2017, 6, 1), state="held")
    page = enter(staff, event=event.pk)
    assert "This is the event's: “Open day”." in beside(page, "title")
    assert "This is the event's: 1 Jun 2017." in beside(page, "date")
    assert 'value="Sun in the press"' in page.content.decode()
    page = enter(staff, event=event.pk, title="Open day", date="2017-06-01")
    assert Dissemination.objects.get().title == ""


def test_title_and_day_stand_in_one_place_in_the_database_too(scene):
    event = make.event(scene.bulgaria)
    made = make.dissemination(scene.bulgaria)
    for fields in ({"event": event}, {"title": ""}, {"date": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Dissemination.objects.filter(pk=made.pk).update(**fields)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("title", "", "Give it a title, or choose its event above."),
        ("date", "", "Say when, or choose its event above."),
        ("date", "soon", "Enter a valid date."),
        ("date", "2999-01-01", "This day is still to come, so nothing was delivered yet."),
        ("kind", "", "This field is required."),
        ("kind", "rumour", "Select a valid choice."),
        ("countries", ["XX"], "“XX” is not a country."),
        ("countries", ["\x00"], "is not a country."),
        ("reached_smes", "-3", "Nobody can be reached less than 0 times."),
        ("reached_smes", "many", "Write a whole number, such as 250, or nothing."),
        ("reached_smes", "2.5", "Write a whole number, such as 250, or nothing."),
        ("reached_smes", "8000000000", "More than 50,000,000 people? Check the number."),
        ("reached_smes", "9" * 5000, "Write a whole number, such as 250, or nothing."),
        ("link", "not an address", "Write a web address"),
        ("link", "javascript:alert(1)", "Write a web address"),
        ("link", "ftp://x.example/a", "Write a web address"),
        ("event", "999999", "Select a valid choice."),
        ("title", "a\x00b", "Null characters are not allowed."),
        ("text", "x" * 5_000_001, "Ensure this value has at most 5000 characters"),
    ],
)
def test_bad_input_is_a_sentence_beside_its_field(staff, scene, field, typed, sentence):
    page = enter(staff, **{"channel": "Kept channel", field: typed})
    assert sentence in beside(page, field)
    assert "Kept channel" in page.content.decode()
    assert not Dissemination.objects.exists()


def test_what_is_ongoing_may_lie_ahead_and_a_planned_event_is_not_delivered(staff, scene):
    ahead = timezone.localdate() + datetime.timedelta(days=30)
    enter(staff, date=ahead.isoformat(), state="ongoing")
    assert Dissemination.objects.get().state == Progress.ONGOING
    event = make.event(scene.bulgaria, "Open day", datetime.date(2017, 6, 1))
    page = enter(staff, event=event.pk, title="", date="")
    assert "EVT-001 Open day is not marked as held." in beside(page, "state")


def test_what_belongs_to_a_cancelled_event_was_not_delivered(staff, scene):
    event = make.event(scene.bulgaria, "Open day", datetime.date(2017, 6, 1), state="held")
    record = make.dissemination(scene.bulgaria, "", "ES", event=event)
    assert list(Dissemination.objects.delivered()) == [record]
    event.state, event.cancelled_because = "cancelled", "Snow"
    event.save()
    assert not Dissemination.objects.delivered().exists()
    assert "this does not count as delivered" in words(staff.get(f"{LIST}DA-001/"))


def test_script_in_texts_is_shown_as_text(staff, scene):
    page = enter(staff, title="<script>alert(1)</script>", text="<img src=x onerror=alert(1)>")
    content = page.content.decode()
    assert "<script>alert(1)" not in content
    assert "<img src=x" not in content
    assert "&lt;script&gt;" in content


def test_a_chosen_file_is_kept_while_the_form_is_mended(staff, scene, tmp_path):
    photo = tmp_path / "photo.png"
    photo.write_bytes(make.picture())
    with photo.open("rb") as file:
        page = enter(staff, title="", files=file)
    kept = Evidence.objects.get()
    assert "photo.png" in words(page)
    staff.post(NEW, filled(page, title="Now with a title", kept=[kept.code]))
    assert list(Dissemination.objects.get().evidence.all()) == [kept]


def test_a_form_sent_twice_makes_one_activity(staff, scene):
    data = filled(staff.get(NEW), **TYPED, countries=["ES"], reached_smes="3")
    staff.post(NEW, data)
    page = staff.post(NEW, data, follow=True)
    assert "This was saved already" in words(page)
    assert Dissemination.objects.count() == DisseminationCountry.objects.count() == 1


# --- What is changed -------------------------------------------------------------------------------


def test_countries_and_audiences_follow_the_form(staff, scene):
    record = make.dissemination(scene.bulgaria, "Note", "ES", "FR", audiences={"smes": 5})
    edit = f"{LIST}{record.code}/edit/"
    sent = filled(staff.get(edit))
    assert sent["countries"] == ["FR", "ES"] or set(sent["countries"]) == {"ES", "FR"}
    assert sent["reached_smes"] == ["5"]
    sent |= {"countries": ["FR", "GR"], "reached_smes": "7", "for_media": "on"}
    assert staff.post(edit, sent).status_code == 302
    assert {str(row.country) for row in record.countries.all()} == {"FR", "GR"}
    assert {row.kind: row.number for row in record.audiences.all()} == {"smes": 7, "media": None}


def test_two_edits_at_once_show_both_and_lose_nothing(staff, scene):
    record = make.dissemination(scene.bulgaria, "Note", "ES", audiences={"smes": 5})
    edit = f"{LIST}{record.code}/edit/"
    mine, theirs = filled(staff.get(edit)), filled(staff.get(edit))
    staff.post(edit, {**theirs, "title": "Theirs", "countries": ["ES", "FR"]})
    page = staff.post(edit, {**mine, "title": "Mine", "countries": ["GR"]})
    said = words(page)
    assert "Someone else saved this record while you were writing" in said
    assert "Spain, France" in said
    assert 'value="Mine"' in page.content.decode()
    record.refresh_from_db()
    assert record.title == "Theirs"
    staff.post(edit, filled(page))
    record.refresh_from_db()
    assert record.title == "Mine"
    assert {str(row.country) for row in record.countries.all()} == {"GR"}


def test_viewers_read_and_other_partners_do_not_change(as_, scene):
    record = make.dissemination(scene.serbia, "Theirs")
    page = as_("staff").get(f"{LIST}{record.code}/")
    assert "Theirs" in words(page)
    assert "Edit" not in words(page)
    assert as_("viewer").get(f"{LIST}{record.code}/").status_code == 200
    form = filled(as_("staff").get(NEW), **TYPED, partner=scene.serbia.pk)
    as_("staff").post(NEW, form)
    assert set(Dissemination.objects.exclude(pk=record.pk).values_list("partner", flat=True)) == {
        scene.bulgaria.pk
    }


def test_the_coordinator_says_for_which_partner(as_, scene):
    browser = as_("coordinator")
    page = enter(browser, partner="")
    assert "This field is required." in beside(page, "partner")
    enter(browser, partner=scene.serbia.pk)
    assert Dissemination.objects.get().partner == scene.serbia


# --- The list --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=video", {"DA-002"}),
        ("state=postponed", {"DA-002"}),
        ("audience=media", {"DA-001"}),
        ("proof=yes", {"DA-001", "DA-003"}),
        ("proof=no", {"DA-002"}),
        ("funding=no", {"DA-002"}),
        ("country=GR", {"DA-003"}),
        ("since=2017-06-01", {"DA-003"}),
        ("until=2017-05-31", {"DA-001", "DA-002"}),
        ("q=cuprija", {"DA-002"}),
        ("q=DA-003", {"DA-003"}),
        ("kind=rumour", {"DA-001", "DA-002", "DA-003"}),
        ("partner=" + "9" * 40, {"DA-001", "DA-002", "DA-003"}),
        ("sort=-on_day", {"DA-001", "DA-002", "DA-003"}),
        ("sort=reach", {"DA-001", "DA-002", "DA-003"}),
    ],
)
def test_the_list_is_narrowed(staff, scene, query, found):
    day = datetime.date(2017, 5, 1)
    one = make.dissemination(scene.bulgaria, "Note", "ES", date=day, audiences={"media": 10})
    one.evidence.add(make.evidence(scene.bulgaria))
    make.dissemination(
        *(scene.serbia, "Ћуприја"), date=day, kind="video", state="postponed", funding_shown=False
    )
    event = make.event(
        scene.bulgaria, "Fair", datetime.date(2017, 6, 1), state="held", country="GR"
    )
    event.evidence.add(make.evidence(scene.bulgaria, "list.txt", b"list"))
    make.dissemination(scene.bulgaria, "", event=event)
    said = words(staff.get(f"{LIST}?{query}"))
    assert {code for code in ("DA-001", "DA-002", "DA-003") if code in said} == found


def test_the_export_says_all_in_plain_words(staff, scene):
    make.dissemination(
        *(scene.bulgaria, "=Note", "ES", "BG"), audiences={"smes": 5, "media": 7}, channel="Radio"
    )
    text = staff.get(f"{LIST}?export=csv").content.decode()
    assert "'=Note" in text
    assert '"Bulgaria, Spain"' in text
    assert ",12,Delivered," in text
