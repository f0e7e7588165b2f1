"""The work plan as people use it, in Chromium: a late deliverable is delivered and submitted, the chart is read."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import make
from tests.test_activities_walk import RULES
from tests.test_browser import page, sign_in  # noqa: F401
from workpackages.models import Handling

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HERE = "/p/trace/work-plan/"


def test_a_late_deliverable_is_delivered_by_its_lead_and_submitted_with_its_reason(
    page,  # noqa: F811
    scene,
    cast,
):
    item = make.deliverable(scene.project, due_month=4, lead=scene.bulgaria)
    address = item.get_absolute_url()

    # The coordinator cannot submit what has no file, and nothing that was typed is lost.
    sign_in(page, "coordinator@example.org")
    page.goto(address)
    page.get_by_text("and is not submitted").wait_for()
    page.goto(
        f"{address}submit/"
    )  # kept from an earlier day; the page offers it when there is a file
    page.get_by_label("Why it is late").fill("The survey took longer.")
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("alert").get_by_text("no file").first.wait_for()
    assert page.get_by_label("Why it is late").input_value() == "The survey took longer."
    page.context.clear_cookies()

    # The lead's staff adds the file on a phone and says why it is late.
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "staff@example.org")
    page.goto(address)
    assert page.get_by_role("link", name="Submit").count() == 0
    page.get_by_role("link", name="Add the first version").click()
    report = {"name": "D1.1 Skills.txt", "mimeType": "text/plain", "buffer": b"Skills, assessed."}
    page.get_by_label("File").set_input_files(report)
    page.get_by_role("button", name="Add a version").click()
    page.get_by_text("Saved as version 1 of D1.1").wait_for()
    page.get_by_role("link", name="Say why").click()
    page.get_by_label("Why it is late").fill("Two clusters answered in March only.")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Two clusters answered in March only.").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.context.clear_cookies()

    # The coordinator submits it; the reason is there already, the file can no longer be changed.
    page.set_viewport_size({"width": 1360, "height": 900})
    sign_in(page, "coordinator@example.org")
    page.goto(address)
    page.get_by_role("link", name="Submit").click()
    page.get_by_text("Version 1 is handed in: D1.1 Skills.txt").wait_for()
    assert "in March only" in page.get_by_label("Why it is late").input_value()
    page.get_by_role("button", name="Submit").click()
    page.get_by_text("D1.1 is submitted").wait_for()
    assert page.get_by_role("link", name="Add a version").count() == 0
    page.goto(f"{HERE}deliverables/")
    page.get_by_role("row").filter(has_text="D1.1").get_by_text("Submitted").wait_for()
    page.goto(address)
    page.get_by_role("button", name="Note the approval").click()
    page.get_by_text("Approved").first.wait_for()
    item.refresh_from_db()
    assert (item.state, item.submitted_by, item.was_late) == (
        Handling.APPROVED,
        cast.coordinator,
        True,
    )
    assert page.complaints == []


def test_the_chart_is_read_and_gone_through_by_keyboard(page, scene, cast):  # noqa: F811
    make.deliverable(scene.project, due_month=4)
    make.milestone(scene.project, due_month=6)
    sign_in(page, "viewer@example.org")
    page.goto(HERE)
    bars = page.locator(".gantt a")
    said = [bars.nth(at).get_attribute("aria-label") for at in range(bars.count())]
    assert any("D1.1 Report on skills, M4, due" in (words or "") for words in said), said
    bars.first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/work-plan/**/")
    assert page.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 390])
def test_no_page_of_the_plan_has_a_barrier(width, scheme, page, scene, cast):  # noqa: F811
    page.set_viewport_size({"width": width, "height": 850})
    page.emulate_media(color_scheme=scheme)
    item = make.deliverable(scene.project, due_month=4, files=2)
    make.milestone(scene.project)
    make.risk(scene.project)
    make.amendment(scene.project)
    sign_in(page, "coordinator@example.org")
    problems = {}
    for at in (
        *("", "amendments/", "packages/WP1/", "tasks/T1.1/", "tasks/T1.1/edit/", "deliverables/"),
        *("milestones/", "milestones/MS1/", "risks/", "risks/R1/", "amendments/new/"),
        *(f"deliverables/{item.code}/", f"deliverables/{item.code}/submit/"),
    ):
        assert page.goto(f"{HERE}{at}").status == 200, at
        found = Axe().run(page, options=RULES)
        if found.violations_count:
            problems[at] = found.generate_report()
        if page.evaluate("document.documentElement.scrollWidth") > width:
            problems[f"{at}, sideways"] = "it scrolls"
    assert not problems, "\n".join(f"{at}: {said}" for at, said in problems.items())
