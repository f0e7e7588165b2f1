"""What figures said each night, kept with the codes of their units, and how today's records differ from that."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django_countries import countries

from indicators.exchange import codes_of, named
from indicators.figures import Figure, figures
from indicators.models import Indicator, StoredFigure

SHOWN = 50  # units of each sort that a page names


@transaction.atomic
def keep(project, night) -> int:
    """Keep what each figure of `project` says as of `night`, a day that is over; how many were not kept before.

    A figure that says what it said the night before takes no further row. Safe to call again for the same night.
    """
    # One worker at a time: whoever comes second finds it done.
    asked = Indicator.objects.select_for_update().filter(project=project).exclude(measure="")
    kept = 0
    for figure in figures(project, asked.prefetch_related("targets__period__project"), night):
        last = figure.indicator.stored.order_by("first_night").last()
        if figure.measure is None or (last and last.last_night >= night):
            continue
        units, value = unit_codes(figure), stored_value(figure)
        before = night - datetime.timedelta(days=1)
        if last and last.last_night == before and last.units == units and last.value == value:
            last.last_night = night
            last.save(update_fields=["last_night"])
        else:
            StoredFigure.objects.create(
                indicator=figure.indicator,
                first_night=night,
                last_night=night,
                value=value,
                units=units,
            )
        kept += 1
    return kept


def stored_value(figure: Figure) -> Decimal | None:
    """The value of `figure` as it is kept, with four decimals."""
    return None if figure.value is None else Decimal(figure.value).quantize(Decimal("0.0001"))


def unit_codes(figure: Figure, known=None) -> list[str]:
    """The codes of the units that `figure` counts, in order. known: as `codes_of` takes it."""
    return named(codes_of(figure.measure, figure.project, known), figure.first_days)


@dataclass(frozen=True)
class Unit:
    """A unit that counts now and did not then, or the other way about; what the reader may not see has a code only.

    since: the day from which it counts, for one that does.
    """

    code: str
    name: str = ""
    url: str = ""
    since: datetime.date | None = None


@dataclass(frozen=True)
class Units:
    """Which units count now and did not count then, and the other way about.

    added and removed name SHOWN units at most; the counts are whole.
    """

    added: list[Unit]
    removed: list[Unit]
    added_count: int
    removed_count: int

    @property
    def is_one(self):
        return bool(self.added_count or self.removed_count)

    @property
    def more_added(self):
        return self.added_count - len(self.added)

    @property
    def more_removed(self):
        return self.removed_count - len(self.removed)


@dataclass(frozen=True)
class Difference:
    """A figure as of a day as it was kept that night, beside what today's records say of the same day."""

    kept: StoredFigure
    units: Units
    value_changed: bool

    @property
    def is_one(self):
        return self.units.is_one or self.value_changed


def difference(figure: Figure, reader) -> Difference | None:
    """How `figure` differs from what was kept on the night of its day; None if nothing was kept then."""
    kept = figure.indicator.stored.of_night(figure.as_of).first()
    if kept is None or figure.measure is None:
        return None
    units = between(figure, kept.units, reader)
    return Difference(kept, units, kept.value != stored_value(figure))


def between(figure: Figure, then, reader, known=None) -> Units:
    """How the units of `figure` differ from the codes in `then`. known: as `codes_of` takes it."""
    codes = codes_of(figure.measure, figure.project, known)
    since = {codes.get(unit, unit): day for unit, day in figure.first_days.items()}
    added, removed = sorted(set(since) - set(then)), sorted(set(then) - set(since))
    shown = [*added[:SHOWN], *removed[:SHOWN]]
    units = _units(figure, shown, since, reader) if shown else {}
    return Units(
        [units[code] for code in added[:SHOWN]],
        [units[code] for code in removed[:SHOWN]],
        len(added),
        len(removed),
    )


def _units(figure, codes, since, reader):
    units = {code: Unit(code, since=since.get(code)) for code in codes}
    for model in figure.measure.unit_models:
        if model is None:
            for code in codes:
                units[code] = Unit(code, countries.name(code), since=since.get(code))
        elif hasattr(model, "code"):
            rows = model._default_manager.visible_to(reader)
            rows = rows.filter(project=figure.project, code__in=codes)
            for row in rows.for_list() if hasattr(rows, "for_list") else rows:
                name = str(row).removeprefix(row.code).strip()
                units[row.code] = Unit(row.code, name, row.get_absolute_url(), since.get(row.code))
    return units
