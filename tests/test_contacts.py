"""Contacts at firms: one partner's alone, with a legal basis, erased without a trace of the person."""

import datetime
import io

import openpyxl
import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from clusters.actions.contact import erase_contact
from clusters.actions.merge import merge_firms, undo_merge
from clusters.models import Confirmation, Contact
from projects.models import Role
from tests import make
from tests.browsing import beside, filled, words

NEW = "/p/trace/contacts/new/?sme=SME-0001"
FIRM = "/p/trace/smes/SME-0001/"


@pytest.fixture
def manager(as_):
    return as_("manager")


@pytest.fixture
def serbian(client, scene):
    """A cluster manager of another partner, signed in."""
    client.force_login(make.member(scene.project, Role.CLUSTER_MANAGER, scene.serbia))
    return client


def typed(page, **changes):
    entered = {
        "name": "Рада Златева",
        "email": "rada@sun.example",
        "phone": "+359 32 123",
        "legal_basis": "consent",
        "notice_version": "1.0",
        "informed_on": "2017-01-02",
    }
    return filled(page, **{**entered, **changes})


def test_a_contact_is_added_from_its_firm_for_the_own_partner(manager, scene, cast):
    page = manager.get(NEW)
    assert filled(page)["sme"] == ["SME-0001"]
    response = manager.post(NEW, typed(page, partner=scene.serbia.pk), follow=True)
    contact = Contact.objects.get()
    assert response.redirect_chain == [("/p/trace/contacts/CT-0001/", 302)]
    assert (contact.sme, contact.partner, contact.created_by) == (
        scene.sme,
        scene.bulgaria,
        cast.manager,
    )
    assert "Рада Златева" in words(manager.get(FIRM))
    assert "notice 1.0, informed on 2 Jan 2017" in words(manager.get(FIRM))


def test_a_coordinator_chooses_whose_contact_it_is(as_, scene):
    browser = as_("coordinator")
    browser.post(NEW, typed(browser.get(NEW), partner=scene.serbia.pk))
    assert Contact.objects.get().partner == scene.serbia


BAD = [
    ({"name": ""}, "name", "This field is required."),
    ({"name": "a\x00b"}, "name", "Null characters"),
    ({"name": "x" * 151}, "name", "at most 150"),
    ({"email": "nobody"}, "email", "Enter a valid email address."),
    ({"email": "", "phone": ""}, "email", "how is one reached?"),
    ({"phone": "call me"}, "phone", "A telephone number has digits"),
    ({"phone": "😀"}, "phone", "A telephone number has digits"),
    ({"phone": "1" * 41}, "phone", "at most 40"),
    ({"legal_basis": ""}, "legal_basis", "This field is required."),
    ({"legal_basis": "because"}, "legal_basis", "Select a valid choice"),
    ({"notice_version": ""}, "notice_version", "This field is required."),
    ({"informed_on": ""}, "informed_on", "This field is required."),
    ({"informed_on": "31.02.2017"}, "informed_on", "Enter a valid date."),
    ({"informed_on": "2090-01-01"}, "informed_on", "still to come"),
    ({"sme": "Nobody Ltd"}, "sme", "No firm of this project"),
]


@pytest.mark.parametrize(("changes", "field", "sentence"), BAD)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(
    changes, field, sentence, manager, scene
):
    response = manager.post(NEW, typed(manager.get(NEW), position="Typed", **changes))
    assert sentence in beside(response, field)
    assert filled(response)["position"] == ["Typed"]
    assert not Contact.objects.exists()


def test_an_address_is_kept_once_per_firm_and_partner(manager, scene):
    make.contact(scene.sme, scene.bulgaria, email="rada@sun.example")
    response = manager.post(NEW, typed(manager.get(NEW)))
    assert "has a contact with this address" in beside(response, "email")
    make.contact(scene.sme, scene.serbia, email="vera@sun.example")
    manager.post(NEW, typed(manager.get(NEW), email="vera@sun.example"))
    assert Contact.objects.count() == 3


# --- SECURITY: another partner's contacts ----------------------------------------------------------

SECRETS = (b"Geheim", b"geheim@", b"+49 1234567", b"Hidden position")


@pytest.fixture
def theirs(scene, as_):
    """A contact that Bulgaria keeps at its firm, entered and changed by its manager, with a history."""
    browser = as_("manager")
    browser.post(
        NEW,
        typed(
            browser.get(NEW),
            name="Gerda Geheim",
            email="geheim@sun.example",
            phone="+49 1234567",
            position="Hidden position",
        ),
        follow=True,
    )
    address = "/p/trace/contacts/CT-0001/edit/"
    browser.post(address, filled(browser.get(address), name="Gerda Geheimer"), follow=True)
    return Contact.objects.get()


READS = [
    FIRM,
    f"{FIRM}edit/",
    f"{FIRM}delete/",
    "/p/trace/smes/?q=geheim",
    "/p/trace/smes/?q=geheim&export=csv",
    "/p/trace/contacts/",
    "/p/trace/contacts/?q=geheim",
    "/p/trace/contacts/?export=csv",
    "/p/trace/contacts/CT-0001/",
    "/p/trace/contacts/CT-0001/edit/",
    "/p/trace/contacts/CT-0001/delete/",
    "/p/trace/contacts/new/?sme=SME-0001",
    "/p/trace/clusters/CL-01/",
    "/p/trace/partners/",
    "/p/trace/deliveries/new/?sme=SME-0001",
]


@pytest.mark.parametrize("address", READS)
def test_another_partner_reads_nothing_of_a_contact(address, theirs, serbian):
    # The Serbian cluster serves the firm too, so its manager may change the firm itself.
    theirs.sme.memberships.create(cluster=theirs.project.clusters.get(code="CL-02"))
    content = serbian.get(address).content
    assert not [secret for secret in SECRETS if secret in content], address


def test_another_partner_learns_how_many_contacts_others_keep_and_no_more(theirs, serbian):
    page = words(serbian.get(FIRM))
    assert "1 contact is kept by another partner" in page


def test_another_partners_contact_is_not_there_to_be_changed(theirs, serbian):
    for verb in ("", "edit/", "delete/"):
        address = f"/p/trace/contacts/CT-0001/{verb}"
        assert serbian.get(address).status_code == 404
        assert serbian.post(address, {"name": "Mine"}).status_code in (404, 405)
    theirs.refresh_from_db()
    assert theirs.name == "Gerda Geheimer"


def test_a_spreadsheet_holds_the_own_contacts_alone(theirs, serbian, scene):
    make.contact(scene.sme, scene.serbia, "Own Person", "own@sun.example")
    book = openpyxl.load_workbook(io.BytesIO(serbian.get("/p/trace/contacts/?export=xlsx").content))
    names = [row[1] for row in book.active.iter_rows(values_only=True)]
    assert names == ["Name", "Own Person"]


def test_a_viewer_has_no_list_of_contacts_and_sees_a_number(theirs, as_):
    viewer = as_("viewer")
    assert viewer.get("/p/trace/contacts/").status_code == 403
    assert "contact_list" not in words(viewer.get(FIRM))
    assert not [secret for secret in SECRETS if secret in viewer.get(FIRM).content]


def test_contacts_are_found_by_name_address_and_firm(theirs, as_):
    browser = as_("coordinator")
    for text in ("geheimer", "geheim@sun", "Слънце", "slantse"):
        found = words(browser.get(f"/p/trace/contacts/?q={text}"))
        assert ("Gerda Geheimer" in found) == (text != "slantse" or "Gerda" in found), text
    assert "0 records" in words(browser.get("/p/trace/contacts/?q=nobody"))


# --- Erasing ---------------------------------------------------------------------------------------


def entries():
    return LogEntry.objects.get_for_model(Contact)


def test_erasing_leaves_nothing_of_the_person_in_the_history(theirs, manager, cast):
    assert "Geheim" in str(list(entries().values()))
    assert "Gerda Geheim" in words(manager.get("/p/trace/contacts/CT-0001/"))
    address = "/p/trace/contacts/CT-0001/delete/"
    assert "Erase what is kept of Gerda Geheimer?" in words(manager.get(address))
    response = manager.post(address, follow=True)
    assert response.redirect_chain == [(FIRM, 302)]
    assert not Contact.objects.exists()
    kept = list(entries().values())
    for secret in ("Geheim", "geheim", "1234567", "Hidden"):
        assert secret not in str(kept), secret
    assert [entry["object_repr"] for entry in kept] == ["CT-0001"] * 3  # entered, changed, erased
    assert entries().filter(actor=cast.manager, action=LogEntry.Action.DELETE).count() == 1


def test_erasing_one_contact_leaves_the_others_their_history(theirs, manager, scene):
    manager.post(NEW, typed(manager.get(NEW)))
    other = Contact.objects.get(code="CT-0002")
    manager.post("/p/trace/contacts/CT-0001/delete/")
    assert "Рада" in str(list(LogEntry.objects.get_for_object(other).values()))


def test_erasing_clears_what_merges_and_requests_keep_of_the_person(scene, cast):
    twin = make.sme(scene.cluster, name="Slance EOOD")
    kept = make.contact(scene.sme, scene.bulgaria, name="Gerda", email="gerda@firm.example")
    gone = make.contact(twin, scene.bulgaria, name="Gerda Geheimer", email="GERDA@firm.example")
    bystander = make.contact(twin, scene.bulgaria, name="Mila", email="mila@firm.example")
    Contact.objects.filter(pk=gone.pk).update(email="gerda@firm.example", phone="1234567")
    Contact.objects.filter(pk=kept.pk).update(phone="")
    answered = make.confirmation(scene.record, sent_to="Gerda@firm.example")
    Confirmation.objects.update(answer="yes", answered_at=timezone.now())
    later = make.confirmation(scene.record, sent_to="gerda@firm.example")
    merge = merge_firms(user=cast.coordinator, kept=scene.sme, merged=twin)
    kept.refresh_from_db()
    assert kept.phone == "1234567"
    assert "Geheimer" in str(merge.journal)
    erase_contact(user=cast.manager, contact=kept)
    merge.refresh_from_db()
    for secret in ("Geheimer", "1234567", "gerda"):
        assert secret not in str(merge.journal), secret
    assert not Confirmation.objects.filter(pk=later.pk).exists()
    answered.refresh_from_db()
    assert (answered.sent_to, answered.answer) == ("", "yes")
    undo_merge(user=cast.coordinator, merge=merge)
    bystander.refresh_from_db()
    assert (bystander.sme, Contact.objects.count()) == (twin, 1)


def test_who_may_not_change_a_contact_does_not_erase_it(theirs, cast, scene):
    serbian = make.member(scene.project, Role.CLUSTER_MANAGER, scene.serbia)
    for user in (cast.staff, cast.viewer, cast.stranger, serbian):
        with pytest.raises(PermissionDenied):
            erase_contact(user=user, contact=theirs)
    assert Contact.objects.filter(pk=theirs.pk).exists()


def test_a_firm_does_not_take_contacts_along_when_it_is_deleted(theirs, as_, scene):
    scene.record.delete()
    browser = as_("coordinator")
    page = words(browser.post(f"{FIRM}delete/"))
    assert "stays, because 1 contact rests on it" in page
    browser.post("/p/trace/contacts/CT-0001/delete/")
    browser.post(f"{FIRM}delete/")
    assert not scene.project.smes.filter(code="SME-0001").exists()


def test_the_day_of_the_notice_may_be_today(manager, scene):
    manager.post(NEW, typed(manager.get(NEW), informed_on=str(timezone.localdate())))
    assert Contact.objects.get().informed_on == timezone.localdate()
    assert isinstance(Contact.objects.get().informed_on, datetime.date)
