"""Which records of a period were changed after their partner had called its data complete."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q

from clusters.models import ServiceRecord
from common.history import last_changes
from events.models import Activity, Dissemination, Event

# What a declaration is about: (model, path to the partner, its day).
RECORDS = (
    (ServiceRecord, "cluster__partner", "date"),
    (Activity, "partner", "first_day"),
    (Event, "partner", "first_day"),
    (Dissemination, "partner", "date"),
)
TOLD = 100  # records of each kind


@dataclass(frozen=True)
class Changed:
    """A record that was changed after the declaration, or entered. who: None for a command's change."""

    record: object
    at: datetime.datetime
    who: object


def changed_by_partner(declarations, period) -> dict[int, int]:
    """How many records of `period` each partner changed since it declared: {partner id: number}; a query a kind."""
    changed = defaultdict(int)
    for model, partner, day in RECORDS:
        later = Q()
        for row in declarations:
            later |= Q(**{partner: row.partner_id, "updated_at__gt": row.declared_at})
        if not later:
            continue
        rows = model.objects.filter(later, project=period.project, **_within(period, day))
        for row in rows.order_by().values(partner).annotate(n=Count("pk")):
            changed[row[partner]] += row["n"]
    return changed


def changed_since(declaration, reader) -> list[Changed]:
    """The records that make up that number as `reader` sees them, the latest change first; two queries a kind."""
    period, found = declaration.period, []
    for model, partner, day in RECORDS:
        rows = model.objects.visible_to(reader).filter(
            project=period.project,
            updated_at__gt=declaration.declared_at,
            **{partner: declaration.partner_id},
            **_within(period, day),
        )
        rows = list(rows.for_list().order_by("-updated_at")[:TOLD])
        entries = last_changes(model, [row.pk for row in rows], declaration.declared_at)
        for row in rows:
            entry = entries.get(str(row.pk))
            found.append(Changed(row, row.updated_at, entry.actor if entry else None))
    return sorted(found, key=lambda each: each.at, reverse=True)


def _within(period, day):
    return {f"{day}__range": (period.start, period.end)}
