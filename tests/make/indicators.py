"""Readings and changes of indicators."""

import datetime

from django.utils import timezone

from indicators.models import Change, Reading
from tests.make.base import evidence, user


def reading(indicator, partner, value=12, date=None, *, accepted=None, proven=False, **fields):
    """A reading of a typed indicator; accepted or refused by its own reader, for want of another."""
    if accepted is not None:
        fields |= {"accepted": accepted, "decided_at": timezone.now()}
        fields.setdefault("decided_by", fields.get("created_by") or user())
    made = Reading.objects.create(
        project=indicator.project,
        indicator=indicator,
        partner=partner,
        value=value,
        date=date or datetime.date(2017, 6, 1),
        note=fields.pop("note", "Statistical yearbook, table 4"),
        **fields,
    )
    if proven:
        made.evidence.add(evidence(partner, f"{made.code}.txt", made.code.encode()))
    return made


def change(indicator, proposed_by, kind="definition", state="open", **fields):
    """A proposal to call the indicator otherwise."""
    if state != "open":
        fields.setdefault("decided_at", timezone.now())
    return Change.objects.create(
        indicator=indicator,
        kind=kind,
        before={"name": indicator.name},
        after={"name": "SMEs with a better service"},
        reason=fields.pop("reason", "The board words it so."),
        created_by=proposed_by,
        proposed_by_name=fields.pop("proposed_by_name", proposed_by.name if proposed_by else ""),
        state=state,
        **fields,
    )
