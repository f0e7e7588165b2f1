"""Which records of a period were changed after their partner had called its data complete, or taken out of it."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.dateparse import parse_date

from clusters.models import Cluster, ServiceRecord
from common.history import last_changes, left
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
    """A record that was changed after the declaration, entered, or taken out of the period.

    who: None for a command's change; record: None if it was deleted; moved_to: the day outside the period.
    """

    name: str
    record: object
    at: datetime.datetime
    who: object
    moved_to: datetime.date | None = None


def changed_by_partner(declarations, period) -> dict[int, int]:
    """How many records of `period` each partner changed since it declared: {partner id: number}; two queries a kind
    at most, and two."""
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
    for declaration, _change in _taken_out(declarations, period):
        changed[declaration.partner_id] += 1
    return changed


def changed_since(declaration, reader) -> list[Changed]:
    """The records that make up that number as `reader` sees them, the latest change first; three queries a kind
    at most, and two."""
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
            found.append(Changed(str(row), row, row.updated_at, entry.actor if entry else None))
    found += [change for _declaration, change in _taken_out([declaration], period)]
    return sorted(found, key=lambda each: each.at, reverse=True)


def _taken_out(declarations, period):
    """(declaration, Changed) of what was deleted or dated outside `period` since its partner declared."""
    by_partner = {row.partner_id: row for row in declarations}
    if not by_partner:
        return
    since = min(row.declared_at for row in by_partner.values())
    days = {model: day for model, _path, day in RECORDS}
    changes = left(days, period.start, period.end, project=period.project, since=since)
    rows, partners = _moved(changes), _partners_of_clusters(changes, period.project)
    for model, entry, moved_to in changes:
        row = rows.get((model, entry.object_id))
        if moved_to and row is None:
            continue  # deleted by a command that keeps no history
        if model is ServiceRecord:
            partner = row.cluster.partner_id if row else partners.get(entry.changes["cluster"][0])
        else:
            partner = row.partner_id if row else int(entry.changes["partner"][0])
        declaration = by_partner.get(partner)
        if declaration and entry.timestamp > declaration.declared_at:
            name = str(row) if row else entry.object_repr
            day_now = parse_date(moved_to) if moved_to else None
            yield declaration, Changed(name, row, entry.timestamp, entry.actor, day_now)


def _moved(changes):
    """{(model, id): record} of those that were moved; a query for each kind of which there are some."""
    keys = defaultdict(list)
    for model, entry, moved_to in changes:
        if moved_to:
            keys[model].append(entry.object_id)
    return {
        (model, row.pk): row
        for model, ids in keys.items()
        for row in model.objects.filter(pk__in=ids).for_list()
    }


def _partners_of_clusters(changes, project):
    """{a cluster's id as the audit trail writes it: its partner's}, if a delivery is among what was deleted."""
    if not any(model is ServiceRecord and not moved_to for model, _entry, moved_to in changes):
        return {}
    clusters = Cluster.objects.filter(project=project).values_list("pk", "partner")
    return {str(pk): partner for pk, partner in clusters}


def _within(period, day):
    return {f"{day}__range": (period.start, period.end)}
