"""The plan as a Gantt chart: rows of names beside bars and marks, in shares of the project's length."""

import datetime
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workpackages.models import Light
from workpackages.plan import Item

WIDE = 97.5  # percent of the drawing that the project takes; marks on its last day reach beyond
MOST_LABELS = 24  # months that are named; a longer project names each third, sixth or twelfth


@dataclass(frozen=True)
class Row:
    """One line of the chart. `x` and `width` are percentages of the project's length, `elapsed` of the bar's."""

    item: Item
    first_day: datetime.date
    last_day: datetime.date
    x: float
    width: float
    elapsed: float
    light: Light | None

    @property
    def shape(self):
        return {"workpackage": "package", "task": "task"}.get(self.item.kind, self.item.kind)

    @property
    def url(self):
        return self.item.record.get_absolute_url() if self.item.record else ""

    @property
    def end(self):
        return round(self.x + self.width, 3)

    @property
    def words(self):
        """What the bar says to who cannot see it."""
        said = [f"{self.item.code} {self.item.title}", self.item.months]
        said.append(
            _("due %(day)s") % {"day": date_format(self.last_day)}
            if self.shape in ("deliverable", "milestone")
            else f"{date_format(self.first_day)} – {date_format(self.last_day)}"
        )
        if self.light:
            said.append(str(self.light.label))
        return ", ".join(said)


@dataclass(frozen=True)
class Month:
    number: int
    x: float
    middle: float
    label: str  # empty where there is no room
    name: str  # of the calendar month in which it begins


@dataclass
class Gantt:
    """Rows under a ruler of months and years. `today`: where the day's line stands; None outside the project."""

    rows: list = field(default_factory=list)
    months: list = field(default_factory=list)
    years: list = field(default_factory=list)
    today: float | None = None

    ROW = 46  # pixels
    HEAD = 50


def gantt(project, items, *, today) -> Gantt:
    """The chart of `items` (see `plan`), in which each work package is followed by what belongs to it."""
    scale = _Scale(project)
    rows = {}
    for item in items:
        first, last = _dates(project, item)
        light = lights_of(item, items, today) if item.record else None
        x, end = scale.at(first), scale.at(last + datetime.timedelta(days=1))
        length = (last - first).days + 1
        elapsed = min(max((today - first).days / length * 100, 0), 100)
        rows[item.code] = Row(item, first, last, x, round(end - x, 3), round(elapsed, 2), light)
    chart = Gantt(months=scale.months(), years=scale.years())
    packages = [item for item in items if item.kind == "workpackage"]
    for package in packages:
        inside = [item for item in items if item.package == package.code and item is not package]
        inside.sort(key=lambda item: item.kind != "task" and item.last_month)
        chart.rows += [rows[item.code] for item in (package, *inside)]
    codes = {package.code for package in packages}
    chart.rows += [rows[item.code] for item in items if item.package not in codes]
    if project.start <= today <= project.end:
        chart.today = scale.at(today)
    return chart


def lights_of(item, items, today):
    """How an item stands: a task, deliverable or milestone by itself, a work package as the worst of its parts."""
    if item.kind != "workpackage":
        return item.record.light_on(today)
    parts = [
        other.record.light_on(today)
        for other in items
        if other.kind != "workpackage" and other.package == item.code and other.record
    ]
    if parts:
        return Light.worst(parts)
    begins, ends = item.record.dates
    return Light.of(begins=begins, ends=ends, done_on=None, day=today)


def _dates(project, item):
    most = project.months
    first = project.month(min(item.first_month, most))[0]
    return first, project.month(min(item.last_month, most))[1]


class _Scale:
    def __init__(self, project):
        self.project = project
        self.days = (project.end - project.start).days + 1

    def at(self, day):
        return round((day - self.project.start).days / self.days * WIDE, 3)

    def months(self):
        count = self.project.months
        step = next(step for step in (1, 3, 6, 12, count) if count / step <= MOST_LABELS)
        found = []
        for number in range(1, count + 1):
            first, last = self.project.month(number)
            x, end = self.at(first), self.at(last + datetime.timedelta(days=1))
            label = f"M{number}" if (number - 1) % step == 0 else ""
            found.append(Month(number, x, round((x + end) / 2, 3), label, date_format(first, "M")))
        return found

    def years(self):
        """(year, where it begins) for each calendar year that the project touches."""
        first, last = self.project.start.year, self.project.end.year
        later = [(year, self.at(datetime.date(year, 1, 1))) for year in range(first + 1, last + 1)]
        return [(first, 0.0), *later]
