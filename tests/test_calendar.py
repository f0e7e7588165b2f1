"""The calendar of a project: what falls on which day, as a table and as a list."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import calendar
from tests import make
from tests.browsing import words

CALENDAR = "/p/trace/calendar/"
MARCH = datetime.date(2018, 3, 1)


@pytest.fixture
def staff(as_):
    return as_("staff")


def day(number, month=3):
    return datetime.date(2018, month, number)


def bronze(cluster, until):
    """A label that holds until the end of that day."""
    awarded = until.replace(year=until.year - 2)
    return make.label(cluster, awarded, awarded_on=awarded, valid_until=until)


def entries(scene, cast, **chosen):
    first, last = calendar.span_of(MARCH)
    return calendar.entries(
        project=scene.project, user=cast.staff, first=first, last=last, **chosen
    )


# --- What falls on a day -----------------------------------------------------------------------------


def test_a_month_is_whole_weeks_from_monday(scene):
    assert calendar.span_of(MARCH) == (day(26, 2), day(1, 4))
    weeks = calendar.weeks(MARCH, [])
    assert [len(week) for week in weeks] == [7] * 5
    assert all(week[0].date.weekday() == 0 for week in weeks)
    assert sum(one.in_month for week in weeks for one in week) == 31


def test_an_event_stands_on_each_of_its_days_also_across_months(scene, cast):
    make.event(scene.bulgaria, "Long", day(27, 2), days=4)
    make.event(scene.bulgaria, "Before", day(20, 2), days=6)  # ends the day before the table begins
    make.event(scene.bulgaria, "After", day(2, 4))
    found = entries(scene, cast)
    assert [entry.title for entry in found] == ["Long"]
    on = {one.date for week in calendar.weeks(MARCH, found) for one in week if one.entries}
    assert on == {day(27, 2), day(28, 2), day(1), day(2)}


def test_a_label_stands_on_the_day_on_which_it_ends(scene, cast):
    bronze(scene.cluster, day(12))
    make.label(scene.other_cluster)  # never awarded
    (entry,) = entries(scene, cast)
    assert (entry.first, entry.kind) == (day(12), "label")
    assert "expires" in entry.title


@time_machine.travel("2018-03-20")
def test_what_the_plan_promises_stands_on_the_last_day_of_its_month(scene, cast):
    # M16 of a project that began on 16 November 2016 ends on 15 March 2018.
    make.deliverable(scene.project, "Strategies", due_month=16, lead=scene.serbia)
    make.deliverable(scene.project, "Later", due_month=17)
    make.milestone(scene.project, "Halfway", due_month=16, reached_on=day(1))
    found = {entry.kind: entry for entry in entries(scene, cast)}
    assert {entry.first for entry in found.values()} == {day(15)}
    assert "Strategies" in found["deliverable"].title
    assert (found["deliverable"].said, found["milestone"].said) == ("Late", "Done")
    assert [e.kind for e in entries(scene, cast, partner=scene.serbia)] == ["deliverable"]
    assert [e.kind for e in entries(scene, cast, kind="milestone")] == ["milestone"]


def test_entries_are_narrowed_by_kind_and_partner(scene, cast):
    make.event(scene.bulgaria, "Ours", day(5), cluster=scene.cluster)
    make.event(scene.serbia, "Theirs", day(6), kind="joint_training")
    bronze(scene.cluster, day(12))
    assert len(entries(scene, cast)) == 3
    assert [e.title for e in entries(scene, cast, kind="joint_training")] == ["Theirs"]
    assert [e.kind for e in entries(scene, cast, kind="label")] == ["label"]
    assert [e.title for e in entries(scene, cast, partner=scene.serbia)] == ["Theirs"]
    assert entries(scene, cast, kind="nonsense") == []


def test_what_comes_earlier_on_a_day_stands_first(scene, cast):
    at = datetime.time
    make.event(scene.bulgaria, "Afternoon", day(5), starts_at=at(14, 0), ends_at=at(15, 0))
    make.event(scene.bulgaria, "Morning", day(5), starts_at=at(9, 0))
    make.event(scene.bulgaria, "All day", day(5))
    found = entries(scene, cast)
    assert [entry.title for entry in found] == ["All day", "Morning", "Afternoon"]
    assert [entry.time for entry in found] == ["", "09:00", "14:00–15:00"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2018",
        "2018-13",
        "2018-3",
        "march",
        "\x00",
        "9999-01",
        "0001-01",
        "2018-03-01",
        "9" * 5000,
    ],
)
def test_what_names_no_month_is_none(text):
    assert calendar.month_named(text) is None


# --- The page --------------------------------------------------------------------------------------


def test_the_page_shows_the_month_as_a_table_and_as_a_list(staff, scene):
    make.event(scene.bulgaria, "Regional workshop", day(8), place="Plovdiv", state="cancelled")
    page = staff.get(f"{CALENDAR}?month=2018-03")
    said = words(page)
    assert "March 2018" in said
    assert said.count("Regional workshop") > 1  # in the table, and in the list for narrow screens
    assert "Cancelled" in said
    content = page.content.decode()
    assert 'rel="prev" href="?month=2018-02"' in content
    assert 'rel="next" href="?month=2018-04"' in content
    assert content.count('<th scope="col"') == 7
    listed = staff.get(f"{CALENDAR}?month=2018-03&view=list").content.decode()
    assert '<table class="cal">' not in listed
    assert "view=list" in listed.split('rel="next" href="')[1][:40]


def test_a_finished_project_opens_on_its_last_month_and_a_running_one_on_todays(as_, scene):
    assert "November 2018" in words(as_("staff").get(CALENDAR))
    scene.project.end = datetime.date(2090, 1, 1)
    scene.project.save()
    with time_machine.travel("2031-07-15 12:00"):
        said = words(as_("staff").get(CALENDAR))
    assert "July 2031" in said
    assert "15 July, today" in said


def test_today_is_marked_once_and_only_in_its_own_month(staff, scene):
    with time_machine.travel("2018-03-15 12:00"):
        assert staff.get(f"{CALENDAR}?month=2018-03").content.count(b'aria-current="date"') == 1
        other = staff.get(f"{CALENDAR}?month=2018-05").content
    assert b'aria-current="date"' not in other
    assert b'href="?month=2018-03"' in other


@pytest.mark.parametrize(
    "query",
    [
        "month=x",
        "month=2018-99",
        "kind=x",
        "partner=x",
        "partner=" + "9" * 40,
        "view=x",
        "month=%00",
    ],
)
def test_nonsense_in_the_address_shows_a_month_all_the_same(staff, query):
    assert staff.get(f"{CALENDAR}?{query}").status_code == 200


def test_the_first_and_the_last_month_lead_no_further(staff):
    assert b'rel="prev"' not in staff.get(f"{CALENDAR}?month=1990-01").content
    assert b'rel="next"' not in staff.get(f"{CALENDAR}?month=2100-12").content


def test_an_empty_month_leads_to_the_nearest_events(staff, scene):
    assert "Nothing falls into this month." in words(staff.get(f"{CALENDAR}?month=2018-03"))
    make.event(scene.bulgaria, "Before", day(5, 1))
    make.event(scene.bulgaria, "After", day(5, 9))
    said = words(staff.get(f"{CALENDAR}?month=2018-03"))
    assert "The last event before is in January 2018" in said
    assert "The next one is in September 2018" in said


def test_a_full_day_shows_some_and_leads_to_all(staff, scene):
    for i in range(7):
        make.event(scene.bulgaria, f"Event {i}", day(8))
    content = staff.get(f"{CALENDAR}?month=2018-03").content.decode()
    assert "3 more" in content
    assert "view=list#day-8" in content
    assert 'id="day-8"' in staff.get(f"{CALENDAR}?month=2018-03&view=list").content.decode()


def test_another_projects_partner_narrows_to_nothing_of_theirs(staff, scene):
    other = make.partner(make.project("OTHER"), "Foreign")
    make.event(other, "Foreign event", day(8))
    said = words(staff.get(f"{CALENDAR}?month=2018-03&partner={other.pk}"))
    assert "Foreign" not in said


def test_a_month_with_many_events_takes_as_many_queries_as_one_with_few(staff, scene):
    make.event(scene.bulgaria, "First", day(8))
    bronze(scene.cluster, day(12))

    def queries():
        with CaptureQueriesContext(connection) as asked:
            staff.get(f"{CALENDAR}?month=2018-03")
        return len(asked)

    queries()
    before = queries()
    for i in range(20):
        make.event(scene.serbia, f"Event {i}", day(1 + i), days=1 + i % 4)
        bronze(scene.other_cluster, day(2 + i))
    assert queries() == before


def test_script_in_a_title_is_shown_and_not_run(staff, scene):
    make.event(scene.bulgaria, "<script>alert(1)</script>", day(8), place="<b>x</b>")
    content = staff.get(f"{CALENDAR}?month=2018-03").content.decode()
    assert "<script>alert" not in content
    assert "<b>x</b>" not in content
