"""Logging an activity as a person does it, in Chromium: on a telephone, with a photo, through a crash and a dead spot."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from events.models import Activity
from projects.models import Draft
from tests import make
from tests.test_browser import page, sign_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = "/p/trace/activities/new/"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


class Counted:
    """Presses, choices and typings of a person, counted."""

    def __init__(self):
        self.actions = 0

    def __call__(self, deed, *args, **kwargs):
        self.actions += 1
        return deed(*args, **kwargs)


def test_a_phone_logs_an_activity_with_a_photo_in_under_twelve_actions(page, scene, cast):  # noqa: F811
    page.set_viewport_size({"width": 390, "height": 844})
    do = Counted()
    do(page.goto, "/")
    do(page.get_by_label("Email").fill, "staff@example.org")
    do(page.get_by_label("Password").fill, make.PASSWORD)
    do(page.get_by_role("button", name="Sign in").click)
    page.get_by_role("heading", name="Overview").wait_for()
    do(page.locator(".menu-log summary").click)
    do(page.get_by_role("link", name="Activity").first.click)
    do(page.get_by_label("Task").select_option, label="T1.1 Assess the baseline")
    do(page.get_by_label("Title").fill, "Посещение на завод")
    camera = page.get_by_label("Take a photo")
    assert camera.get_attribute("capture") == "environment"
    photo = {"name": "завод.png", "mimeType": "image/png", "buffer": make.picture(size=(40, 30))}
    do(camera.set_input_files, photo)
    assert page.get_by_text("завод.png").is_visible()
    do(page.get_by_role("button", name="Save").click)
    page.get_by_text("Saved: AC-00001 Посещение на завод").wait_for()
    assert do.actions < 12
    activity = Activity.objects.get()
    assert (activity.created_by, activity.evidence.get().name) == (cast.staff, "завод.png")
    for address in ("", "timeline/", "timeline/?by=task", "AC-00001/", "AC-00001/edit/", "new/"):
        page.goto(f"/p/trace/activities/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    assert page.complaints == []


def test_firms_are_found_while_one_types_and_stay_ticked(page, scene, cast):  # noqa: F811
    for name in ("Alpha", "Alphabet", "Beta"):
        make.sme(scene.cluster, name=name)
    sign_in(page, "staff@example.org")
    page.goto(f"{NEW}?task=T1.1")
    page.get_by_label("Title").fill("Round table")
    page.get_by_text("Who took part").click()
    search = page.get_by_label("Search firms", exact=True).last
    search.press_sequentially("alph")
    page.get_by_label("Alphabet").check()
    search.fill("beta")
    page.get_by_label("Beta").check()
    assert page.get_by_label("Alphabet").is_checked()
    assert page.get_by_label("Alpha SME").count() == 0
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved: AC-00001").wait_for()
    assert {firm.name for firm in Activity.objects.get().smes.all()} == {"Alphabet", "Beta"}
    assert page.complaints == []


def test_what_was_typed_is_found_after_a_crash(page, chromium, live_server, scene, cast):  # noqa: F811
    sign_in(page, "staff@example.org")
    page.goto(NEW)
    page.get_by_label("Title").press_sequentially("Interviews")
    page.get_by_label("What was done").fill("Five talks, each an hour long")
    page.get_by_text("Draft saved").wait_for()
    page.context.clear_cookies()  # signed out meanwhile
    page.close()  # no goodbye

    context = chromium.new_context(base_url=live_server.url)
    again = context.new_page()
    sign_in(again, "staff@example.org")
    again.goto(NEW)
    again.get_by_text("You began this on").wait_for()
    again.get_by_role("link", name="Continue").click()
    assert again.get_by_label("Title").input_value() == "Interviews"
    assert again.get_by_label("What was done").input_value() == "Five talks, each an hour long"
    again.get_by_label("Task").select_option(label="T1.1 Assess the baseline")
    again.get_by_role("button", name="Save").click()
    again.get_by_text("Saved: AC-00001 Interviews").wait_for()
    assert not Draft.objects.exists()
    context.close()


def test_leaving_at_once_keeps_the_last_words_without_a_question(page, scene, cast):  # noqa: F811
    sign_in(page, "staff@example.org")
    page.goto(NEW)
    page.get_by_label("Title").fill("Half a thought")
    page.get_by_text("Draft saved").wait_for()
    page.get_by_role("link", name="Overview").click()  # a question here would stop the walk
    page.get_by_role("heading", name="Overview").wait_for()
    assert Draft.objects.get().data["title"] == ["Half a thought"]


def test_in_a_dead_spot_the_device_keeps_it(page, scene, cast):  # noqa: F811
    sign_in(page, "staff@example.org")
    page.goto(NEW)
    page.route("**/activities/new/", lambda route: route.abort())
    page.get_by_label("Title").fill("In the tunnel")
    page.get_by_text("What you type stays on this device").wait_for()
    page.unroute("**/activities/new/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(NEW)
    offer = page.locator("[data-draft-local]")
    offer.get_by_role("button", name="Continue").click()
    assert page.get_by_label("Title").input_value() == "In the tunnel"
    page.get_by_text("Draft saved").wait_for()
    assert page.evaluate("localStorage.length") == 0
    assert Draft.objects.get().data["title"] == ["In the tunnel"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_follow_the_accessibility_rules(scheme, page, scene, cast):  # noqa: F811
    page.emulate_media(color_scheme=scheme)
    made = make.activity(scene.bulgaria, scene.task, done="Talks", result="Needs")
    made.smes.add(scene.sme)
    made.managers.add(scene.manager)
    photo = make.evidence(
        scene.bulgaria, "plant.png", make.picture(), content_type="image/png", audience="project"
    )
    made.evidence.add(photo)
    make.competence(scene.project)
    sign_in(page, "staff@example.org")
    problems = {}

    def look(name):
        found = Axe().run(page, options=RULES)
        if found.violations_count:
            problems[name] = found.generate_report()

    page.locator(".menu-log summary").click()
    look("the log menu")
    page.goto(NEW)
    page.get_by_label("Title").fill("Typed")
    page.get_by_text("Draft saved").wait_for()
    page.get_by_text("Who took part").click()
    look("typing")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").wait_for()
    look("with errors")
    for address in ("", "timeline/", "timeline/?by=task", "AC-00001/", "AC-00001/edit/", "new/"):
        page.goto(f"/p/trace/activities/{address}")
        look(address)
    assert not problems, "\n".join(f"{name}: {said}" for name, said in problems.items())
    assert page.complaints == []
