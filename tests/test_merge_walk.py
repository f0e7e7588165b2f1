"""A cluster manager merges a firm that is there twice and takes it apart again, in Chromium."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from clusters.actions.merge import merge_firms
from clusters.duplicates import compare_waiting
from clusters.models import SME
from tests import make
from tests.test_browser import page, sign_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_duplicate_is_merged_and_the_merge_undone(page, scene, cast):  # noqa: F811
    twin = make.sme(scene.cluster, name="Slantse OOD", town="Plovdiv", website="https://slantse.bg")
    make.record(scene.service, twin)
    compare_waiting(scene.project)
    sign_in(page, "manager@example.org")
    page.get_by_role("navigation", name="Project").get_by_role("link", name="SMEs").click()
    page.get_by_role("link", name="Likely duplicates: 1").click()
    row = page.get_by_role("row", name="Slantse OOD")
    row.get_by_text("the same name without the legal form").wait_for()
    row.get_by_role("link", name="Compare").click()
    page.get_by_role("heading", name="Are these one firm?").wait_for()
    page.get_by_role("row", name="Legal name").get_by_label("Слънце ЕООД").check()
    page.get_by_role("row", name="Website").get_by_label("https://slantse.bg").check()
    page.get_by_role("button", name=f"Merge {twin.code} into {scene.sme.code}").click()
    page.get_by_text("This can be undone here.").wait_for()
    merged = page.url
    page.goto(twin.get_absolute_url())
    page.get_by_text(f"{twin.code} was merged into this firm").wait_for()
    page.get_by_role("heading", name="Слънце ЕООД").wait_for()
    assert page.get_by_role("link", name="https://slantse.bg").is_visible()
    page.get_by_role("navigation", name="Project").get_by_role("link", name="SMEs").click()
    page.get_by_label("Search", exact=True).press_sequentially(twin.code)
    page.get_by_text("1 record", exact=True).wait_for()
    page.goto(merged)
    page.get_by_role("button", name="Undo the merge").click()
    page.get_by_text("are two firms again").wait_for()
    twin.refresh_from_db()
    assert twin.merged_into is None
    assert twin.records.count() == 1
    assert page.complaints == []


def test_enter_in_the_form_that_asks_saves_and_joins_nothing(page, scene, cast):  # noqa: F811
    sign_in(page, "manager@example.org")
    page.goto("/p/trace/smes/new/")
    page.get_by_label("Legal name").fill("Djurdjevak")
    page.get_by_label("Country").select_option("RS")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Is it one of these?").wait_for()
    page.get_by_label("Legal name").fill("Djurdjevak i sin")
    page.get_by_label("Legal name").press("Enter")
    page.wait_for_load_state()
    assert scene.other_sme.memberships.count() == 1
    if page.get_by_role("button", name="It is another firm: save").is_visible():
        page.get_by_role("button", name="It is another firm: save").click()
    page.get_by_text("Saved: Djurdjevak i sin").wait_for()
    assert SME.objects.filter(name="Djurdjevak i sin").count() == 1
    assert page.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_duplicates_and_merges_follow_the_accessibility_rules(
    scheme,
    page,  # noqa: F811
    scene,
    cast,
):
    make.likely_pair(scene.sme, scene.other_sme)
    make.proposed_merge(scene.sme, scene.other_sme, cast.manager)
    unknown = make.sme(scene.cluster, name="Unknown", size_class="unknown")
    make.record(scene.service, unknown)
    done = merge_firms(
        user=cast.coordinator,
        kept=make.sme(scene.cluster, name="Third"),
        merged=make.sme(scene.cluster, name="Fourth", town="Ruse"),
        taken=["town"],
    )
    page.emulate_media(color_scheme=scheme)
    sign_in(page, "coordinator@example.org")
    axe, problems = Axe(), {}
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    for name, arguments in (
        ("pair_list", []),
        ("merge_firms", [scene.sme.code, unknown.code]),
        ("merge_list", []),
        ("merge_detail", ["MR-0001"]),
        ("merge_detail", [done.code]),
        ("sme_create", []),
    ):
        page.goto(reverse(name, args=["trace", *arguments]))
        if name == "sme_create":
            page.get_by_label("Legal name").fill("Djurdjevak")
            page.get_by_label("Country").select_option("RS")
            page.get_by_label("ENEF cluster").first.check()
            page.get_by_role("button", name="Save").click()
            page.get_by_role("heading", name="Is it one of these?").wait_for()
        found = axe.run(page, options=rules)
        if found.violations_count:
            problems[name] = found.generate_report()
    assert problems == {}
    assert page.complaints == []
