"""The measures over persons, countries and collaborations, beside a plain recount; every page of each indicator."""

import datetime
import random

import pytest

from clusters.models import Assessment
from events.models import (
    Agreement,
    Attendance,
    Dissemination,
    DisseminationCountry,
    Meeting,
    PolicyMeeting,
)
from indicators.figures import explained, first_days, units_by_cluster
from indicators.measures import MEASURES
from tests import make
from tests.browsing import words

pytestmark = pytest.mark.django_db

END = datetime.date(2018, 11, 15)
NEW = ("managers_involved", "countries_addressed", "networking", "policy_dialogue")


def value(key, project, day=END):
    return len(first_days(MEASURES[key], project, day))


def held(partner, **fields):
    return make.event(partner, state="held", **fields)


# --- One rule after the other -----------------------------------------------------------------------


def test_a_manager_counts_once_by_attendance_or_assessment(scene):
    event = held(scene.bulgaria, days=2)
    assert value("managers_involved", scene.project) == 0
    for day in event.days:
        make.attendance(event, day, manager=scene.manager)
    make.assessment(scene.manager)
    make.assessment(scene.other_manager)
    assert value("managers_involved", scene.project) == 2
    split = units_by_cluster(MEASURES["managers_involved"], scene.project, END)
    assert split == {
        scene.cluster.pk: {scene.manager.pk},
        scene.other_cluster.pk: {scene.other_manager.pk},
    }


def test_who_is_not_confirmed_or_came_to_nothing_does_not_count(scene):
    planned = make.event(scene.bulgaria)
    make.attendance(planned, manager=scene.manager)
    make.attendance(held(scene.bulgaria), manager=scene.manager, confirmed=False)
    outside = held(scene.bulgaria, first_day=datetime.date(2019, 2, 1))
    make.attendance(outside, manager=scene.manager)
    day = datetime.date(2020, 1, 1)
    assert value("managers_involved", scene.project, day) == 0
    steps = explained(MEASURES["managers_involved"].sources[0], scene.project, day)
    assert [(step.sentence, step.records) for step in steps] == [
        ("all records of the project", 3),
        ("dated up to this day", 3),
        ("held", 2),
        ("confirmed", 1),
        ("inside the project", 0),
    ]


def test_a_country_counts_once_and_never_a_partners(scene):
    day = datetime.date(2017, 5, 5)
    make.dissemination(scene.bulgaria, "A note", "ES", "TR", "BG", date=day, state="delivered")
    make.dissemination(scene.serbia, "Another", "ES", date=day, state="delivered")
    make.dissemination(scene.serbia, "To come", "FR", date=day, state="ongoing")
    fair = held(scene.bulgaria, country="RU")
    make.dissemination(scene.bulgaria, "", event=fair, state="delivered")
    days = first_days(MEASURES["countries_addressed"], scene.project, END)
    assert set(days) == {"ES", "TR", "RU"}
    fair.state, fair.cancelled_because = "cancelled", "No room"
    fair.save()
    assert value("countries_addressed", scene.project) == 2


def test_a_collaboration_counts_from_its_first_agreement_or_meeting(scene):
    outside = make.outside_cluster(scene.bulgaria)
    together = make.collaboration(scene.bulgaria, outside, scene.cluster)
    assert value("networking", scene.project) == 0
    make.agreement(together, date=datetime.date(2018, 3, 1))
    make.meeting(together, date=datetime.date(2017, 3, 1))
    days = first_days(MEASURES["networking"], scene.project, END)
    assert days == {together.pk: datetime.date(2017, 3, 1)}
    make.collaboration(scene.serbia, outside)
    assert value("networking", scene.project) == 1


def test_a_collaboration_of_the_partner_itself_is_no_clusters_share(scene):
    together = make.collaboration(scene.bulgaria, make.outside_cluster(scene.bulgaria))
    make.agreement(together)
    assert value("networking", scene.project) == 1
    assert units_by_cluster(MEASURES["networking"], scene.project, END) == {}


def test_two_days_of_one_policymaker_are_one_presence_and_a_meeting_is_another(scene):
    event = held(scene.bulgaria, days=2, cluster=scene.cluster)
    for day in event.days:
        make.attendance(event, day, name="Ana Ilieva", organisation="Region")
    make.attendance(event, name="Somebody Else", organisation="Region")
    make.attendance(held(scene.serbia), name="Ana Ilieva", organisation="Region")
    make.policy_meeting(scene.bulgaria, confirmed=True)
    make.policy_meeting(scene.bulgaria, "Town hall")
    assert value("policy_dialogue", scene.project) == 4
    shares = units_by_cluster(MEASURES["policy_dialogue"], scene.project, END)
    assert len(shares[scene.cluster.pk]) == 2


def test_a_strategy_counts_from_its_adoption(scene, cast):
    strategy = make.strategy(scene.cluster, vision="Energy for all")
    joint = make.strategy(project=scene.project, vision="Together")
    assert value("cluster_strategies", scene.project) == 0
    make.adopted(strategy, cast.coordinator, datetime.date(2018, 5, 1))
    days = first_days(MEASURES["cluster_strategies"], scene.project, END)
    assert days == {scene.cluster.pk: datetime.date(2018, 5, 1)}
    assert value("cluster_strategies", scene.project, datetime.date(2018, 4, 30)) == 0
    assert value("joint_strategy", scene.project) == 0
    make.adopted(joint, cast.coordinator, datetime.date(2018, 6, 1))
    assert value("joint_strategy", scene.project) == 1


# --- A plain recount of random projects --------------------------------------------------------------


def scatter(scene, seed):
    """Random records of every kind that the new measures count."""
    dice = random.Random(seed)

    def day():
        return datetime.date(2016, 9, 1) + datetime.timedelta(days=dice.randrange(900))

    managers = [make.manager(scene.cluster, f"Manager {n}") for n in range(4)]
    outside = [make.outside_cluster(scene.bulgaria, f"Cluster {n}") for n in range(4)]
    for n in range(12):
        event = make.event(
            scene.bulgaria,
            f"Event {n}",
            day(),
            days=dice.randint(1, 3),
            state=dice.choice(["held", "held", "planned"]),
            country=dice.choice(["ES", "BG", "MK", ""]),
            cluster=dice.choice([scene.cluster, None]),
        )
        for number, manager in enumerate(managers):
            if dice.random() < 0.3:
                sure = dice.random() < 0.7
                make.attendance(event, dice.choice(event.days), manager=manager, confirmed=sure)
            for date in event.days:
                if dice.random() < 0.2:
                    sure = dice.random() < 0.7
                    name = f"Policymaker {number}"
                    make.attendance(event, date, name=name, confirmed=sure)
        if dice.random() < 0.5:
            state = dice.choice(["delivered", "ongoing"])
            make.dissemination(scene.bulgaria, "", event=event, state=state)
        lands = dice.sample(["ES", "FR", "BG", "RS", "TR"], 2)
        state = dice.choice(["delivered", "ongoing", "postponed"])
        make.dissemination(scene.serbia, f"Note {n}", *lands, date=day(), state=state)
        make.policy_meeting(scene.bulgaria, date=day(), confirmed=dice.random() < 0.5)
    for manager in managers[:2]:
        make.assessment(manager, date=day())
    for cluster in outside:
        together = make.collaboration(scene.bulgaria, cluster, scene.cluster)
        if dice.random() < 0.5:
            make.agreement(together, date=day())
        if dice.random() < 0.5:
            make.meeting(together, date=day())


def recounted(project, until):
    """{measure: its units} by plain loops over all rows."""

    def counts(date):
        return project.start <= date <= min(project.end, until)

    def sure(row):
        return row.event.state == "held" and row.confirmed_at and counts(row.date)

    ours = {str(partner.country) for partner in project.partners.all()}
    rows = list(Attendance.objects.select_related("event"))
    involved = {row.manager_id for row in rows if row.manager_id and sure(row)}
    involved |= {row.manager_id for row in Assessment.objects.all() if counts(row.date)}
    lands = set()
    for row in Dissemination.objects.select_related("event"):
        date = row.event.first_day if row.event else row.date
        if row.state == "delivered" and counts(date):
            told = DisseminationCountry.objects.filter(dissemination=row)
            lands |= {str(one.country) for one in told}
            lands |= {str(row.event.country)} if row.event and row.event.country else set()
    together = {row.collaboration_id for row in Agreement.objects.all() if counts(row.date)}
    together |= {row.collaboration_id for row in Meeting.objects.all() if counts(row.date)}
    presences = {
        (row.event_id, row.person) for row in rows if row.category == "policymaker" and sure(row)
    }
    meetings = [row for row in PolicyMeeting.objects.all() if row.confirmed and counts(row.date)]
    return {
        "managers_involved": len(involved),
        "countries_addressed": len(lands - ours),
        "networking": len(together),
        "policy_dialogue": len(presences) + len(meetings),
    }


@pytest.mark.parametrize("seed", range(6))
def test_every_measure_agrees_with_a_plain_recount_on_any_day(seed, scene):
    scatter(scene, seed)
    for day in (datetime.date(2017, 2, 1), datetime.date(2018, 1, 10), datetime.date(2019, 6, 1)):
        said = {key: value(key, scene.project, day) for key in NEW}
        assert said == recounted(scene.project, day)


# --- The pages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", MEASURES)
def test_every_page_of_an_indicator_opens_down_to_its_records(key, scene, as_):
    scatter(scene, 1)
    make.indicator(scene.project, 3, measure=key, target=3, name="Asked about")
    browser = as_("viewer")
    address = "/p/trace/indicators/3/"
    assert browser.get(address).status_code == 200
    for place, source in enumerate(MEASURES[key].sources):
        units = browser.get(f"{address}units/?source={place}")
        assert units.status_code == 200
        for export in ("", "&export=xlsx", "&export=csv", "&sort=first", "&sort=-count"):
            assert browser.get(f"{address}units/?source={place}{export}").status_code == 200
            assert browser.get(f"{address}records/?source={place}{export}").status_code == 200
        links = [
            link.split('"')[0].replace("&amp;", "&")
            for link in units.content.decode().split('href="')
            if "unit=" in link.split('"')[0]
        ]
        for link in links[:3]:
            assert browser.get(link).status_code == 200, link
        for step in range(len(source.conditions) + 1):
            assert browser.get(f"{address}records/?source={place}&step={step}").status_code == 200
    assert browser.get(f"{address}units/?source=9").status_code == 404
    assert browser.get(f"{address}records/?source=0&unit=NOBODY-1").status_code == 404
    assert browser.get(f"{address}records/?source=0&unit=9999999999999999999").status_code == 404


def test_no_page_of_a_figure_names_a_policymaker(scene, as_):
    event = held(scene.serbia)
    make.attendance(event, name="Secret Person", organisation="Region")
    make.indicator(scene.project, 3, measure="policy_dialogue", target=None, name="Dialogue")
    for person in ("viewer", "manager"):
        for page in ("units/", "records/", "units/?export=csv", "records/?export=csv"):
            response = as_(person).get(f"/p/trace/indicators/3/{page}")
            assert b"Secret" not in response.content


@pytest.mark.parametrize("page", ["", "indicators/", "indicators/3/"])
def test_a_figure_without_a_target_says_so_and_shows_its_value(page, scene, as_):
    event = held(scene.serbia)
    make.attendance(event, name="Regional office")
    make.indicator(scene.project, 3, measure="policy_dialogue", target=None, name="Dialogue")
    text = words(as_("viewer").get(f"/p/trace/{page}"))
    assert "No target" in text
    assert "– %" not in text


def test_a_page_says_how_many_records_it_may_not_list(scene, as_):
    make.assessment(scene.other_manager)
    make.indicator(scene.project, 3, measure="managers_involved", target=14, name="Managers")
    text = words(as_("manager").get("/p/trace/indicators/3/records/?source=1"))
    assert "One more record is another partner's own" in text
    assert "another partner's own" not in words(
        as_("coordinator").get("/p/trace/indicators/3/records/?source=1")
    )
