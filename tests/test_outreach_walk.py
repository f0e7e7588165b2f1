"""Dissemination and cooperation as people walk them in Chromium: on a telephone, by keyboard, in both schemes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from events.models import Acquaintance, Dissemination, Meeting
from tests import make
from tests.rooms import cooperation, dissemination
from tests.test_browser import page, sign_in  # noqa: F401 - a fixture and a step

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 800}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def narrow(page):  # noqa: F811
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_staff_logs_a_dissemination_on_a_telephone(page, scene, cast, tmp_path):  # noqa: F811
    photo = tmp_path / "stand.png"
    photo.write_bytes(make.picture(size=(30, 20)))
    page.set_viewport_size(PHONE)
    sign_in(page, "staff@example.org")
    page.goto("/p/trace/dissemination/")
    page.get_by_role("link", name="Add an activity").click()
    page.get_by_label("Kind").select_option("conference")
    page.get_by_label("Title").fill("Stand at the fair")
    page.get_by_label("Date").fill("2018-03-20")
    page.get_by_label("Other clusters", exact=True).check()
    page.get_by_label("Other clusters: number reached").fill("minus one")
    page.get_by_label("Spain", exact=True).check()
    page.locator("input[name=files]").set_input_files(photo)
    page.get_by_label("The EU funding statement is shown").check()
    assert narrow(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Other clusters: number reached").click()
    field = page.get_by_label("Other clusters: number reached")
    assert field.evaluate("field => field === document.activeElement")
    field.fill("40")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Stand at the fair").wait_for()
    assert narrow(page)
    record = Dissemination.objects.get()
    assert [str(row.country) for row in record.countries.all()] == ["ES"]
    assert record.audiences.get().number == 40
    assert record.evidence.get().name == "stand.png"
    page.goto("/p/trace/countries/")
    assert page.locator("#country-ES").inner_text().startswith("Spain")
    assert page.locator("svg .land-proven title").text_content() == "Spain"
    assert narrow(page)
    assert page.complaints == []


def test_a_visit_is_planned_held_and_followed_up_by_keyboard(page, scene, cast):  # noqa: F811
    outside = make.outside_cluster(scene.bulgaria)
    make.collaboration(scene.bulgaria, outside, scene.cluster)
    sign_in(page, "staff@example.org")
    page.goto("/p/trace/cooperation/collaborations/CO-001/")
    page.get_by_role("link", name="Add a meeting").press("Enter")
    page.get_by_label("Kind").select_option("twinning_visit")
    page.get_by_label("Subject").fill("Two days in Barcelona")
    page.get_by_label("Date").fill("2018-02-01")
    page.get_by_label("Point 1", exact=True).fill("Fees of members")
    page.get_by_label("Agreed on point 1", exact=True).fill("A table is sent")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_role("heading", name="Two days in Barcelona").wait_for()
    assert Meeting.objects.get().points.get().agreed == "A table is sent"
    page.get_by_role("link", name="CO-001").first.press("Enter")
    page.get_by_text("It counts as a collaboration since 1 Feb 2018").wait_for()
    page.goto("/p/trace/cooperation/contacts-made/new/?outside_cluster=OC-001")
    page.get_by_label("Name").fill("Pilar Puig")
    page.get_by_label("What is to follow").fill("Send the table")
    page.get_by_label("Legal basis").select_option("consent")
    page.get_by_label("Version of the privacy notice").fill("1.0")
    page.get_by_label("Informed on").fill("2018-02-01")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_role("button", name="It is done").press("Enter")
    page.get_by_text("Done: Send the table").wait_for()
    assert Acquaintance.objects.get().done_on
    assert page.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_follow_the_accessibility_rules(scheme, page, scene, cast):  # noqa: F811
    page.emulate_media(color_scheme=scheme)
    for room in (dissemination, cooperation):
        room.world(scene, cast)
        room.more(scene, cast, 1)
    make.dissemination(scene.bulgaria, "Far away", "BR", "MT", state="ongoing", funding_shown=False)
    axe, problems = Axe(), {}
    sign_in(page, "coordinator@example.org")
    addresses = [
        reverse(name, args=["trace", *arguments[1:]])
        for room in (dissemination, cooperation)
        for name, (arguments, *_answers) in room.TABLE.items()
        # Forms that change and questions before deleting look as those that create do.
        if not name.startswith("POST ") and not name.endswith(("_edit", "_delete", "_proof"))
    ]
    for address in addresses:
        page.goto(address)
        found = axe.run(page, options=RULES)
        if found.violations_count:
            problems[address] = found.generate_report()
        page.set_viewport_size(PHONE)
        if not narrow(page):
            problems[f"{address} on a telephone"] = "wider than the screen"
        page.set_viewport_size({"width": 1360, "height": 900})
    assert problems == {}
    assert page.complaints == []
