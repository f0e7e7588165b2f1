"""Objectives and actions: due, overdue, one after the other and never in a circle."""

import datetime

import pytest
from django.utils import timezone

from clusters.models import RoadmapAction
from tests import make
from tests.browsing import beside, filled, words


@pytest.fixture
def objective(scene):
    return make.objective(make.strategy(scene.cluster), theme_name="Traceability")


def _edit(action):
    return f"{action.get_absolute_url()}edit/"


def _change(browser, action, **typed):
    return browser.post(_edit(action), filled(browser.get(_edit(action)), **typed))


def test_an_action_that_ends_before_it_begins_is_refused(as_, objective):
    browser = as_("manager")
    address = f"{objective.get_absolute_url()}actions/new/"
    sent = filled(browser.get(address), title="Audit", begins_on="2018-05-01", due_on="2018-04-30")
    answer = browser.post(address, sent)
    assert "not due before it begins" in beside(answer, "due_on")
    assert "Audit" in answer.content.decode()
    assert not RoadmapAction.objects.exists()


def test_a_circle_of_actions_is_refused_and_shown(as_, objective):
    first = make.action(objective, "Measure")
    second = make.action(objective, "Plan", depends_on=first)
    third = make.action(objective, "Build", depends_on=second)
    answer = _change(as_("manager"), first, depends_on=str(third.pk))
    assert "goes in a circle: RA-001 → RA-003 → RA-002 → RA-001" in beside(answer, "depends_on")
    first.refresh_from_db()
    assert first.depends_on is None


def test_an_action_does_not_come_after_itself_nor_after_one_of_another_strategy(
    as_, scene, objective
):
    own = make.action(objective)
    other = make.action(make.objective(make.strategy(scene.other_cluster)))
    browser = as_("manager")
    for before in (own, other):
        assert beside(_change(browser, own, depends_on=str(before.pk)), "depends_on")
    own.depends_on = own
    assert own.circle()


def test_a_chain_that_is_no_circle_is_saved(as_, objective):
    first, second = make.action(objective, "Measure"), make.action(objective, "Plan")
    answer = _change(as_("manager"), second, depends_on=str(first.pk))
    assert answer.status_code == 302
    second.refresh_from_db()
    assert second.depends_on == first


def test_done_has_a_day_that_has_come(as_, objective):
    action = make.action(objective)
    browser = as_("manager")
    assert "on which day" in beside(_change(browser, action, status="done"), "done_on")
    tomorrow = (timezone.localdate() + datetime.timedelta(days=1)).isoformat()
    answer = _change(browser, action, status="done", done_on=tomorrow)
    assert "has not come yet" in beside(answer, "done_on")
    answer = _change(browser, action, status="planned", done_on="2018-01-01")
    assert "Only what is done" in beside(answer, "done_on")
    assert _change(browser, action, status="done", done_on="2018-01-01").status_code == 302


def test_due_and_overdue_come_from_the_dates(objective):
    day = datetime.date(2018, 6, 1)
    due = make.action(objective, "Due", due_on=day)
    make.action(objective, "Dropped", due_on=day, status="dropped")
    make.action(objective, "Done", due_on=day, status="done", done_on=day)
    make.action(objective, "Without a day", begins_on=None, due_on=None)
    assert list(RoadmapAction.objects.due_between(day, day)) == [due]
    assert not RoadmapAction.objects.overdue(day).exists()
    assert list(RoadmapAction.objects.overdue(day + datetime.timedelta(days=1))) == [due]
    assert RoadmapAction.objects.open().count() == 2


def test_the_roadmap_says_what_is_overdue_in_words(as_, objective):
    day = timezone.localdate() - datetime.timedelta(days=3)
    make.action(objective, "Build the line", due_on=day, begins_on=day)
    page = words(as_("viewer").get(f"{objective.strategy.get_absolute_url()}roadmap/"))
    assert "1 action is overdue" in page
    assert "Build the line" in page
    assert "3 days late" in page


@pytest.mark.parametrize(
    "span", [(None, None), ("2018-02-28", "2018-02-28"), ("1995-01-01", "2090-12-31")]
)
def test_a_roadmap_of_any_span_is_drawn(as_, objective, span):
    begin, due = (datetime.date.fromisoformat(day) if day else None for day in span)
    make.action(objective, begins_on=begin, due_on=due)
    make.action(objective, "Only due", begins_on=None, due_on=due)
    answer = as_("viewer").get(f"{objective.strategy.get_absolute_url()}roadmap/")
    assert answer.status_code == 200


def test_an_absurd_year_is_asked_about(as_, objective):
    action = make.action(objective)
    answer = _change(as_("manager"), action, begins_on="0218-01-01", due_on="9999-01-01")
    assert "Is the year right?" in beside(answer, "due_on")


def test_the_list_of_objectives_is_narrowed_by_theme_and_strategy(as_, scene, objective):
    joint = make.strategy(project=scene.project, title="Together")
    make.objective(joint, "Ours", "Traceability")
    make.objective(objective.strategy, "Untagged")
    browser, address = as_("viewer"), "/p/trace/strategies/objectives/"

    def shown(query):
        return words(browser.get(f"{address}?{query}"))

    assert "Ours" not in shown(f"cluster={scene.cluster.pk}")
    assert "Ours" in shown("cluster=none")
    assert "Untagged" not in shown(f"theme={objective.theme_id}")
    assert "Untagged" in shown("theme=none")


def test_who_is_responsible_is_offered_among_those_who_work_in_the_project(as_, cast, objective):
    action = make.action(objective)
    browser = as_("manager")
    viewer = cast.viewer.memberships.get()
    assert beside(_change(browser, action, responsible=str(viewer.pk)), "responsible")
    staff = cast.staff.memberships.get()
    assert _change(browser, action, responsible=str(staff.pk)).status_code == 302
    action.refresh_from_db()
    assert action.responsible == staff
    assert action.partner == objective.strategy.cluster.partner
