"""A second pair of eyes: who verifies a delivery, and what undoes it."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clusters.models import Novelty, ServiceRecord, State
from projects.models import Role
from tests import make
from tests.browsing import filled, words

RECORD = "/p/trace/deliveries/SR-00001/"
WAITING = "/p/trace/deliveries/verify/"


def verify(browser, address=RECORD):
    page = browser.get(address)
    assert ">Verify<" in page.content.decode().replace("</svg>", ">")
    version = ServiceRecord.objects.get(code="SR-00001").version
    return browser.post(f"{address}verify/", {"version": version}, follow=True)


@pytest.mark.parametrize("person", ["staff", "manager", "coordinator"])
def test_a_colleague_or_the_coordinator_verifies(person, as_, scene, cast):
    page = verify(as_(person))
    scene.record.refresh_from_db()
    assert scene.record.verified_by == getattr(cast, person)
    assert "Verified: SR-00001." in words(page)
    assert f"Verified {scene.record.verified_by}" in words(page)


@pytest.mark.parametrize("person", ["staff", "manager", "coordinator"])
def test_who_logged_a_delivery_does_not_verify_it_and_reads_why(person, as_, scene, cast):
    scene.record.created_by = getattr(cast, person)
    scene.record.save()
    browser = as_(person)
    assert "You logged it, so a colleague or the coordinator verifies it." in words(
        browser.get(RECORD)
    )
    page = browser.post(f"{RECORD}verify/", {"version": 1}, follow=True)
    assert "You logged it" in words(page)
    scene.record.refresh_from_db()
    assert scene.record.verified_by is None


def test_the_database_refuses_a_verification_by_who_logged_it(scene, cast):
    scene.record.created_by = scene.record.verified_by = cast.manager
    with pytest.raises(IntegrityError), transaction.atomic():
        scene.record.save()


def test_nobody_of_another_partner_verifies(as_, scene):
    browser = as_("manager")
    assert browser.post("/p/trace/deliveries/SR-00002/verify/", {"version": 1}).status_code == 403
    browser.post(WAITING, {"record": ["SR-00001:1"]})
    assert browser.post(WAITING, {"record": ["SR-00002:1"]}).status_code == 403
    scene.other_record.refresh_from_db()
    assert scene.other_record.verified_by is None


@pytest.mark.parametrize("state", [State.PLANNED, State.CANCELLED])
def test_what_was_not_delivered_is_not_verified(state, as_, scene):
    scene.record.state = state
    scene.record.save()
    page = as_("manager").post(f"{RECORD}verify/", {"version": 1}, follow=True)
    assert "Only what was delivered is verified." in words(page)
    assert "SR-00001" not in words(as_("manager").get(WAITING))


def test_what_changed_since_one_looked_is_looked_at_again(as_, scene):
    browser = as_("manager")
    scene.record.date -= datetime.timedelta(days=1)
    scene.record.version += 1
    scene.record.save()
    said = browser.post(f"{RECORD}verify/", {"version": 1}, follow=True)
    assert "SR-00001 was changed a moment ago: look at it again." in words(said)
    scene.record.refresh_from_db()
    assert scene.record.verified_by is None


@pytest.mark.parametrize(
    ("field", "undone"),
    [
        ("date", True),
        ("state", True),
        ("sme", True),
        ("service", True),
        ("outcome", False),
        ("effort", False),
    ],
)
def test_a_changed_fact_undoes_the_verification_and_the_history_says_so(
    field, undone, as_, scene, cast
):
    verify(as_("coordinator"))
    other = make.sme(scene.cluster, name="Luna Ltd")
    typed = {
        "date": "2017-01-05",
        "state": State.CANCELLED,
        "sme": other.code,
        "service": make.service(scene.cluster, "Another audit").pk,
        "outcome": "Saved a third of the heat.",
        "effort": "3",
    }
    browser = as_("manager")
    page = browser.post(
        f"{RECORD}edit/",
        filled(browser.get(f"{RECORD}edit/"), **{field: typed[field]}),
        follow=True,
    )
    scene.record.refresh_from_db()
    assert (scene.record.verified_by is None) == undone
    assert ("It waits for verification again." in words(page)) == undone
    assert (f"verified by: {cast.coordinator} → –" in words(page)) == undone


def test_the_same_fact_written_again_undoes_nothing(as_, scene, cast):
    verify(as_("coordinator"))
    browser = as_("manager")
    browser.post(f"{RECORD}edit/", filled(browser.get(f"{RECORD}edit/")))
    scene.record.refresh_from_db()
    assert scene.record.verified_by == cast.coordinator


def test_many_are_verified_by_one_press_and_the_others_are_named(as_, scene, cast):
    more = [make.record(scene.service, scene.sme) for _i in range(3)]
    late = make.record(scene.service, scene.sme)
    browser = as_("manager")
    page = browser.get(WAITING)
    for record in (scene.record, *more, late):
        assert record.code in words(page)
    assert scene.other_record.code not in words(page)
    late.version = 2
    late.save()
    chosen = [f"{record.code}:1" for record in (*more, late)]
    page = browser.post(WAITING, {"record": [*chosen, "nonsense", "SR-1:", ":"]}, follow=True)
    assert "3 deliveries verified." in words(page)
    assert f"{late.code} was changed a moment ago" in words(page)
    for record in more:
        record.refresh_from_db()
        assert record.verified_by == cast.manager
        assert record.code not in words(browser.get(WAITING))


def test_choosing_none_says_what_to_do(as_):
    page = as_("manager").post(WAITING, follow=True)
    assert "tick its box" in words(page)


def test_who_verified_takes_it_back_and_another_colleague_does_not(as_, scene, cast):
    verify(as_("staff"))
    assert as_("manager").post(f"{RECORD}verify/back/").status_code == 403
    as_("staff").post(f"{RECORD}verify/back/")
    scene.record.refresh_from_db()
    assert scene.record.verified_by is None


def test_deliveries_are_told_apart_by_their_verification_in_list_and_export(as_, scene):
    make.record(scene.service, scene.sme)
    browser = as_("manager")
    verify(browser)
    listed = browser.get("/p/trace/deliveries/?verified=yes")
    assert "1 record " in words(listed)
    assert "SR-00003" in words(browser.get("/p/trace/deliveries/?verified=no"))
    export = browser.get("/p/trace/deliveries/?verified=yes&export=csv").content.decode()
    scene.record.refresh_from_db()
    header, row = export.splitlines()
    assert "Verified" in header
    assert timezone.localdate(scene.record.verified_at).isoformat() in row


# --- The portfolio -----------------------------------------------------------------------------------


def test_the_portfolio_compares_itself_with_the_baseline(as_, scene):
    make.service(
        scene.cluster, "Fair", Novelty.EXISTING, category=make.category(scene.project, "A")
    )
    make.service(scene.cluster, "Course", Novelty.IMPROVED)
    page = words(as_("viewer").get("/p/trace/clusters/CL-01/portfolio/"))
    assert "At the start 2 services, now 3: 1 new, 1 improved, 1 as before." in page
    assert "Export advice" not in page


@pytest.mark.parametrize(
    ("novelty", "said"),
    [
        (Novelty.EXISTING, "1 delivery of it counts no longer in the figures."),
        (Novelty.IMPROVED, ""),
    ],
)
def test_another_novelty_says_how_many_deliveries_it_touches(novelty, said, as_, scene):
    browser = as_("manager")
    form = browser.get("/p/trace/services/SV-001/edit/")
    assert "1 delivery rests on this" in words(form)
    page = browser.post(
        "/p/trace/services/SV-001/edit/", filled(form, novelty=novelty), follow=True
    )
    assert ("in the figures" in words(page)) == bool(said)
    assert said in words(page)


# --- As last time --------------------------------------------------------------------------------------


def test_as_last_time_fills_all_but_the_firm_from_ones_own_last_record(as_, scene, cast):
    make.record(scene.service, scene.sme, created_by=cast.manager, outcome="A plan", effort=2)
    make.record(
        make.service(scene.cluster, "Course"), scene.sme, created_by=cast.coordinator, outcome="No"
    )
    browser = as_("manager")
    page = browser.get("/p/trace/deliveries/new/")
    assert "As last time Energy audit" in words(page)
    form = filled(browser.get("/p/trace/deliveries/new/?like=last"))
    assert form["service"] == [str(scene.service.pk)]
    assert form["outcome"] == ["A plan"]
    assert form["sme"] == [""]
    assert form["date"] == [scene.project.reading_day().isoformat()]


def test_the_same_for_another_firm_keeps_the_day(as_, scene):
    form = filled(as_("manager").get("/p/trace/deliveries/new/?like=SR-00001"))
    assert form["date"] == [scene.record.date.isoformat()]
    assert form["sme"] == [""]


@pytest.mark.parametrize("asked", ["SR-00002", "SR-99999", "last", "\x00", "'"])
def test_what_one_may_not_copy_is_a_blank_form(asked, as_, scene):
    form = filled(as_("manager").get("/p/trace/deliveries/new/", {"like": asked}))
    assert "service" not in form or form["service"] == [""]


def test_who_never_works_here_is_no_colleague(client, scene):
    elsewhere = make.member(scene.project, Role.STAFF, scene.serbia)
    client.force_login(elsewhere)
    assert client.post(f"{RECORD}verify/", {"version": 1}).status_code == 403
