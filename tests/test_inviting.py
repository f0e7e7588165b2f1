"""What people do without a login: check in at the door, register, withdraw, say how it was."""

import datetime
import re
import threading
from datetime import date

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.utils import timezone

from events import codes
from events.actions import registration as actions
from events.models import Attendance, Evaluation, Registration
from events.opinions import opinions
from events.views import public
from tests import make
from tests.browsing import beside, filled, words

DAY = date(2017, 6, 28)
NOON = datetime.datetime(2017, 6, 28, 12, tzinfo=datetime.UTC)
ME = {
    "name": "Maria Regione",
    "organisation": "Region of Apulia",
    "country": "IT",
    "category": "policymaker",
    "agree": "on",
}


@pytest.fixture
def event(scene):
    return make.event(
        scene.bulgaria,
        "Foresight in Bari",
        DAY,
        days=2,
        time_zone="Europe/Rome",
        registration_until=date(2017, 6, 27),
        capacity=2,
        evaluation_until=date(2017, 7, 10),
    )


@pytest.fixture
def _on_the_day():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def _before():
    with time_machine.travel(NOON - datetime.timedelta(days=10), tick=False):
        yield


def path(address):
    return re.sub(r"^https?://[^/]+", "", address)


def door(event, day=DAY):
    return path(codes.check_in_address(event, day))


def send(client, address, **typed):
    return client.post(address, filled(client.get(address), **typed), follow=True)


# --- At the door -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("_on_the_day")
def test_somebody_checks_in_on_a_phone_and_waits_to_be_confirmed(client, event):
    page = send(client, door(event), **ME)
    assert "You have checked in to “Foresight in Bari”, 28 Jun 2017." in words(page)
    row = Attendance.objects.get()
    assert (row.date, row.source, row.is_confirmed) == (DAY, "checked_in", False)
    assert (row.who, row.affiliation, row.country, row.informed_at) == (
        *("Maria Regione", "Region of Apulia", "IT"),
        NOON,
    )


@pytest.mark.usefixtures("_on_the_day")
def test_sending_it_twice_makes_one_line(client, event):
    for name in ("Maria Regione", "MARIA  Regione"):
        page = send(client, door(event), **{**ME, "name": name})
        assert "You have checked in" in words(page)
    assert Attendance.objects.count() == 1


@pytest.mark.usefixtures("_on_the_day")
def test_who_was_expected_is_marked_as_here_and_who_is_confirmed_stays_so(client, event):
    row = make.attendance(event, name=ME["name"], organisation=ME["organisation"], confirmed=False)
    send(client, door(event), **ME)
    row.refresh_from_db()
    assert (row.source, row.is_confirmed) == ("checked_in", False)
    Attendance.objects.update(confirmed_at=NOON, source="entered")
    assert "You have checked in" in words(send(client, door(event), **ME))
    assert Attendance.objects.get().source == "entered"


@pytest.mark.parametrize(
    ("field", "wrong", "sentence"),
    [
        ("name", {"name": ""}, "This field is required."),
        ("name", {"name": "x" * 151}, "at most 150 characters"),
        ("name", {"name": "a\x00"}, "Null characters are not allowed."),
        ("country", {"country": "XX"}, "Select a valid choice."),
        ("category", {"category": "king"}, "Select a valid choice."),
        ("agree", {"agree": ""}, "Please read the notice and tick the box."),
    ],
)
@pytest.mark.usefixtures("_on_the_day")
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, event, field, wrong, sentence):
    page = send(client, door(event), **{**ME, **wrong})
    assert sentence in words(page)
    assert 'value="Region of Apulia"' in page.content.decode()
    assert not Attendance.objects.exists()


@pytest.mark.usefixtures("_on_the_day")
def test_markup_in_a_name_stays_text(client, event, as_):
    send(client, door(event), **{**ME, "name": "<script>alert(1)</script>"})
    page = as_("staff").get("/p/trace/events/EVT-001/people/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


@pytest.mark.usefixtures("_on_the_day")
def test_the_code_of_another_day_says_so_and_opens_nothing(client, event):
    past = make.event(event.partner, "Secret past", date(2017, 6, 27))
    for address, status, sentence in [
        (door(past, date(2017, 6, 27)), 410, "was for another day and opens nothing any more"),
        (door(event, date(2017, 6, 29)), 403, "opens on the day of the event"),
    ]:
        for response in (client.get(address), client.post(address, ME)):
            assert response.status_code == status
            assert sentence in words(response)
            assert "Secret past" not in words(response)
            assert 'name="organisation"' not in response.content.decode()
    assert not Attendance.objects.exists()


@pytest.mark.parametrize(("zone", "status"), [("Europe/Rome", 200), ("America/Los_Angeles", 403)])
def test_the_day_is_that_of_the_place(client, event, zone, status):
    event.time_zone = zone
    event.save()
    with time_machine.travel(datetime.datetime(2017, 6, 27, 22, 30, tzinfo=datetime.UTC)):
        assert client.get(door(event)).status_code == status


@pytest.mark.usefixtures("_on_the_day")
def test_an_altered_code_is_not_known(client, event):
    good = codes.day_code(event, DAY)
    other_day = good.replace("-0628-", "-0629-")
    for code in (other_day, good[:-1] + ("a" if good[-1] != "a" else "b"), "x", "1-0628-", "é-1-2"):
        assert client.get(f"/k/{code}/").status_code == 404
    assert client.get(f"/k/{good.upper()}/").status_code == 200, "typed from a wall"


@pytest.mark.usefixtures("_on_the_day")
def test_who_tries_codes_is_stopped(client, event):
    answers = [client.get(f"/k/1-0628-aaaaaaaa{n}/").status_code for n in range(25)]
    assert answers[0] == 404
    assert answers[-1] == 429


@pytest.mark.usefixtures("_on_the_day")
def test_who_sends_too_often_is_stopped(client, event, monkeypatch):
    monkeypatch.setattr(public, "MOST_SENDINGS", 2)
    answers = [client.post(door(event), {**ME, "name": f"P {n}"}).status_code for n in range(3)]
    assert answers == [302, 302, 429]
    assert Attendance.objects.count() == 2


@pytest.mark.usefixtures("_on_the_day")
def test_no_page_at_the_door_tells_who_else_is_there(client, as_, event):
    make.attendance(event, name="Known Person")
    assert "Known Person" not in client.get(door(event)).content.decode()
    assert "Known Person" not in send(client, door(event), **ME).content.decode()
    page = as_("staff").get("/p/trace/events/EVT-001/door/2017-06-28/")
    assert "1 person has checked in, 1 to be confirmed" in words(page)
    assert "Maria" not in words(page)
    assert codes.day_code(event, DAY) in words(page)
    assert "<svg" in page.content.decode()


@pytest.mark.usefixtures("_on_the_day")
def test_nobody_checks_in_to_a_cancelled_event(client, event):
    event.state, event.cancelled_because = "cancelled", "Snow"
    event.save()
    assert "does not take place" in words(client.get(door(event)))


@pytest.mark.usefixtures("_on_the_day")
def test_the_page_speaks_the_language_of_the_browser(client, event):
    page = client.get(door(event), headers={"Accept-Language": "it-IT,it;q=0.9"})
    assert '<html lang="it">' in page.content.decode()
    assert "Referrer-Policy" in page.headers
    assert page["Cache-Control"] == "no-store, private"


# --- Registering -----------------------------------------------------------------------------------


def come(client, event, email="maria@visitor.example", **typed):
    return send(client, path(codes.registration_address(event)), **{**ME, "email": email, **typed})


@pytest.mark.usefixtures("_before")
def test_who_registers_is_expected_and_gets_a_mail_with_a_way_back(
    client, event, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        page = come(client, event, "Maria@Visitor.example ")
    assert "We have written to you" in words(page)
    (letter,) = mail.outbox
    assert letter.to == ["maria@visitor.example"]
    assert "you have a place at “Foresight in Bari”" in letter.body
    assert Attendance.objects.filter(source="registered", confirmed_at=None).count() == 2
    link = path(re.search(r"https?://\S+", letter.body)[0])
    assert client.get(link).status_code == 200
    assert Registration.objects.get().state == "registered", "looking changes nothing"
    page = client.post(link, {}, follow=True)
    assert "was taken back" in words(page)
    client.post(link, {})
    assert Registration.objects.get().state == "withdrawn"
    assert not Attendance.objects.exists()


@pytest.mark.usefixtures("_before")
def test_one_address_registers_once_and_nobody_learns_whether_it_has(
    client, event, django_capture_on_commit_callbacks
):
    pages = []
    for name in ("Maria Regione", "Somebody Else"):
        with django_capture_on_commit_callbacks(execute=True):
            pages.append(words(come(client, event, name=name)))
    assert pages[0] == pages[1]
    assert Registration.objects.get().name == "Maria Regione"
    assert [letter.to for letter in mail.outbox] == [["maria@visitor.example"]] * 2


@pytest.mark.usefixtures("_before")
def test_who_comes_when_all_places_are_taken_waits_and_moves_up(
    client, event, django_capture_on_commit_callbacks
):
    for n in range(3):
        come(client, event, f"p{n}@visitor.example", name=f"Person {n}")
    states = Registration.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["registered", "registered", "waiting"]
    assert not Attendance.objects.filter(name="Person 2").exists()
    assert "All places are taken." in words(client.get(path(codes.registration_address(event))))
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw(registration=Registration.objects.get(email="p0@visitor.example"))
    assert list(states.all()) == ["withdrawn", "registered", "registered"]
    assert "you have a place" in mail.outbox[-1].body
    assert Attendance.objects.filter(name="Person 2").count() == 2


@pytest.mark.usefixtures("_before")
def test_who_withdrew_may_come_back(client, event):
    come(client, event)
    actions.withdraw(registration=Registration.objects.get())
    come(client, event, name="Maria R.")
    registration = Registration.objects.get()
    assert (registration.state, registration.name) == ("registered", "Maria R.")


def test_registration_closes_after_its_day_and_with_the_event(client, event):
    address = path(codes.registration_address(event))
    for day, status in [(27, 200), (28, 410)]:
        with time_machine.travel(datetime.datetime(2017, 6, day, 12, tzinfo=datetime.UTC)):
            assert client.get(address).status_code == status
    with time_machine.travel(NOON - datetime.timedelta(days=5)):
        event.state = "held"
        event.save()
        assert "Registration is closed." in words(client.get(address))
        client.post(address, {**ME, "email": "late@visitor.example"})
    assert not Registration.objects.exists()


@pytest.mark.usefixtures("_before")
@pytest.mark.parametrize("token", ["x", "0" * 32 + ".abc", "%00"])
def test_links_that_nobody_gave_out_open_nothing(client, event, token):
    for address in (f"/r/{token}/", f"/r/{token}/withdraw/", f"/e/{token}/"):
        assert client.get(address).status_code == 404
    stolen = codes.registration_address(event).split("/")[-2]
    assert client.get(f"/e/{stolen}/").status_code == 404, "a link opens one kind of page"


@pytest.mark.usefixtures("_before")
@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("capacity", {"capacity": "0"}, "One place at least."),
        ("capacity", {"capacity": "1"}, "2 people are registered already"),
        ("capacity", {"capacity": "9" * 30}, "less than or equal to 5000"),
        ("registration_until", {"registration_until": "2017-07-01"}, "By then the event is over."),
    ],
)
def test_the_organiser_opens_registration_within_reason(as_, event, field, typed, sentence):
    for n in range(0 if typed.get("capacity") == "0" else 2):
        make.registration(event, f"p{n}@visitor.example")
    address = "/p/trace/events/EVT-001/registration/"
    page = as_("staff").post(address, filled(as_("staff").get(address), **typed))
    assert sentence in beside(page, field)


@pytest.mark.usefixtures("_before")
def test_more_places_are_places_for_those_who_wait(as_, event):
    for n in range(4):
        make.registration(
            event, f"p{n}@visitor.example", state="waiting" if n > 1 else "registered"
        )
    browser, address = as_("staff"), "/p/trace/events/EVT-001/registration/"
    page = browser.post(address, filled(browser.get(address), capacity="3"), follow=True)
    assert "3 registered, 1 waiting" in words(page)
    assert "p3@visitor.example" in words(page)
    assert as_("viewer").get(address).status_code == 403


@pytest.mark.usefixtures("_before")
def test_who_registered_hears_that_it_is_cancelled(as_, event, django_capture_on_commit_callbacks):
    make.registration(event, language="it")
    make.registration(event, "gone@visitor.example", state="withdrawn")
    with django_capture_on_commit_callbacks(execute=True):
        as_("staff").post("/p/trace/events/EVT-001/cancel/", {"reason": "Snow"})
    assert [letter.to for letter in mail.outbox] == [["ana@visitor.example"]]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_last_place_at_once_do_not_both_get_it(scene, event):
    with time_machine.travel(NOON - datetime.timedelta(days=10)):
        make.registration(event)

        def take(n):
            said = {name: ME[name] for name in ("name", "organisation", "country", "category")}
            actions.register(event=event, email=f"p{n}@visitor.example", language="en-gb", **said)
            connection.close()

        both = [threading.Thread(target=take, args=[n]) for n in range(2)]
        [one.start() for one in both]
        [one.join() for one in both]
    assert Registration.objects.registered().count() == 2
    assert Registration.objects.waiting().count() == 1


# --- How it was ------------------------------------------------------------------------------------


def say(client, event, **said):
    return send(client, path(codes.evaluation_address(event)), **{"overall": "4", **said})


@pytest.mark.usefixtures("_on_the_day")
def test_an_answer_has_no_name_and_is_kept_once(client, event):
    page = client.get(path(codes.evaluation_address(event)))
    typed = filled(page, overall="5", comment="<b>Good</b>")
    for _i in range(2):
        said = client.post(path(codes.evaluation_address(event)), typed, follow=True)
        assert "is kept, without your name" in words(said)
    answer = Evaluation.objects.get()
    assert (answer.overall, answer.usefulness, answer.answered_on) == (5, None, DAY)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"overall": ""}, "Please choose a number."),
        ({"overall": "6"}, "Select a valid choice."),
        ({"usefulness": "x"}, "Select a valid choice."),
        ({"comment": "x" * 2001}, "at most 2000 characters"),
    ],
)
@pytest.mark.usefixtures("_on_the_day")
def test_an_answer_is_from_one_to_five(client, event, typed, sentence):
    assert sentence in words(say(client, event, **typed))
    assert not Evaluation.objects.exists()


def test_answers_are_taken_from_the_first_day_until_the_last(client, event):
    address = path(codes.evaluation_address(event))
    for day, month, status in [(27, 6, 410), (28, 6, 200), (10, 7, 200), (11, 7, 410)]:
        with time_machine.travel(datetime.datetime(2017, month, day, 12, tzinfo=datetime.UTC)):
            assert client.get(address).status_code == status, day


def test_numbers_are_shown_from_three_answers_on(as_, event):
    for n in (5, 4):
        make.evaluation(event, n, comment=f"Comment of {n}")
    assert not opinions(event)["shown"]
    page = as_("viewer").get("/p/trace/events/EVT-001/")
    assert "2 answers so far. Numbers are shown from 3 on" in words(page)
    make.evaluation(event, 3, usefulness=1)
    said = opinions(event)["rows"]
    assert (said[0]["mean"], said[0]["spread"]) == (
        4,
        [(5, 1, 33), (4, 1, 33), (3, 1, 33), (2, 0, 0), (1, 0, 0)],
    )
    assert said[1]["mean"] is None, "one person answered this one"
    page = words(as_("viewer").get("/p/trace/events/EVT-001/"))
    assert "All in all 4.0 of 5" in page
    assert "Comment of" not in page
    assert "Comment of 5" in words(as_("staff").get("/p/trace/events/EVT-001/evaluation/"))


@pytest.mark.usefixtures("_on_the_day")
def test_who_registered_is_asked_by_mail_once(as_, event, django_capture_on_commit_callbacks):
    make.registration(event)
    make.registration(event, "wait@visitor.example", state="waiting")
    for _i in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            as_("staff").post("/p/trace/events/EVT-001/evaluation/ask/")
    (letter,) = mail.outbox
    assert letter.to == ["ana@visitor.example"]
    assert codes.evaluation_address(event) in letter.body


def test_nobody_is_asked_before_it_begins(as_, event):
    with time_machine.travel(NOON - datetime.timedelta(days=10)):
        page = as_("staff").post("/p/trace/events/EVT-001/evaluation/ask/", follow=True)
        assert "Say first until when" in words(page)
        assert timezone.localdate() < DAY
