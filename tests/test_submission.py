"""A submitted report: who submits it, when it can't be, and that what it rests on stays."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from indicators.measures import MEASURES
from projects.models import Evidence
from reports import actions, snapshot
from reports.models import Basis
from tests import make
from tests.browsing import filled, words


@pytest.fixture
def proof(scene):
    evidence = make.evidence(scene.bulgaria)
    scene.record.evidence.add(evidence)
    return evidence


@pytest.fixture
def report(scene, cast, proof):
    """A finished report of M1-M12, in which both firms count."""
    return made(scene.period, cast.coordinator)


def made(period, person, number=1):
    with override("en-gb"):
        document = snapshot.collect(period.project, period)
    return make.rendering(
        period,
        person,
        number=number,
        state="done",
        file="reports/done.pdf",
        snapshot=document,
        snapshot_sha256=snapshot.digest(document),
    )


@pytest.fixture
def submitted(report, cast):
    return actions.submit_report(user=cast.coordinator, rendering=report)


def test_the_coordinator_is_asked_once_and_submits(as_, report, scene, cast):
    browser = as_("coordinator")
    page = browser.get(report.get_absolute_url())
    assert "Mark as submitted" in words(page)
    address = f"{report.get_absolute_url()}submit/"
    asked = browser.get(address)
    assert "can't be undone" in words(asked)
    assert not Basis.objects.exists()
    page = browser.post(address, filled(asked), follow=True)
    assert "Progress report M1-M12, version 1 is submitted." in words(page)
    assert "by Giulia Rossi" in words(page)
    assert "2 records and 1 pieces of evidence" in words(page)
    scene.period.refresh_from_db()
    assert scene.period.frozen_on
    assert browser.post(address).status_code == 200  # again: refused with a sentence
    assert "submitted already" in words(browser.post(address))
    assert "Submitted" in words(browser.get("/p/trace/reports/"))


@pytest.mark.parametrize("person", ["viewer", "staff", "manager"])
def test_nobody_else_submits(person, as_, report, cast):
    assert "Mark as submitted" not in words(as_(person).get(report.get_absolute_url()))
    assert as_(person).post(f"{report.get_absolute_url()}submit/").status_code == 403
    with pytest.raises(PermissionDenied):
        actions.submit_report(user=getattr(cast, person), rendering=report)
    assert not Basis.objects.exists()


def test_a_period_has_one_submitted_report(submitted, scene, cast):
    scene.period.refresh_from_db()
    second = made(scene.period, cast.coordinator, number=2)
    with pytest.raises(ValidationError, match="There is one for each period"):
        actions.submit_report(user=cast.coordinator, rendering=second)


def test_of_two_who_submit_at_once_one_does(report, scene, cast):
    second = made(scene.period, cast.coordinator, number=2)
    second.period.frozen_on = None  # as the second one saw it
    actions.submit_report(user=cast.coordinator, rendering=report)
    with pytest.raises(ValidationError, match="a moment ago"):
        actions.submit_report(user=cast.coordinator, rendering=second)
    second.refresh_from_db()
    assert second.submitted_at is None


def test_a_version_that_records_have_overtaken_is_not_submitted(report, scene, cast, as_):
    make.record(scene.service, make.sme(scene.cluster, name="New firm"))
    with pytest.raises(ValidationError, match="Generate a new version"):
        actions.submit_report(user=cast.coordinator, rendering=report)
    scene.period.refresh_from_db()
    assert scene.period.frozen_on is None
    page = as_("coordinator").get(f"{report.get_absolute_url()}submit/")
    assert "Records were changed after this version was made" in words(page)


def test_a_period_that_goes_on_is_not_submitted(scene, cast):
    today = datetime.date.today()
    project = make.project(
        "NOW", start=today.replace(day=1), end=today.replace(year=today.year + 2)
    )
    make.member(project, "coordinator", make.partner(project), cast.coordinator)
    period = make.period(project)
    with pytest.raises(ValidationError, match="can be submitted after that day"):
        actions.submit_report(user=cast.coordinator, rendering=made(period, cast.coordinator))


def test_an_unfinished_report_is_not_submitted(scene, cast):
    waiting = make.rendering(scene.period, cast.coordinator)
    with pytest.raises(ValidationError, match="not finished"):
        actions.submit_report(user=cast.coordinator, rendering=waiting)


def test_what_counts_is_protected_and_what_does_not_count_is_not(submitted, scene, proof):
    assert set(Basis.objects.values_list("service_record", "evidence")) == {
        (scene.record.pk, proof.pk),
        (scene.other_record.pk, None),
    }
    with pytest.raises(ProtectedError):
        proof.delete()
    with pytest.raises(ProtectedError):
        scene.record.delete()
    later = make.record(
        scene.service, scene.sme, date=scene.period.end + datetime.timedelta(days=1)
    )
    later.delete()
    make.evidence(scene.bulgaria, content=b"another").delete()


def test_deleting_what_a_report_rests_on_is_refused_with_the_report_named(
    submitted, proof, scene, as_
):
    browser = as_("manager")
    for record in (proof, scene.record):
        page = browser.post(f"{record.get_absolute_url()}delete/")
        assert "a submitted report rests on it" in words(page)
        assert "Progress report M1-M12, version 1" in words(page)
        assert submitted.get_absolute_url() in page.content.decode()
    assert Evidence.objects.filter(pk=proof.pk).exists()
    assert scene.record.evidence.get() == proof


def test_detaching_what_a_report_rests_on_is_refused_and_from_others_is_not(
    submitted, proof, scene, as_
):
    second = make.record(scene.service, scene.sme, date=scene.project.end)
    second.evidence.add(proof)
    browser = as_("manager")
    page = browser.post(f"{proof.get_absolute_url()}detach/SR-00001/", follow=True)
    assert "stays with SR-00001, because a submitted report rests on it" in words(page)
    assert scene.record.evidence.exists()
    browser.post(f"{proof.get_absolute_url()}detach/{second.code}/")
    assert not second.evidence.exists()


def test_the_evidence_page_names_the_report(submitted, proof, as_):
    assert "Progress report M1-M12" in words(as_("manager").get(proof.get_absolute_url()))


def test_a_frozen_period_keeps_its_months(submitted, scene, as_):
    browser, address = as_("coordinator"), "/p/trace/periods/1/edit/"
    page = browser.post(address, filled(browser.get(address), last_month="11"))
    assert "its months stay as they are" in words(page)


def test_records_do_not_add_queries_to_a_submission(scene, cast):
    def queries(number):
        period = make.period(scene.project, number, number, number)
        report = made(period, cast.coordinator)
        with CaptureQueriesContext(connection) as captured:
            actions.submit_report(user=cast.coordinator, rendering=report)
        return len(captured)

    queries(2)
    before = queries(3)
    for number in range(20):
        proof = make.evidence(scene.bulgaria, content=f"{number}".encode())
        make.record(scene.service, scene.sme).evidence.add(proof)
    assert queries(4) == before


def test_every_measure_counts_records_that_a_report_can_protect(scene):
    for measure in MEASURES.values():
        for source in measure.sources:
            assert Basis.field_for(source.rows(scene.project).model)


# --- A figure beside what was reported of it ---------------------------------------------------------


def test_a_figure_says_that_it_is_what_the_report_of_its_day_stated(submitted, as_):
    text = words(as_("viewer").get("/p/trace/indicators/1/?as_of=2017-11-15"))
    assert "The submitted report stated 2 for this day, from the same units." in text


def test_a_figure_names_what_came_and_went_since_the_report(scene, submitted, as_):
    late = make.sme(scene.cluster, name="Late and Sons")
    make.record(scene.service, late)
    type(scene.record).objects.filter(sme=scene.other_sme).update(state="cancelled")
    text = words(as_("viewer").get("/p/trace/indicators/1/?as_of=2017-11-15"))
    assert "The submitted report stated 2 for this day. What is recorded today gives 2." in text
    assert "Late and Sons SME-0003" in text
    assert "1 counted then and does not now Đurđevak d.o.o. SME-0002" in text
    assert "submitted report" not in words(as_("viewer").get("/p/trace/indicators/1/"))
