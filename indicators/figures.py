"""Figures: what a measure says of a project as of a day.

*As of day D* means: records dated up to D, as they are known now. Every function here takes a fixed number of
queries (one a source), whatever the number of records.
"""

import datetime
import math
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from operator import attrgetter, itemgetter

from django.db.models import Count, Min, Q, Sum
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from clusters.models import SizeClass
from indicators.measures import GROUPS, How, Measure, Source, measure_of
from indicators.models import Direction

PACE_DAYS = 182  # pace is that of the last six months
DAYS_A_YEAR = Decimal("365.25")
CLOSE_TO_PLAN = Decimal("0.85")  # with a smaller share of the planned way, an indicator is at risk


# --- What a measure says -------------------------------------------------------------------------


def first_days(measure: Measure, project, as_of) -> dict[int, datetime.date]:
    """The day on which each unit began to count: {unit id: date}. For a distinct count its length is the value."""
    return _first_days(measure, project, as_of).get(None, {})


def units_by_cluster(measure: Measure, project, as_of) -> dict[int, set[int]]:
    """The ids of the units that each cluster makes count: {cluster id: {unit id}}.

    A unit served by two clusters is in both sets, so the parts may sum to more than the whole.
    """
    found = _first_days(measure, project, as_of, by="cluster")
    return {cluster: set(units) for cluster, units in found.items()}


def path_of(source: Source, by) -> str:
    """The path from a row of `source` to what it is split by; empty where it is not."""
    return source.cluster if by == "cluster" else source.groups.get(by, "")


def _first_days(measure, project, as_of, by=None, whole=False):
    """{group: {unit: first day}}; one group, None, unless it is split `by` something. `whole`: of a ratio's whole."""
    found: dict = {}
    for source in measure.sources:
        rows, keys = _grouped(source, project, as_of, by, whole)
        if rows is None:
            continue
        for *group, key, day in rows.values_list(*keys, source.unit).annotate(
            first=Min(source.date)
        ):
            units = found.setdefault(group[0] if group else None, {})
            unit = measure.unit_of(source, key)
            units[unit] = min(day, units.get(unit, day))
    return found


def _days(measure, project, as_of, by=None, whole=False):
    """How many units began to count on each day: {group: [(day, number)]}, as _first_days groups them.

    Where each record is a unit of its own the database counts them, so that a figure of 300,000 records reads a row
    a day.
    """
    if not measure.units_are_records:
        found = _first_days(measure, project, as_of, by, whole)
        return {group: sorted(Counter(units.values()).items()) for group, units in found.items()}
    source, found = measure.sources[0], {}
    rows, keys = _grouped(source, project, as_of, by, whole)
    if rows is not None:
        for *group, day, n in rows.values_list(*keys, source.date).annotate(n=Count("pk")):
            found.setdefault(group[0] if group else None, []).append((day, n))
    return found


def _grouped(source, project, as_of, by, whole=False):
    """The counting rows of `source` and the paths to group them by; (None, ()) where it is not split by that."""
    rows = counting_rows(source, project, as_of, whole=whole).order_by()
    if by is None:
        return rows, ()
    path = path_of(source, by)
    if not path:
        return None, ()
    return rows.filter(**{f"{path}__isnull": False}), (path,)


@dataclass(frozen=True)
class Entry:
    """What a day adds to a figure. add: units or an amount; to: the records it is averaged over, the whole of a
    ratio; of: for the latest reading, whose."""

    day: datetime.date
    add: Decimal | int
    to: int = 0
    of: int | None = None


def entries(measure: Measure, project, as_of, by=None) -> dict[object, list[Entry]]:
    """What each day adds to the figure, by group, in order of days; the one group None unless it is split `by`."""
    if measure.how in (How.COUNT, How.YES_NO):
        found = {
            group: [Entry(day, n) for day, n in days]
            for group, days in _days(measure, project, as_of, by).items()
        }
    elif measure.how == How.RATIO:
        parts = _days(measure, project, as_of, by)
        wholes = _days(measure, project, as_of, by, whole=True)
        found = {
            group: [
                *(Entry(day, 0, n) for day, n in days),
                *(Entry(day, n, 0) for day, n in parts.get(group, ())),
            ]
            for group, days in wholes.items()
        }
    else:
        found = _amounts(measure, project, as_of, by)
    return {group: sorted(rows, key=attrgetter("day")) for group, rows in found.items()}


def _amounts(measure, project, as_of, by):
    """The sums of each day; of what is read, each reading in the order in which it was entered."""
    found: dict = {}
    for source in measure.sources:
        rows, keys = _grouped(source, project, as_of, by)
        if rows is None:
            continue
        if measure.how == How.LATEST:
            read = rows.values_list(*keys, source.date, source.amount, source.cluster or "pk")
            for *group, day, amount, of in read.order_by(source.date, "pk"):
                of = of if source.cluster else None
                found.setdefault(group[0] if group else None, []).append(Entry(day, amount, of=of))
        else:
            # Each record once, though the path to a group may lead to several.
            summed = rows.values_list(*keys, source.date).annotate(
                total=Sum(source.amount), n=Count(source.amount)
            )
            for *group, day, total, n in summed:
                found.setdefault(group[0] if group else None, []).append(Entry(day, total, n))
    return found


def steps_of(measure: Measure, rows: list[Entry]) -> list[tuple[datetime.date, Decimal | int]]:
    """The value after each day on which something was added: [(day, value)]."""
    added, to, latest, found = 0, 0, {}, []
    for row in rows:
        added, to = added + row.add, to + row.to
        latest[row.of] = row.add
        if measure.how == How.YES_NO:
            value = 1
        elif measure.how == How.AVERAGE:
            value = Decimal(added) / to
        elif measure.how == How.RATIO:
            value = Decimal(added) * 100 / to
        elif measure.how == How.LATEST:
            value = sum(latest.values())
        else:
            value = added
        if found and found[-1][0] == row.day:
            found[-1] = (row.day, value)
        else:
            found.append((row.day, value))
    return found


def value_on(measure: Measure, steps, day):
    """The value at the end of `day`; what no record gives, if there is none until then."""
    at = bisect_right(steps, day, key=itemgetter(0))
    return steps[at - 1][1] if at else measure.how.start


def counting_rows(source: Source, project, as_of, *, whole=False):
    """The rows of `source` dated up to `as_of` that meet all of its conditions; `whole`: those that make the whole
    of a ratio."""
    conditions = _conditions(source, project)
    if whole:
        conditions = conditions[: source.whole]
    return source.rows(project).filter(_up_to(source, as_of), *conditions)


def rows_falling_out(source: Source, project, as_of, step):
    """The rows that fall out at `step` of the explained count: 0 is the date, 1 the first condition.

    Raises IndexError for a step that the source does not have.
    """
    if not 0 <= step <= len(source.conditions):
        raise IndexError(step)
    held = [_up_to(source, as_of), *_conditions(source, project)]
    staying = source.rows(project).filter(*held[:step])
    return staying.exclude(pk__in=source.rows(project).filter(*held[: step + 1]).values("pk"))


@dataclass(frozen=True)
class Step:
    """One line of an explained count: how many records are left after a condition, and how many fell out; the path
    from such a record to where it is mended."""

    number: int
    sentence: str
    unmet: str
    records: int
    fell_out: int
    units: int
    mended: str = ""


def explained(source: Source, project, as_of) -> list[Step]:
    """The way from all records of `source` to those that count, a step for each condition, in one query."""
    held = [Q(), _up_to(source, as_of), *_conditions(source, project)]
    counts = {}
    met = Q(pk__isnull=False)
    for number, condition in enumerate(held):
        met &= condition
        counts[f"records_{number}"] = Count("pk", filter=met, distinct=True)
        counts[f"units_{number}"] = Count(source.unit, filter=met, distinct=True)
    found = source.rows(project).order_by().aggregate(**counts)
    sentences = [
        (_("all records of the project"), "", ""),
        (_("dated up to this day"), _("dated later"), ""),
        *((each.sentence, each.unmet, each.mended) for each in source.conditions),
    ]
    return [
        Step(
            number=number - 1,
            sentence=sentence,
            unmet=unmet,
            records=found[f"records_{number}"],
            fell_out=found[f"records_{max(number - 1, 0)}"] - found[f"records_{number}"],
            units=found[f"units_{number}"],
            mended=mended,
        )
        for number, (sentence, unmet, mended) in enumerate(sentences)
    ]


def unmet(source: Source, project, record) -> list[str]:
    """Why `record`, a row of `source`, does not count, in one query; an empty list if it does."""
    met = {
        f"met_{number}": Count("pk", filter=condition, distinct=True)
        for number, condition in enumerate(_conditions(source, project))
    }
    found = source.rows(project).filter(pk=record.pk).order_by().aggregate(**met)
    return [
        condition.unmet
        for number, condition in enumerate(source.conditions)
        if not found[f"met_{number}"]
    ]


def _up_to(source, as_of):
    return Q(**{f"{source.date}__lte": as_of})


def _conditions(source, project):
    return [condition.holds(project) for condition in source.conditions]


# --- Against the target ----------------------------------------------------------------------------


def percent(value, *, baseline, target) -> int | None:
    """How far `value` has come from `baseline` to `target`, in whole percent; None if there is no way to go.

    Rounded down, so that 100 is said only when the target is reached; it may be negative or above 100.
    A target below the baseline is a figure that is to fall.
    """
    way = target - baseline
    if way == 0:
        return None
    return int((Decimal(value - baseline) / Decimal(way) * 100).__floor__())


@dataclass(frozen=True)
class Status:
    """What a figure's value means, in a word, a tone of colour and an icon."""

    label: str
    tone: str
    icon: str


REACHED = Status(_("Reached"), "good", "star")
ON_TRACK = Status(_("On track"), "good", "check")
BEHIND = Status(_("Behind plan"), "warn", "arrow-trending-down")
AT_RISK = Status(_("At risk"), "bad", "exclamation-triangle")
NOT_REACHED = Status(_("Not reached"), "bad", "x-mark")
WAITING = Status(_("No records yet"), "calm", "clock")
NO_TARGET = Status(_("No target"), "calm", "chart-bar")


@dataclass(frozen=True)
class Point:
    """The value at the end of a project month, or at the figure's day in the month that it cuts."""

    month: int
    day: datetime.date
    value: Decimal | int | None


class Figure:
    """An indicator's value as of a day, with what can be said of it. Asks the database once, when first read."""

    def __init__(self, indicator, project, as_of, target):
        self.indicator = indicator
        self.project = project
        self.as_of = as_of
        self.target = target
        self.measure = measure_of(indicator)

    @cached_property
    def first_days(self):
        """The day from which each unit counts: {unit: day}."""
        return first_days(self.measure, self.project, self.as_of)

    @cached_property
    def steps(self):
        """The value after each day on which it changed: [(day, value)]."""
        if self.measure.how == How.COUNT and not self.measure.units_are_records:
            days = sorted(
                Counter(self.first_days.values()).items()
            )  # asked once for value and units
            return steps_of(self.measure, [Entry(day, n) for day, n in days])
        found = entries(self.measure, self.project, self.as_of)
        return steps_of(self.measure, found.get(None, []))

    def on(self, day) -> "Figure":
        """The same figure as of a day that is not after its own, with what was asked already."""
        earlier = Figure(self.indicator, self.project, day, self.target)
        if "first_days" in self.__dict__:
            known = self.first_days.items()
            earlier.first_days = {unit: first for unit, first in known if first <= day}
        if "steps" in self.__dict__:
            earlier.steps = [step for step in self.steps if step[0] <= day]
        return earlier

    def value_on(self, day):
        """The value at the end of a day, which is not after the figure's."""
        return value_on(self.measure, self.steps, day)

    @property
    def value(self):
        """Units, an amount or a percentage, as the measure has it; None while the indicator waits for its records or
        nothing can be averaged. Null is not zero."""
        return self.value_on(self.as_of) if self.measure else None

    @property
    def unit_sign(self):
        """What is written after the value, besides the unit's name: a ratio is in percent."""
        return "%" if self.measure and self.measure.how == How.RATIO else ""

    @property
    def falls(self):
        return self.indicator.direction == Direction.DOWN

    @property
    def percent(self):
        if self.value is None or self.target is None:
            return None
        return percent(self.value, baseline=self.indicator.baseline, target=self.target)

    @cached_property
    def plan(self):
        """The planned line from the baseline over the periods' targets to the target: [(day, value)]."""
        between = [
            (target.period.end, target.value)
            for target in self.indicator.targets.all()
            if target.cluster_id is None and target.period_id is not None
        ]
        return plan_of(self.project, self.indicator.baseline, self.target, between)

    @property
    def planned(self):
        """The value that the plan gives for this day."""
        return self.planned_on(self.as_of)

    def planned_on(self, day):
        return None if self.target is None else on_the_line(self.plan, day)

    @property
    def planned_percent(self):
        if self.target is None:
            return None
        return percent(self.planned, baseline=self.indicator.baseline, target=self.target)

    @property
    def status(self):
        if self.value is None:
            return WAITING
        if self.target is None:
            return NO_TARGET
        return status_of(
            self.value,
            baseline=self.indicator.baseline,
            target=self.target,
            planned=self.planned,
            over=self.as_of >= self.project.end,
            falls=self.falls or None,
        )

    @property
    def months(self) -> list[Point]:
        """The value at the end of each project month up to the figure's day."""
        if self.measure is None or self.as_of < self.project.start:
            return []
        last = self.project.month_of(min(self.as_of, self.project.end))
        points = []
        for month in range(1, last + 1):
            day = min(self.project.month(month)[1], self.as_of)
            points.append(Point(month, day, self.value_on(day)))
        return points

    @property
    def forecast(self):
        """The value at the project's end if the pace of the last six months lasts; None when it is over, when there
        is less than a month to go by, or when the figure is no sum and has no pace."""
        if self.measure is None:
            return None
        return forecast_of(self.measure, self.steps, self.project, self.as_of)

    @property
    def needed(self):
        """How much more a month the target takes until the project's end, rounded up to a tenth; None where the
        target is reached, nothing is left or the figure has no pace."""
        return needed_of(self.measure, self.value, self.target, self.project, self.as_of)


class KeptFigure(Figure):
    """A figure as it was kept on a night: its value is read and not counted anew."""

    def __init__(self, stored):
        indicator = stored.indicator
        super().__init__(indicator, indicator.project, stored.last_night, overall_target(indicator))
        self.kept = stored.value

    @property
    def value(self):
        return self.kept

    @property
    def forecast(self):
        return None


def forecast_of(measure, steps, project, as_of):
    """What `steps` come to by the project's end at the pace of the last PACE_DAYS, or of all days if there were
    fewer; None where there is nothing to carry on."""
    gone = (as_of - project.start).days + 1
    left = (project.end - as_of).days
    if not measure.how.adds_up or left <= 0 or gone < 30:
        return None
    span = min(PACE_DAYS, gone)
    since = as_of - datetime.timedelta(days=span)
    value = value_on(measure, steps, as_of)
    gained = value - value_on(measure, steps, since)
    return value + gained * left // span


def needed_of(measure, value, target, project, as_of) -> Decimal | None:
    """How much a month takes `value` to `target` by the project's end, in units, rounded up to a tenth."""
    left = (project.end - as_of).days
    if measure is None or not measure.how.adds_up or target is None or left <= 0:
        return None
    missing = Decimal(target) - Decimal(value)
    if missing <= 0:
        return None
    months = Decimal(min(left, (project.end - project.start).days + 1)) * 12 / DAYS_A_YEAR
    return Decimal(math.ceil(missing / months * 10)) / 10


def plan_of(project, baseline, target, between=()):
    """The points that the planned line joins: the baseline on the eve of the project, each (day, value) of
    `between`, the target on its last day; [(day, value)]."""
    eve = project.start - datetime.timedelta(days=1)
    inside = sorted((day, value) for day, value in between if eve < day < project.end)
    return [(eve, baseline), *inside, (project.end, target)]


def on_the_line(points, day) -> Decimal:
    """The value on `day` of the line that joins `points`; level before the first and after the last."""
    at = bisect_right(points, day, key=itemgetter(0))
    if at == 0:
        return points[0][1]
    if at == len(points):
        return points[-1][1]
    (before, low), (after, high) = points[at - 1], points[at]
    return low + Decimal(high - low) * (day - before).days / (after - before).days


def planned_value(project, day, *, baseline, target) -> Decimal:
    """The value that an even pace from `baseline` to `target` gives for `day`: a straight line over the
    project's days, level before its first and after its last."""
    return on_the_line(plan_of(project, baseline, target), day)


def status_of(value, *, baseline, target, planned, over, falls=None) -> Status:
    """What `value` means against the target and the value planned for its day. `over`: no day is left.

    Distances are taken along the way from baseline to target, so a figure that is to fall fares alike. falls: says
    so of a figure whose target is its baseline, which is to stay where it is or below.
    """
    falls = -1 if falls or target < baseline else 1
    if falls * (value - target) >= 0:
        return REACHED
    if over:
        return NOT_REACHED
    come, due = falls * (value - baseline), falls * (planned - baseline)
    if come >= due:
        return ON_TRACK
    return BEHIND if come >= due * CLOSE_TO_PLAN else AT_RISK


def figures(project, indicators, as_of) -> list[Figure]:
    """The figures of `indicators` (a queryset with its targets prefetched) as of a day."""
    found = []
    for indicator in indicators:
        indicator.project = project
        found.append(Figure(indicator, project, as_of, overall_target(indicator)))
    return found


def leading(figures) -> "Figure | None":
    """The one of `figures` that a page shows large: of the distinct counts, the one that promises most."""
    counted = [figure for figure in figures if figure.measure and figure.measure.how == How.COUNT]
    return max(counted, key=lambda figure: figure.target or 0, default=None)


def overall_target(indicator):
    for target in indicator.targets.all():
        if target.cluster_id is None and target.period_id is None:
            return target.value
    return None


def targets_of_clusters(indicator) -> dict[int, Decimal]:
    """What each cluster is to reach by the end of the project: {cluster id: value}."""
    return {
        target.cluster_id: target.value
        for target in indicator.targets.all()
        if target.cluster_id is not None and target.period_id is None
    }


@dataclass(frozen=True)
class Share:
    """A cluster's part of a figure, against the cluster's own target where it has one.

    forecast and needed: as of a figure, for the cluster alone.
    """

    cluster: object
    value: Decimal | int | None
    target: Decimal | None
    status: Status | None
    percent: int | None
    forecast: Decimal | int | None = None
    needed: Decimal | None = None

    @property
    def lags(self):
        """Whether its pace does not take it to its target."""
        return self.needed is not None and (self.forecast is None or self.forecast < self.target)


@dataclass(frozen=True)
class Split:
    """A figure by cluster. `shared` units were served by several clusters and are in several shares."""

    shares: list[Share]
    total: Decimal | int
    shared: int

    @property
    def lagging(self):
        """The shares whose pace does not take them to their target, those that lack most first."""
        return sorted((s for s in self.shares if s.lags), key=attrgetter("needed"), reverse=True)


def split_by_cluster(figure: Figure, clusters) -> Split:
    """The shares of `clusters` in `figure`, which may sum to more than its value."""
    measure, project, as_of = figure.measure, figure.project, figure.as_of
    units = {}
    if measure.how == How.COUNT and not measure.units_are_records:
        units = _first_days(measure, project, as_of, by="cluster")
        found = {
            key: [Entry(day, n) for day, n in sorted(Counter(days.values()).items())]
            for key, days in units.items()
        }
    else:
        found = entries(measure, project, as_of, by="cluster")
    targets = targets_of_clusters(figure.indicator)
    over = as_of >= project.end
    shares = []
    for cluster in clusters:
        steps = steps_of(measure, found.get(cluster.pk, []))
        value, target = value_on(measure, steps, as_of), targets.get(cluster.pk)
        status = done = None
        if target is not None and value is not None:
            way = {"baseline": 0, "target": target}
            planned = planned_value(project, as_of, **way)
            status = status_of(value, planned=planned, over=over, **way)
            done = percent(value, **way)
        forecast = forecast_of(measure, steps, project, as_of)
        needed = needed_of(measure, value, target, project, as_of)
        shares.append(Share(cluster, value, target, status, done, forecast, needed))
    appearances = Counter(unit for days in units.values() for unit in days)
    return Split(
        shares=shares,
        total=sum(share.value or 0 for share in shares),
        shared=sum(1 for times in appearances.values() if times > 1),
    )


@dataclass(frozen=True)
class Part:
    """A part of a figure under the name of a country, a sector or a size class; `key` is its code."""

    key: str
    name: str
    value: Decimal | int


@dataclass(frozen=True)
class Parts:
    """A figure split by something else than clusters. `shared` units are in several parts, `nowhere` in none."""

    by: str
    name: str
    parts: list[Part]
    total: Decimal | int
    shared: int
    nowhere: int


def split_by(figure: Figure, by) -> Parts:
    """The parts of `figure` by country, sector or size class, the largest first; one query a source (a ratio: two).

    Raises KeyError for what its measure is not split by.
    """
    measure = figure.measure
    if by not in measure.groups:
        raise KeyError(by)
    units = {}
    if measure.how == How.COUNT:
        units = _first_days(measure, figure.project, figure.as_of, by=by)
        values = {key: len(days) for key, days in units.items()}
    else:
        found = entries(measure, figure.project, figure.as_of, by=by)
        values = {
            key: value_on(measure, steps_of(measure, rows), figure.as_of)
            for key, rows in found.items()
        }
    appearances = Counter(unit for days in units.values() for unit in days)
    parts = [Part(key, _name_of(by, key), value) for key, value in values.items() if key != ""]
    return Parts(
        by=by,
        name=GROUPS[by],
        parts=sorted(parts, key=lambda part: (-part.value, str(part.name))),
        total=sum(part.value for part in parts),
        shared=sum(1 for times in appearances.values() if times > 1),
        nowhere=figure.value - len(appearances) if units else 0,
    )


def _name_of(by, key):
    if by == "country":
        return countries.name(key) or key
    return SizeClass(key).label if by == "size" else key
