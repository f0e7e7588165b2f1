"""Participation: who is a member in a period, what counts as taking part, and each firm once."""

import datetime

import pytest

from clusters.models import Cluster
from events.participation import shares
from tests import make
from tests.browsing import words

PAGE = "/p/trace/cooperation/participation/"
FIRST, LAST = datetime.date(2017, 1, 1), datetime.date(2017, 12, 31)


@pytest.fixture
def staff(as_):
    return as_("staff")


def share_of(cluster, first=FIRST, last=LAST):
    rows, _whole = shares(
        cluster.project, Cluster.objects.filter(project=cluster.project), first, last
    )
    return next(row for row in rows if row.cluster == cluster)


@pytest.fixture
def firm(scene):
    return make.sme(scene.cluster, name="Member")


def test_a_delivery_inside_the_period_is_taking_part(scene, firm):
    make.record(scene.service, firm, date=FIRST)
    make.record(scene.service, firm, date=LAST)
    share = share_of(scene.cluster)
    assert firm.pk in share.took_part
    assert share.ways == [1, 0, 0]
    assert len(share.members) == 2
    assert share.percent == 50


@pytest.mark.parametrize(
    "fields",
    [
        {"date": FIRST - datetime.timedelta(days=1)},
        {"date": LAST + datetime.timedelta(days=1)},
        {"date": FIRST, "state": "planned"},
        {"date": FIRST, "state": "cancelled"},
    ],
)
def test_what_is_outside_the_period_or_was_not_delivered_is_not(scene, firm, fields):
    make.record(scene.service, firm, **fields)
    assert firm.pk not in share_of(scene.cluster).took_part


def test_a_service_of_another_cluster_is_taking_part_there_alone(scene, firm):
    make.record(scene.other_service, firm, date=FIRST)
    assert firm.pk not in share_of(scene.cluster).took_part
    assert firm.pk not in share_of(scene.other_cluster).members


def test_an_activity_of_the_partner_is_taking_part(scene, firm):
    activity = make.activity(scene.bulgaria, scene.task, first_day=FIRST)
    activity.smes.add(firm)
    assert share_of(scene.cluster).ways == [0, 1, 0]
    theirs = make.activity(scene.serbia, scene.task, first_day=FIRST)
    theirs.smes.add(scene.sme)
    assert scene.sme.pk not in share_of(scene.cluster).took_part


def test_somebody_at_an_event_is_taking_part_once_confirmed(scene, firm):
    event = make.event(scene.serbia, "Training", FIRST, days=2, state="held")
    make.attendance(event, sme=firm, category="sme", confirmed=False)
    assert firm.pk not in share_of(scene.cluster).took_part
    make.attendance(event, event.last_day, sme=firm, category="sme")
    assert share_of(scene.cluster).ways == [0, 0, 1]
    event.state, event.cancelled_because = "cancelled", "Snow"
    event.save()
    assert firm.pk not in share_of(scene.cluster).took_part


def test_members_are_those_of_the_period(scene, firm):
    membership = firm.memberships.get()
    membership.since, membership.until = LAST, None
    membership.save()
    assert firm.pk in share_of(scene.cluster).members
    membership.since = LAST + datetime.timedelta(days=1)
    membership.save()
    assert firm.pk not in share_of(scene.cluster).members
    membership.since, membership.until = None, FIRST - datetime.timedelta(days=1)
    membership.save()
    assert firm.pk not in share_of(scene.cluster).members


def test_a_firm_of_two_clusters_counts_once_in_all(scene):
    both = make.sme(scene.cluster, scene.other_cluster, name="Both")
    make.record(scene.service, both, date=FIRST)
    make.record(scene.other_service, both, date=FIRST)
    clusters = Cluster.objects.filter(project=scene.project)
    rows, whole = shares(scene.project, clusters, FIRST, LAST)
    assert sum(both.pk in row.took_part for row in rows) == 2
    assert len(whole.members) == 3
    assert whole.took_part == {both.pk}


def test_a_cluster_without_members_has_no_rate(scene, staff):
    empty = make.cluster(scene.bulgaria, "Empty")
    assert share_of(empty).percent is None
    assert "Empty 0 0 0 0 0 –" in words(staff.get(PAGE))


def test_the_page_and_the_list_behind_it_agree(scene, staff, firm):
    make.record(scene.service, firm, date=FIRST)
    said = words(staff.get(PAGE))
    assert "Green cluster 2 2 0 0 2 100 %" in said  # the scene's own delivery lies in December 2016
    of_cluster = f"{PAGE}{scene.cluster.code}/"
    assert "2 records" in words(staff.get(of_cluster))
    assert "2 records" in words(staff.get(f"{of_cluster}?took=yes"))
    assert "0 records" in words(staff.get(f"{of_cluster}?took=no"))
    text = staff.get(f"{of_cluster}?export=csv").content.decode()
    assert f"{firm.code},Member,,1,0,0" in text


def test_a_period_narrows_both(scene, staff, firm):
    make.record(scene.service, firm, date=datetime.date(2018, 3, 1))
    make.period(scene.project, 2, 13, 24)
    assert "Green cluster 2 1 0 0 1 50 %" in words(staff.get(f"{PAGE}?period=2"))
    of_cluster = f"{PAGE}{scene.cluster.code}/?period=2"
    assert "1 record" in words(staff.get(f"{of_cluster}&took=yes"))
    assert "16 Nov 2017 to 15 Nov 2018" in words(staff.get(of_cluster))


@pytest.mark.parametrize("asked", ["99", "x", "%00", "9" * 40])
def test_a_period_that_is_none_is_the_whole_project(staff, scene, asked):
    assert "16 Nov 2016 to 15 Nov 2018" in words(staff.get(f"{PAGE}?period={asked}"))
    assert staff.get(f"{PAGE}CL-01/?period={asked}").status_code == 200


def test_another_clusters_code_of_another_project_is_not_there(staff, scene):
    assert staff.get(f"{PAGE}CL-99/").status_code == 404
