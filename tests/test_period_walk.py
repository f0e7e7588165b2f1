"""A whole period in Chromium, in every role: countdown, texts, data, lock, submission, return, approval, restatement."""

import re
import subprocess

import pytest
from axe_playwright_python.sync_playwright import Axe

from reports.models import Chapter, Edition
from tests import make
from tests.test_browser import page, sign_in, worker  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PERIOD = "/p/trace/reports/periods/1/"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


def has_no_barriers(page):  # noqa: F811
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


def becomes(page, email):  # noqa: F811
    page.context.clear_cookies()
    sign_in(page, email)
    page.goto(PERIOD)


def downloaded(page, path):  # noqa: F811
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("link", name="Download the report").first.click(timeout=60_000)
    download.value.save_as(path)
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
    return " ".join(text.stdout.split())


def text_of(page):  # noqa: F811
    """The chapter as it stands, without what its authors wrote earlier."""
    return page.get_by_role("region", name="Text", exact=True)


def gives_reasons(page):  # noqa: F811
    for box in page.get_by_label(re.compile("is passed over")).all():
        box.fill("Agreed with all partners.")


def test_a_period_from_its_countdown_to_its_approval_and_a_restatement_in_the_next(
    page,  # noqa: F811
    worker,  # noqa: F811
    scene,
    cast,
    tmp_path,
):
    package = scene.task.work_package
    package.lead = scene.bulgaria
    package.save()
    make.evidence(
        scene.bulgaria, "group.png", make.picture("PNG", (60, 40)), content_type="image/png"
    )

    # The staff of the leading partner writes; the cluster manager declares the data.
    becomes(page, "staff@example.org")
    page.get_by_text("Partners' data complete").first.wait_for()
    has_no_barriers(page)
    page.get_by_role("link", name="“WP1 Skills” is not written yet.").click()
    page.get_by_role("link", name="Write it").click()
    page.locator("div.ProseMirror").and_(page.get_by_role("textbox", name="Results")).click()
    page.keyboard.type("Firms served: ")
    page.get_by_role("button", name="Put KPI-01 into the text").click()
    page.get_by_role("button", name="Put the picture group.png into the text").click()
    page.get_by_label("Ready: the coordinator may print it as it stands").check()
    page.get_by_role("button", name="Save").click()
    text_of(page).get_by_text("Firms served: 2").wait_for()
    text_of(page).get_by_role("link", name="2", exact=True).wait_for()
    page.get_by_role("img", name="group.png").wait_for()
    becomes(page, "manager@example.org")
    page.get_by_role("button", name="The data of Green Synergy are complete").click()
    page.get_by_text("The data of Green Synergy for M1-M12 are called complete.").wait_for()

    # The coordinator writes the rest; what stops the lock is named until nothing does.
    becomes(page, "coordinator@example.org")
    page.get_by_role("link", name="Check and lock").click()
    page.get_by_text("3 things are missing that it can't do without").wait_for()
    has_no_barriers(page)
    page.get_by_role("link", name="“Publishable summary” is not written yet.").click()
    page.get_by_role("link", name="Write it").click()
    page.get_by_role("textbox", name="Text", exact=True).click()
    page.keyboard.type("What the public may know.")
    page.get_by_label("Ready: the coordinator may print it as it stands").check()
    page.get_by_role("button", name="Save").click()
    text_of(page).get_by_text("What the public may know.").wait_for()
    for kind in ("management", "next"):
        make.chapter(scene.period, cast.coordinator, kind=kind, ready=True)
    page.goto(f"{PERIOD}lock/")
    page.get_by_role("button", name="Lock it").click()
    page.get_by_role("alert").get_by_text("Not locked: please say why.").wait_for()
    gives_reasons(page)
    has_no_barriers(page)
    page.get_by_role("button", name="Lock it").click()
    page.get_by_text("is locked. Its file is being made.").wait_for()
    said = downloaded(page, tmp_path / "review.pdf")
    assert "DRAFT" in said
    assert "Agreed with all partners." in said
    assert "Firms served: 2" in said
    has_no_barriers(page)
    assert not Chapter.objects.editable_by(cast.coordinator).exists()

    # Submitted, and known to anyone who has the file.
    page.get_by_role("link", name="Mark as submitted").click()
    page.get_by_role("button", name="Submit for good").click()
    page.get_by_text("is submitted.").wait_for()
    page.locator(".progress-card", has_text="As submitted").get_by_role(
        "link", name="Download the report"
    ).wait_for(timeout=60_000)
    said = downloaded(page, tmp_path / "final.pdf")
    assert "FINAL" in said
    assert "Giulia Rossi" in said
    assert "DRAFT" not in said
    for content, answer in (
        ((tmp_path / "final.pdf").read_bytes(), "Yes, this is a submitted report."),
        ((tmp_path / "final.pdf").read_bytes() + b" ", "No, this is not a submitted report"),
    ):
        page.goto("/verify/")
        page.get_by_label("The file as you received it").set_input_files(
            {"name": "report.pdf", "mimeType": "application/pdf", "buffer": content}
        )
        page.get_by_role("button", name="Check it").click()
        page.get_by_text(answer).wait_for()

    # Returned, opened for its texts, handed in again, approved.
    first = Edition.objects.get()
    page.goto(first.get_absolute_url())
    page.get_by_role("link", name="The funder returned it").click()
    page.get_by_label("What the funder wants changed").fill("Say more in the summary.")
    page.get_by_role("button", name="Note the return").click()
    page.get_by_role("link", name="Open it again").click()
    has_no_barriers(page)
    page.get_by_label("Why").fill("The funder asked for more.")
    page.get_by_role("button", name="Open it again").click()
    page.get_by_text("is open again").wait_for()
    page.goto(f"{PERIOD}summary/edit/")
    page.get_by_role("textbox", name="Text", exact=True).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" More of it.")
    page.get_by_label("Ready: the coordinator may print it as it stands").check()
    page.get_by_role("button", name="Save").click()
    text_of(page).get_by_text("What the public may know. More of it.").wait_for()
    page.goto(f"{PERIOD}lock/")
    gives_reasons(page)
    page.get_by_role("button", name="Lock it").click()
    page.get_by_role("link", name="Mark as submitted").click()
    page.get_by_role("button", name="Submit for good").click()
    page.get_by_role("link", name="The funder approved it").click()
    page.get_by_label("What the funder said").fill("Letter 12.")
    page.get_by_role("button", name="Note the approval").click()
    second = Edition.objects.get(number=first.number + 1)
    page.get_by_text("Letter 12.").wait_for()
    first.refresh_from_db()
    assert (first.state, second.state) == ("opened", "approved")
    assert first.snapshot["indicators"] == second.snapshot["indicators"]

    # Something is corrected later: a page says it at once, and the next report prints it.
    type(scene.record).objects.filter(pk=scene.record.pk).update(state="cancelled")
    page.goto(second.get_absolute_url())
    page.get_by_role("link", name="What changed since").click()
    page.get_by_text("Stated 2 for 15 Nov 2017; today's records give 1.").wait_for()
    has_no_barriers(page)
    make.period(scene.project, 2, 13, 24)
    page.goto("/p/trace/reports/?period=2")
    page.get_by_role("button", name="Generate progress report").click()
    said = downloaded(page, tmp_path / "next.pdf")
    assert "Changes since the last report" in said
    assert scene.sme.code in said

    # A viewer reads all of it and decides nothing.
    becomes(page, "viewer@example.org")
    page.get_by_text("Letter 12.").wait_for()
    page.goto(second.get_absolute_url())
    page.get_by_role("link", name="Download the report").first.wait_for(timeout=60_000)
    assert page.get_by_role("link", name="Mark as submitted").count() == 0
    page.set_viewport_size({"width": 390, "height": 844})
    for address in (PERIOD, second.get_absolute_url(), "/p/trace/reports/boxes/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    page.emulate_media(color_scheme="dark")
    has_no_barriers(page)
    assert page.complaints == []
