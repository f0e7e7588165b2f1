"""Figures: what a measure says of a project as of a day.

*As of day D* means: records dated up to D, as they are known now. Every function here takes a fixed number of
queries (one a source), whatever the number of records.
"""

import datetime
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Min, Q
from django.utils.translation import gettext_lazy as _

from indicators.measures import MEASURES, Measure, Source

PACE_DAYS = 182  # pace is that of the last six months
CLOSE_TO_PLAN = Decimal("0.85")  # with a smaller share of the planned way, an indicator is at risk


# --- What a measure says -------------------------------------------------------------------------


def first_days(measure: Measure, project, as_of) -> dict[int, datetime.date]:
    """The day on which each unit began to count: {unit id: date}. Its length is the measure's value."""
    days: dict[int, datetime.date] = {}
    for source in measure.sources:
        found = counting_rows(source, project, as_of).order_by().values_list(source.unit)
        for key, day in found.annotate(first=Min(source.date)):
            unit = measure.unit_of(source, key)
            days[unit] = min(day, days.get(unit, day))
    return days


def units_by_cluster(measure: Measure, project, as_of) -> dict[int, set[int]]:
    """The ids of the units that each cluster makes count: {cluster id: {unit id}}.

    A unit served by two clusters is in both sets, so the parts may sum to more than the whole.
    """
    units: dict[int, set[int]] = {}
    for source in measure.sources:
        if not source.cluster:
            continue
        rows = counting_rows(source, project, as_of).order_by()
        rows = rows.filter(**{f"{source.cluster}__isnull": False})
        for cluster, key in rows.values_list(source.cluster, source.unit).distinct():
            units.setdefault(cluster, set()).add(measure.unit_of(source, key))
    return units


def counting_rows(source: Source, project, as_of):
    """The rows of `source` dated up to `as_of` that meet all of its conditions."""
    return source.rows(project).filter(_up_to(source, as_of), *_conditions(source, project))


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
    """One line of an explained count: how many records are left after a condition, and how many fell out."""

    number: int
    sentence: str
    unmet: str
    records: int
    fell_out: int
    units: int


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
        (_("all records of the project"), ""),
        (_("dated up to this day"), _("dated later")),
        *((condition.sentence, condition.unmet) for condition in source.conditions),
    ]
    return [
        Step(
            number=number - 1,
            sentence=sentence,
            unmet=unmet,
            records=found[f"records_{number}"],
            fell_out=found[f"records_{max(number - 1, 0)}"] - found[f"records_{number}"],
            units=found[f"units_{number}"],
        )
        for number, (sentence, unmet) in enumerate(sentences)
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
    value: int


class Figure:
    """An indicator's value as of a day, with what can be said of it. Asks the database once, when first read."""

    def __init__(self, indicator, project, as_of, target):
        self.indicator = indicator
        self.project = project
        self.as_of = as_of
        self.target = target
        self.measure = MEASURES.get(indicator.measure)

    @cached_property
    def first_days(self):
        return first_days(self.measure, self.project, self.as_of)

    @property
    def value(self):
        """How many units count; None while the indicator waits for its records. Null is not zero."""
        return len(self.first_days) if self.measure else None

    @property
    def percent(self):
        if self.value is None or self.target is None:
            return None
        return percent(self.value, baseline=self.indicator.baseline, target=self.target)

    @property
    def planned(self):
        """The value that an even pace from baseline to target gives for this day."""
        if self.target is None:
            return None
        return planned_value(
            self.project, self.as_of, baseline=self.indicator.baseline, target=self.target
        )

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
        )

    @property
    def months(self) -> list[Point]:
        """The value at the end of each project month up to the figure's day."""
        if self.measure is None or self.as_of < self.project.start:
            return []
        last = self.project.month_of(min(self.as_of, self.project.end))
        begun = Counter(self.project.month_of(day) for day in self.first_days.values())
        points, value = [], 0
        for month in range(1, last + 1):
            value += begun[month]
            points.append(Point(month, min(self.project.month(month)[1], self.as_of), value))
        return points

    @property
    def forecast(self):
        """The value at the project's end if the pace of the last six months lasts; None when it is over
        or when there is less than a month to go by."""
        gone = (self.as_of - self.project.start).days + 1
        left = (self.project.end - self.as_of).days
        if self.value is None or left <= 0 or gone < 30:
            return None
        span = min(PACE_DAYS, gone)
        since = self.as_of - datetime.timedelta(days=span)
        gained = sum(1 for day in self.first_days.values() if day > since)
        return self.value + gained * left // span


def planned_value(project, day, *, baseline, target) -> Decimal:
    """The value that an even pace from `baseline` to `target` gives for `day`: a straight line over the
    project's days, level before its first and after its last."""
    length = (project.end - project.start).days + 1
    gone = min(max((day - project.start).days + 1, 0), length)
    return baseline + Decimal(target - baseline) * gone / length


def status_of(value, *, baseline, target, planned, over) -> Status:
    """What `value` means against the target and the value planned for its day. `over`: no day is left.

    Distances are taken along the way from baseline to target, so a figure that is to fall fares alike.
    """
    falls = -1 if target < baseline else 1
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
    """The one of `figures` that a page shows large: of those that are counted, the one that promises most."""
    counted = [figure for figure in figures if figure.measure]
    return max(counted, key=lambda figure: figure.target or 0, default=None)


def overall_target(indicator):
    for target in indicator.targets.all():
        if target.cluster_id is None:
            return target.value
    return None


@dataclass(frozen=True)
class Share:
    """A cluster's part of a figure, against the cluster's own target where it has one."""

    cluster: object
    value: int
    target: Decimal | None
    status: Status | None
    percent: int | None


@dataclass(frozen=True)
class Split:
    """A figure by cluster. `shared` units were served by several clusters and are in several shares."""

    shares: list[Share]
    total: int
    shared: int


def split_by_cluster(figure: Figure, clusters) -> Split:
    """The shares of `clusters` in `figure`, which may sum to more than its value."""
    units = units_by_cluster(figure.measure, figure.project, figure.as_of)
    targets = {target.cluster_id: target.value for target in figure.indicator.targets.all()}
    over = figure.as_of >= figure.project.end
    shares = []
    for cluster in clusters:
        value = len(units.get(cluster.pk, ()))
        target = targets.get(cluster.pk)
        status = done = None
        if target is not None:
            way = {"baseline": 0, "target": target}
            planned = planned_value(figure.project, figure.as_of, **way)
            status = status_of(value, planned=planned, over=over, **way)
            done = percent(value, **way)
        shares.append(Share(cluster, value, target, status, done))
    appearances = Counter(unit for cluster_units in units.values() for unit in cluster_units)
    return Split(
        shares=shares,
        total=sum(share.value for share in shares),
        shared=sum(1 for times in appearances.values() if times > 1),
    )
