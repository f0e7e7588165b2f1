"""The plan as it stood on a day: today's, with the changes of later amendments taken back."""

from dataclasses import dataclass

from workpackages.models import PLANNED, Amendment, Deliverable, Milestone, Task, WorkPackage

KINDS = {model._meta.model_name: model for model in PLANNED}


@dataclass(frozen=True)
class Item:
    """A part of the plan as it was planned. `record` is what it is today; None for what was taken out since."""

    kind: str
    code: str
    planned: dict
    record: object = None

    @property
    def title(self):
        return self.planned["title"]

    @property
    def lead(self):
        return self.planned["lead"]

    @property
    def package(self):
        """The code of its work package, its own for a work package; empty for a milestone of the whole project."""
        return self.code if self.kind == "workpackage" else self.planned["work_package"]

    @property
    def first_month(self):
        return self.planned.get("first_month") or self.planned["due_month"]

    @property
    def last_month(self):
        return self.planned.get("last_month") or self.planned["due_month"]

    @property
    def months(self):
        first, last = self.first_month, self.last_month
        return f"M{first}" if first == last else f"M{first}–M{last}"


def planned(record) -> dict:
    """What the plan says of `record`, as plain JSON values; what an amendment changes is among them."""
    said = {}
    for name in record.PLANNED:
        value = getattr(record, name)
        said[name] = str(value or "") if name == "lead" else value
    if not isinstance(record, WorkPackage):
        said["work_package"] = record.work_package.code if record.work_package else ""
    return said


def records_of(project):
    """The records of the plan of `project`, in reading order; one query a kind."""
    for model in PLANNED:
        found = model.objects.filter(project=project).select_related("project", "lead")
        if model is not WorkPackage:
            found = found.select_related("work_package")
        if model is Deliverable or model is Milestone or model is Task:
            found = found.select_related("responsible__user")
        yield from found


def plan_now(project) -> list[Item]:
    """The plan of `project` as it stands."""
    return [
        Item(record._meta.model_name, record.code, planned(record), record)
        for record in records_of(project)
    ]


def plan_as_of(project, day) -> list[Item]:
    """The plan of `project` as it was in force on `day`, for a report that covers that day."""
    later = Amendment.objects.filter(project=project, date__gt=day)
    return _rewound(project, later)


def plan_of_version(project, version) -> list[Item]:
    """The plan in its `version`: 1 is the grant agreement's, 2 that of the first amendment."""
    later = Amendment.objects.filter(project=project, number__gte=version)
    return _rewound(project, later)


def _rewound(project, later):
    items = {item.code: item for item in plan_now(project)}
    amendments = later.order_by("-date", "-number").prefetch_related("changes")
    for amendment in amendments:
        for change in reversed(amendment.changes.all()):
            there = items.get(change.code)
            if change.before is None:
                items.pop(change.code, None)
            else:
                items[change.code] = Item(
                    change.kind, change.code, change.before, there.record if there else None
                )
    order = list(KINDS)
    return sorted(items.values(), key=lambda item: (order.index(item.kind), _natural(item.code)))


def _natural(code):
    """WP2 before WP10, T1.9 before T1.10."""
    letters = code.rstrip("0123456789.")
    return letters, [int(part) for part in code[len(letters) :].split(".")]
