"""From a card to the proof of one firm, a missing paper, and targets that two people change, in Chromium."""

import re

import pytest

from indicators.models import Target
from tests import make
from tests.test_browser import page, sign_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_card_opens_down_to_the_proof_of_one_firm_and_a_missing_paper_is_added(
    page,  # noqa: F811
    scene,
    cast,
):
    proven = make.record(scene.service, make.sme(scene.cluster, name="Proven"))
    proven.evidence.add(make.evidence(scene.bulgaria))
    sign_in(page, "manager@example.org")
    page.goto("/p/trace/")
    page.locator("a.kpi", has_text="SMEs benefitting").click()
    page.get_by_role("link", name="Show the 3 enterprises").click()
    page.get_by_role("row", name=re.compile("Proven")).get_by_role("link", name="1").click()
    page.get_by_role("heading", name=re.compile("Why Proven counts|Why .* counts")).wait_for()
    page.get_by_role("link", name=proven.code).first.click()
    assert page.get_by_role("link", name="signed list.txt").is_visible()

    page.goto("/p/trace/indicators/1/")
    page.get_by_text("1 of 3").wait_for()
    page.get_by_role("link", name="Open the proof").click()
    page.get_by_role("link", name="Unproven").click()
    page.get_by_role("link", name="Add a paper SME-0001").click()
    page.get_by_label("Files").set_input_files(
        {"name": "signed.txt", "mimeType": "text/plain", "buffer": b"Signed by the firm"}
    )
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="signed.txt").wait_for()
    page.goto("/p/trace/indicators/1/proof/")
    page.get_by_role("heading", name="If the auditor came today: 2 of 3").wait_for()
    assert page.complaints == []


def test_targets_are_tried_proposed_and_put_into_force(page, scene, cast):  # noqa: F811
    sign_in(page, "coordinator@example.org")
    page.goto("/p/trace/indicators/1/targets/?as_of=2018-03-01")
    page.get_by_label("Green cluster, by the end", exact=True).fill("150")
    page.get_by_label("ENEF cluster, by the end", exact=True).fill("200")
    page.get_by_role("button", name="See what it takes").click()
    page.get_by_text("Tried out, not kept.").wait_for()
    assert page.get_by_text("66 more than the whole").is_visible()
    assert not Target.objects.filter(cluster__isnull=False).exists()
    page.get_by_label("Reason").fill("The partners agreed on it in Bari.")
    page.get_by_role("button", name="Propose these targets").click()
    page.get_by_text("It waits for a second person").wait_for()
    address = page.url
    page.context.clear_cookies()
    sign_in(page, "manager@example.org")
    page.goto("/p/trace/")
    page.get_by_role("heading", name="Waits for your decision").wait_for()
    page.goto(address)
    page.get_by_role("button", name="Put it into force").click()
    page.get_by_text("In force").first.wait_for()
    assert sorted(Target.objects.filter(cluster__isnull=False).values_list("value", flat=True)) == [
        150,
        200,
    ]
    assert page.complaints == []
