"""The calendar as a person uses it, in Chromium: from month to month, on a telephone, and into one's own calendar."""

import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import make
from tests.test_activities_walk import RULES
from tests.test_browser import page, sign_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CALENDAR = "/p/trace/calendar/"


@pytest.fixture
def march(scene):
    make.event(
        scene.bulgaria,
        "Workshop",
        datetime.date(2018, 3, 8),
        starts_at=datetime.time(10),
        cluster=scene.cluster,
    )
    make.event(scene.serbia, "Off", datetime.date(2018, 3, 20), days=3, state="cancelled")
    make.milestone(scene.project, "Halfway", due_month=16)
    return scene


def test_one_goes_through_the_months_by_keyboard_and_narrows_them(page, march, cast):  # noqa: F811
    sign_in(page, "viewer@example.org")
    page.goto(f"{CALENDAR}?month=2018-02")
    page.get_by_role("link", name="To March 2018").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="March 2018").wait_for()
    table = page.get_by_role("table")
    assert table.get_by_role("columnheader", name="Monday").is_visible()
    assert table.get_by_role("link", name="Workshop").count() == 1
    assert table.get_by_role("link", name="Off (Cancelled)").count() == 3
    page.get_by_label("Kind").select_option(label="Milestone due")
    table.get_by_role("link", name="Workshop").wait_for(state="detached")
    assert table.get_by_role("link", name="Halfway").is_visible()
    page.get_by_role("link", name="List").click()
    page.get_by_role("heading", name="15 Thursday").wait_for()
    assert page.complaints == []


def test_a_telephone_shows_the_list(page, march, cast):  # noqa: F811
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "viewer@example.org")
    page.goto(f"{CALENDAR}?month=2018-03")
    assert not page.get_by_role("table").is_visible()
    assert page.get_by_role("heading", name="8 Thursday").is_visible()
    for address in ("?month=2018-03", "?month=2018-03&view=list", "subscribe/"):
        page.goto(f"{CALENDAR}{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_follow_the_accessibility_rules(scheme, page, march, cast):  # noqa: F811
    page.emulate_media(color_scheme=scheme)
    sign_in(page, "staff@example.org")
    problems = {}

    def look(name):
        found = Axe().run(page, options=RULES)
        if found.violations_count:
            problems[name] = found.generate_report()

    for address in ("?month=2018-03", "?month=2018-03&view=list", "?month=2018-04", "subscribe/"):
        page.goto(f"{CALENDAR}{address}")
        look(address)
    page.get_by_role("button", name="Make my address").click()
    page.get_by_label("Your address").wait_for()
    look("with an address")
    assert not problems, "\n".join(f"{name}: {said}" for name, said in problems.items())
    assert page.complaints == []
