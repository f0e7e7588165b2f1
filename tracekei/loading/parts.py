"""What a project file is made of: its parts, and for each the model and the fields that an entry may give."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models

from clusters.models import Cluster, ServiceCategory
from events.models import PromisedEvent
from indicators.models import Indicator, Target
from projects.models import Objective, Partner, PriorityArea, Project, ReportingPeriod, Sector
from workpackages.models import Deliverable, Milestone, Risk, Task, WorkPackage


@dataclass(frozen=True, eq=False)
class Part:
    """A part of a file, whose entries become rows of `model`.

    fields: the model's fields that an entry may give. key: the one by which its row is found again; name: the
    one by which other entries refer to it. within: the model's field for what holds it; parts: what it holds.
    derive: from a row, the values that follow from others. check: from a row, (field, sentence) for each rule
    of the plan that it breaks.
    """

    title: str
    model: type[models.Model]
    key: str
    fields: tuple[str, ...]
    name: str = ""
    within: str = "project"
    parts: tuple["Part", ...] = ()
    derive: Callable = lambda row: {}
    check: Callable = lambda row: ()

    @property
    def lists(self):
        """The fields that hold several names of other entries."""
        return {name for name in self.fields if self.model._meta.get_field(name).many_to_many}


def _months_within(row, first, last, whole):
    if row.first_month is None or row.last_month is None:
        return
    if row.first_month < first:
        yield "first_month", f"{whole} begins in month {first}."
    if row.last_month < row.first_month:
        yield (
            "last_month",
            f"month {row.last_month} comes before the first month, {row.first_month}.",
        )
    if row.last_month > last:
        yield "last_month", f"{whole} ends in month {last}."


def _months_within_project(row):
    return _months_within(row, 1, row.project.months, "the project")


def _months_within_work_package(task):
    outer = task.work_package
    return _months_within(task, outer.first_month, outer.last_month, outer.code)


PROJECT = Part(
    "project",
    Project,
    key="slug",
    within="",
    fields=(
        *("slug", "acronym", "name", "programme", "call", "grant_number", "start", "end"),
        *(
            "total_budget",
            "eu_contribution",
            "website",
            "summary",
            "funding_statement",
            "disclaimer",
            "privacy_notice",
        ),
        *("report_due_days", "demonstration"),
    ),
)

TASKS = Part(
    "tasks",
    Task,
    key="number",
    fields=(
        *("number", "title", "description", "lead", "contributors", "objectives"),
        *("first_month", "last_month"),
    ),
    within="work_package",
    derive=lambda task: {
        "project": task.work_package.project,
        "code": f"T{task.work_package.number}.{task.number}",
    },
    check=_months_within_work_package,
)

DELIVERABLES = Part(
    "deliverables",
    Deliverable,
    key="number",
    fields=("number", "title", "description", "kind", "level", "lead", "due_month"),
    within="work_package",
    derive=lambda item: {
        "project": item.work_package.project,
        "code": f"D{item.work_package.number}.{item.number}",
    },
)

TARGETS = Part("targets", Target, key="cluster", fields=("cluster", "value"), within="indicator")

# In this order: an entry refers only to what stands above it.
PARTS = (
    Part("objectives", Objective, key="number", name="number", fields=("number", "text")),
    Part("sectors", Sector, key="name", name="name", fields=("name",)),
    Part("priority_areas", PriorityArea, key="name", name="name", fields=("name",)),
    Part(
        "partners",
        Partner,
        key="number",
        name="short_name",
        fields=(
            "number",
            "short_name",
            "name",
            "country",
            "town",
            "sector",
            "website",
            "coordinates",
        ),
    ),
    Part(
        "clusters",
        Cluster,
        key="short_name",
        name="short_name",
        fields=(
            *("short_name", "name", "partner", "country", "region", "nuts", "sectors", "areas"),
            *("founded", "managers_fte", "members_sme", "members_large", "members_research"),
            *("members_public", "members_other", "members_counted_on", "website"),
            *("platform_url", "description", "demonstration"),
        ),
    ),
    Part(
        "work_packages",
        WorkPackage,
        key="number",
        name="number",
        fields=("number", "title", "aim", "lead", "first_month", "last_month"),
        parts=(TASKS, DELIVERABLES),
        derive=lambda row: {"code": f"WP{row.number}"},
        check=_months_within_project,
    ),
    Part(
        "milestones",
        Milestone,
        key="number",
        fields=(
            *("number", "title", "work_package", "lead", "due_month", "description"),
            "verification",
        ),
        derive=lambda row: {"code": f"MS{row.number}"},
    ),
    Part(
        "risks",
        Risk,
        key="number",
        fields=("number", "description", "work_packages", "mitigation", "foreseen"),
        derive=lambda row: {"code": f"R{row.number}"},
    ),
    Part("service_categories", ServiceCategory, key="name", fields=("name",)),
    Part("promised_events", PromisedEvent, key="kind", fields=("kind", "count", "in_each_region")),
    Part(
        "indicators",
        Indicator,
        key="number",
        fields=(
            *("number", "name", "unit", "counts_as_one", "counted_when", "least_evidence"),
            *("awaits", "measure", "baseline", "direction", "precision", "proof", "objectives"),
        ),
        parts=(TARGETS,),
    ),
    Part(
        "periods",
        ReportingPeriod,
        key="number",
        fields=("number", "kind", "first_month", "last_month", "due_days"),
        check=_months_within_project,
    ),
)
