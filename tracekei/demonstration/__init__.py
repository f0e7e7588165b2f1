"""Invented records for the projects that `load_demo` shows: the same on every run, each marked as demonstration.

What is invented stands in data/demonstration/ (people, services, amounts, words for names); the modules here put
it together. `profiles` fills what clusters say of themselves, `people` makes accounts and members, `competences`
their assessments, `firms` the SMEs, `contacts` whom one writes to there, `deliveries` services and their records,
`proof` the files that prove some of them, `confirmations` what firms said of others, `needs` what firms answered,
`labels` the clusters' roads to a label, `activities` what partners did for the tasks, `twice` firms that are there
twice, `dissemination` what made the project known, `events` what was planned and held, `attendance` who came,
`opinions` who registered and how it was, `plan` what the work plan promises, `cooperation` with whom it works
together outside, `strategies` what the clusters set out to do, `consultations` what firms said of it, `readings`
what was read outside the portal, `narrative` what was written for the reports, `talk` what the partners say to
each other.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction

from clusters.models import SME, ServiceRecord
from projects.models import Project
from tracekei.demonstration.activities import add_activities
from tracekei.demonstration.attendance import add_attendance
from tracekei.demonstration.competences import add_competences
from tracekei.demonstration.confirmations import add_confirmations
from tracekei.demonstration.consultations import add_consultations
from tracekei.demonstration.contacts import add_contacts
from tracekei.demonstration.cooperation import add_cooperation
from tracekei.demonstration.deliveries import add_records, add_services
from tracekei.demonstration.dissemination import add_dissemination
from tracekei.demonstration.events import add_events
from tracekei.demonstration.firms import add_firms
from tracekei.demonstration.labels import add_labels
from tracekei.demonstration.narrative import add_narrative
from tracekei.demonstration.needs import add_needs
from tracekei.demonstration.opinions import add_opinions
from tracekei.demonstration.people import PASSWORD, add_people
from tracekei.demonstration.plan import add_plan
from tracekei.demonstration.profiles import add_profiles
from tracekei.demonstration.proof import add_proof
from tracekei.demonstration.readings import add_readings
from tracekei.demonstration.strategies import add_strategies
from tracekei.demonstration.talk import add_talk
from tracekei.demonstration.twice import add_twins
from tracekei.loading import load_project

__all__ = ["PASSWORD", "SLUGS", "Added", "NotTheProject", "add_demonstration"]

SLUGS = ("trace-kei", "demo-wood")
DATA = Path(settings.BASE_DIR) / "data"


@dataclass
class Added:
    """What was added to a project, in numbers."""

    project: Project
    members: int
    smes: int
    services: int
    records: int
    files: int


class NotTheProject(Exception):
    """A project has the demonstration's address but not what its records would belong to."""


def add_demonstration(slug, *, today):
    """Add the invented records of one of SLUGS, and load its project first if it is not there.

    today: the day that the project's `month_today` is to hold, if it has one, and that no delivery passes.
    Returns what was added (`Added`), or the project alone if it holds service records already, invented or not.
    Raises ProjectFileError if the project's file can't be loaded, and NotTheProject if there is a project of
    this address that lacks what the records belong to; nothing is written then.
    """
    with transaction.atomic():
        project = Project.objects.filter(slug=slug).first()
        if project and ServiceRecord.objects.filter(project=project).exists():
            return project
        plan = _read(slug)
        if project is None:
            project = load_project(DATA / plan["file"], start=_start(plan, today)).project
        if missing := _missing(project, plan):
            raise NotTheProject(
                f"{project} lacks {', '.join(missing)}: load data/{plan['file']} first."
            )
        return _fill(project, plan, today)


def _fill(project, plan, today):
    project.demonstration = True
    Project.objects.filter(pk=project.pk).update(demonstration=True)
    add_profiles(project, _read("profiles"))
    people = add_people(project, plan)
    add_plan(project, _read("work-plan")[project.slug], people, today)
    members = add_firms(project, plan, _read("companies"), people)
    add_contacts(project, members, people, _read("persons"))
    add_competences(project, _read("competences"), today)
    services = add_services(project, plan, people)
    records = add_records(project, plan, services, members, people, _read("outcomes"), today)
    lists = add_proof(project, plan, records, people)
    add_needs(project, members, people, _read("needs"), today)
    add_labels(project, plan, people, today)
    add_activities(project, people, _read("activities"), today)
    add_confirmations(project, records, people, _read("confirmations"))
    add_twins(project, plan, people)
    gatherings = _read("events")
    planned_and_held = add_events(project, gatherings, people, today)
    add_attendance(project, planned_and_held, gatherings["outside"])
    add_opinions(planned_and_held, gatherings, today)
    add_cooperation(project, _read("cooperation"), people, today)
    add_dissemination(project, _read("dissemination"), people, today)
    strategies = _read("strategies")
    add_strategies(project, strategies, people, today)
    add_consultations(project, strategies, people, today)
    add_readings(project, people, today)
    add_narrative(project, people, today)
    add_talk(project, _read("talk")[project.slug], people, today)
    return Added(
        project=project,
        members=project.memberships.count(),
        smes=SME.objects.filter(project=project).standing().count(),
        services=len(services),
        records=len(records),
        files=len(lists),
    )


def _missing(project, plan):
    """What the plan's records belong to and `project` does not have, by name."""
    services = [service for its in plan["clusters"].values() for service in its["services"]]
    needed = {*plan["clusters"], *plan["tasks"].values(), plan["other_tasks"]}
    needed |= {category for _title, category, _novelty in services}
    there = {
        *project.clusters.values_list("short_name", flat=True),
        *project.tasks.values_list("code", flat=True),
        *project.service_categories.values_list("name", flat=True),
    }
    return sorted(needed - there)


def _start(plan, today):
    """The first of the month that makes `today` lie in the plan's `month_today`; None if it says none."""
    if "month_today" not in plan:
        return None
    return today.replace(day=1) - relativedelta(months=plan["month_today"] - 1)


def _read(name):
    """One of the lists in data/demonstration/."""
    with (DATA / "demonstration" / f"{name}.yaml").open(encoding="utf-8") as file:
        return yaml.safe_load(file)
