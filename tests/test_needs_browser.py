"""A firm answers on a phone, goes away, comes back and hands in; the manager sees the response move."""

import pytest
from django.urls import reverse

from clusters import letters
from clusters.actions import asking
from tests import make
from tests.test_browser import page, sign_in  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asked(scene):
    questionnaire = make.questionnaire(scene.project)
    make.question(questionnaire, "several", "What do you need?", options=["Money", "Customers"])
    make.question(questionnaire, text="How satisfied are you?", required=True)
    make.question(questionnaire, "text", "What else?")
    make.contact(scene.sme, scene.bulgaria)
    return make.asked(make.wave(questionnaire), scene.sme)


def phone(chromium, live_server, **options):
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 390, "height": 844}, has_touch=True, **options
    )
    firm = context.new_page()
    firm.set_default_timeout(15_000)
    return firm


def test_a_firm_answers_half_on_a_phone_comes_back_and_hands_in(
    page,  # noqa: F811
    chromium,
    live_server,
    asked,
    scene,
    cast,
):
    mailing = asking.send_invitations(user=cast.manager, wave=asked.wave)
    letters.deliver(mailing.pk)
    sign_in(page, "manager@example.org")
    page.goto(asked.wave.get_absolute_url())
    page.get_by_text("0 of 1 firms have handed in").wait_for()

    link = reverse("answer", args=[asked.token]) + "?language=en-gb"
    firm = phone(chromium, live_server)
    firm.goto(link)
    firm.get_by_label("Customers").tap()
    firm.get_by_label("What else?").fill("Buy energy together")
    firm.locator(".paper-saved", has_text="Saved").nth(1).wait_for()
    assert firm.evaluate("document.documentElement.scrollWidth") <= 390
    heights = firm.locator(".paper-choice").evaluate_all(
        "choices => choices.map(choice => choice.offsetHeight)"
    )
    assert min(heights) >= 44
    firm.context.close()

    firm = phone(chromium, live_server)
    firm.goto(link)
    assert firm.get_by_label("Customers").is_checked()
    assert not firm.get_by_label("Money").is_checked()
    assert firm.get_by_label("What else?").input_value() == "Buy energy together"
    firm.get_by_role("button", name="Hand in").tap()
    firm.get_by_role("alert").get_by_role("link", name="How satisfied are you?").wait_for()
    firm.get_by_label("4", exact=True).tap()
    firm.get_by_role("button", name="Hand in").tap()
    firm.get_by_role("heading", name="Thank you").wait_for()
    firm.context.close()

    page.get_by_text("1 of 1 firms have handed in").wait_for()
    page.get_by_role("link", name="Firm by firm").click()
    page.get_by_role("link", name=scene.sme.name).click()
    page.get_by_text("Buy energy together").wait_for()
    assert page.complaints == []


def test_an_answer_given_without_a_connection_is_sent_when_it_is_back(chromium, live_server, asked):
    firm = phone(chromium, live_server)
    firm.goto(reverse("answer", args=[asked.token]) + "?language=en-gb")
    firm.context.set_offline(True)
    firm.get_by_label("2", exact=True).tap()
    firm.get_by_text("This answer could not be saved").wait_for()
    firm.context.set_offline(False)
    firm.locator(".paper-saved", has_text="Saved").wait_for()
    assert not firm.get_by_text("This answer could not be saved").is_visible()
    assert asked.answers.get().number == 2
    firm.context.close()


def test_without_scripts_the_page_saves_with_its_button(chromium, live_server, asked):
    firm = phone(chromium, live_server, java_script_enabled=False)
    firm.goto(reverse("answer", args=[asked.token]) + "?language=en-gb")
    firm.get_by_label("5", exact=True).tap()
    firm.get_by_role("button", name="Save and continue later").tap()
    firm.get_by_text("Saved. Open the same link again").wait_for()
    assert firm.get_by_label("5", exact=True).is_checked()
    assert asked.answers.get().number == 5
    firm.context.close()
