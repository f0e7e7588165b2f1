"""Coming in, going out, and a forgotten password."""

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command

from accounts.models import User
from tests import make
from tests.browsing import beside, filled, words

LOGIN, LOGOUT, CHANGE = "/accounts/login/", "/accounts/logout/", "/accounts/password/change/"
RESET = "/accounts/password/reset/"


@pytest.fixture
def elena(db):
    project = make.project()
    return make.member(project, "viewer", user=make.user("elena@example.org", "Elena Petrova"))


@pytest.fixture
def own_memory(settings):
    """What was counted for a test is not forgotten because another one starts beside it."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def sign_in(client, email="elena@example.org", password=make.PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password}, **more)


def is_signed_in(client):
    return "_auth_user_id" in client.session


def test_signing_in_opens_the_only_project_one_is_in(client, elena):
    response = client.post(
        LOGIN, {"login": "elena@example.org", "password": make.PASSWORD}, follow=True
    )
    assert response.redirect_chain[-1][0] == "/p/trace/"


@pytest.mark.parametrize("email", ["Elena@Example.ORG", " elena@example.org "])
def test_the_address_is_the_same_in_capitals_and_with_spaces(client, elena, email):
    assert sign_in(client, email).status_code == 302
    assert is_signed_in(client)


def test_a_wrong_password_gets_a_sentence_and_keeps_the_address(client, elena):
    response = sign_in(client, password="wrong wrong wrong")
    assert response.status_code == 200
    assert "are not correct" in words(response)
    page = filled(response)
    assert page["login"] == ["elena@example.org"]
    assert page["password"] == [""]
    assert not is_signed_in(client)


def test_an_unknown_address_gets_the_same_answer_as_a_wrong_password(client, elena):
    known = words(sign_in(client, password="wrong wrong wrong"))
    unknown = words(sign_in(client, "nobody@example.org", "wrong wrong wrong"))
    assert known == unknown


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("", ""),
        ("not an address", "x"),
        ("a\x00b@example.org", "x"),
        ("x" * 100_000, "y" * 100_000),
    ],
)
def test_nonsense_at_the_door_is_answered_with_the_door(client, db, email, password):
    assert sign_in(client, email, password).status_code == 200


def test_many_wrong_passwords_close_the_door_for_a_while(client, elena, own_memory):
    for _attempt in range(5):
        sign_in(client, password="wrong wrong wrong")
    response = sign_in(client)
    assert response.status_code == 200
    assert "Too many failed login attempts" in words(response)
    assert not is_signed_in(client)


def test_someone_who_tries_many_addresses_gets_a_page_that_says_to_wait(client, db, own_memory):
    answers = [sign_in(client, f"user{n}@example.org", "guess") for n in range(31)]
    assert {answer.status_code for answer in answers} <= {200, 429}
    assert answers[-1].status_code == 429
    assert "Wait a minute" in words(answers[-1])


def test_after_signing_in_one_is_where_one_wanted_to_go(client, elena):
    response = client.get("/p/trace/smes/?q=Пловдив")
    response = client.post(
        response["Location"], {"login": "elena@example.org", "password": make.PASSWORD}
    )
    assert response["Location"].startswith("/p/trace/smes/?q=")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(client, elena, elsewhere):
    response = client.post(
        LOGIN,
        {"login": "elena@example.org", "password": make.PASSWORD, "next": elsewhere},
        query_params={"next": elsewhere},
    )
    assert response.status_code == 302
    assert "evil" not in response["Location"]
    assert "javascript" not in response["Location"]


def test_signing_out_is_a_press_of_a_button_and_ends_the_session(client, elena):
    client.force_login(elena)
    client.get(LOGOUT)
    assert is_signed_in(client)
    response = client.post(LOGOUT)
    assert response["Location"] == LOGIN
    assert not is_signed_in(client)


def test_a_closed_account_says_so(client, elena):
    User.objects.update(is_active=False)
    response = sign_in(client)
    page = client.get(response["Location"])
    assert "This account is closed" in words(page)
    assert not is_signed_in(client)


def test_closing_an_account_ends_its_open_sessions(client, elena):
    client.force_login(elena)
    User.objects.update(is_active=False)
    assert client.get("/p/trace/").status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signs_up_by_themselves(client, db, method):
    entered = {"email": "me@example.org", "password1": make.PASSWORD, "password2": make.PASSWORD}
    response = getattr(client, method)("/accounts/signup/", entered)
    assert "Accounts are made by invitation" in words(response)
    assert not User.objects.exists()


# --- Forgotten and changed passwords ---------------------------------------------------------------


def link_in(message):
    return re.search(r"https?://\S+", message.body)[0]


def test_a_forgotten_password_is_replaced_by_mail(client, elena):
    response = client.post(RESET, {"email": "Elena@example.org"}, follow=True)
    assert "Look in your mail" in words(response)
    (message,) = mail.outbox
    assert message.to == ["elena@example.org"]
    link = link_in(message)
    assert link.startswith(settings.SITE_URL + "/")
    assert "testserver" not in message.subject + message.body

    page = client.get(urlsplit(link).path, follow=True)
    new = "a quite different long word"
    done = client.post(
        page.redirect_chain[-1][0], filled(page, password1=new, password2=new), follow=True
    )
    assert "Your new password works from now on" in words(done)
    assert not is_signed_in(client)
    sign_in(client)
    assert not is_signed_in(client)
    sign_in(client, password=new)
    assert is_signed_in(client)


def test_the_link_to_a_new_password_works_once(client, elena):
    client.post(RESET, {"email": "elena@example.org"})
    path = urlsplit(link_in(mail.outbox[0])).path
    page = client.get(path, follow=True)
    new = "a quite different long word"
    client.post(page.redirect_chain[-1][0], filled(page, password1=new, password2=new))
    client.logout()
    again = client.get(path, follow=True)
    assert "does not work any more" in words(again)
    assert "password1" not in filled(again)


def test_a_link_to_a_new_password_that_somebody_changed_does_not_open(client, elena):
    client.post(RESET, {"email": "elena@example.org"})
    path = urlsplit(link_in(mail.outbox[0])).path
    for tampered in (
        path[:-3] + "x/",
        path.replace("key/", "key/zz"),
        "/accounts/password/reset/key/0-0/",
    ):
        assert "does not work any more" in words(client.get(tampered, follow=True))


def test_a_weak_or_mistyped_new_password_says_what_is_wrong(client, elena):
    client.post(RESET, {"email": "elena@example.org"})
    page = client.get(urlsplit(link_in(mail.outbox[0])).path, follow=True)
    address = page.redirect_chain[-1][0]
    short = client.post(address, filled(page, password1="short", password2="short"))
    assert "at least 10 characters" in beside(short, "password1")
    unequal = client.post(address, filled(page, password1=make.PASSWORD, password2="another one"))
    assert "same password" in beside(unequal, "password2")
    assert User.objects.get().check_password(make.PASSWORD)


def test_asking_for_a_new_password_does_not_tell_who_has_an_account(client, elena):
    answers = []
    for email in ("elena@example.org", "nobody@example.org"):
        response = client.post(RESET, {"email": email}, follow=True)
        answers.append((response.redirect_chain, words(response)))
    assert answers[0] == answers[1]


def test_who_has_no_account_is_told_by_mail_whom_to_ask(client, db):
    client.post(RESET, {"email": "nobody@example.org"})
    (message,) = mail.outbox
    assert message.to == ["nobody@example.org"]
    assert "signup" not in message.body
    assert "by invitation" in message.body
    assert "testserver" not in message.subject + message.body


def test_a_password_is_changed_by_who_knows_the_old_one(client, elena):
    client.force_login(elena)
    new = "a quite different long word"
    wrong = client.post(CHANGE, {"oldpassword": "?", "password1": new, "password2": new})
    assert "current password" in beside(wrong, "oldpassword")
    client.post(CHANGE, {"oldpassword": make.PASSWORD, "password1": new, "password2": new})
    elena.refresh_from_db()
    assert elena.check_password(new)
    assert is_signed_in(client)


# --- The first user --------------------------------------------------------------------------------


def test_a_command_makes_the_first_user(client, db, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", make.PASSWORD)
    call_command("createsuperuser", email="First@Example.org", name="First", interactive=False)
    first = User.objects.get()
    assert (first.email, first.is_superuser) == ("first@example.org", True)
    sign_in(client, "first@example.org")
    page = client.get("/")
    assert "You are in no project yet" in words(page)
    assert "New project" in words(page)


def test_an_account_with_a_blank_name_still_has_initials():
    assert User(email="zoe@example.org", name=" ").initials == "Z"
    assert User(email="zoe@example.org", name="Zoë van der Berg").initials == "ZB"
