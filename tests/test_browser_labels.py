"""The road to a label, walked in Chromium."""

import pytest

from clusters.models import Label
from tests import make
from tests.test_browser import page, sign_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_label_is_walked_from_candidate_to_awarded_and_counts(page, scene, cast):  # noqa: F811
    make.indicator(scene.project, 3, measure="bronze_labels", target=3, name="New bronze labels")
    sign_in(page, "manager@example.org")
    page.get_by_role("link", name="Labels", exact=True).click()
    page.get_by_role("link", name="Begin a road").click()
    page.get_by_label("Candidate since").fill("2017-01-10")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("listitem").filter(has_text="Candidate").get_by_text("now").wait_for()
    for label, day in [
        ("Data collection since", "2017-06-01"),
        ("Interview on", "2018-02-01"),
        ("Awarded on", "2018-03-15"),
    ]:
        page.get_by_role("link", name="Edit").click()
        page.get_by_label(label).fill(day)
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Saved: LB-001").wait_for()
    assert page.get_by_text("no certificate is attached").is_visible()
    page.get_by_label("Add files").set_input_files(
        {"name": "certificate.txt", "mimeType": "text/plain", "buffer": b"Bronze"}
    )
    page.get_by_text("Added as EV-00001.").wait_for()
    page.reload()
    page.get_by_text("Counts in KPI-03").wait_for()
    assert Label.objects.get().stage_on(scene.project.end) == "awarded"
    page.get_by_role("link", name="KPI-03").click()
    page.get_by_role("link", name="Show the 1 clusters").click()
    page.get_by_role("link", name="1", exact=True).click()
    page.get_by_role("link", name="LB-001").wait_for()
    assert page.complaints == []
