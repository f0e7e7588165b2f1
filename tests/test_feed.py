"""What calendar programs read: a secret address for each member, a file for each event.

It is read back by two programs that know nothing of each other, the icalendar library and calcurse.
"""

import datetime
import subprocess
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from events.actions import event as event_actions
from events.actions.feed import renew_feed
from events.models import Feed
from projects.models import Membership
from tests import make
from tests.browsing import filled, words

SUBSCRIBE = "/p/trace/calendar/subscribe/"
at = datetime.time


@pytest.fixture
def feed(scene, cast):
    return make.feed(cast.staff, scene.project)


def path_of(feed):
    return feed.address.removeprefix(settings.SITE_URL)


def read(feed, **headers):
    """What a calendar program without a login gets."""
    return Client().get(path_of(feed), headers=headers)


def entries(answer):
    """The events of the answer by their titles, as the icalendar library reads them."""
    found = icalendar.Calendar.from_ical(answer.content)
    return {str(entry["summary"]): entry for entry in found.walk("VEVENT")}


def workshop(scene, title="Workshop", zone="Europe/Sofia", first_day=None, **fields):
    fields = {"starts_at": at(10, 0), "ends_at": at(15, 30), **fields}
    first_day = first_day or datetime.date(2018, 5, 10)
    return make.event(scene.bulgaria, title, first_day, time_zone=zone, **fields)


# --- The secret address ------------------------------------------------------------------------------


def test_a_member_makes_an_address_and_reads_the_projects_events_by_it(as_, scene, cast):
    workshop(scene, place="Пловдив", country="BG")
    staff = as_("staff")
    assert "You have no address yet." in words(staff.get(SUBSCRIBE))
    assert not Feed.objects.exists()
    staff.post(SUBSCRIBE)
    page = staff.get(SUBSCRIBE).content.decode()
    feed = Feed.objects.get()
    assert feed.address in page
    answer = read(feed)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    entry = entries(answer)["Workshop"]
    assert entry["location"] == "Пловдив, Bulgaria"
    assert entry["status"] == "CONFIRMED"
    assert entry["url"] == f"{settings.SITE_URL}/p/trace/events/EVT-001/"


def test_the_address_is_shown_to_nobody_else(as_, feed):
    for person in ("manager", "coordinator", "viewer"):
        page = as_(person).get(SUBSCRIBE).content.decode()
        assert feed.address not in page
        assert feed.nonce not in page
    assert not Feed.objects.visible_to(User.objects.get(email="coordinator@example.org")).exists()


def test_renewing_closes_the_former_address_and_only_that(as_, cast, scene, feed):
    others = make.feed(cast.manager, scene.project)
    former = path_of(feed)
    page = as_("staff").post(SUBSCRIBE, follow=True)
    assert "The former one opens nothing any more." in words(page)
    assert Client().get(former).status_code == 404
    assert read(Feed.objects.get(pk=feed.pk)).status_code == 200
    assert read(others).status_code == 200


def test_an_address_that_is_closed_opens_nothing(as_, feed):
    as_("staff").post(SUBSCRIBE, {"do": "close"})
    assert read(feed).status_code == 404
    assert not Feed.objects.exists()


def test_who_left_or_expired_or_may_not_sign_in_reads_nothing(scene, cast, feed):
    membership = Membership.objects.get(user=cast.staff)
    membership.expires_on = datetime.date(2020, 1, 1)
    membership.save()
    assert read(feed).status_code == 404
    membership.expires_on = None
    membership.save()
    assert read(feed).status_code == 200
    User.objects.filter(pk=cast.staff.pk).update(is_active=False)
    assert read(feed).status_code == 404
    User.objects.filter(pk=cast.staff.pk).update(is_active=True)
    membership.delete()
    assert read(feed).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        lambda secret: "x",
        lambda secret: secret[:-1],
        lambda secret: secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        lambda secret: f"9{secret}",
        lambda secret: secret.replace("-", "."),
        lambda secret: "1-" + "0" * 16,
        lambda secret: "x" * 4000,
        lambda secret: "%00",
        lambda secret: "Ж.Ж",
        lambda secret: "..",
    ],
)
def test_a_wrong_secret_is_not_there_and_the_database_is_not_asked(db, feed, change):
    secret = path_of(feed).removeprefix("/calendar/").removesuffix(".ics")
    with CaptureQueriesContext(connection) as asked:
        assert Client().get(f"/calendar/{change(secret)}.ics").status_code == 404
    assert not [query for query in asked.captured_queries if "feed" in query["sql"]]


def test_a_calendar_program_may_look_and_not_write(feed):
    assert Client().head(path_of(feed)).status_code == 200
    for method in ("post", "put", "delete"):
        assert getattr(Client(), method)(path_of(feed)).status_code == 405


def test_a_feed_holds_the_events_of_its_project_alone(scene, cast, feed):
    other = make.project("OTHER")
    make.event(make.partner(other), "Foreign event")
    workshop(scene)
    assert set(entries(read(feed))) == {"Workshop"}


# --- Nothing new -------------------------------------------------------------------------------------


def test_who_has_it_already_is_told_so_and_a_change_is_told_too(scene, cast, feed):
    event = workshop(scene)
    first = read(feed)
    assert read(feed, if_none_match=first["ETag"]).status_code == 304
    assert read(feed, if_modified_since=first["Last-Modified"]).status_code == 304
    assert read(feed).content == first.content
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=5)):
        event_actions.cancel(user=cast.staff, event=event, reason="No speakers")
        for header in (
            {"if_none_match": first["ETag"]},
            {"if_modified_since": first["Last-Modified"]},
        ):
            changed = read(feed, **header)
            assert changed.status_code == 200
            assert list(entries(changed)) == ["Cancelled: Workshop"]


def test_a_deleted_event_is_a_change_too(as_, scene, feed):
    workshop(scene, "One")
    workshop(scene, "Two")
    first = read(feed)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=5)):
        as_("staff").post("/p/trace/events/EVT-002/delete/")
        for header in (
            {"if_none_match": first["ETag"]},
            {"if_modified_since": first["Last-Modified"]},
        ):
            assert set(entries(read(feed, **header))) == {"One"}


def test_another_address_has_another_tag(scene, cast, feed):
    workshop(scene)
    assert read(feed)["ETag"] != read(make.feed(cast.viewer, scene.project))["ETag"]
    before = read(feed)["ETag"]
    renew_feed(membership=feed.membership)
    assert read(Feed.objects.get(pk=feed.pk))["ETag"] != before


def test_events_add_no_queries(scene, feed):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            read(feed)
        return len(asked)

    workshop(scene)
    queries()
    before = queries()
    for i in range(12):
        workshop(scene, f"Workshop {i}", days=1 + i % 3)
    assert queries() == before <= 6


# --- Time ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "offset"),
    [
        ("Europe/Lisbon", datetime.date(2018, 3, 24), 0),  # the day before summer time
        ("Europe/Lisbon", datetime.date(2018, 3, 25), 1),
        ("Europe/Belgrade", datetime.date(2018, 3, 24), 1),
        ("Europe/Belgrade", datetime.date(2018, 3, 25), 2),
        ("Europe/Belgrade", datetime.date(2018, 10, 28), 1),
        ("Europe/Sofia", datetime.date(2018, 10, 27), 3),
        ("Europe/Sofia", datetime.date(2018, 10, 28), 2),  # the day on which it ends
    ],
)
def test_hours_are_those_of_the_place_also_when_the_clock_changes(scene, feed, zone, day, offset):
    workshop(scene, zone=zone, first_day=day)
    answer = read(feed)
    entry = entries(answer)["Workshop"]
    begins = datetime.datetime.combine(day, at(10, 0), ZoneInfo(zone))
    assert entry["dtstart"].dt == begins
    assert entry["dtstart"].dt.utcoffset() == datetime.timedelta(hours=offset)
    assert entry["dtend"].dt - entry["dtstart"].dt == datetime.timedelta(hours=5.5)
    text = answer.content.decode()
    assert f"DTSTART;TZID={zone}:{day:%Y%m%d}T100000" in text
    # The time zone's own rules go along, for programs that do not know its name.
    (rules,) = icalendar.Calendar.from_ical(answer.content).walk("VTIMEZONE")
    assert rules["tzid"] == zone
    assert begins.replace(tzinfo=rules.to_tz()).utcoffset() == datetime.timedelta(hours=offset)


def test_whole_days_end_on_the_first_day_that_is_free_again(scene, feed):
    make.event(scene.bulgaria, "Training", datetime.date(2018, 6, 28), days=2)
    entry = entries(read(feed))["Training"]
    assert entry["dtstart"].dt == datetime.date(2018, 6, 28)
    assert entry["dtend"].dt == datetime.date(2018, 6, 30)
    assert entry["transp"] == "TRANSPARENT"
    assert "rrule" not in entry


def test_several_days_with_hours_recur_daily_and_the_clock_may_change_between(scene, feed):
    workshop(scene, first_day=datetime.date(2018, 3, 24), days=3)
    entry = entries(read(feed))["Workshop"]
    assert entry["rrule"] == {"FREQ": ["DAILY"], "COUNT": [3]}
    assert entry["dtend"].dt.date() == datetime.date(2018, 3, 24)


def test_an_event_without_an_end_has_none(scene, feed):
    workshop(scene, ends_at=None)
    assert "dtend" not in entries(read(feed))["Workshop"]


# --- Moved and cancelled ---------------------------------------------------------------------------------


def test_a_moved_event_keeps_its_identity_and_is_a_later_version(as_, scene, feed):
    workshop(scene)
    before = entries(read(feed))["Workshop"]
    address = "/p/trace/events/EVT-001/edit/"
    manager = as_("manager")
    shown = filled(manager.get(address))
    changed = {
        **shown,
        "first_day": "2018-05-17",
        "last_day": "2018-05-17",
        "cluster": scene.cluster.pk,
    }
    answer = manager.post(address, changed)
    assert answer.status_code == 302
    after = entries(read(feed))["Workshop"]
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["last-modified"].dt >= before["last-modified"].dt
    assert after["dtstart"].dt.date() == datetime.date(2018, 5, 17)


def test_a_cancelled_event_stays_and_says_so(scene, cast, feed):
    event = workshop(scene)
    before = entries(read(feed))["Workshop"]
    event_actions.cancel(user=cast.staff, event=event, reason="No speakers")
    after = entries(read(feed))["Cancelled: Workshop"]
    assert (after["uid"], after["status"]) == (before["uid"], "CANCELLED")
    assert after["sequence"] == before["sequence"] + 1
    assert after["transp"] == "TRANSPARENT"
    assert "No speakers" in after["description"]


def test_no_person_is_named(scene, feed):
    workshop(
        scene, speakers="Ivan Ivanov", agenda="Ivan opens", outcome="Ivan closed", created_by=None
    )
    assert "Ivan" not in read(feed).content.decode()


def test_texts_that_look_like_calendar_lines_stay_texts(scene, feed):
    title = "One, two; three\\ END:VEVENT"
    workshop(scene, title, place="A\r\nATTENDEE:mailto:x@y.example" + "Ж" * 100)
    answer = read(feed)
    assert title in entries(answer)
    assert b"\r\nATTENDEE" not in answer.content
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75


# --- A file for each event -----------------------------------------------------------------------------


def test_an_event_is_a_file_of_its_own(as_, scene):
    workshop(scene)
    answer = as_("viewer").get("/p/trace/events/EVT-001/calendar.ics")
    assert answer["Content-Disposition"] == 'attachment; filename="EVT-001.ics"'
    assert set(entries(answer)) == {"Workshop"}
    assert "calendar.ics" in as_("viewer").get("/p/trace/events/EVT-001/").content.decode()


# --- Two programs, one page ------------------------------------------------------------------------------


def as_calcurse_reads(content, folder, zone, first, days):
    """{day: what calcurse, a calendar of the terminal, shows on it to somebody who lives in `zone`}."""
    (folder / "feed.ics").write_bytes(content)
    home = ["calcurse", "-q", "-D", str(folder), "-C", str(folder)]
    environment = {"TZ": zone, "HOME": str(folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    subprocess.run(
        [*home, "-i", str(folder / "feed.ics")],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    shapes = ["--input-datefmt", "4", "--output-datefmt", "%Y-%m-%d"]
    for kind, shape in (
        ("apt", "%S-%E %m"),
        ("recur-apt", "%S-%E %m"),
        ("event", "%m"),
        ("recur-event", "%m"),
    ):
        shapes += [f"--format-{kind}", f"{shape}\\n"]
    shown = subprocess.run(
        [*home, *shapes, "-Q", "--from", first, "--days", str(days)],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    found, day = {}, None
    for line in shown.splitlines():
        if line.endswith(":") and line[:2] == "20":
            day = line.removesuffix(":")
            found[day] = []
        elif line.strip():
            found[day].append(line.strip().removeprefix("* "))
    return found


def as_icalendar_reads(content, zone):
    """The same by the icalendar library; recurrences spelled out."""
    found = {}
    for entry in icalendar.Calendar.from_ical(content).walk("VEVENT"):
        begins, ends = entry["dtstart"].dt, entry["dtend"].dt
        if isinstance(begins, datetime.datetime):
            for n in range(entry.get("rrule", {"COUNT": [1]})["COUNT"][0]):
                here = [
                    (moment + datetime.timedelta(days=n)).astimezone(ZoneInfo(zone))
                    for moment in (begins, ends)
                ]
                said = f"{here[0]:%H:%M}-{here[1]:%H:%M} {entry['summary']}"
                found.setdefault(f"{here[0]:%Y-%m-%d}", []).append(said)
        else:
            for n in range((ends - begins).days):
                day = begins + datetime.timedelta(days=n)
                found.setdefault(f"{day}", []).append(str(entry["summary"]))
    return found


@pytest.mark.parametrize("zone", ["Europe/Belgrade", "Europe/Lisbon", "Europe/Sofia"])
def test_icalendar_and_calcurse_agree_with_each_other_and_with_the_page(
    as_, scene, cast, feed, tmp_path, zone
):
    workshop(scene, "Sofia", "Europe/Sofia", datetime.date(2018, 3, 23), days=4)
    workshop(scene, "Lisbon", "Europe/Lisbon", datetime.date(2018, 3, 25))
    workshop(scene, "Belgrade", "Europe/Belgrade", datetime.date(2018, 3, 26))
    make.event(scene.bulgaria, "Whole", datetime.date(2018, 3, 20), days=3)
    event_actions.cancel(
        user=cast.staff,
        event=workshop(scene, "Off", first_day=datetime.date(2018, 3, 29)),
        reason="Snow",
    )
    content = read(feed).content
    calcurse = as_calcurse_reads(content, tmp_path, zone, "2018-03-01", 31)
    library = as_icalendar_reads(content, zone)
    assert {day: sorted(said) for day, said in calcurse.items()} == {
        day: sorted(said) for day, said in library.items()
    }
    assert [day[-2:] for day in sorted(calcurse)] == [
        "20",
        "21",
        "22",
        "23",
        "24",
        "25",
        "26",
        "29",
    ]
    page = words(as_("staff").get("/p/trace/calendar/?month=2018-03&view=list"))
    for day, said in library.items():
        assert f" {int(day[-2:])} " in page
        for entry in said:
            assert entry.split()[-1] in page
    sofia = {"Europe/Belgrade": "09:00", "Europe/Lisbon": "08:00", "Europe/Sofia": "10:00"}[zone]
    assert f"{sofia}-" in next(said for said in calcurse["2018-03-26"] if "Sofia" in said)
