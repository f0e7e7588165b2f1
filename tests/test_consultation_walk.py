"""A firm says what it thinks of a strategy on its phone, the manager answers, as both walk it in Chromium."""

import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone

from clusters.models import Consultation, ConsultedFirm, StrategyComment
from tests import make
from tests.test_activities_walk import RULES
from tests.test_browser import page, sign_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def barriers(page):  # noqa: F811
    found = Axe().run(page, options=RULES).response["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def test_a_firm_comments_on_its_phone_and_reads_the_answer(page, scene, cast, live_server):  # noqa: F811
    strategy = make.strategy(scene.cluster, "Less waste", vision="Nothing is wasted.")
    make.objective(strategy, "Share a dryer", "Energy", "Processing")
    make.contact(scene.sme, scene.bulgaria)
    sign_in(page, "manager@example.org")

    # The manager opens a round on the text as it stands, and asks a firm of the cluster.
    page.goto(live_server.url + strategy.get_absolute_url())
    page.get_by_role("link", name="Ask firms what they say").click()
    page.get_by_label("Title").fill("Our draft")
    today = timezone.localdate()
    page.get_by_label("Opens on").fill(today.isoformat())
    page.get_by_label("Last day to comment").fill((today + datetime.timedelta(days=9)).isoformat())
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Ask firms").click()
    page.get_by_label("Search firms", exact=True).last.press_sequentially("слън")
    page.get_by_label(scene.sme.name).check()
    page.get_by_role("button", name="Send the mails").click()
    page.get_by_text("1 firm asked.").wait_for()
    assert barriers(page) == []

    # The firm needs no login: what it writes is kept before it sends.
    firm = ConsultedFirm.objects.get()
    link = firm.link.removeprefix(settings.SITE_URL)
    phone = page.context.browser.new_page(viewport={"width": 390, "height": 844})
    phone.goto(f"{live_server.url}{link}?language=en-gb")
    dryer = phone.get_by_role("region", name="1. Share a dryer")
    dryer.get_by_label("We support it with changes").check()
    box = dryer.get_by_label("Your comment")
    with phone.expect_response(lambda answer: "pays" in (answer.request.post_data or "")):
        box.press_sequentially("Who pays for it?")
    dryer.get_by_text("Saved").wait_for()
    phone.goto(f"{live_server.url}{link}?language=en-gb")
    assert dryer.get_by_label("Your comment").input_value() == "Who pays for it?"
    assert barriers(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_role("button", name="Send the comments").click()
    phone.get_by_text("your comments were received").wait_for()

    # It is answered, and the answer goes out when the round is closed.
    page.reload()
    page.get_by_role("link", name="Answer Слънце").click()
    page.get_by_label("Taken up in part").check()
    page.get_by_label("What the firm is told").fill("The members share the costs.")
    assert barriers(page) == []
    page.get_by_role("button", name="Keep the answer").click()
    page.get_by_text("1 comment is answered").or_(page.get_by_text("of 1 comment")).first.wait_for()
    Consultation.objects.update(
        opens_on=today - datetime.timedelta(days=3), closes_on=today - datetime.timedelta(days=1)
    )
    page.reload()
    page.get_by_role("button", name="Send the answers to the firms").click()
    page.get_by_text("1 firm can read its answers.").wait_for()
    phone.reload()
    phone.get_by_text("The members share the costs.").wait_for()
    assert StrategyComment.objects.get().stance == "change"
    phone.close()
