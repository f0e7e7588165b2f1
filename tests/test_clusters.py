"""Clusters, their managers, SMEs, services and deliveries, as those who keep them do."""

import csv
import datetime
import io
import uuid

import pytest
import time_machine
from django.utils import timezone

from clusters.models import SME, Cluster, ClusterMembership, Manager, Service, ServiceRecord
from projects.models import Role
from tests import make
from tests.browsing import beside, filled, words

LOG = "/p/trace/deliveries/new/"
EDIT = "/p/trace/deliveries/SR-00001/edit/"


@pytest.fixture
def manager(as_):
    return as_("manager")


def typed(page, scene, **changes):
    """The form of the `page` for logging a service, with all that is needed and `changes` typed into it."""
    entered = {"service": scene.service.pk, "sme": "SME-0001", "date": "2017-05-04", **changes}
    return filled(page, **entered)


def logged(browser, scene, **changes):
    """Logs a service as typed; the answer and, if there is one, the new record."""
    response = browser.post(LOG, typed(browser.get(LOG), scene, **changes), follow=True)
    return response, ServiceRecord.objects.filter(code="SR-00003").first()


# --- Logging a delivery ----------------------------------------------------------------------------


def test_a_delivery_is_logged_with_all_that_is_known(manager, scene, cast):
    response, record = logged(
        manager,
        scene,
        effort="2,5",
        satisfaction="5",
        outcome="Смањени трошкови",
        task=scene.task.pk,
    )
    assert response.redirect_chain == [("/p/trace/deliveries/SR-00003/", 302)]
    assert "Saved: SR-00003 Energy audit – Слънце ЕООД" in words(response)
    assert "2.5 hours" in words(response)
    assert (record.service, record.sme, record.cluster) == (scene.service, scene.sme, scene.cluster)
    assert record.date == datetime.date(2017, 5, 4)
    assert (record.state, record.satisfaction, record.outcome, record.task) == (
        "delivered",
        5,
        "Смањени трошкови",
        scene.task,
    )
    assert record.created_by == cast.manager


def test_a_delivery_in_the_future_is_refused_and_nothing_typed_is_lost(manager, scene):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    response, record = logged(manager, scene, date=str(tomorrow), outcome="Typed", effort="2,5")
    assert "can't lie in the future" in beside(response, "date")
    assert record is None
    kept = filled(response)
    assert (kept["date"], kept["outcome"], kept["effort"], kept["sme"]) == (
        [str(tomorrow)],
        ["Typed"],
        ["2,5"],
        ["SME-0001"],
    )


def test_a_planned_service_may_lie_in_the_future(manager, scene):
    _response, record = logged(manager, scene, date="2090-01-01", state="planned")
    assert record.state == "planned"


def test_a_planned_service_is_not_made_delivered_before_its_day(manager, scene):
    logged(manager, scene, date="2090-01-01", state="planned")
    address = "/p/trace/deliveries/SR-00003/edit/"
    response = manager.post(address, filled(manager.get(address), state="delivered"))
    assert "can't lie in the future" in beside(response, "date")
    assert ServiceRecord.objects.get(code="SR-00003").state == "planned"


def test_today_is_no_future_a_minute_before_midnight(manager, scene):
    with time_machine.travel("2018-03-01 22:59:00 +0000"):  # 23:59 in Brussels
        _response, record = logged(manager, scene, date="2018-03-01")
        assert record is not None


def test_a_delivery_outside_the_project_is_saved_and_said_not_to_count(manager, scene):
    for number, day in enumerate(("2016-11-15", "2018-11-16", "0001-01-01"), 3):
        response, _record = logged(manager, scene, date=day)
        assert f"Saved: SR-0000{number}" in words(response)
        assert "lies outside the project (16 Nov 2016 to 15 Nov 2018)" in words(response)


def test_the_first_and_the_last_day_are_inside_the_project(manager, scene):
    for day in ("2016-11-16", "2018-11-15"):
        response, _record = logged(manager, scene, date=day)
        assert "lies outside" not in words(response)


NO_EFFORT = [
    ("-1", "Effort can't be negative."),
    ("-0,01", "Effort can't be negative."),
    ("abc", "Effort is a number of hours, such as 2.5 or 2,5."),
    ("NaN", "Effort is a number of hours"),
    ("sNaN", "Effort is a number of hours"),
    ("Infinity", "Effort is a number of hours"),
    ("-inf", "Effort is a number of hours"),
    ("1.000.000", "Effort is a number of hours"),
    ("2h", "Effort is a number of hours"),
    ("1e5", "no more than 5 digits before the decimal point"),
    ("1e999999999", "no more than"),
    ("99999999", "no more than"),
    ("1,000", "no more than 2 decimal places"),
    ("9" * 10_000, "no more than"),
]


def test_an_effort_that_is_no_number_of_hours_is_refused_beside_it(manager, scene):
    page = manager.get(LOG)
    for effort, sentence in NO_EFFORT:
        response = manager.post(LOG, typed(page, scene, effort=effort))
        assert sentence in beside(response, "effort"), effort
        assert filled(response)["effort"] == [effort]
    assert ServiceRecord.objects.count() == 2


EFFORT = [
    ("2,5", "2.50"),
    ("2.5", "2.50"),
    (" 3 ", "3.00"),
    ("1e2", "100.00"),
    ("0", "0.00"),
    ("", None),
    ("1 200", "1200.00"),
]


def test_hours_are_written_as_people_write_them(manager, scene):
    page = manager.get(LOG)
    for effort, hours in EFFORT:
        manager.post(LOG, typed(page, scene, effort=effort, submission=uuid.uuid4()))
        record = ServiceRecord.objects.order_by("code").last()
        assert (record.effort if record.effort is None else str(record.effort)) == hours
    assert ServiceRecord.objects.count() == 2 + len(EFFORT)


NO_SATISFACTION = [
    ("7", "Satisfaction runs from 1 to 5."),
    ("0", "Satisfaction runs from 1 to 5."),
    ("-1", "Satisfaction runs from 1 to 5."),
    ("x", "Enter a whole number."),
    ("4.5", "Enter a whole number."),
    ("9" * 400, "Satisfaction runs from 1 to 5."),
    ("9" * 5000, "Enter a whole number."),
]


def test_satisfaction_runs_from_1_to_5(manager, scene):
    page = manager.get(LOG)
    for satisfaction, sentence in NO_SATISFACTION:
        response = manager.post(LOG, typed(page, scene, satisfaction=satisfaction))
        assert sentence in beside(response, "satisfaction"), satisfaction
    assert ServiceRecord.objects.count() == 2


DAYS = [
    ("04.05.2017", datetime.date(2017, 5, 4)),
    ("4 May 2017", datetime.date(2017, 5, 4)),
    ("31.02.2017", None),
    ("yesterday", None),
    ("99999-01-01", None),
    ("", None),
]


def test_days_are_typed_day_first(manager, scene):
    page = manager.get(LOG)
    for day, saved in DAYS:
        response = manager.post(LOG, typed(page, scene, date=day, submission=uuid.uuid4()))
        if saved:
            assert ServiceRecord.objects.order_by("code").last().date == saved
        else:
            assert beside(response, "date"), day
    assert ServiceRecord.objects.count() == 4


# --- The firm, typed -------------------------------------------------------------------------------


FIRM = [
    "SME-0001",
    "sme-0001",
    " SME-0001 ",
    "SME-0001 · Слънце ЕООД (BG)",
    "Слънце ЕООД",
    "ЕООД",
    "SME-0001 · renamed since",
]


def test_a_firm_is_typed_by_code_name_or_a_part_that_only_it_has(manager, scene):
    page = manager.get(LOG)
    for firm in FIRM:
        manager.post(LOG, typed(page, scene, sme=firm, submission=uuid.uuid4()))
    assert scene.sme.records.count() == 1 + len(FIRM)


NO_FIRM = [
    ("Nobody Ltd", "No firm of this project is called “Nobody Ltd”."),
    ("SME-9999", "No firm of this project is called “SME-9999”."),
    ("%", "No firm"),
    ("_", "No firm"),
    ("😀", "No firm"),
    ("'; DROP TABLE", "No firm"),
    ("Hidden", "No firm"),
    ("", "This field is required."),
    ("   ", "This field is required."),
    ("a\x00b", "Null characters are not allowed."),
    ("x" * 100_000, "at most"),
]


def test_a_firm_that_is_not_in_the_project_is_refused_with_what_was_typed(manager, scene):
    elsewhere = make.project("OTHER")
    make.sme(make.cluster(make.partner(elsewhere, "Hidden", "SK")), name="Hidden")
    page = manager.get(LOG)
    for firm, sentence in NO_FIRM:
        response = manager.post(LOG, typed(page, scene, sme=firm))
        assert sentence in beside(response, "sme"), firm[:20]
    assert ServiceRecord.objects.count() == 2


def test_several_firms_that_fit_are_offered_and_one_is_chosen_with_a_press(manager, scene):
    plus = make.sme(scene.cluster, name="Слънце Плюс", town="Варна")
    response, record = logged(manager, scene, sme="Слънце")
    assert "Several firms fit “Слънце”: choose one" in beside(response, "sme")
    assert "SME-0001 · Слънце ЕООД (BG) Пловдив SME-0003 · Слънце Плюс (BG) Варна" in words(
        response
    )
    assert record is None
    # What a browser sends then: the text, and after it the chosen firm under the same name.
    entered = filled(response)
    manager.post(LOG, {**entered, "sme": [*entered["sme"], "SME-0003 · Слънце Плюс (BG)"]})
    assert plus.records.count() == 1


def test_of_many_firms_that_fit_the_first_are_offered(manager, scene):
    for number in range(12):
        make.sme(scene.cluster, name=f"Слънце {number:02d}")
    response, _record = logged(manager, scene, sme="Слънце")
    assert "type more of the name" in beside(response, "sme")
    assert response.content.decode().count('type="radio"') == 8


def test_an_exact_name_wins_over_longer_ones_that_hold_it(manager, scene):
    make.sme(scene.cluster, name="Слънце ЕООД Варна")
    _response, record = logged(manager, scene, sme="Слънце ЕООД")
    assert record.sme == scene.sme


def test_two_firms_of_one_name_are_told_apart_by_code(manager, scene):
    twin = make.sme(scene.cluster, name="Слънце ЕООД", town="Варна")
    response, record = logged(manager, scene, sme="Слънце ЕООД")
    assert "Several firms fit" in beside(response, "sme")
    _response, record = logged(manager, scene, sme=twin.code)
    assert record.sme == twin


def test_firms_are_proposed_while_one_types(manager, scene):
    response = manager.get(
        "/p/trace/smes/?sme=Слънце",
        headers={"HX-Request": "true", "HX-Target": "sme-proposals"},
    )
    assert response.content.decode().count("<option") == 1
    assert "SME-0001 · Слънце ЕООД (BG)" in response.content.decode()


# --- What one may not do ---------------------------------------------------------------------------


def test_the_service_of_another_cluster_is_not_chosen_by_its_number(manager, scene):
    response, record = logged(manager, scene, service=scene.other_service.pk)
    assert "Select a valid choice" in beside(response, "service")
    assert record is None
    response = manager.post(EDIT, filled(manager.get(EDIT), service=scene.other_service.pk))
    assert "Select a valid choice" in beside(response, "service")


NO_SERVICE = ["", "abc", "-1", "99999999999999999999999", "\x00", "1 OR 1=1"]


def test_a_service_that_is_not_offered_is_refused(manager, scene):
    page = manager.get(LOG)
    for number in NO_SERVICE:
        response = manager.post(LOG, typed(page, scene, service=number))
        assert beside(response, "service"), number
    assert ServiceRecord.objects.count() == 2


def test_a_record_of_another_project_is_not_there(as_, scene):
    browser = as_("stranger")
    for verb in ("", "edit/", "delete/", "proof/"):
        assert browser.get(f"/p/trace/deliveries/SR-00001/{verb}").status_code == 404
        assert browser.get(f"/p/elsewhere/deliveries/SR-00001/{verb}").status_code == 404


def test_the_record_of_another_partner_is_read_and_not_changed(manager, scene):
    address = "/p/trace/deliveries/SR-00002/"
    assert "Export advice" in words(manager.get(address))
    refused = manager.post(f"{address}edit/", {"outcome": "mine now"})
    assert refused.status_code == 403
    assert "You may read this record but not change it." in words(refused)
    assert manager.post(f"{address}delete/").status_code == 403
    scene.other_record.refresh_from_db()
    assert scene.other_record.outcome == ""


def test_a_firm_of_another_cluster_may_be_served(manager, scene):
    _response, record = logged(manager, scene, sme="SME-0002")
    assert (record.sme, record.cluster) == (scene.other_sme, scene.cluster)


def test_the_cluster_of_a_record_follows_its_service(as_, scene):
    browser = as_("coordinator")
    browser.post(EDIT, filled(browser.get(EDIT), service=scene.other_service.pk))
    scene.record.refresh_from_db()
    assert scene.record.cluster == scene.other_cluster


# --- Clusters, managers and services ---------------------------------------------------------------


def test_a_manager_adds_a_cluster_for_the_own_partner_only(manager, scene):
    address = "/p/trace/clusters/new/"
    entered = filled(manager.get(address), short_name="Solar", name="Solar Bulgaria", country="BG")
    refused = manager.post(address, {**entered, "partner": scene.serbia.pk})
    assert "Select a valid choice" in beside(refused, "partner")
    manager.post(address, {**entered, "partner": scene.bulgaria.pk})
    assert Cluster.objects.get(short_name="Solar").partner == scene.bulgaria


def test_two_clusters_do_not_share_a_short_name(manager, scene):
    address = "/p/trace/clusters/new/"
    entered = {"short_name": "ENEF cluster", "name": "X", "country": "BG"}
    response = manager.post(
        address, filled(manager.get(address), partner=scene.bulgaria.pk, **entered)
    )
    assert "Another cluster of this project has this short name." in beside(response, "short_name")


def test_a_cluster_on_which_records_rest_stays_and_says_why(manager, scene):
    response = manager.post("/p/trace/clusters/CL-01/delete/")
    assert "Green cluster stays, because" in words(response)
    for kind in ("1 service", "1 service record", "1 cluster manager"):
        assert kind in words(response)
    assert Cluster.objects.filter(code="CL-01").exists()


def test_a_service_that_was_delivered_stays_and_says_why(manager, scene):
    response = manager.post("/p/trace/services/SV-001/delete/")
    assert "Energy audit stays, because 1 service record rests on it" in words(response)
    assert Service.objects.filter(code="SV-001").exists()


def test_a_service_is_added_and_a_new_one_that_never_ran_is_deleted(manager, scene):
    address = "/p/trace/services/new/"
    category = scene.service.category.pk
    entered = filled(
        manager.get(address),
        title="Mentoring",
        cluster=scene.cluster.pk,
        category=category,
        novelty="new",
    )
    manager.post(address, entered)
    assert Service.objects.get(code="SV-003").title == "Mentoring"
    response = manager.post("/p/trace/services/SV-003/delete/", follow=True)
    assert "Deleted: Mentoring" in words(response)


def test_a_manager_whose_last_day_is_before_the_first_is_refused_beside_it(manager, scene):
    address = "/p/trace/managers/MG-001/edit/"
    entered = filled(manager.get(address), since="2017-05-01", until="2017-04-30")
    response = manager.post(address, entered)
    assert "The last day is not to come before the first." in beside(response, "until")


def test_a_delivery_is_deleted_and_its_code_is_not_used_again(manager, scene):
    logged(manager, scene)
    manager.post("/p/trace/deliveries/SR-00003/delete/")
    assert manager.get("/p/trace/deliveries/SR-00003/").status_code == 404
    assert manager.post("/p/trace/deliveries/SR-00003/delete/").status_code == 404
    entered = filled(manager.get(LOG), service=scene.service.pk, sme="SME-0001")
    response = manager.post(LOG, entered)
    assert response["Location"] == "/p/trace/deliveries/SR-00004/"


# --- SMEs ------------------------------------------------------------------------------------------

NEW_SME = "/p/trace/smes/new/"


def new_sme(browser, scene, **changes):
    entered = {"name": "Нова ООД", "country": "BG", "members_of": scene.cluster.pk, **changes}
    return browser.post(NEW_SME, filled(browser.get(NEW_SME), **entered), follow=True)


def test_a_firm_is_added_to_the_managers_own_cluster(manager, scene):
    page = manager.get(NEW_SME)
    assert filled(page)["country"] == ["BG"]
    assert filled(page)["members_of"] == [str(scene.cluster.pk)]
    new_sme(manager, scene)
    firm = SME.objects.get(name="Нова ООД")
    assert list(firm.clusters.all()) == [scene.cluster]


def test_a_registration_number_is_in_the_project_once_per_country(manager, scene):
    new_sme(manager, scene, registration_number="175 074 752")
    again = new_sme(manager, scene, name="Twin", registration_number=" BG 175074752 ")
    assert "SME-0003 · Нова ООД (BG) has this number: it is in the project already" in beside(
        again, "registration_number"
    )
    assert filled(again)["name"] == ["Twin"]
    new_sme(
        manager,
        scene,
        name="Elsewhere",
        country="RS",
        registration_number="175074752",
        number_confirmed="on",
    )
    assert SME.objects.filter(registration_number="175074752").count() == 2


def test_firms_without_a_registration_number_are_not_taken_for_one(manager, scene):
    new_sme(manager, scene)
    new_sme(manager, scene, name="Друга ООД")
    assert SME.objects.filter(registration_number="").count() == 4


def test_a_number_of_another_firm_is_refused_when_editing_too(manager, scene):
    scene.other_sme.country, scene.other_sme.registration_number = "BG", "77"
    scene.other_sme.save()
    address = "/p/trace/smes/SME-0001/edit/"
    entered = filled(manager.get(address), registration_number="77", number_confirmed="on")
    response = manager.post(address, entered)
    assert "is in the project already" in beside(response, "registration_number")


def test_a_firm_with_deliveries_stays_and_says_why(manager, scene):
    response = manager.post("/p/trace/smes/SME-0001/delete/")
    assert "Слънце ЕООД stays, because 1 service record rests on it" in words(response)
    assert SME.objects.filter(code="SME-0001").exists()


def test_codes_of_deleted_firms_are_not_used_again(manager, scene):
    new_sme(manager, scene)
    manager.post("/p/trace/smes/SME-0003/delete/")
    new_sme(manager, scene)
    assert SME.objects.get(name="Нова ООД").code == "SME-0004"


def test_editing_a_firm_leaves_other_partners_memberships_alone(manager, scene):
    ClusterMembership.objects.create(
        cluster=scene.other_cluster, sme=scene.sme, since=datetime.date(2017, 1, 1)
    )
    address = "/p/trace/smes/SME-0001/edit/"
    page = manager.get(address)
    assert "ENEF cluster" not in words(page)
    manager.post(address, filled(page, town="Варна"))
    scene.sme.refresh_from_db()
    assert scene.sme.town == "Варна"
    theirs = scene.sme.memberships.get(cluster=scene.other_cluster)
    assert theirs.since == datetime.date(2017, 1, 1)
    assert scene.sme.memberships.count() == 2


def test_a_membership_that_stays_ticked_keeps_its_days(manager, scene):
    scene.sme.memberships.update(since=datetime.date(2017, 1, 1))
    address = "/p/trace/smes/SME-0001/edit/"
    manager.post(address, filled(manager.get(address), town="Варна"))
    assert scene.sme.memberships.get().since == datetime.date(2017, 1, 1)


def test_a_firm_is_not_put_into_another_partners_cluster(manager, scene):
    response = new_sme(manager, scene, members_of=[scene.cluster.pk, scene.other_cluster.pk])
    assert "Select a valid choice" in beside(response, "members_of") or "valid choice" in words(
        response
    )
    assert not SME.objects.filter(name="Нова ООД").exists()


def test_a_firm_needs_a_cluster(manager, scene):
    entered = filled(manager.get(NEW_SME), name="Нова ООД")
    del entered["members_of"]
    response = manager.post(NEW_SME, entered)
    assert "Choose the cluster that the firm belongs to." in words(response)


# --- Contacts --------------------------------------------------------------------------------------


def test_a_managers_contact_is_read_by_the_own_partner_and_the_coordinator(client, cast, scene):
    cast.serbian = make.member(scene.project, Role.CLUSTER_MANAGER, scene.serbia)
    Manager.objects.filter(code="MG-001").update(phone="+359 32 123")
    readers = {"coordinator", "manager", "staff"}
    for person in (*readers, "viewer", "serbian"):
        client.force_login(getattr(cast, person))
        page = client.get("/p/trace/managers/MG-001/").content.decode()
        assert ("petar@private.example" in page) == (person in readers), person
        assert ("+359 32 123" in page) == (person in readers), person


def test_no_list_and_no_export_holds_contacts(client, cast):
    for person in (cast.coordinator, cast.manager, cast.viewer):
        client.force_login(person)
        for query in ("", "?export=csv", "?export=xlsx", "?sort=email"):
            response = client.get(f"/p/trace/managers/{query}")
            assert b"@private.example" not in response.content
        found = client.get("/p/trace/managers/?q=private.example")
        assert "Petar Petrov" not in words(found)
    export = client.get("/p/trace/managers/?export=csv").content.decode("utf-8-sig")
    heads, *rows = csv.reader(io.StringIO(export))
    assert heads == ["Code", "Name", "Cluster", "Role in the cluster", "Since", "Baseline", "End"]
    assert {row[1] for row in rows} == {"Petar Petrov", "Jovana Jović"}
