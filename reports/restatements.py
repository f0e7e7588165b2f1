"""What a submitted report stated and today's records say otherwise: per figure the units that came and went, by whom
and why. A later correction is never hidden: it stands on a page at any time, and in the next report.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from common.history import last_changes, reason_of
from indicators import nights
from indicators.exchange import as_number, codes_of
from indicators.figures import Figure, overall_target
from indicators.models import Indicator

TOLD = 5  # records of a unit of which the page tells what happened


@dataclass(frozen=True)
class Cause:
    """A record of a unit that came or went: who changed it last since the report, when, and why it does not count.

    label: its code, or what it is a part of: never a person's name. who: None for a command's change, and where
    nothing is on record; unmet: the sentences of what it lacks now; reason: what whoever changed it said.
    """

    record: object
    label: str
    who: object
    day: datetime.date | None
    unmet: list[str]
    reason: str = ""


@dataclass(frozen=True)
class Restatement:
    """A figure that is not as it was stated; stated and now in its unit, causes by the code of the unit."""

    figure: Figure
    stated: float | int | None
    now: float | int | None
    units: nights.Units
    causes: dict[str, list[Cause]]

    @property
    def added(self):
        return [(unit, self.causes.get(unit.code, [])) for unit in self.units.added]

    @property
    def removed(self):
        return [(unit, self.causes.get(unit.code, [])) for unit in self.units.removed]


def restatements(report, reader, counted=None, known=None) -> list[Restatement]:
    """The figures of the submitted `report` that today's records say otherwise, as `reader` may see their units.

    What was stated is read from the snapshot; the figures are counted anew for the same day. counted: figures as of
    a later day whose answers are taken where they serve; known: as `codes_of` takes it. A fixed number of queries for
    each figure that differs, whatever the number of its records.
    """
    as_of, known = parse_date(report.snapshot["as_of"]), {} if known is None else known
    later = {figure.indicator.code: figure for figure in counted or _figures(report.project, as_of)}
    found = []
    for stated in report.snapshot["indicators"]:
        if stated["code"] not in later or stated.get("units") is None:
            continue  # reports of the first format have no units to compare
        figure = later[stated["code"]].on(as_of)
        if figure.measure is None:
            continue
        units = nights.between(figure, stated["units"], reader, known)
        now = as_number(figure.value)
        if units.is_one or now != stated["value"]:
            frozen = report.snapshot.get("frozen")
            since = parse_datetime(frozen) if frozen else report.locked_at
            causes = _causes(figure, units, since)
            found.append(Restatement(figure, stated["value"], now, units, causes))
    return found


def _figures(project, as_of):
    rows = Indicator.objects.filter(project=project).prefetch_related("targets__period__project")
    return [Figure(row, project, as_of, overall_target(row)) for row in rows]


def as_data(restated: Restatement) -> dict:
    """A restatement as plain JSON values for the next report: units by their codes, no person."""
    return {
        "code": restated.figure.indicator.code,
        "name": restated.figure.indicator.name,
        "stated": restated.stated,
        "now": restated.now,
        "added": [unit.code for unit in restated.units.added],
        "removed": [unit.code for unit in restated.units.removed],
        "more": restated.units.more_added + restated.units.more_removed,
        "why": sorted(
            {why for rows in restated.causes.values() for row in rows for why in row.unmet}
        ),
        "reasons": sorted(
            {row.reason for rows in restated.causes.values() for row in rows if row.reason}
        ),
    }


def _causes(figure, units, since):
    """What happened to the records of the units that came and went: two queries a source and a kind of record."""
    measure, project = figure.measure, figure.project
    shown = {unit.code for unit in (*units.added, *units.removed)}
    keys = defaultdict(dict)  # by the model of the unit: {key: code}
    for unit, code in codes_of(measure, project).items():
        if code in shown:
            label, key = unit if isinstance(unit, tuple) else (None, unit)
            keys[label][key] = code
    causes = defaultdict(list)
    for source in measure.sources:
        label = source.unit_model._meta.label if source.unit_model else None
        codes = keys[label] if measure.unit_model_of(source) else {code: code for code in shown}
        if codes:
            for code, cause in _of_source(source, figure, codes, since):
                causes[code].append(cause)
    return {code: _changed_ones(rows)[:TOLD] for code, rows in causes.items()}


def _changed_ones(rows):
    """Those that were changed since, which are the reason; all where nothing is on record of any."""
    return [row for row in rows if row.day] or rows


def _of_source(source, figure, codes, since):
    met = {
        f"met_{n}": Case(
            When(condition.holds(figure.project), then=Value(1)),
            default=Value(0),
            output_field=IntegerField(),
        )
        for n, condition in enumerate(source.conditions)
    }
    rows = source.rows(figure.project).filter(**{f"{source.unit}__in": list(codes)})
    holds, unit_of, late = defaultdict(set), {}, set()
    for key, unit, day, *flags in rows.annotate(**met).values_list(
        "pk", source.unit, source.date, *met
    ):
        holds[key] |= {n for n, flag in enumerate(flags) if flag}
        unit_of[key] = unit
        if day is None or day > figure.as_of:
            late.add(key)
    model = rows.model
    changes = last_changes(model, unit_of, since)
    records = _with_address(model).in_bulk(list(unit_of))
    for key, unit in unit_of.items():
        unmet = [str(c.unmet) for n, c in enumerate(source.conditions) if n not in holds[key]]
        if key in late:
            unmet.append(_("dated after the day of the report"))
        change = changes.get(str(key))
        if change is None and (not unmet or key in late):
            continue  # neither changed nor what the report rested on
        day = timezone.localdate(change.timestamp) if change else None
        record = records[key]
        # SECURITY: an attendance is called by its event, as its own name may be a person's.
        label = getattr(record, "code", "") or str(getattr(record, "event", ""))
        who, reason = (change.actor, reason_of(change)) if change else (None, "")
        yield codes[unit], Cause(record, label, who, day, unmet, reason)


def _with_address(model):
    """The rows of `model` with what their address and label take."""
    names = {each.name for each in model._meta.fields}
    paths = [path for path in ("project", "event__project") if path.split("__")[0] in names]
    rows = model._default_manager.all()
    return rows.select_related(*paths) if paths else rows
