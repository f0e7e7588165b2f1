"""A chapter is written with the editor, kept while it is typed, called ready, returned and printed, in Chromium."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from projects.models import Draft
from reports.models import Chapter
from tests.test_browser import page, sign_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PERIOD = "/p/trace/reports/periods/1/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chapter_is_written_kept_and_called_ready(page, scene, cast, scheme):  # noqa: F811
    package = scene.task.work_package
    package.lead = scene.bulgaria
    package.save()
    page.emulate_media(color_scheme=scheme)
    sign_in(page, "staff@example.org")
    page.goto(PERIOD)
    page.get_by_role("link", name="“WP1 Skills” is not written yet.").click()
    page.get_by_role("link", name="Write it").click()
    box = page.get_by_role("textbox", name="Results")
    results = page.locator("div.ProseMirror").and_(box)
    results.click()
    page.keyboard.type("Firms that benefitted: ")
    page.get_by_role("button", name="Put KPI-01 into the text").click()
    page.keyboard.type(" ")  # the cursor stands right behind the reference
    page.keyboard.press("Control+b")
    page.keyboard.type("Ябълка")
    page.get_by_text(re.compile("Draft saved")).wait_for()
    assert "KPI-01" in str(Draft.objects.get().data)
    assert Axe().run(page).violations_count == 0
    page.get_by_label("Ready: the coordinator may print it as it stands").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Firms that benefitted: 2 Ябълка").wait_for()
    body = Chapter.objects.get().passages.get(kind="results").body
    assert body == "<p>Firms that benefitted: {KPI-01} <strong>Ябълка</strong></p>"
    assert not Draft.objects.exists()

    page.context.clear_cookies()
    sign_in(page, "coordinator@example.org")
    page.goto(f"{PERIOD}WP1/")
    assert Axe().run(page).violations_count == 0
    page.get_by_label("What is to be changed").fill("Say how many people that is.")
    page.get_by_role("button", name="Return it").click()
    page.get_by_text("Say how many people that is.").wait_for()
    page.goto(PERIOD)
    page.get_by_role("link", name="“WP1 Skills” was returned").wait_for()
    assert Axe().run(page).violations_count == 0
    assert page.complaints == []
