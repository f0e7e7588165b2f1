"""The work plan from spreadsheets."""

import datetime

import pytest

from projects.importing import checking
from projects.models import Import
from tests import make
from tests.browsing import words
from tests.test_imports import upload
from workpackages.models import Deliverable, Milestone, PlanChange, Risk, Task, WorkPackage

pytestmark = pytest.mark.django_db

PLAN = {
    "work-packages": "No;Title;Leader;Start;End\n1;Skills;;M1;M24\n2;Strategies;Green Synergy;M3;M20\n",
    "tasks": (
        "WP;Number;Title;Lead;Start month;End month;Contributors\n"
        "WP2;1;Look at the region;ENEF;3;2017-05-20;D.A.Re.\n"
        "WP2;2;Write it down;Green Synergy;M8;M20;\n"
    ),
    "deliverables": "WP;No;Title;Lead;Type;Level;Due\n2;1;Seven strategies;D.A.Re.;report;public;M20\n",
    "milestones": "No;Title;WP;Due;Means of verification\n1;Drafts are there;WP2;14;Seven drafts\n",
    "risks": "No;Risk;WPs;Mitigation\n1;Managers leave;WP1; Two persons take part\n",
}


def previewed(browser, kind, content):
    page = upload(browser, content, kind, f"{kind}.csv")
    source = Import.objects.latest("pk")
    checking.work(source.pk)
    source.refresh_from_db()
    return page, source


def applied(browser, source):
    browser.post(f"/p/trace/imports/{source.pk}/apply/")
    checking.work(source.pk)
    source.refresh_from_db()
    return source


def brought(browser, kind, content):
    source = previewed(browser, kind, content)[1]
    assert not source.counts["error"], [row.errors for row in source.rows.all()]
    return applied(browser, source)


def test_a_whole_plan_comes_by_spreadsheet_and_a_second_time_changes_nothing(scene, as_):
    browser = as_("coordinator")
    for kind, content in PLAN.items():
        assert brought(browser, kind, content).is_applied
    assert list(WorkPackage.objects.values_list("code", "last_month")) == [("WP1", 24), ("WP2", 20)]
    task = Task.objects.get(code="T2.1")
    assert (task.first_month, task.last_month, task.lead) == (3, 7, scene.serbia)
    assert list(task.contributors.all()) == [scene.italy]
    item = Deliverable.objects.get(code="D2.1")
    assert (item.kind, item.level, item.due_month, item.lead) == ("R", "PU", 20, scene.italy)
    assert Milestone.objects.get(code="MS1").work_package.code == "WP2"
    assert Risk.objects.get(code="R1").work_packages.get().code == "WP1"
    for kind, content in PLAN.items():
        source = previewed(browser, kind, content)[1]
        assert source.counts["unchanged"] == sum(source.counts.values()) > 0, kind


@pytest.mark.parametrize(
    ("kind", "content", "sentence"),
    [
        ("tasks", "WP;No;Title;Start;End\nWP9;1;Lost;M1;M2\n", "No work package of this project"),
        ("tasks", "WP;No;Title;Start;End\nWP1;5;Late;M1;M30\n", "has the months M1 to M24"),
        ("tasks", "WP;No;Title;Start;End\nWP1;5;Odd;M9;M2\n", "not to come before the first"),
        ("tasks", "WP;No;Title;Start;End\nWP1;5;Odd;soon;M2\n", "Write a project month"),
        ("deliverables", "WP;No;Title;Due\nWP1;1;Early;15.11.2016\n", "before the project's first"),
        ("deliverables", "WP;No;Title;Due;Type\nWP1;1;Odd;M2;film star\n", "is not among"),
        ("milestones", "No;Title;Due;Lead\n1;Odd;M2;Nobody\n", "No partner of this project"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_its_number(kind, content, sentence, scene, as_):
    source = previewed(as_("coordinator"), kind, content)[1]
    assert source.counts["error"] == 1
    row = source.rows.get()
    assert (row.number, sentence in row.errors[0][2]) == (2, True), row.errors


def test_a_changed_month_may_name_its_amendment(scene, as_):
    make.amendment(scene.project, datetime.date(2017, 6, 1))
    browser = as_("coordinator")
    brought(browser, "tasks", "Code;End month;Amendment\nT1.1;M15;1\n")
    change = PlanChange.objects.get()
    assert (change.before["last_month"], change.after["last_month"]) == (12, 15)
    brought(browser, "tasks", "WP;No;Title;Start;End;Amendment\nWP1;8;New;M1;M2;1\n")
    assert PlanChange.objects.get(code="T1.8").before is None


@pytest.mark.parametrize("person", ["staff", "manager", "viewer"])
def test_only_the_coordinator_brings_a_plan(person, as_):
    browser = as_(person)
    for kind in PLAN:
        assert browser.get(f"/p/trace/imports/new/{kind}/").status_code == 403
        assert browser.get(f"/p/trace/imports/template/{kind}.xlsx").status_code == 403


@pytest.mark.parametrize("kind", PLAN)
def test_a_template_of_the_plan_can_be_had_and_its_example_is_left_out(kind, as_):
    browser = as_("coordinator")
    assert browser.get(f"/p/trace/imports/template/{kind}.xlsx").status_code == 200
    template = browser.get(f"/p/trace/imports/template/{kind}.csv").content
    page, source = previewed(browser, kind, template)
    assert not sum(source.counts.values())
    assert "Import" in words(page)
