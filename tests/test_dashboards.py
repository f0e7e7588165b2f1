"""The first page of a project for each role, and the one across projects."""

import datetime

import pytest

from indicators.nights import keep
from projects.models import Role
from tests import make
from tests.browsing import words


def test_the_coordinator_sees_how_ready_each_partner_is(scene, as_):
    scene.record.evidence.add(make.evidence(scene.bulgaria))
    make.record(scene.service, scene.sme)
    make.sme(scene.cluster, name="Unserved")
    make.deliverable(scene.project, "Late", due_month=2, lead=scene.bulgaria)
    text = words(as_("coordinator").get("/p/trace/"))
    assert "How ready the partners are" in text
    assert "Green Synergy Bulgaria 50 % 1 2 1 1" in text
    assert "ENEF Serbia 0 % 1 1 0 0" in text


@pytest.mark.parametrize("person", ["viewer", "staff", "manager"])
def test_readiness_is_the_coordinators(person, scene, as_):
    assert "How ready" not in words(as_(person).get("/p/trace/"))


def test_a_cluster_manager_sees_the_own_share_and_its_gaps(scene, as_):
    make.sme(scene.cluster, name="Unserved one")
    make.sme(scene.other_cluster, name="Another partner's")
    text = words(as_("manager").get("/p/trace/"))
    assert "1 member not served yet" in text
    assert "Unserved one" in text
    assert "Another partner's" not in text
    assert "1 delivery without a proof" in text
    assert "The whole project" in text


def test_staff_see_what_they_logged_and_where_to_log(scene, cast, as_):
    make.activity(scene.bulgaria, scene.task, "Interviews", created_by=cast.staff)
    make.activity(scene.bulgaria, scene.task, "Somebody else's", created_by=cast.manager)
    text = words(as_("staff").get("/p/trace/"))
    assert "Log an activity" in text
    assert "Interviews" in text
    assert "Somebody else's" not in text


def test_what_waits_for_a_second_person_is_on_the_first_page(scene, cast, as_):
    make.change(scene.indicator, cast.coordinator)
    assert "Waits for your decision" in words(as_("manager").get("/p/trace/"))
    for person in ("coordinator", "staff", "viewer"):
        assert "Waits for your decision" not in words(as_(person).get("/p/trace/"))


def test_across_projects_figures_are_those_that_were_kept(
    scene, cast, as_, django_assert_max_num_queries
):
    second = make.project("SECOND", start=datetime.date(2017, 1, 1))
    make.member(second, Role.VIEWER, None, cast.viewer)
    night = datetime.date(2018, 1, 1)
    keep(scene.project, night - datetime.timedelta(days=30))
    keep(scene.project, night)
    make.record(scene.service, make.sme(scene.cluster, name="Since then"))
    browser = as_("viewer")
    with django_assert_max_num_queries(32):
        text = words(browser.get("/"))
    assert "SMEs benefitting 2 of 284" in text
    assert "Its figures are kept each night; none is there yet." in text
    keep(scene.project, night + datetime.timedelta(days=1))
    assert "SMEs benefitting 3 of 284" in words(browser.get("/"))
