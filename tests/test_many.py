"""One service logged for many firms: ticked or pasted, all or none, once."""

import uuid
from decimal import Decimal

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from clusters.actions.many import shares
from clusters.models import Novelty, ServiceRecord, State
from projects.models import Evidence
from tests import make
from tests.browsing import beside, filled, words

MANY = "/p/trace/deliveries/many/"
DAY = "2017-06-28"


@pytest.fixture
def browser(as_):
    return as_("manager")


@pytest.fixture
def firms(scene):
    return [make.sme(scene.cluster, name=f"Firm {i:02}", town="Пловдив") for i in range(12)]


def send(browser, scene, **typed):
    form = filled(browser.get(MANY), service=scene.service.pk, date=DAY)
    return browser.post(MANY, {**form, **typed}, follow=True)


def logged(day=DAY):
    return ServiceRecord.objects.filter(date=day).order_by("code")


def test_a_training_of_twelve_firms_is_one_form(browser, scene, cast, firms):
    codes = [firm.code for firm in firms]
    page = send(
        browser,
        scene,
        firms=codes,
        outcome="They learnt to read a bill.",
        effort="18",
        effort_is="all",
        task=scene.task.pk,
        evidence_file=SimpleUploadedFile("list.txt", b"Signed by all"),
    )
    assert "12 deliveries logged: SR-00003 to SR-00014." in words(page)
    assert "12 records" in words(page)
    records = logged()
    assert [record.sme.code for record in records] == codes
    assert {
        (r.service, r.cluster, r.task, r.state, r.effort, r.outcome, r.created_by) for r in records
    } == {
        (
            scene.service,
            scene.cluster,
            scene.task,
            State.DELIVERED,
            Decimal("1.5"),
            "They learnt to read a bill.",
            cast.manager,
        )
    }
    proof = Evidence.objects.get()
    assert all(list(record.evidence.all()) == [proof] for record in records)
    for record in records:
        [entered, *_proof] = LogEntry.objects.get_for_object(record).order_by("timestamp")
        assert entered.actor == cast.manager


def test_each_firms_effort_is_what_was_typed_unless_it_is_of_all(browser, scene, firms):
    send(browser, scene, firms=[firms[0].code, firms[1].code], effort="2,5")
    assert {record.effort for record in logged()} == {Decimal("2.5")}


@given(
    st.decimals("0.01", "99999", places=2, allow_nan=False),
    st.integers(min_value=1, max_value=200),
)
def test_shared_hours_add_up_again(total, count):
    parts = shares(total, count)
    assert sum(parts) == total
    assert len(parts) == count
    assert max(parts) - min(parts) <= Decimal("0.01")


def test_firms_are_pasted_as_codes_or_names(browser, scene, firms):
    lines = f"{firms[0].code}\r\n\r\n  firm 01 \r\n{firms[0].code.lower()}\r\nСЛЪНЦЕ ЕООД\r\n"
    send(browser, scene, lines=lines, firms=[firms[1].code])
    assert [record.sme for record in logged()] == [firms[0], firms[1], scene.sme]


def test_a_line_that_names_no_firm_is_said_beside_it_and_the_others_are_ticked(
    browser, scene, firms
):
    page = send(browser, scene, lines="Firm 03\nFirm 3o\nNobody\nFirm", outcome="Kept words")
    assert not logged().exists()
    assert "3 lines name no firm" in beside(page, "lines")
    said = words(page)
    assert "No firm of this project is called “Nobody”." in said
    assert "Several firms fit “Firm”" in said
    form = filled(page)
    assert form["firms"] == [firms[3].code]
    assert form["lines"] == ["Firm 3o\nNobody\nFirm"]
    assert form["outcome"] == ["Kept words"]
    form["lines"] = "Firm 3o"
    form["instead"] = [f"{firms[4].code} Firm 3o"]
    browser.post(MANY, form)
    assert [record.sme for record in logged()] == [firms[3], firms[4]]


def test_the_file_is_kept_while_the_form_is_mended(browser, scene, firms):
    file = SimpleUploadedFile("list.txt", b"Signed by all")
    page = send(browser, scene, lines="Nobody", firms=[firms[0].code], evidence_file=file)
    assert "list.txt" in words(page)
    browser.post(MANY, filled(page, lines=""))
    assert logged().get().evidence.get().name == "list.txt"


def test_who_has_the_service_from_that_day_is_named_and_left_out_with_one_press(
    browser, scene, firms
):
    make.record(scene.service, firms[0], date=DAY)
    page = send(browser, scene, firms=[firm.code for firm in firms[:3]])
    assert "1 firm has this service from this day already: Firm 00" in words(page)
    assert "Leave it out, log the other 2" in words(page)
    assert logged().count() == 1
    browser.post(MANY, filled(page, already="leave"))
    assert [record.sme for record in logged()] == firms[:3]


def test_a_second_delivery_on_one_day_is_logged_if_one_says_so(browser, scene, firms):
    make.record(scene.service, firms[0], date=DAY)
    page = send(browser, scene, firms=[firms[0].code])
    assert "Leave" not in words(page)
    browser.post(MANY, filled(page, already="twice"))
    assert logged().count() == 2


def test_leaving_out_all_of_them_logs_nothing(browser, scene, firms):
    make.record(scene.service, firms[0], date=DAY)
    page = send(browser, scene, firms=[firms[0].code], already="leave")
    assert "already" in words(page)
    assert logged().count() == 1


def test_sent_twice_it_makes_one_set(browser, scene, firms):
    form = filled(browser.get(MANY), service=scene.service.pk, date=DAY)
    form["firms"] = [firm.code for firm in firms]
    browser.post(MANY, form)
    page = browser.post(MANY, form, follow=True)
    assert "This was saved already: 12 deliveries, each there once." in words(page)
    changed = {**form, "date": "2017-06-29"}
    page = browser.post(MANY, changed, follow=True)
    assert "This was saved already" in words(page)
    assert ServiceRecord.objects.exclude(together=None).count() == 12


def test_one_that_cannot_be_saved_keeps_all_from_being(scene, cast, firms):
    from clusters.actions.many import log_for_many

    submission = uuid.uuid4()
    make.record(scene.service, firms[5], submission=uuid.uuid5(submission, firms[5].code))
    before = ServiceRecord.objects.count()
    with pytest.raises(Exception, match=r"(?i)unique"):
        log_for_many(
            user=cast.manager,
            service=scene.service,
            firms=firms,
            submission=submission,
            date=scene.project.start,
        )
    assert ServiceRecord.objects.count() == before


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"date": "2999-01-01"}, "date"),
        ({"date": "31.02.2017"}, "date"),
        ({"effort": "much"}, "effort"),
        ({"effort": "-1"}, "effort"),
        ({"service": ""}, "service"),
        ({"service": "99999999999999999999"}, "service"),
        ({"firms": []}, "firms"),
        ({"firms": ["SME-9999"]}, "firms"),
        ({"firms": ["\x00"]}, "firms"),
        ({"lines": "x\n" * 10 + "\n".join(map(str, range(600)))}, "lines"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(typed, field, browser, scene, firms):
    sent = {"firms": [firms[0].code], "outcome": "Kept words", **typed}
    page = send(browser, scene, **sent)
    assert page.status_code == 200
    assert beside(page, field)
    assert "Kept words" in words(page)
    assert ServiceRecord.objects.count() == 2


def test_another_clusters_service_is_not_logged(browser, scene, firms):
    page = send(browser, scene, service=scene.other_service.pk, firms=[firms[0].code])
    assert beside(page, "service")
    assert not logged().exists()


def test_a_firm_of_another_project_is_not_found(browser, scene):
    elsewhere = make.sme(make.cluster(make.partner(make.project("OTHER"))), name="Hidden Ltd")
    page = send(browser, scene, lines="Hidden Ltd", firms=[elsewhere.code + "9"])
    assert "No firm of this project is called" in words(page)


def test_the_list_offers_the_firms_of_the_chosen_services_cluster_and_keeps_the_ticks(
    as_, scene, firms
):
    coordinator = as_("coordinator")
    everybody = words(coordinator.get(MANY))
    assert "Đurđevak" in everybody
    assert "Firm 11" in everybody
    form = filled(coordinator.get(MANY), service=scene.other_service.pk, find="1")
    page = coordinator.post(MANY, {**form, "firms": [firms[2].code], "outcome": "Kept words"})
    said = words(page)
    assert "Đurđevak" in said
    assert "Firm 11" not in said
    assert "Kept words" in said
    assert filled(page)["firms"] == [firms[2].code]
    assert "Not saved" not in said


def test_a_search_narrows_the_firms_with_and_without_scripts(browser, scene, firms):
    form = filled(browser.get(MANY), search="firm 07", find="1")
    assert "Firm 07" in words(browser.post(MANY, form))
    part = browser.post(MANY, form, headers={"HX-Request": "true"})
    assert "Firm 07" in part.content.decode()
    assert "Firm 08" not in part.content.decode()
    assert "<html" not in part.content.decode()


def test_an_outside_day_is_saved_and_said_not_to_count(browser, scene, firms):
    page = send(browser, scene, firms=[firms[0].code], date="2015-01-01")
    assert "does not count in the figures" in words(page)


def test_sixty_firms_take_as_many_queries_as_one(browser, scene, django_assert_max_num_queries):
    for i in range(60):
        make.sme(scene.cluster, name=f"Many {i}")
    with django_assert_max_num_queries(14):
        browser.get(MANY)


def test_existing_services_are_logged_too(browser, scene, firms):
    service = make.service(scene.cluster, "Fair", Novelty.EXISTING)
    send(browser, scene, service=service.pk, firms=[firms[0].code])
    assert logged().get().service == service
