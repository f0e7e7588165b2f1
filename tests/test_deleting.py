"""Pages that ask before a record is deleted: what stops it and what goes along is said at once."""

from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clusters.models import SME, Cluster, Confirmation, ServiceRecord
from projects.models import Membership, Partner, Role
from tests import make
from tests.browsing import filled, words

FIRM, CLUSTER = "/p/trace/smes/SME-0001/", "/p/trace/clusters/CL-01/"


def test_the_page_says_at_once_what_stops_the_deletion_and_offers_no_button(as_, scene):
    for day in (1, 2, 3, 4):
        make.record(scene.service, scene.sme, date=scene.project.start.replace(day=day))
    page = as_("manager").get(f"{FIRM}delete/")
    assert "Слънце ЕООД stays, because 5 service records rest on it." in words(page)
    assert f'href="{scene.record.get_absolute_url()}"' in page.text
    assert "and 2 more" in words(page)
    assert filled(page) == {}


def test_each_kind_that_stops_it_is_counted(as_, scene):
    said = words(as_("manager").get(f"{CLUSTER}delete/"))
    for kind in ("1 service", "1 service record", "1 cluster manager", "1 cluster membership"):
        assert kind in said


def test_the_page_says_what_goes_along_and_asking_deletes_nothing(as_, scene):
    scene.record.delete()
    before = LogEntry.objects.count()
    page = as_("manager").get(f"{FIRM}delete/")
    assert "With it goes: 1 cluster membership." in words(page)
    assert "key" not in words(page)  # what the search keeps is nobody's business
    assert SME.objects.filter(pk=scene.sme.pk).exists()
    assert scene.sme.memberships.exists()
    assert LogEntry.objects.count() == before
    as_("manager").post(f"{FIRM}delete/", filled(page))
    assert not SME.objects.filter(pk=scene.sme.pk).exists()


def test_an_open_request_to_the_firm_is_named_and_stays_until_it_is_deleted(as_, scene, cast):
    make.confirmation(scene.record, created_by=cast.manager)
    page = as_("manager").get(f"{scene.record.get_absolute_url()}delete/")
    assert "With it goes: 1 confirmation." in words(page)
    assert Confirmation.objects.count() == 1


def test_what_came_in_between_still_stops_it(as_, scene):
    scene.record.delete()
    browser = as_("manager")
    page = browser.get(f"{FIRM}delete/")
    make.record(scene.service, scene.sme)
    answer = browser.post(f"{FIRM}delete/", filled(page))
    assert "Слънце ЕООД stays, because 1 service record rests on it. Delete" in words(answer)
    assert ServiceRecord.objects.filter(sme=scene.sme).exists()


def test_what_other_partners_keep_is_a_number_and_no_name(as_, scene):
    scene.record.delete()
    make.contact(scene.sme, scene.serbia, "Gerda Geheim", "geheim@firm.example")
    page = as_("manager").get(f"{FIRM}delete/")
    assert "1 contact kept by others" in words(page)
    assert "geheim" not in page.text.casefold()


def test_the_coordinating_partner_and_the_last_coordinator_stay_and_it_is_said_at_once(
    as_, scene, cast
):
    Membership.objects.update(partner=None, role=Role.COORDINATOR)
    page = as_("coordinator").get("/p/trace/partners/1/delete/")
    assert "coordinates the project. Let another" in words(page)
    assert filled(page) == {}
    assert Partner.objects.filter(pk=scene.italy.pk).exists()
    own = Membership.objects.get(user=cast.coordinator)
    others = Membership.objects.filter(project=scene.project).exclude(pk=own.pk)
    address = f"/p/trace/members/{own.pk}/remove/"
    assert filled(as_("coordinator").get(address)) != {}
    others.delete()
    page = as_("coordinator").get(address)
    assert words(page).count("Make another member coordinator first.") == 1
    assert filled(page) == {}
    assert Membership.objects.filter(pk=own.pk).exists()


def test_asking_takes_as_many_queries_with_many_records_in_the_way_as_with_few(as_, scene):
    browser = as_("manager")

    def queries():
        with CaptureQueriesContext(connection) as made:
            assert browser.get(f"{CLUSTER}delete/").status_code == 200
        return len(made)

    for _n in range(3):
        make.record(scene.service, scene.sme)
    queries()
    few = queries()
    for _n in range(20):
        make.record(scene.service, scene.sme)
    assert queries() == few
    assert Cluster.objects.filter(pk=scene.cluster.pk).exists()


def test_what_was_typed_into_a_record_that_was_deleted_meanwhile_is_kept(as_, scene):
    firm = make.sme(scene.cluster, name="Shortlived OOD")
    page = as_("manager").get(f"{firm.get_absolute_url()}edit/")
    sent = filled(page) | {"town": "Велико Търново", "native_name": "<b>Кратка</b>"}
    firm.delete()
    answer = as_("manager").post(f"/p/trace/smes/{firm.code}/edit/", sent)
    assert answer.status_code == 404
    said = words(answer)
    assert "Somebody deleted or merged this record while you were editing it" in said
    assert "Велико Търново" in said
    assert "&lt;b&gt;Кратка&lt;/b&gt;" in answer.text
    assert "seen" not in said
    assert not SME.objects.filter(code=firm.code).exists()


def test_an_edit_of_what_never_was_tells_nothing_of_other_projects(as_, scene):
    other = make.cluster(make.partner(make.project("OTHER"), "Else", "AT"), "Else")
    firm = make.sme(other, name="Somebody else's")
    answers = [
        as_("manager").post(f"/p/trace/smes/{code}/edit/", {"name": "Typed"}).text
        for code in (firm.code + "9", "SME-9999")
    ]
    assert "Somebody else's" not in answers[0]
    assert all("Typed" in answer for answer in answers)
