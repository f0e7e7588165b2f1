"""What falls due when, to whom it belongs, and how the pages say it."""

import datetime

import pytest
import time_machine

from events.models import Standing
from projects.models import Membership, ReportingPeriod, Role
from reports.models import Edition
from tests import make
from tests.browsing import words
from tracekei.due.duties import Nearness, duties, duties_of
from tracekei.due.kinds import KINDS
from workpackages.models import Handling, RiskState

TODAY = datetime.date(2017, 6, 15)  # the project runs from 16 Nov 2016; M7 ends today


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(datetime.datetime(2017, 6, 15, 10), tick=False):
        yield


@pytest.fixture
def empty(scene):
    """The scene without what is due in it from the start."""
    scene.project.tasks.update(completed_on=TODAY)
    ReportingPeriod.objects.all().delete()
    return scene


def after(days):
    return TODAY + datetime.timedelta(days=days)


def due(user, scene, **kwargs):
    found = duties_of(user=user, projects=[scene.project], **kwargs)
    return [(duty.kind.name, duty.days) for duty in found]


def mine(cast, scene):
    """Who of the cast has what, by name."""
    names = ("coordinator", "staff", "manager", "viewer", "stranger")
    return {
        name: kinds
        for name in names
        if (kinds := [kind for kind, _days in due(getattr(cast, name), scene)])
    }


def test_the_responsible_member_has_it_and_nobody_else(empty, cast):
    staff = Membership.objects.get(user=cast.staff)
    make.milestone(empty.project, due_month=8, lead=empty.bulgaria, responsible=staff)
    assert mine(cast, empty) == {"staff": ["milestone"]}


def test_without_a_responsible_member_the_lead_partners_people_have_it(empty, cast):
    make.milestone(empty.project, due_month=8, lead=empty.bulgaria)
    assert mine(cast, empty) == {"staff": ["milestone"], "manager": ["milestone"]}


@pytest.mark.parametrize("change", [{"expires_on": after(-1)}, {"user__is_active": False}])
def test_who_left_answers_for_nothing_any_more(change, empty, cast):
    staff = Membership.objects.get(user=cast.staff)
    make.milestone(empty.project, due_month=8, lead=empty.bulgaria, responsible=staff)
    if "expires_on" in change:
        Membership.objects.filter(pk=staff.pk).update(**change)
    else:
        type(cast.staff).objects.filter(pk=cast.staff.pk).update(is_active=False)
    assert mine(cast, empty) == {"manager": ["milestone"]}


def test_a_partner_without_people_leaves_it_to_the_coordinator(empty, cast):
    make.milestone(empty.project, due_month=8, lead=empty.serbia)
    make.milestone(empty.project, due_month=8)
    assert mine(cast, empty) == {"coordinator": ["milestone", "milestone"]}


def test_a_deliverable_with_its_file_waits_for_the_coordinator(empty, cast):
    item = make.deliverable(empty.project, due_month=7, lead=empty.bulgaria)
    assert due(cast.staff, empty) == [("deliverable", 0)]
    type(item).objects.filter(pk=item.pk).update(state=Handling.DRAFT)
    assert mine(cast, empty) == {"coordinator": ["submission"]}
    type(item).objects.filter(pk=item.pk).update(
        state=Handling.SUBMITTED, submitted_on=TODAY, submitted_by=cast.coordinator
    )
    assert mine(cast, empty) == {}


def test_a_moved_due_month_moves_the_day(empty, cast):
    item = make.deliverable(empty.project, due_month=7, lead=empty.bulgaria)
    type(item).objects.filter(pk=item.pk).update(due_month=8)
    assert due(cast.staff, empty) == [("deliverable", 30)]


def test_a_task_is_due_on_its_last_day_until_it_is_completed(empty, cast):
    task = empty.task
    type(task).objects.filter(pk=task.pk).update(
        completed_on=None, last_month=7, lead=empty.bulgaria
    )
    assert due(cast.staff, empty) == [("task", 0)]


def test_a_planned_event_is_ahead_and_then_to_be_marked_as_held(empty, cast):
    event = make.event(empty.bulgaria, first_day=after(3), days=2)
    assert due(cast.staff, empty) == [("event", 3)]
    assert due(cast.staff, empty, today=after(5)) == [("held", -1)]
    type(event).objects.filter(pk=event.pk).update(state=Standing.HELD)
    assert due(cast.staff, empty, today=after(5)) == []


def test_attendance_waits_for_its_confirmation_and_not_that_of_a_cancelled_event(empty, cast):
    held = make.event(empty.bulgaria, first_day=after(-10), state="held")
    make.attendance(held, confirmed=False)
    make.attendance(held, confirmed=False, name="Another")
    make.attendance(
        make.event(empty.bulgaria, first_day=after(-9), state="cancelled"), confirmed=False
    )
    assert due(cast.staff, empty) == [("attendance", -10)]
    held.attendances.update(confirmed_at=datetime.datetime.now(datetime.UTC))
    assert due(cast.staff, empty) == []


def test_a_risk_waits_for_a_word_on_each_period_that_ended(empty, cast):
    package = empty.project.work_packages.get()
    type(package).objects.update(lead=empty.bulgaria)
    risk = make.risk(empty.project, "Managers leave", package)
    first, second = make.period(empty.project, 1, 1, 6), make.period(empty.project, 2, 7, 12)
    assert ("risk", (first.due - TODAY).days) in due(cast.staff, empty)
    RiskState.objects.create(risk=risk, period=first, comment="Nobody left.")
    assert "risk" not in dict(due(cast.staff, empty))
    later = second.end + datetime.timedelta(days=1)
    with time_machine.travel(datetime.datetime(later.year, later.month, later.day, 10)):
        assert "risk" in dict(due(cast.staff, empty))


def test_the_report_of_a_period_is_the_coordinators_until_it_is_submitted(empty, cast):
    period = make.period(empty.project, 1, 1, 6)
    assert mine(cast, empty) == {"coordinator": ["report"]}
    now = datetime.datetime.now(datetime.UTC)
    edition = Edition.objects.create(
        project=period.project,
        period=period,
        number=1,
        snapshot={},
        locked_by=cast.coordinator,
        locked_at=now,
    )
    assert mine(cast, empty) == {"coordinator": ["report"]}
    rows = Edition.objects.filter(pk=edition.pk)
    rows.update(state="submitted", submitted_by=cast.coordinator, submitted_at=now)
    assert mine(cast, empty) == {}
    rows.update(state="returned")
    assert mine(cast, empty) == {"coordinator": ["report"]}


def test_steps_of_a_strategy_are_its_cluster_managers_and_the_joint_ones_the_coordinators(
    empty, cast
):
    own = make.strategy(empty.cluster)
    make.action(make.objective(own), due_on=after(4))
    make.action(make.objective(own), due_on=after(4), status="done", done_on=TODAY)
    own.stages.filter(kind="draft").update(planned_on=after(-2))
    own.stages.filter(kind="needs").update(planned_on=after(-2), done_on=TODAY)
    joint = make.strategy(project=empty.project)
    make.action(make.objective(joint), due_on=after(9))
    assert mine(cast, empty) == {"coordinator": ["action"], "manager": ["stage", "action"]}


def test_a_label_is_due_in_its_last_months_alone(empty, cast):
    make.label(empty.cluster, after(-700), awarded_on=after(-600))  # valid for two years
    make.label(empty.other_cluster, after(-100), awarded_on=after(-90))
    assert mine(cast, empty) == {"manager": ["label"]}
    assert len(duties(user=cast.coordinator, projects=[empty.project])) == 1


def test_follow_ups_agreements_dissemination_and_planned_deliveries(empty, cast):
    make.acquaintance(empty.bulgaria, follow_up="Send the slides", due_on=after(1))
    make.acquaintance(
        empty.bulgaria, "Done Already", follow_up="Call", due_on=after(1), done_on=TODAY
    )
    together = make.collaboration(empty.bulgaria, make.outside_cluster(empty.bulgaria))
    make.agreement(together, date=after(-5), valid_until=after(2))
    make.agreement(together, date=after(-5), valid_until=after(-2))
    make.dissemination(empty.bulgaria, date=after(3), state="ongoing")
    make.dissemination(empty.bulgaria, date=after(-3), state="delivered")
    make.record(empty.service, empty.sme, state="planned", date=after(4))
    assert due(cast.manager, empty) == [
        ("follow_up", 1),
        ("agreement", 2),
        ("dissemination", 3),
        ("delivery", 4),
    ]
    assert [kind for kind, _days in due(cast.staff, empty)] == [
        "follow_up",
        "agreement",
        "dissemination",
    ]


def test_a_contact_of_one_partner_is_due_for_nobody_elses_eyes(empty, cast):
    make.acquaintance(empty.serbia, follow_up="Send the slides", due_on=after(1))
    seen = {
        name: len(duties(user=getattr(cast, name), projects=[empty.project]))
        for name in ("coordinator", "staff", "manager", "viewer", "stranger")
    }
    assert seen == {"coordinator": 1, "staff": 0, "manager": 0, "viewer": 0, "stranger": 0}


@pytest.mark.parametrize(
    ("days", "nearness", "said"),
    [
        (-800, "late", "2 years late"),
        (-90, "late", "3 months late"),
        (-1, "late", "1 day late"),
        (0, "week", "today"),
        (7, "week", "in 7 days"),
        (8, "month", "in 8 days"),
        (30, "month", "in 30 days"),
        (31, "later", "in 31 days"),
    ],
)
def test_how_near_it_is_in_words(days, nearness, said, empty, cast):
    make.event(empty.bulgaria, first_day=after(1))
    [duty] = duties_of(user=cast.staff, projects=[empty.project])
    duty.on = after(days)
    assert (duty.nearness, duty.words) == (Nearness(nearness), said)


def test_each_kind_has_a_name_of_its_own():
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 20 for name in names)


def test_the_page_shows_ones_own_and_the_coordinator_everybodys(as_, empty, cast):
    make.event(empty.bulgaria, "Workshop in Plovdiv", first_day=after(-3))
    make.event(empty.serbia, "Workshop in Novi Sad", first_day=after(40))
    page = words(as_("staff").get("/p/trace/due/"))
    assert "Workshop in Plovdiv" in page
    assert "3 days late" in page
    assert "Novi Sad" not in page
    assert "Nothing is due for you" in words(as_("viewer").get("/p/trace/due/"))
    page = words(as_("coordinator").get("/p/trace/due/everybody/"))
    assert "Elena Petrova, Todor Todorov 1 late" in page
    assert page.index("Green Synergy") < page.index("D.A.Re.")
    assert as_("staff").get("/p/trace/due/everybody/").status_code == 403


def test_the_overview_and_the_start_page_begin_with_what_comes_next(as_, empty, cast):
    make.event(empty.bulgaria, "Workshop in Plovdiv", first_day=after(2))
    assert "in 2 days" in words(as_("staff").get("/p/trace/"))
    assert "What is due" not in words(as_("viewer").get("/p/trace/"))
    second = make.project("SECOND", start=after(-100), end=after(300))
    partner = make.partner(second, "Second partner")
    make.member(second, Role.STAFF, partner, cast.staff)
    make.event(partner, "Meeting elsewhere", first_day=after(1))
    page = words(as_("staff").get("/"))
    assert page.index("Meeting elsewhere SECOND") < page.index("Workshop in Plovdiv TRACE")
