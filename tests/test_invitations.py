"""How people come into a project: a mail, a link that works once, an account."""

import datetime
import re
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.utils import timezone

from accounts.models import User
from projects.models import Invitation, Role
from tests import make
from tests.browsing import beside, filled, words

INVITE = "/p/trace/members/invite/"


@pytest.fixture
def invite(as_, django_capture_on_commit_callbacks):
    """Sends the form by which the coordinator invites."""

    def send(**entered):
        browser = as_("coordinator")
        entered = {"email": "new@example.org", "role": "viewer", **entered}
        with django_capture_on_commit_callbacks(execute=True):
            response = browser.post(INVITE, filled(browser.get(INVITE), **entered))
        return browser.get(response["Location"]) if response.status_code == 302 else response

    return send


@pytest.fixture
def invited(scene, cast):
    return make.invitation(
        scene.project, cast.coordinator, role=Role.CLUSTER_MANAGER, partner=scene.serbia
    )


def page_of(invitation):
    return f"/invitations/{invitation.token}/"


def test_an_invitation_is_a_mail_with_a_link_to_this_portal(invite, scene):
    page = invite(email=" New@Example.org ", role="staff", partner=scene.serbia.pk)
    assert "Invitation sent to new@example.org." in words(page)
    assert "Open invitations" in words(page)
    (message,) = mail.outbox
    assert message.to == ["new@example.org"]
    assert message.subject == "Giulia Rossi invites you to TRACE"
    assert "as Staff" in message.body
    link = re.search(r"https?://\S+", message.body)[0]
    assert link.startswith(settings.SITE_URL + "/invitations/")
    assert Invitation.objects.for_token(urlsplit(link).path.split("/")[2]).partner == scene.serbia


def test_names_with_line_breaks_do_not_break_the_mail(invite, scene, cast):
    User.objects.filter(pk=cast.coordinator.pk).update(name="Giulia\nBcc: all@example.org")
    assert invite().status_code == 200
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == ["new@example.org"]


def test_a_new_person_makes_an_account_and_is_in(client, invited):
    page = client.get(page_of(invited))
    assert "Your account will be new@example.org." in words(page)
    entered = filled(page, name="Новак Ђоковић", password=make.PASSWORD)
    response = client.post(page_of(invited), entered, follow=True)
    assert response.redirect_chain == [("/p/trace/", 302)]
    assert "Welcome to TRACE." in words(response)
    person = User.objects.get(email="new@example.org")
    assert person.name == "Новак Ђоковић"
    assert person.check_password(make.PASSWORD)
    member = person.memberships.get()
    assert (member.role, member.partner) == (Role.CLUSTER_MANAGER, invited.partner)


WEAK = [
    ("short", "at least 10 characters"),
    ("1234567890", "too common"),
    ("new@example.org", "too similar"),
    ("", "This field is required."),
    ("long enough\x00but odd", "Null characters are not allowed."),
]


def test_a_weak_password_is_refused_with_the_reason_and_the_name_is_kept(client, invited):
    for password, sentence in WEAK:
        response = client.post(page_of(invited), {"name": "New Person", "password": password})
        assert sentence in beside(response, "password"), password
        assert filled(response)["name"] == ["New Person"]
    nameless = {"name": "\x00", "password": make.PASSWORD}
    assert "Null characters" in beside(client.post(page_of(invited), nameless), "name")
    assert not User.objects.filter(email="new@example.org").exists()
    assert Invitation.objects.open().exists()


def test_a_person_with_an_account_signs_in_and_joins(client, invited):
    person = make.user("new@example.org", "Old Hand")
    address = page_of(invited)
    page = client.get(address)
    assert "Sign in as new@example.org to join" in words(page)
    door = re.search(r'href="(/accounts/login/[^"]+)"', page.content.decode())[1]
    response = client.post(door, {"login": person.email, "password": make.PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0] == address
    response = client.post(address, filled(response), follow=True)
    assert "Welcome to TRACE." in words(response)
    assert User.objects.filter(email="new@example.org").count() == 1
    assert person.memberships.get().role == Role.CLUSTER_MANAGER


def test_nobody_takes_over_an_account_by_its_invitation(client, invited):
    person = make.user("new@example.org", "Old Hand")
    entered = {"name": "Mallory", "password": "quite another long word"}
    client.post(page_of(invited), entered)
    person.refresh_from_db()
    assert person.name == "Old Hand"
    assert person.check_password(make.PASSWORD)
    assert not person.memberships.exists()


def test_another_person_who_is_signed_in_is_told_whose_invitation_it_is(as_, cast, invited):
    browser = as_("stranger")
    page = browser.get(page_of(invited))
    assert "This invitation is for new@example.org, and you are signed in as" in words(page)
    refused = browser.post(page_of(invited), {})
    assert refused.status_code == 403
    assert "This invitation is for new@example.org." in words(refused)
    assert Invitation.objects.open().exists()
    assert not cast.stranger.memberships.filter(project=invited.project).exists()


NOW = timezone.now()
OVER = [
    ({"sent_at": NOW - datetime.timedelta(days=15)}, "has expired"),
    ({"withdrawn_at": NOW}, "was withdrawn"),
    ({"accepted_at": NOW}, "was used already"),
    ({"expires_on": datetime.date(2018, 1, 1)}, "time for which you were invited is over"),
]


def test_a_link_that_is_over_says_why_and_does_nothing(client, invited):
    entered = {"name": "Late Comer", "password": make.PASSWORD}
    open_still = {"sent_at": NOW, "withdrawn_at": None, "accepted_at": None, "expires_on": None}
    for change, sentence in OVER:
        Invitation.objects.update(**{**open_still, **change})
        for response in (client.get(page_of(invited)), client.post(page_of(invited), entered)):
            assert response.status_code == 410
            assert sentence in words(response)
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_link_works_for_fourteen_days(client, invited):
    with time_machine.travel(invited.sent_at + datetime.timedelta(days=14, minutes=-1)):
        assert client.get(page_of(invited)).status_code == 200
    with time_machine.travel(invited.sent_at + datetime.timedelta(days=14, minutes=1)):
        assert client.get(page_of(invited)).status_code == 410


def test_a_link_works_once(client, invited):
    entered = {"name": "New Person", "password": make.PASSWORD}
    client.post(page_of(invited), entered)
    client.logout()
    response = client.post(page_of(invited), {**entered, "name": "Second"})
    assert response.status_code == 410
    assert "was used already" in words(response)
    assert User.objects.get(email="new@example.org").name == "New Person"


NO_TOKEN = ["x", "{}x", "x{}", "1:1:1", "..", "%00", "é", "a" * 3000]


def test_a_link_that_nobody_sent_is_not_there(client, invited):
    for token in NO_TOKEN:
        response = client.get(f"/invitations/{token.format(invited.token)}/")
        assert response.status_code == 404, token


def test_a_link_to_an_invitation_that_was_deleted_is_not_there(client, invited):
    address = page_of(invited)
    invited.delete()
    assert client.get(address).status_code == 404


# --- What the coordinator sees ---------------------------------------------------------------------


def test_an_address_is_invited_once_and_told_so_beside_the_field(invite):
    invite()
    again = invite(email="NEW@example.org")
    assert "There is an open invitation to this address" in beside(again, "email")
    assert Invitation.objects.count() == 1
    assert len(mail.outbox) == 1


def test_a_member_is_not_invited_again(invite, cast):
    response = invite(email="Viewer@example.org")
    assert "is a member of the project already" in beside(response, "email")
    assert not Invitation.objects.exists()


NO_INVITATION = [
    ({"email": "nobody"}, "email", "Enter a valid email address."),
    ({"email": ""}, "email", "This field is required."),
    ({"role": "staff"}, "partner", "Staff and cluster managers work for a partner"),
    ({"role": "cluster_manager"}, "partner", "Staff and cluster managers work for a partner"),
    ({"role": "emperor"}, "role", "Select a valid choice."),
    ({"role": ""}, "role", "This field is required."),
    ({"expires_on": "2018-01-01"}, "expires_on", "This day is over."),
]


def test_an_invitation_that_cannot_be_says_why(as_, scene):
    browser = as_("coordinator")
    page = browser.get(INVITE)
    for changes, field, sentence in NO_INVITATION:
        entered = {"email": "new@example.org", "role": "viewer", **changes}
        response = browser.post(INVITE, filled(page, **entered))
        assert sentence in beside(response, field), changes
    assert not Invitation.objects.exists()


def test_nobody_is_invited_for_a_partner_of_another_project(invite, cast):
    foreign = cast.stranger.memberships.get().partner
    response = invite(role="staff", partner=foreign.pk)
    assert "Select a valid choice" in beside(response, "partner")
    assert not Invitation.objects.exists()


def test_an_expired_invitation_is_sent_again_and_works(
    as_, client, invited, django_capture_on_commit_callbacks
):
    Invitation.objects.update(sent_at=timezone.now() - datetime.timedelta(days=30))
    browser = as_("coordinator")
    assert "Expired" in words(browser.get("/p/trace/members/"))
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"/p/trace/invitations/{invited.pk}/send/")
    assert "Expired" not in words(browser.get("/p/trace/members/"))
    assert len(mail.outbox) == 1
    client.logout()
    assert client.get(page_of(invited)).status_code == 200


def test_who_became_a_member_meanwhile_is_not_invited_again(as_, scene, invited):
    make.member(scene.project, Role.VIEWER, user=make.user("new@example.org"))
    response = as_("coordinator").post(f"/p/trace/invitations/{invited.pk}/send/", follow=True)
    assert "is a member of the project already" in words(response)
    assert not mail.outbox


def test_an_invitation_is_withdrawn_and_the_address_is_free_again(as_, invited, invite, client):
    response = as_("coordinator").post(f"/p/trace/invitations/{invited.pk}/withdraw/", follow=True)
    assert "withdrawn" in words(response)
    assert "Open invitations" not in words(response)
    client.logout()
    assert client.get(page_of(invited)).status_code == 410
    assert "Invitation sent to new@example.org." in words(invite())


def test_only_the_coordinator_sees_who_is_invited(as_, invited):
    assert "new@example.org" not in as_("manager").get("/p/trace/members/").content.decode()
    assert "new@example.org" in as_("coordinator").get("/p/trace/members/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_without_a_mail_server_the_invitation_is_kept_and_said(as_, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    browser = as_("coordinator")
    entered = filled(browser.get(INVITE), email="new@example.org", role="viewer")
    response = browser.post(INVITE, entered, follow=True)
    assert "could not be sent" in words(response)
    assert Invitation.objects.open().get().email == "new@example.org"
    response = browser.post(
        f"/p/trace/invitations/{Invitation.objects.get().pk}/send/", follow=True
    )
    assert "could not be sent" in words(response)


def test_the_page_of_another_member_shows_ones_own_role_in_the_menu(as_, cast):
    page = as_("coordinator").get(f"/p/trace/members/{cast.viewer.memberships.get().pk}/edit/")
    menu = page.content.decode().split("menu-user")[1].split("</details>")[0]
    assert "Coordinator, D.A.Re." in menu
    assert "Viewer" not in menu
