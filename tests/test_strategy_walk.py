"""Seven strategies become a joint one, as the coordinator walks it in Chromium."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from clusters.models import Strategy
from tests import make
from tests.test_activities_walk import RULES
from tests.test_browser import page, sign_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AT = "/p/trace/strategies/"


@pytest.fixture
def seven(scene):
    """Strategies of seven clusters; all want to save energy, three are strong where four have a gap."""
    clusters = [scene.cluster, scene.other_cluster]
    clusters += [make.cluster(scene.italy, f"Cluster {n}") for n in range(3, 8)]
    made = []
    for n, cluster in enumerate(clusters):
        strategy = make.strategy(cluster, f"Strategy {n + 1}", vision="Less waste.")
        make.objective(strategy, f"Save energy {n + 1}", "Energy", "Processing")
        make.objective(strategy, f"Learn {n + 1}", f"Skill {n % 3}")
        make.chain_link(strategy, "Processing", "strong" if n < 3 else "gap")
        made.append(strategy)
    return made


def test_seven_strategies_are_matched_and_the_joint_one_is_adopted(page, scene, cast, seven):  # noqa: F811
    sign_in(page, "coordinator@example.org")
    page.get_by_role("link", name="Strategies", exact=True).click()

    # The joint strategy is begun; what several want is found in the matrix.
    page.get_by_role("link", name="Begin a strategy").click()
    page.get_by_label("Title").fill("What seven clusters do together")
    page.get_by_label("Vision").fill("Food that wastes nothing.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="What seven clusters do together").wait_for()
    page.get_by_role("link", name="Find common ground").click()
    page.get_by_text("7 strategies with 14 objectives").wait_for()
    page.get_by_text("7 clusters, 7 objectives").wait_for()
    page.get_by_text("is strong at “Processing”").first.wait_for()

    # A number opens the objectives behind it.
    page.get_by_role("row").filter(has_text="Objectives").get_by_role("link", name="7").click()
    page.get_by_text("7 records").wait_for()
    page.go_back()

    # Common ground becomes a joint objective that keeps where it comes from.
    page.get_by_role("link", name="Make it a joint objective").first.click()
    page.locator("[name=title]").fill("Audit every plant by one method")
    assert page.locator("[name=sources]:checked").count() == 7
    page.get_by_role("button", name="Take it into the joint strategy").click()
    page.get_by_text("Audit every plant by one method").first.wait_for()
    joint = Strategy.objects.get(cluster=None)
    assert joint.objectives.get().sources.count() == 7

    # It is adopted with the minutes; without them nothing is, and nothing typed is lost.
    page.goto(joint.get_absolute_url())
    page.get_by_role("link", name="Adopt", exact=True).click()
    page.get_by_label("Adopted on").fill("2018-10-12")
    page.get_by_label("Adopted by").fill("Steering committee")
    page.get_by_role("button", name="Adopt").click()
    page.get_by_text("Attach the minutes").first.wait_for()
    assert page.get_by_label("Adopted on").input_value() == "2018-10-12"
    minutes = {"name": "minutes.txt", "mimeType": "text/plain", "buffer": b"It is adopted."}
    page.get_by_label("Minutes").set_input_files(minutes)
    page.get_by_role("button", name="Adopt").click()
    page.get_by_text("Adopted: version 1.").wait_for()

    # The document that is sent round says so, and the indicator's source counts it.
    page.get_by_role("link", name="Version 1").click()
    page.locator(".menu-more summary").click()
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("link", name="PDF, to read").click()
    assert download.value.suggested_filename == f"trace-{joint.code.lower()}-version-1.pdf"
    page.goto(AT)
    page.get_by_text("The joint one was adopted on 12 Oct 2018.").wait_for()
    assert page.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 390])
def test_no_page_of_strategies_has_a_barrier(width, scheme, page, scene, cast, seven):  # noqa: F811
    page.set_viewport_size({"width": width, "height": 850})
    page.emulate_media(color_scheme=scheme)
    joint = make.strategy(project=scene.project, title="Joint")
    version = make.adopted(seven[0], cast.coordinator)
    sign_in(page, "coordinator@example.org")
    problems = {}
    for at in (
        *("", "matching/", f"matching/common/?theme={seven[0].objectives.first().theme_id}"),
        *(f"{seven[0].code}/", f"{seven[0].code}/roadmap/", f"versions/{version.code}/"),
        *(f"{joint.code}/", f"{joint.code}/adopt/", "themes/"),
    ):
        assert page.goto(f"{AT}{at}").status == 200, at
        found = Axe().run(page, options=RULES)
        if found.violations_count:
            problems[at] = found.generate_report()
        if page.evaluate("document.documentElement.scrollWidth") > width:
            problems[f"{at}, sideways"] = "it scrolls"
    assert not problems, "\n".join(f"{at}: {said}" for at, said in problems.items())
