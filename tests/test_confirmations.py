"""A firm says whether it received a service: the mail, the link, the answer and what it does."""

import datetime
import re
from decimal import Decimal

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clusters.models import Confirmation, State
from tests import make
from tests.browsing import beside, filled, words

RECORD = "/p/trace/deliveries/SR-00001/"
ASK = f"{RECORD}confirmation/"
ASKING = "/p/trace/deliveries/confirmations/"


@pytest.fixture
def asked(scene, cast):
    return make.confirmation(scene.record, created_by=cast.manager)


def path(confirmation):
    return confirmation.link.removeprefix("http://localhost:8000")


def answer(client, confirmation, **fields):
    page = client.get(path(confirmation))
    shown = re.search(r'name="shown" value="(\w+)"', page.content.decode())
    sent = {"shown": shown[1] if shown else "", "answer": "yes", **fields}
    return client.post(path(confirmation), sent, follow=True)


# --- The mail ------------------------------------------------------------------------------------------


def test_a_contact_is_asked_by_mail_in_the_firms_language(as_, scene):
    contact = make.contact(scene.sme, scene.bulgaria)
    browser = as_("manager")
    page = browser.post(ASK, filled(browser.get(ASK)), follow=True)
    assert f"Asked: {contact.email}." in words(page)
    made = Confirmation.objects.get()
    assert (made.sent_to, made.language, made.record) == (contact.email, "bg", scene.record)
    [message] = mail.outbox
    assert message.to == [contact.email]
    assert message.reply_to == ["manager@example.org"]
    assert made.link in message.body
    assert "Energy audit" in message.body


def test_an_address_is_typed_where_there_is_no_contact(as_, scene):
    browser = as_("manager")
    page = browser.post(ASK, {"address": ""})
    assert "Say to whom the mail goes." in beside(page, "address")
    page = browser.post(ASK, {"address": "not an address"})
    assert "valid email address" in beside(page, "address")
    browser.post(ASK, {"address": "desk@firm.example"})
    assert Confirmation.objects.get().sent_to == "desk@firm.example"


def test_contacts_of_another_partner_are_not_written_to(as_, scene):
    other = make.contact(scene.sme, scene.serbia, "Jovana Jović", "jovana@firm.example")
    browser = as_("manager")
    assert "jovana" not in browser.get(ASK).content.decode().lower()
    browser.post(ASK, {"contact": other.code})
    browser.post(ASKING, {"record": ["SR-00001:1"], "to_SR-00001": other.code})
    assert not mail.outbox
    # the coordinator reads all contacts, and still writes to those of the cluster's own partner
    page = as_("coordinator").post(ASKING, {"record": ["SR-00001:1"]}, follow=True)
    assert "No contact with an e-mail address: Слънце ЕООД." in words(page)
    assert not mail.outbox


def test_a_mail_server_out_of_reach_keeps_the_request_and_says_so(as_, scene, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    browser = as_("manager")
    page = browser.post(ASK, {"address": "desk@firm.example"}, follow=True)
    assert "The mail to desk@firm.example could not be sent." in words(page)
    assert "Mail not sent" in words(page)
    assert Confirmation.objects.get().sent_at is None
    assert "SR-00001" in words(browser.get("/p/trace/deliveries/?answer=unsent"))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    page = browser.post(f"{ASK}send/", follow=True)
    assert "Asked: desk@firm.example." in words(page)
    assert Confirmation.objects.get().sent_at
    assert len(mail.outbox) == 1


def test_the_same_address_again_keeps_its_link_and_another_address_gets_another(as_, asked):
    browser = as_("manager")
    first = asked.link
    browser.post(f"{ASK}send/")
    asked.refresh_from_db()
    assert asked.link == first
    browser.post(ASK, {"address": "other@firm.example"})
    asked.refresh_from_db()
    assert asked.link != first
    assert browser.get(first).status_code == 404
    assert Confirmation.objects.count() == 1


def test_many_firms_are_asked_by_one_press(as_, scene):
    firms = [make.sme(scene.cluster, name=f"Firm {i}") for i in range(3)]
    for firm in firms:
        make.contact(firm, scene.bulgaria, email=f"{firm.code.lower()}@firm.example")
    second = make.contact(firms[0], scene.bulgaria, "Zoya", "zoya@firm.example")
    records = [make.record(scene.service, firm) for firm in firms]
    browser = as_("manager")
    assert "SR-00002" not in words(browser.get(ASKING))
    chosen = [f"{record.code}:1" for record in (*records, scene.record)]
    sent = {"record": [*chosen, "SR-00002:1"], f"to_{records[0].code}": second.code}
    page = browser.post(ASKING, sent, follow=True)
    assert "3 firms asked." in words(page)
    assert "No contact with an e-mail address: Слънце ЕООД." in words(page)
    assert {message.to[0] for message in mail.outbox} == {
        "zoya@firm.example",
        "sme-0004@firm.example",
        "sme-0005@firm.example",
    }
    assert records[0].code not in words(browser.get(ASKING))


@pytest.mark.parametrize("state", [State.PLANNED, State.CANCELLED])
def test_what_was_not_delivered_is_not_asked_about(state, as_, scene):
    scene.record.state = state
    scene.record.save()
    page = as_("manager").post(ASK, {"address": "desk@firm.example"})
    assert "A firm confirms what was delivered" in words(page)
    assert not mail.outbox


# --- The link -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_changes_nothing(method, client, asked):
    for _time in range(3):
        getattr(client, method)(path(asked))
    before = asked.updated_at
    asked.refresh_from_db()
    assert (asked.answered_at, asked.answer, asked.updated_at) == (None, "", before)


def test_the_page_shows_the_delivery_and_nothing_else(client, scene, asked):
    scene.record.outcome, scene.record.effort = "A secret plan", Decimal("77.25")
    scene.record.save()
    page = client.get(path(asked))
    said = words(page)
    for word in ("TRACE", "Energy audit", "Слънце ЕООД", "Green cluster"):
        assert word in said
    for secret in (
        "SR-00001",
        "SME-0001",
        "secret",
        "77.25",
        "77,25",
        "Green Synergy",
        "Elena",
        "firm.example",
    ):
        assert secret not in page.content.decode()


def test_the_page_keeps_its_address_to_itself(client, asked):
    for address in (path(asked), "/c/nobody/"):
        page = client.get(address)
        assert page["Referrer-Policy"] == "no-referrer"
        assert "noindex" in page["X-Robots-Tag"]
        assert "no-store" in page["Cache-Control"]


def test_the_page_is_in_the_language_of_the_firm_or_of_the_readers_choice(client, asked):
    page = client.get(path(asked)).content.decode()
    assert '<html lang="bg">' in page
    assert '<html lang="it">' in client.get(f"{path(asked)}?language=it").content.decode()


def altered(token):
    """The token with one sign changed, at each of its places."""
    for place, sign in enumerate(token):
        yield token[:place] + ("a" if sign != "a" else "b") + token[place + 1 :]


def test_a_wrong_link_is_not_known_whatever_is_wrong_with_it(client, scene, asked):
    gone = make.confirmation(scene.other_record)
    link = path(gone)
    gone.delete()
    token = path(asked).split("/")[2]
    pages = {client.get(link).content}
    for wrong in (*altered(token), token[:-1], token + "a", token.split(".")[0], "x", "%00", "é"):
        cache.clear()
        response = client.get(f"/c/{wrong}/")
        assert response.status_code == 404, wrong
        pages.add(response.content)
    assert len(pages) == 1


def test_forged_and_unknown_links_cost_the_same_queries(client, scene, asked):
    gone = make.confirmation(scene.other_record)
    link = path(gone)
    gone.delete()
    counts = []
    for address in (link, path(asked)[:-2] + "/", "/c/x/"):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append([re.sub(r"'?[0-9a-f-]{32,}'?", "", query["sql"]) for query in queries])
    assert counts[0] == counts[1] == counts[2]


def test_who_guesses_is_slowed_down_and_a_genuine_link_still_opens(client, asked):
    answers = [client.get(f"/c/guess{i}/").status_code for i in range(30)]
    assert answers[:20] == [404] * 20
    assert answers[-1] == 429
    assert client.get(path(asked)).status_code == 200


# --- The answer ----------------------------------------------------------------------------------------


def test_a_yes_is_kept_with_its_satisfaction_and_proves_the_delivery(as_, client, scene, asked):
    assert "SR-00001" in words(as_("viewer").get("/p/trace/deliveries/?proof=no"))
    client.logout()
    page = answer(client, asked, satisfaction="4", comment="Много полезно!")
    assert page.status_code == 200
    asked.refresh_from_db()
    assert (asked.answer, asked.satisfaction, asked.comment) == ("yes", 4, "Много полезно!")
    scene.record.refresh_from_db()
    assert scene.record.satisfaction == 4
    viewer = as_("viewer")
    assert "SR-00001" in words(viewer.get("/p/trace/deliveries/?proof=yes"))
    assert "SR-00001" in words(viewer.get("/p/trace/deliveries/?answer=yes"))
    page = viewer.get(RECORD)
    assert "Confirmed by the firm on" in words(page)
    assert "полезно" not in page.content.decode()
    assert "firm.example" not in page.content.decode()
    assert "Много полезно!" in words(as_("manager").get(RECORD))


def test_a_satisfaction_that_was_entered_stays(client, scene, asked):
    scene.record.satisfaction = 2
    scene.record.save()
    answer(client, asked, satisfaction="5")
    scene.record.refresh_from_db()
    assert scene.record.satisfaction == 2


def test_a_no_warns_who_asked_and_proves_nothing(as_, client, scene, asked):
    answer(client, asked, answer="no", comment="We were not there.", satisfaction="5")
    [message] = mail.outbox
    assert message.to == ["manager@example.org"]
    assert "We were not there." in message.body
    assert "/p/trace/deliveries/SR-00001/" in message.body
    page = as_("manager").get(RECORD)
    assert "No, this is not so" in words(page)
    assert "that this is not so. Talk to it" in words(page)
    assert "Confirmed by the firm" not in words(page)
    assert "SR-00001" in words(as_("viewer").get("/p/trace/deliveries/?proof=no"))
    scene.record.refresh_from_db()
    assert scene.record.satisfaction is None


def test_a_no_is_kept_though_the_warning_is_not_mailed(client, asked, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer(client, asked, answer="no")
    asked.refresh_from_db()
    assert asked.answer == "no"


def test_a_link_works_once(client, asked):
    answer(client, asked)
    page = client.post(path(asked), {"answer": "no", "shown": asked.shown})
    asked.refresh_from_db()
    assert asked.answer == "yes"
    assert page.status_code == 200
    assert "<form" not in page.content.decode()


def test_of_two_who_press_at_once_one_is_kept(asked, scene):
    from django.core.exceptions import ValidationError

    from clusters.actions.confirmation import answer as keep

    said = {"satisfaction": None, "comment": "", "shown": asked.shown}
    first = Confirmation.objects.get(pk=asked.pk)
    second = Confirmation.objects.get(pk=asked.pk)
    keep(confirmation=first, answer="yes", **said)
    with pytest.raises(ValidationError):
        keep(confirmation=second, answer="no", **said)
    assert Confirmation.objects.get().answer == "yes"


def test_an_expired_link_says_so_and_takes_no_answer(client, asked):
    later = timezone.now() + datetime.timedelta(days=31)
    with time_machine.travel(later):
        page = client.get(f"{path(asked)}?language=en-gb")
        assert page.status_code == 410
        assert "This link has expired" in words(page)
        client.post(path(asked), {"answer": "yes", "shown": asked.shown})
    asked.refresh_from_db()
    assert asked.answered_at is None


@pytest.mark.parametrize("change", ["sme", "state"])
def test_a_record_that_became_another_is_not_shown_to_the_firm(change, client, scene, asked):
    scene.record.sme, scene.record.state = {
        "sme": (scene.other_sme, State.DELIVERED),
        "state": (scene.sme, State.CANCELLED),
    }[change]
    scene.record.save()
    page = client.get(path(asked))
    assert page.status_code == 410
    assert "Energy audit" not in words(page)
    assert "Đurđevak" not in words(page)
    client.post(path(asked), {"answer": "yes", "shown": asked.shown})
    asked.refresh_from_db()
    assert asked.answered_at is None


def test_an_answer_is_to_what_the_firm_read(client, scene, asked):
    shown = asked.shown
    scene.record.date -= datetime.timedelta(days=3)
    scene.record.save()
    page = client.post(f"{path(asked)}?language=en-gb", {"answer": "yes", "shown": shown})
    assert "This was corrected a moment ago." in words(page)
    asked.refresh_from_db()
    assert asked.answered_at is None


def test_a_yes_to_what_stood_before_is_said_to_be_that_and_proves_no_more(
    as_, client, scene, asked
):
    answer(client, asked)
    scene.record.date -= datetime.timedelta(days=3)
    scene.record.save()
    page = as_("manager").get(RECORD)
    assert "That was said of what stood here before: Energy audit" in words(page)
    assert "Confirmed by the firm" not in words(page)
    assert "SR-00001" in words(as_("viewer").get("/p/trace/deliveries/?proof=no"))


@pytest.mark.parametrize(
    "typed",
    [
        {"answer": ""},
        {"answer": "perhaps"},
        {"satisfaction": "6"},
        {"satisfaction": "many"},
        {"comment": "a" * 2001},
    ],
)
def test_a_nonsense_answer_is_refused_and_the_comment_stays(typed, client, asked):
    page = answer(client, asked, **{"comment": "Kept words", **typed})
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()
    assert typed.get("comment", "Kept words") in page.content.decode()
    asked.refresh_from_db()
    assert asked.answered_at is None


def test_a_confirmed_delivery_is_asked_about_no_more_and_not_deleted(as_, client, asked):
    answer(client, asked)
    browser = as_("manager")
    assert "The firm has confirmed this already." in words(browser.get(ASK))
    assert "SR-00001" not in words(browser.get(ASKING))
    page = browser.post(f"{RECORD}delete/")
    assert "1 confirmation rests on it" in words(page)


def test_a_record_that_nobody_answered_about_is_deleted_with_its_request(as_, client, asked):
    link = path(asked)
    as_("manager").post(f"{RECORD}delete/")
    assert not Confirmation.objects.exists()
    assert client.get(link).status_code == 404


# --- Taken back ------------------------------------------------------------------------------------------


def test_an_open_request_is_withdrawn_and_its_link_opens_nothing(as_, asked, client):
    assert client.get(path(asked)).status_code == 200
    assert "Withdraw" in words(as_("manager").get(RECORD))
    page = as_("manager").post(f"{ASK}withdraw/", follow=True)
    assert "Withdrawn: the link in the mail opens nothing any more." in words(page)
    assert client.get(path(asked)).status_code == 404
    page = as_("manager").post(f"{ASK}withdraw/", follow=True)
    assert "There is no open request to withdraw." in words(page)


def test_an_answer_is_not_withdrawn(as_, asked, client):
    answer(client, asked)
    assert "Withdraw" not in words(as_("manager").get(RECORD))
    as_("manager").post(f"{ASK}withdraw/")
    assert Confirmation.objects.get().answer == "yes"
