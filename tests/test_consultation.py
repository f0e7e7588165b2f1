"""Rounds in which firms say what they think of a strategy: asked by link, answered one by one, told."""

import datetime

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from clusters.actions import consultation as actions
from clusters.actions.contact import erase_contact
from clusters.actions.opinion import say
from clusters.models import Consultation, ConsultedFirm, StrategyComment
from tests import make
from tests.browsing import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def strategy(scene):
    strategy = make.strategy(scene.cluster, "Less waste", vision="Nothing is wasted.")
    make.objective(strategy, "Share a dryer", "Energy", "Processing")
    make.objective(strategy, "Measure first", "Energy", "Processing")
    return strategy


@pytest.fixture
def round_(strategy, cast):
    return make.consultation(strategy, user=cast.manager)


@pytest.fixture
def firm(round_, scene):
    return make.consulted(round_, scene.sme)


def close(consultation):
    today = timezone.localdate()
    Consultation.objects.filter(pk=consultation.pk).update(
        opens_on=today - datetime.timedelta(days=9), closes_on=today - datetime.timedelta(days=1)
    )


def page(client, firm):
    return words(client.get(firm.link))


# --- Beginning and asking --------------------------------------------------------------------------


def test_a_round_keeps_the_text_that_the_firms_read(client, cast, strategy):
    client.force_login(cast.manager)
    sent = {"title": "The draft", "opens_on": "2026-11-02", "closes_on": "2026-11-20"}
    response = client.post(reverse("consultation_create", args=["trace", strategy.code]), sent)
    assert response.status_code == 302
    consultation = Consultation.objects.get()
    strategy.objectives.all().delete()
    assert [one["title"] for one in consultation.text.content["objectives"]] == [
        "Share a dryer",
        "Measure first",
    ]
    assert consultation.created_by == cast.manager


def test_an_empty_strategy_is_not_put_to_firms(client, cast, scene):
    strategy = make.strategy(scene.cluster, "Nothing yet")
    client.force_login(cast.manager)
    sent = {"title": "The draft", "opens_on": "2026-11-02", "closes_on": "2026-11-20"}
    response = client.post(reverse("consultation_create", args=["trace", strategy.code]), sent)
    assert "There is nothing in it yet" in words(response)
    assert 'value="The draft"' in response.content.decode()
    assert not Consultation.objects.exists()


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "sentence"),
    [
        ("2026-11-20", "2026-11-02", "The last day is not to come before the first."),
        ("{today}", "{today}", "asks about this strategy until"),
        ("31.31.2026", "2026-11-02", "Enter a valid date"),
    ],
)
def test_days_that_can_not_be_are_told_beside_the_field(
    client, cast, round_, opens_on, closes_on, sentence
):
    client.force_login(cast.manager)
    today = timezone.localdate().isoformat()
    sent = {
        "title": "Once more",
        "opens_on": opens_on.format(today=today),
        "closes_on": closes_on.format(today=today),
    }
    address = reverse("consultation_create", args=["trace", round_.strategy.code])
    response = client.post(address, sent)
    assert sentence in words(response)
    assert Consultation.objects.count() == 1


def test_firms_are_asked_once_each_in_their_language(cast, scene, round_):
    make.contact(scene.sme, scene.bulgaria)
    other = make.sme(scene.cluster, name="Nobody's address")
    sent, unsent = actions.ask(user=cast.manager, consultation=round_, firms=[scene.sme, other])
    assert [one.sme for one in sent] == [scene.sme]
    assert [one.sme for one in unsent] == [other]
    actions.ask(user=cast.manager, consultation=round_, firms=[scene.sme])
    assert ConsultedFirm.objects.count() == 2
    assert [message.to for message in mail.outbox] == [["ivan@firm.example"]] * 2
    [firm] = [one for one in ConsultedFirm.objects.all() if one.sent_at]
    assert firm.link in mail.outbox[0].body
    assert mail.outbox[0].reply_to == [cast.manager.email]
    assert "Здравейте" in mail.outbox[0].body


def test_only_firms_of_the_cluster_can_be_asked(client, cast, scene, round_):
    theirs = make.sme(scene.other_cluster, name="Of another cluster")
    client.force_login(cast.manager)
    address = reverse("consultation_ask", args=["trace", round_.code])
    response = client.post(address, {"firms": [theirs.pk]})
    assert response.status_code == 200
    assert not ConsultedFirm.objects.exists()


def test_all_firms_with_a_contact_are_asked_by_one_tick(client, cast, scene, round_):
    make.contact(scene.sme, scene.bulgaria)
    make.sme(scene.cluster, name="Without a contact")
    make.contact(make.sme(scene.other_cluster, name="Of another cluster"), scene.serbia)
    client.force_login(cast.manager)
    address = reverse("consultation_ask", args=["trace", round_.code])
    assert "The 1 firm with a contact" in words(client.get(address))
    client.post(address, {"everyone": "on"})
    assert [firm.sme for firm in ConsultedFirm.objects.all()] == [scene.sme]
    assert "not asked yet" not in words(client.get(address))
    assert "Choose a firm at least." in words(client.post(address, {}))


def test_nobody_is_asked_when_the_round_is_over(cast, scene, round_):
    close(round_)
    round_.refresh_from_db()
    with pytest.raises(ValidationError, match="This round closed on"):
        actions.ask(user=cast.manager, consultation=round_, firms=[scene.sme])
    assert not mail.outbox


def test_who_does_not_keep_the_strategy_neither_asks_nor_answers(cast, scene, round_, firm):
    said = make.opinion(firm)
    for call in (
        lambda: actions.ask(user=cast.staff, consultation=round_, firms=[scene.sme]),
        lambda: actions.answer(user=cast.staff, comment=said, verdict="taken", reply="Yes."),
        lambda: actions.tell(user=cast.staff, consultation=round_),
        lambda: actions.withdraw(user=cast.staff, firm=firm),
    ):
        with pytest.raises(PermissionDenied):
            call()


# --- What a firm says --------------------------------------------------------------------------------


def test_a_firm_reads_and_comments_without_a_login(client, firm):
    assert "Nothing is wasted." in page(client, firm)
    sent = {"o0_stance": "change", "o0_text": "Who pays?\r\nWe do not.", "whole_text": "  "}
    response = client.post(firm.link, sent, follow=True)
    assert response.status_code == 200
    [comment] = StrategyComment.objects.all()
    objective = firm.consultation.strategy.objectives.order_by("position", "pk")[0]
    assert (comment.objective, comment.stance) == (objective.code, "change")
    assert comment.text == "Who pays?\nWe do not."
    firm.refresh_from_db()
    assert firm.said_at
    assert "Who pays?" in response.content.decode()


def test_looking_keeps_nothing(client, firm):
    client.get(firm.link)
    client.head(firm.link)
    firm.refresh_from_db()
    assert firm.said_at is None


def test_a_page_that_is_open_twice_takes_nothing_back(client, firm):
    client.post(firm.link, {"o0_text": "Said on the first"})
    # The second was opened before, so it still has that place empty.
    client.post(firm.link, {"initial-o0_text": "", "o0_text": "", "o1_text": "Said on the second"})
    texts = StrategyComment.objects.values_list("text", flat=True)
    assert sorted(texts) == ["Said on the first", "Said on the second"]


def test_a_comment_that_is_emptied_is_taken_back(client, firm):
    client.post(firm.link, {"o0_text": "Hasty"})
    client.post(firm.link, {"initial-o0_text": "Hasty", "o0_text": ""})
    assert not StrategyComment.objects.exists()
    firm.refresh_from_db()
    assert firm.said_at is None


def test_what_is_typed_is_kept_on_the_way(client, firm):
    response = client.post(firm.link, {"o1_text": "Half a sen"}, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert 'id="saved-o1"' in response.content.decode()
    assert 'value="Half a sen"' in response.content.decode()
    assert StrategyComment.objects.get().text == "Half a sen"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"o0_text": "x" * 4001}, "4,000"),
        ({"o0_text": "a\x00b"}, "Null characters"),
        ({"o0_stance": "perhaps"}, "Choose one of the answers"),
    ],
)
def test_what_can_not_be_kept_is_said_and_stays_typed(client, firm, sent, sentence):
    response = client.post(f"{firm.link}?language=en-gb", {**sent, "whole_text": "And this"})
    assert response.status_code == 422
    assert sentence in words(response)
    assert "And this" in response.content.decode()
    assert not StrategyComment.objects.exists()


def test_script_and_control_characters_do_no_harm(client, cast, firm):
    client.post(firm.link, {"o0_text": "ab\x07<script>alert(1)</script>", "junk\x00": "1"})
    client.force_login(cast.manager)
    source = client.get(firm.consultation.get_absolute_url()).content.decode()
    assert "ab&lt;script&gt;alert(1)&lt;/script&gt;" in source
    assert "<script>alert" not in source


def test_after_the_last_day_nothing_is_taken_and_nothing_typed_is_lost(client, firm):
    close(firm.consultation)
    response = client.post(f"{firm.link}?language=en-gb", {"o0_text": "Too late, but long"})
    assert response.status_code == 422
    assert "Too late, but long" in words(response)
    assert not StrategyComment.objects.exists()
    with pytest.raises(ValidationError):
        say(firm=firm, said={"": ("support", "")})


def test_before_the_first_day_the_text_is_read_only(client, strategy, scene, cast):
    later = make.consultation(strategy, days=(2, 9), user=cast.manager)
    firm = make.consulted(later, scene.sme)
    source = client.get(f"{firm.link}?language=en-gb").content.decode()
    assert "Comments can be sent from" in source
    assert "<textarea" not in source


@pytest.mark.parametrize(
    "spoil", [lambda token: token[:-1] + "x", lambda token: "x", lambda _: "é"]
)
def test_a_link_that_nobody_was_sent_opens_nothing(client, firm, spoil):
    token = spoil(firm.link.split("/")[-2])
    assert client.get(reverse("consulted", args=[token])).status_code == 404
    assert client.post(reverse("consulted", args=[token]), {"o0_text": "x"}).status_code == 404


def test_a_firm_that_was_taken_out_finds_its_link_closed(client, cast, firm):
    link = firm.link
    actions.withdraw(user=cast.manager, firm=firm)
    assert client.get(link).status_code == 404


def test_who_commented_can_not_be_taken_out(cast, firm):
    make.opinion(firm)
    with pytest.raises(ValidationError, match="what it said stays"):
        actions.withdraw(user=cast.manager, firm=firm)


def test_the_page_names_no_person_of_the_roadmap(client, cast, strategy, scene):
    objective = strategy.objectives.first()
    make.action(objective, "Build", responsible=cast.manager.memberships.get())
    firm = make.consulted(make.consultation(strategy, user=cast.manager), scene.sme)
    said = page(client, firm)
    assert "Build" in said
    assert str(cast.manager) not in said


# --- Answers ----------------------------------------------------------------------------------------


def test_each_comment_is_answered_and_the_firm_is_told_after_the_last_day(client, cast, firm):
    said = make.opinion(firm, objective="", stance="support")
    client.force_login(cast.manager)
    at = [firm.project.slug, firm.consultation.code]
    answer = {"verdict": "partly", "reply": "The costs are in chapter 3.", "read": said.version}
    client.post(reverse("consultation_answer", args=[*at, said.pk]), answer)
    tell = reverse("consultation_tell", args=at)
    assert "The round is still open" in words(client.post(tell, follow=True))
    assert "The costs are in chapter 3." not in page(client, firm)

    close(firm.consultation)
    client.post(tell)
    firm.consultation.refresh_from_db()
    assert firm.consultation.told_at
    assert [message.to for message in mail.outbox] == [[firm.sent_to]]
    assert "The costs are in chapter 3." in page(client, firm)


def test_answers_go_out_when_all_are_there(cast, firm):
    make.opinion(firm)
    close(firm.consultation)
    with pytest.raises(ValidationError, match="no answer yet"):
        actions.tell(user=cast.manager, consultation=Consultation.objects.get())
    assert not mail.outbox


def test_an_answer_says_why(client, cast, firm):
    said = make.opinion(firm)
    client.force_login(cast.manager)
    address = reverse("consultation_answer", args=["trace", firm.consultation.code, said.pk])
    response = client.post(address, {"verdict": "not", "reply": " ", "read": 1})
    assert "Say in a sentence what came of it." in words(response)
    said.refresh_from_db()
    assert said.verdict == ""


def test_a_comment_that_changed_meanwhile_is_read_again_first(client, cast, firm):
    client.post(firm.link, {"o0_text": "First"})
    said = StrategyComment.objects.get()
    client.post(firm.link, {"initial-o0_text": "First", "o0_text": "On second thoughts"})
    client.force_login(cast.manager)
    address = reverse("consultation_answer", args=["trace", firm.consultation.code, said.pk])
    sent = {"verdict": "taken", "reply": "Thank you.", "read": said.version}
    response = client.post(address, sent)
    assert "Please read it again" in words(response)
    assert "On second thoughts" in words(response)
    assert "Thank you." in response.content.decode()
    sent["read"] = response.context["form"]["read"].value()
    assert client.post(address, sent).status_code == 302


def test_an_answered_comment_is_not_changed_by_the_firm(client, cast, firm):
    client.post(firm.link, {"o0_text": "First"})
    said = StrategyComment.objects.get()
    actions.answer(user=cast.manager, comment=said, verdict="taken", reply="Yes.")
    client.post(firm.link, {"initial-o0_text": "First", "o0_text": "Other"})
    said.refresh_from_db()
    assert (said.text, said.verdict) == ("First", "taken")


# --- Who reads it -------------------------------------------------------------------------------------


def test_what_firms_say_is_read_in_the_partner_only(client, cast, scene, firm):
    make.opinion(firm, "Between us")
    address = firm.consultation.get_absolute_url()
    for person, reads in [(cast.viewer, False), (cast.staff, True), (cast.coordinator, True)]:
        client.force_login(person)
        said = words(client.get(address))
        assert ("Between us" in said) is reads
        assert (scene.sme.name in said) is reads
        assert "of 1 firm asked has commented" in said


def test_an_erased_contact_leaves_no_address_here(cast, scene, round_):
    contact = make.contact(scene.sme, scene.bulgaria)
    actions.ask(user=cast.manager, consultation=round_, firms=[scene.sme])
    erase_contact(user=cast.manager, contact=contact)
    assert ConsultedFirm.objects.get().sent_to == ""


def test_a_round_in_which_a_firm_spoke_is_not_deleted(client, cast, firm):
    client.force_login(cast.manager)
    make.opinion(firm)
    address = reverse("consultation_delete", args=["trace", firm.consultation.code])
    client.post(address)
    assert Consultation.objects.exists()
    StrategyComment.objects.all().delete()
    client.post(address)
    assert not Consultation.objects.exists()
