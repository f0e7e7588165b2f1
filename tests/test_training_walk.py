"""A training as its organiser and two guests walk it, in Chromium: planned, opened, held, proven, judged."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from events.models import Attendance, Event
from tests import make
from tests.test_browser import page, sign_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def guest(chromium, live_server, settings):
    """The phone of somebody without a login."""
    settings.SITE_URL = live_server.url
    context = chromium.new_context(base_url=live_server.url, viewport=PHONE, locale="en-GB")
    phone = context.new_page()
    phone.set_default_timeout(15_000)
    yield phone
    context.close()


def tell_who(phone, name, organisation):
    phone.get_by_label("Your name").fill(name)
    phone.get_by_label("Your organisation").fill(organisation)
    phone.get_by_label("Its country").select_option("BG")
    phone.get_by_label("I have read this.").check()


def no_barrier_on(phone):
    found = Axe().run(phone).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []
    wide = phone.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide, "the page scrolls sideways"


def test_a_training_is_planned_opened_held_and_judged(page, guest, scene, cast):  # noqa: F811
    today = timezone.localdate(timezone=ZoneInfo("Europe/Sofia"))  # where it is held
    make.promised(scene.project, "joint_training", 1)
    scene.project.end = today + datetime.timedelta(days=30)
    scene.project.save()

    # Planned, and opened for registration.
    sign_in(page, "staff@example.org")
    page.get_by_role("link", name="Events", exact=True).click()
    page.get_by_role("link", name="Plan it").click()
    page.get_by_label("Title").fill("Foresight for beginners")
    page.get_by_label("First day").fill(today.isoformat())
    page.get_by_label("Begins at").fill("09:00")
    page.get_by_label("Ends at").fill("16:00")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Foresight for beginners").wait_for()
    page.get_by_role("link", name="Open it").click()
    page.get_by_label("Registration until").fill(today.isoformat())
    page.get_by_label("Places").fill("1")
    page.get_by_role("button", name="Save").click()
    address = page.get_by_label("Address to pass on").input_value()

    # One guest registers on a phone; the place is taken.
    guest.goto(address)
    no_barrier_on(guest)
    tell_who(guest, "Maria Regione", "Region of Plovdiv")
    guest.get_by_label("Your e-mail address").fill("maria@visitor.example")
    guest.get_by_label("I work for a public authority").check()
    guest.get_by_role("button", name="Register").click()
    guest.get_by_text("We have written to you").wait_for()

    # The code of the day: the manager checks in on the phone, by name.
    event = Event.objects.get()
    page.goto(f"{event.get_absolute_url()}door/{today.isoformat()}/")
    door = page.locator(".door-address").inner_text().strip()
    guest.goto(door)
    no_barrier_on(guest)
    guest.get_by_role("button", name="I am here").click()
    guest.get_by_role("alert").get_by_text("Please read the notice").wait_for()
    tell_who(guest, "Petar Petrov", "Green Synergy")
    guest.get_by_label("I manage or work for a cluster").check()
    guest.get_by_role("button", name="I am here").click()
    guest.get_by_text("You have checked in").wait_for()
    page.get_by_text("1 to be confirmed").wait_for()  # it follows by itself

    # The organiser confirms both; the portal proposes whom it takes for the manager.
    page.get_by_role("link", name="Confirm them").click()
    page.get_by_text("is Petar Petrov, manager of").wait_for()
    page.get_by_role("button", name="Confirm all of this day").click()
    page.get_by_text("2 are confirmed.").wait_for()
    assert Attendance.objects.confirmed().filter(manager=scene.manager).exists()
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("link", name="Certificate of Petar Petrov").click()
    assert download.value.suggested_filename == "certificate-EVT-001-petar-petrov.pdf"

    # Held: the promise is kept. People say how it was.
    page.goto(event.get_absolute_url())
    page.get_by_role("button", name="It was held").click()
    page.get_by_text("Held: EVT-001").wait_for()
    page.get_by_role("link", name="Ask how it was").click()
    page.get_by_label("Evaluation until").fill(today.isoformat())
    page.get_by_role("button", name="Save").click()
    address = page.get_by_label("Address to pass on").input_value()
    for score in (5, 4, 3):
        guest.goto(address)
        guest.get_by_role("group", name="How was it, all in all?").get_by_label(str(score)).check()
        guest.get_by_label("What else would you like to say?").fill(f"A comment with {score}")
        guest.get_by_role("button", name="Send").click()
        guest.get_by_text("is kept, without your name").wait_for()
    no_barrier_on(guest)
    page.goto(event.get_absolute_url())
    page.locator("#opinions").get_by_text("4.0").wait_for()
    page.goto("/p/trace/")
    page.get_by_text("1 of 1 held").wait_for()
    assert page.complaints == []


@pytest.mark.parametrize(
    "at", ["", "EVT-001/", "EVT-001/people/", "EVT-001/people/new/", "EVT-001/evaluation/", "new/"]
)
@pytest.mark.parametrize("width", [1360, 390])
def test_no_page_of_events_has_a_barrier(page, scene, cast, at, width):  # noqa: F811
    page.set_viewport_size({"width": width, "height": 850})
    event = make.event(scene.bulgaria, days=2, evaluation_until=timezone.localdate())
    make.promised(scene.project, in_each_region=True)
    make.attendance(event, manager=scene.manager)
    make.attendance(event, name="Petar Petrof", confirmed=False, source="checked_in")
    for score in (5, 4, 4):
        make.evaluation(event, score, usefulness=score, comment="Good")
    sign_in(page, "staff@example.org")
    page.goto(f"/p/trace/events/{at}")
    no_barrier_on(page)
