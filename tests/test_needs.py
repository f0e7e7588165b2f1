"""Needs and satisfaction: the questionnaire, the asking, the page without login, the results."""

import datetime
import smtplib

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone

from clusters import letters, needs
from clusters.actions import asking
from clusters.actions.merge import merge_firms, undo_merge
from clusters.models import SME, Answer, Asked, Delivery, Letter, Option, Question, When
from tests import make
from tests.browsing import beside, filled, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(scene):
    """A questionnaire of three questions, open now, sent to nobody yet."""
    made = make.questionnaire(scene.project, translations={"bg": {"title": "Потребности"}})
    make.question(
        made,
        "several",
        "What do you need?",
        options=[("Money", scene.service.category), "Energy"],
    )
    make.question(made, text="How satisfied are you?", required=True)
    make.question(made, "text", "What else?")
    return made


@pytest.fixture
def wave(paper):
    return make.wave(paper)


@pytest.fixture
def asked(wave, scene):
    return make.asked(wave, scene.sme)


def needs_of(paper):
    return paper.questions.get(kind="several")


def scale_of(paper):
    return paper.questions.get(kind="scale")


# --- The questionnaire --------------------------------------------------------------------------------


def test_a_coordinator_writes_a_question_with_options_that_services_answer(paper, scene, as_):
    browser = as_("coordinator")
    address = reverse("question_create", args=["trace", paper.code])
    page = browser.get(address)
    browser.post(
        address,
        filled(
            page,
            text="Where do you sell?",
            kind="one",
            option_new1="At home",
            option_new2="Abroad",
            option_new2_category=scene.service.category_id,
        ),
    )
    question = Question.objects.get(text="Where do you sell?")
    assert [option.text for option in question.options.all()] == ["At home", "Abroad"]
    assert question.options.last().category == scene.service.category
    assert question.position == 4


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"kind": "one", "option_new1": "At home"}, "kind", "at least two options"),
        ({"kind": "text", "option_new1": "At home"}, "kind", "Only a choice has options"),
        ({"kind": "scale", "low": "bad"}, "high", "words for both of its ends"),
        ({"kind": "drawing"}, "kind", "drawing"),
    ],
)
def test_a_question_that_makes_no_sense_is_mended_beside_the_field(
    typed, field, sentence, paper, as_
):
    browser = as_("coordinator")
    address = reverse("question_create", args=["trace", paper.code])
    page = browser.post(address, filled(browser.get(address), text="Where?", **typed))
    assert sentence in beside(page, field) or sentence in words(page)
    assert paper.questions.count() == 3


def test_once_answered_a_question_keeps_its_kind_and_options(paper, wave, scene, as_):
    question = needs_of(paper)
    money, energy = question.options.all()
    make.asked(wave, scene.sme, answers=[(question, money)])
    browser = as_("coordinator")
    address = reverse("question_edit", args=["trace", question.code])
    page = browser.get(address)
    assert "what it means stays" in words(page)
    sent = {"kind": "text", f"option_{money.pk}": "Money for investment", "option_new1": "More"}
    browser.post(address, filled(page, **sent))
    question.refresh_from_db()
    assert question.kind == "several"
    texts = list(question.options.values_list("text", flat=True))
    assert texts == ["Money for investment", "Energy"]
    page = browser.post(address, filled(browser.get(address), **{f"option_{energy.pk}": ""}))
    assert beside(page, f"option_{energy.pk}")
    assert Option.objects.filter(pk=energy.pk).exists()
    delete = reverse("question_delete", args=["trace", question.code])
    assert "rests on it" in words(browser.post(delete))


def test_questions_move_without_dragging(paper, as_):
    browser = as_("coordinator")
    last = paper.questions.last()
    for _time in range(5):
        browser.post(reverse("question_move", args=["trace", last.code]), {"by": "up"})
    assert paper.questions.first() == last
    browser.post(reverse("question_move", args=["trace", last.code]), {"by": "down"})
    assert list(paper.questions.all())[1] == last


def test_texts_are_translated_side_by_side_and_fall_back_to_english(paper, asked, as_, client):
    browser = as_("coordinator")
    address = reverse("questionnaire_translate", args=["trace", paper.code, "bg"])
    question = scale_of(paper)
    name = f"question_{question.pk}_text"
    browser.post(address, filled(browser.get(address), **{name: "Доволни ли сте?"}))
    question.refresh_from_db()
    assert question.said("text", "bg") == "Доволни ли сте?"
    assert question.said("low", "bg").lang == "en-gb"
    client.logout()
    page = client.get(reverse("answer", args=[asked.token]))
    assert "Доволни ли сте?" in words(page)
    assert "What do you need?" in words(page)
    assert 'lang="en-gb"' in page.content.decode()
    browser = as_("coordinator")
    browser.post(address, filled(browser.get(address), **{name: ""}))
    question.refresh_from_db()
    assert question.said("text", "bg") == "How satisfied are you?"


# --- Who is asked -------------------------------------------------------------------------------------


def test_a_firm_of_two_clusters_is_asked_once(wave, scene, cast):
    make.sme(scene.cluster, scene.other_cluster, name="In both")
    both = [scene.cluster, scene.other_cluster]
    assert asking.ask(user=cast.coordinator, wave=wave, clusters=both) == 3
    assert asking.ask(user=cast.coordinator, wave=wave, clusters=both) == 0
    assert wave.asked.count() == 3


def test_who_has_left_a_cluster_is_not_asked(wave, scene, cast):
    scene.sme.memberships.update(until=datetime.date(2020, 1, 1))
    assert asking.ask(user=cast.manager, wave=wave, clusters=[scene.cluster]) == 0


def test_a_manager_asks_the_firms_of_the_own_cluster_alone(wave, scene, cast, as_):
    with pytest.raises(PermissionDenied):
        asking.ask(user=cast.manager, wave=wave, clusters=[scene.other_cluster])
    address = reverse("wave_roster", args=["trace", wave.code])
    page = as_("manager").post(address, {"clusters": [scene.other_cluster.pk]})
    assert "Select a valid choice" in words(page)
    page = as_("manager").post(address, {"sme": scene.other_sme.code})
    assert "No firm of this project is called" in words(page)
    as_("manager").post(address, {"clusters": [scene.cluster.pk], "sme": ""})
    assert [firm.sme for firm in wave.asked.all()] == [scene.sme]


def test_a_firm_that_answered_stays_on_the_list(paper, asked, as_):
    browser = as_("manager")
    address = reverse("asked_delete", args=["trace", asked.wave.code, asked.pk])
    Answer.objects.create(asked=asked, question=scale_of(paper), number=3)
    assert "rests on it" in words(browser.post(address))
    asked.answers.all().delete()
    browser.post(address)
    assert not Asked.objects.exists()


# --- Letters ------------------------------------------------------------------------------------------


@pytest.fixture
def reachable(asked, scene):
    """The firm with a contact of the partner that asks it."""
    make.contact(scene.sme, scene.bulgaria, "Иван Иванов", "ivan@slance.example")
    return asked


def sent_by(user, wave, send=asking.send_invitations):
    mailing = send(user=user, wave=wave)
    letters.deliver(mailing.pk)
    return mailing


def test_an_invitation_goes_to_the_firms_contact_in_its_language_with_its_link(
    reachable, scene, cast, settings
):
    SME.objects.filter(pk=scene.sme.pk).update(name="Slantse OOD", native_name="Слънце ООД")
    sent_by(cast.manager, reachable.wave)
    [letter] = mail.outbox
    assert letter.to == ["ivan@slance.example"]
    assert "Слънце ООД" in letter.body
    assert "Slantse" not in letter.body
    assert letter.reply_to == [cast.manager.email]
    assert reachable.link in letter.body
    assert f"{cast.manager.name}\n{scene.bulgaria.name}" in letter.body
    assert reachable.link.startswith(settings.SITE_URL)
    assert "Потребности" in letter.subject
    with pytest.raises(ValidationError, match="nobody to write to"):
        asking.send_invitations(user=cast.manager, wave=reachable.wave)


def test_no_letter_goes_to_another_partners_firm_or_contact(reachable, scene, cast):
    other = make.asked(reachable.wave, scene.other_sme)
    make.contact(scene.other_sme, scene.bulgaria, "Wrong", "wrong@firm.example")
    sent_by(cast.manager, reachable.wave)
    assert [letter.to for letter in mail.outbox] == [["ivan@slance.example"]]
    make.contact(scene.other_sme, scene.serbia, "Јован", "jovan@firm.example")
    sent_by(cast.coordinator, reachable.wave)
    assert mail.outbox[1].to == ["jovan@firm.example"]
    assert other.link in mail.outbox[1].body


class SecondWorker(EmailBackend):
    """While the first worker sends its first letter, a second one takes up the same mailing."""

    def send_messages(self, messages):
        sent = super().send_messages(messages)
        if len(mail.outbox) == 1:
            letters.deliver(Letter.objects.first().mailing_id)
        return sent


def test_two_workers_on_one_mailing_send_each_letter_once(reachable, scene, cast, settings):
    second = make.sme(scene.cluster, name="Second")
    make.contact(second, scene.bulgaria, "Maria", "maria@second.example")
    make.asked(reachable.wave, second)
    settings.EMAIL_BACKEND = "tests.test_needs.SecondWorker"
    mailing = sent_by(cast.manager, reachable.wave)
    letters.deliver(mailing.pk)
    addresses = [letter.to for letter in mail.outbox]
    assert sorted(addresses) == [["ivan@slance.example"], ["maria@second.example"]]
    assert letters.unfinished_mailings() == []


def test_a_letter_whose_worker_was_killed_is_not_sent_again_by_itself(reachable, cast, as_):
    mailing = asking.send_invitations(user=cast.manager, wave=reachable.wave)
    long_ago = timezone.now() - letters.SILENT_FOR * 2
    mailing.letters.update(state=Delivery.SENDING, claimed_at=long_ago)
    assert letters.unfinished_mailings() == []
    letters.deliver(mailing.pk)
    assert mail.outbox == []
    assert mailing.letters.get().state == Delivery.INTERRUPTED
    with pytest.raises(ValidationError):
        asking.send_invitations(user=cast.manager, wave=reachable.wave)
    browser = as_("manager")
    assert "may have arrived" in words(browser.get(reachable.wave.get_absolute_url()))
    browser.post(reverse("asked_send", args=["trace", reachable.wave.code, reachable.pk]))
    letters.deliver(Letter.objects.last().mailing_id)
    assert len(mail.outbox) == 1


class NoServer(EmailBackend):
    def open(self):
        raise ConnectionRefusedError


class Refusing(EmailBackend):
    def send_messages(self, messages):
        if "ivan" in messages[0].to[0]:
            raise smtplib.SMTPRecipientsRefused({})
        return super().send_messages(messages)


def test_without_a_mail_server_there_is_a_sentence_and_another_try(reachable, cast, as_, settings):
    settings.EMAIL_BACKEND = "tests.test_needs.NoServer"
    sent_by(cast.manager, reachable.wave)
    page = words(as_("manager").get(reachable.wave.get_absolute_url()))
    assert "1 mail was not sent. The mail server can't be reached." in page
    assert "1 firm to invite" in page
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    sent_by(cast.manager, reachable.wave)
    assert len(mail.outbox) == 1


def test_one_refused_address_does_not_keep_the_others_from_their_letter(
    reachable, scene, cast, settings
):
    second = make.sme(scene.cluster, name="Second")
    make.contact(second, scene.bulgaria, "Maria", "maria@second.example")
    make.asked(reachable.wave, second)
    settings.EMAIL_BACKEND = "tests.test_needs.Refusing"
    mailing = sent_by(cast.manager, reachable.wave)
    assert [letter.to for letter in mail.outbox] == [["maria@second.example"]]
    assert mailing.letters.get(state=Delivery.FAILED).failure == letters.REFUSED


def test_a_reminder_waits_three_days_and_spares_who_handed_in(reachable, scene, cast):
    done = make.asked(reachable.wave, make.sme(scene.cluster, name="Done"), handed_in=True)
    make.contact(done.sme, scene.bulgaria, "Done", "done@firm.example")
    sent_by(cast.manager, reachable.wave)
    for days, expected in ((2, 1), (4, 2), (5, 2), (8, 3)):
        with time_machine.travel(timezone.now() + datetime.timedelta(days=days), tick=False):
            if reachable.wave.asked.to_remind().exists():
                sent_by(cast.manager, reachable.wave, asking.send_reminders)
            assert len(mail.outbox) == expected, days
    firm = Asked.objects.with_letters().get(pk=reachable.pk)
    assert firm.reminders == 2
    assert "done@firm.example" not in str([letter.to for letter in mail.outbox])


def test_the_page_of_a_wave_tells_of_the_latest_mailing(reachable, scene, cast, as_):
    sent_by(cast.manager, reachable.wave)
    for name in ("Second", "Third"):
        firm = make.sme(scene.cluster, name=name)
        make.contact(firm, scene.bulgaria, name, f"{name.lower()}@firm.example")
        make.asked(reachable.wave, firm)
    sent_by(cast.manager, reachable.wave)
    page = as_("manager").get(reachable.wave.get_absolute_url())
    assert "Last mailing: 2 of 2 sent" in words(page)


def test_nothing_is_sent_outside_the_days_of_a_wave(reachable, cast):
    reachable.wave.closes_on = timezone.localdate() - datetime.timedelta(days=1)
    reachable.wave.save()
    with pytest.raises(ValidationError, match="closed on"):
        asking.send_invitations(user=cast.manager, wave=reachable.wave)


# --- The page behind the link ---------------------------------------------------------------------------


def page_of(asked):
    return reverse("answer", args=[asked.token])


def english(client, asked):
    return client.get(page_of(asked) + "?language=en-gb")


def test_answers_are_kept_until_they_are_handed_in_and_then_for_good(client, paper, asked):
    need, scale = needs_of(paper), scale_of(paper)
    money = need.options.first()
    page = english(client, asked)
    typed = {f"q{need.pk}": [money.pk], "later": "1"}
    page = client.post(page_of(asked), filled(page, **typed), follow=True)
    assert "Saved. Open the same link again" in words(page)
    assert asked.answers.get().option == money

    page = client.post(page_of(asked), filled(english(client, asked), hand_in="1"))
    assert "not handed in yet" in words(page)
    assert "How satisfied are you?" in words(page)
    asked.refresh_from_db()
    assert asked.handed_in_at is None
    assert asked.answers.get().option == money

    answers = {f"q{scale.pk}": "4", "hand_in": "1"}
    page = client.post(page_of(asked), filled(english(client, asked), **answers), follow=True)
    assert "Thank you" in words(page)
    asked.refresh_from_db()
    when = asked.handed_in_at
    assert when
    again = {f"mark_{scale.pk}": "-", f"q{scale.pk}": "1", "hand_in": "1"}
    client.post(page_of(asked), again)
    asked.refresh_from_db()
    assert asked.answers.get(question=scale).number == 4
    assert asked.handed_in_at == when


def test_opening_the_link_changes_nothing(client, asked):
    for _time in range(2):
        page = client.get(page_of(asked))
        client.head(page_of(asked))
    assert page.status_code == 200
    assert not Answer.objects.exists()
    asked.refresh_from_db()
    assert asked.handed_in_at is None


def test_two_open_pages_of_one_link_do_not_wipe_each_other(client, paper, asked):
    need, scale = needs_of(paper), scale_of(paper)
    phone, desk = english(client, asked), english(client, asked)
    client.post(page_of(asked), filled(phone, **{f"q{scale.pk}": "5"}))
    client.post(page_of(asked), filled(desk, **{f"q{need.pk}": [need.options.first().pk]}))
    assert asked.answers.get(question=scale).number == 5
    assert asked.answers.filter(question=need).exists()
    client.post(page_of(asked), filled(english(client, asked), **{f"q{need.pk}": []}))
    assert not asked.answers.filter(question=need).exists()


def test_a_question_is_saved_by_itself_while_one_answers(client, paper, asked):
    scale = scale_of(paper)
    sent = {f"q{scale.pk}": "2", f"mark_{scale.pk}": asking.mark([])}
    page = client.post(page_of(asked), sent, headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert f'id="mark-{scale.pk}" value="{asking.mark(["2"])}"' in page.content.decode()
    assert asked.answers.get().number == 2


@pytest.mark.parametrize("value", ["6", "0", "-1", "two", "\x00", "9" * 400, "２"])
def test_nonsense_on_a_scale_is_no_answer(value, client, paper, asked):
    scale = scale_of(paper)
    client.post(page_of(asked), filled(english(client, asked), **{f"q{scale.pk}": value}))
    assert not asked.answers.exists()


def test_options_of_another_question_are_no_answer(client, paper, asked):
    other = make.question(paper, "one", "Where?", options=["Here", "There"])
    need = needs_of(paper)
    client.post(
        page_of(asked),
        filled(english(client, asked), **{f"q{need.pk}": [other.options.first().pk, "x"]}),
    )
    assert not asked.answers.exists()


def test_links_that_nobody_sent_get_one_same_answer(client, asked):
    altered = asked.token[:-1] + ("a" if asked.token[-1] != "a" else "b")
    unknown = Asked(pk=asked.pk + 99).token
    pages = set()
    for token in (altered, unknown, "made-up", "x:y", asked.token.split(":")[0]):
        response = client.get(reverse("answer", args=[token]))
        assert response.status_code == 404
        pages.add(response.content)
    assert len(pages) == 1
    asked.delete()
    assert client.get(page_of(Asked(pk=1))).content in pages


def test_the_page_tells_no_third_party_and_no_search_engine(client, asked):
    for response in (client.get(page_of(asked)), client.get(page_of(asked)[:-3] + "/")):
        assert response["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response["X-Robots-Tag"]
        assert "no-store" in response["Cache-Control"]


def test_the_form_comes_through_from_a_browser_that_names_no_origin(asked, paper):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    scale = scale_of(paper)
    sent = filled(english(strict, asked), **{f"q{scale.pk}": "3"})
    assert strict.post(page_of(asked), sent, headers={"Origin": "null"}).status_code == 302
    assert asked.answers.get().number == 3


def test_a_closed_wave_says_so_kindly_and_takes_nothing(client, paper, asked):
    scale = scale_of(paper)
    page = english(client, asked)
    asked.wave.opens_on = datetime.date(2018, 1, 1)
    asked.wave.closes_on = datetime.date(2018, 1, 31)
    asked.wave.save()
    sent = filled(page, **{f"q{scale.pk}": "3"})
    assert client.post(page_of(asked), sent, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = client.post(page_of(asked), sent, follow=True)
    assert page.status_code == 410
    assert "Answers could be given until 31 Jan 2018" in words(page)
    assert not asked.answers.exists()


def test_only_the_firm_and_the_project_are_named(client, asked, scene, cast):
    make.contact(scene.sme, scene.bulgaria, "Иван Иванов", "ivan@slance.example")
    page = client.get(page_of(asked)).content.decode()
    assert "Слънце ЕООД" in page
    assert scene.project.name in page
    for secret in ("Иван", "slance", cast.manager.email, scene.sme.code, scene.cluster.short_name):
        assert secret not in page


# --- Response and results -------------------------------------------------------------------------------


def firms(scene, n, cluster=None):
    cluster = cluster or scene.cluster
    return [make.sme(cluster, name=f"{cluster} firm {i}") for i in range(n)]


def test_the_response_moves_with_each_firm(paper, wave, scene):
    first, second, third = firms(scene, 3)
    make.asked(wave, first, handed_in=True, answers=[(scale_of(paper), 4)])
    make.asked(wave, second, answers=[(scale_of(paper), 4)])
    make.asked(wave, third)
    [green], whole = needs.response(wave)
    assert (whole.asked, whole.begun, whole.handed_in, whole.percent) == (3, 2, 1, 33)
    assert (green.name, green.handed_in) == ("Green cluster", 1)


def test_before_and_after_compares_only_firms_that_answered_both(paper, wave, scene, cast):
    end, scale = make.wave(paper, When.END), scale_of(paper)
    for firm, before, after in zip(
        firms(scene, 5), (1, 2, 3, 5, 5), (3, 4, 5, None, 5), strict=True
    ):
        make.asked(wave, firm, handed_in=True, answers=[(scale, before)])
        if after:
            make.asked(end, firm, handed_in=before < 5, answers=[(scale, after)])
    results = needs.results(questionnaire=paper, user=cast.coordinator)
    assert results.handed_in == {"baseline": 5, "end": 3, "both": 3}
    compared = next(each for each in results.questions if each.question == scale)
    assert (compared.baseline.n, compared.baseline.mean, compared.end.mean) == (3, 2, 4)
    assert compared.change == 2
    everyone = needs.results(questionnaire=paper, user=cast.coordinator, both_only=False)
    compared = next(each for each in everyone.questions if each.question == scale)
    assert (compared.baseline.n, compared.baseline.mean) == (5, 3.2)


def test_numbers_of_few_firms_are_read_by_their_partner_and_the_coordinator_only(
    paper, wave, scene, cast
):
    scale = scale_of(paper)
    for firm in firms(scene, 2):
        make.asked(wave, firm, handed_in=True, answers=[(scale, 4)])
    for firm in firms(scene, 3, scene.other_cluster):
        make.asked(wave, firm, handed_in=True, answers=[(scale, 2)])

    def by_cluster(user, cluster=None):
        found = needs.results(questionnaire=paper, user=user, cluster=cluster, both_only=False)
        compared = next(each for each in found.questions if each.question == scale)
        return {str(each): said.mean for each, said, _end in compared.clusters}

    assert by_cluster(cast.viewer) == {"Green cluster": None, "ENEF cluster": 2}
    assert by_cluster(cast.coordinator) == {"Green cluster": 4, "ENEF cluster": 2}
    assert by_cluster(cast.manager) == {"Green cluster": 4, "ENEF cluster": 2}
    alone = needs.results(
        questionnaire=paper, user=cast.viewer, cluster=scene.cluster, both_only=False
    )
    assert [said.baseline.mean for said in alone.questions if said.question == scale] == [None]


def test_the_matrix_sets_needs_beside_deliveries(paper, wave, scene, cast):
    question = needs_of(paper)
    money, energy = question.options.all()
    unwanted = make.category(scene.project, "Matchmaking")
    make.service(scene.cluster, "Speed dating", category=unwanted)
    for i, firm in enumerate(firms(scene, 4)):
        make.asked(wave, firm, handed_in=True, answers=[(question, money), (question, energy)])
        for _time in range(i):
            make.record(scene.service, firm)
    found = needs.matrix(question=question, wave=wave, user=cast.coordinator)
    training = [each.name for each in found.categories].index("Training")
    rows = {str(need.option): need for need in found.needs}
    assert rows["Money"].firms == 4
    assert rows["Money"].cells[training].meant
    assert (rows["Money"].cells[training].firms, rows["Money"].cells[training].deliveries) == (3, 6)
    assert not rows["Money"].nobody_serves
    assert rows["Energy"].nobody_serves
    assert found.nobody_needs == [unwanted]


def test_what_single_firms_said_is_listed_and_exported_for_their_readers_alone(
    paper, wave, scene, as_
):
    text = paper.questions.get(kind="text")
    make.asked(wave, scene.sme, handed_in=True, answers=[(text, "=our secret")])
    make.asked(wave, scene.other_sme, handed_in=True, answers=[(text, "their secret")])
    results = reverse("questionnaire_results", args=["trace", paper.code])
    export = reverse("answer_list", args=["trace", paper.code]) + "?export=csv"
    seen = {}
    for person in ("viewer", "staff", "manager", "coordinator"):
        browser = as_(person)
        pages = [words(browser.get(results)), browser.get(export).content.decode()]
        assert len({("our secret" in page, "their secret" in page) for page in pages}) == 1
        seen[person] = ("our secret" in pages[0], "their secret" in pages[0])
    assert seen == {
        "viewer": (False, False),
        "staff": (True, False),
        "manager": (True, False),
        "coordinator": (True, True),
    }
    assert "'=our secret" in as_("coordinator").get(export).content.decode()


def test_another_partners_firm_is_not_opened_nor_written_to(wave, scene, as_):
    other = make.asked(wave, scene.other_sme)
    browser = as_("manager")
    arguments = ["trace", wave.code, other.pk]
    assert browser.get(reverse("asked_detail", args=arguments)).status_code == 404
    for name in ("asked_send", "asked_delete"):
        assert browser.post(reverse(name, args=arguments)).status_code == 404
    listed = browser.get(reverse("asked_list", args=["trace", wave.code]))
    assert scene.other_sme.name not in listed.content.decode()


def test_half_given_answers_count_nowhere(paper, wave, scene, cast):
    make.asked(wave, scene.sme, answers=[(scale_of(paper), 1)])
    found = needs.results(questionnaire=paper, user=cast.coordinator, both_only=False)
    assert all(each.baseline.n == 0 for each in found.questions)


def test_the_demonstration_has_results_and_a_matrix_worth_looking_at(db):
    from tracekei.demonstration import add_demonstration

    project = add_demonstration("trace-kei", today=datetime.date(2026, 11, 22)).project
    [questionnaire] = project.questionnaires.all()
    baseline, end = questionnaire.waves.all()
    assert needs.response(baseline)[1].percent > 75
    assert 40 < needs.response(end)[1].percent < 60
    coordinator = project.memberships.get(role="coordinator").user
    question = questionnaire.questions.get(kind="several")
    matrix = needs.matrix(question=question, wave=baseline, user=coordinator)
    assert any(need.nobody_serves for need in matrix.needs)
    assert matrix.nobody_needs
    languages = [code for code in ("bg", "de", "it") if not questionnaire.untranslated(code)]
    assert languages == ["bg", "de", "it"]


def test_what_merged_firms_answered_becomes_one_paper_and_parts_again(paper, wave, scene, cast):
    scale, text = scale_of(paper), paper.questions.get(kind="text")
    twin = make.sme(scene.cluster, name="Слънце")
    kept = make.asked(wave, scene.sme, answers=[(text, "Buy energy together")])
    gone = make.asked(wave, twin, handed_in=True, answers=[(scale, 4)])
    before = {(answer.asked_id, str(answer)) for answer in Answer.objects.all()}
    merge = merge_firms(user=cast.coordinator, kept=scene.sme, merged=twin)
    [asked] = wave.asked.all()
    assert (asked.pk, asked.sme) == (kept.pk, scene.sme)
    assert asked.handed_in_at == gone.handed_in_at
    assert {str(answer) for answer in asked.answers.all()} == {"4", "Buy energy together"}
    assert needs.response(wave)[1].handed_in == 1
    undo_merge(user=cast.coordinator, merge=merge)
    assert {(answer.asked_id, str(answer)) for answer in Answer.objects.all()} == before
    kept.refresh_from_db()
    assert kept.handed_in_at is None
