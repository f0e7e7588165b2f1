"""What happened: events and who came."""

import datetime

from events.models import Event, EventKind, PromisedEvent, Standing


def event(partner, title="Workshop in Plovdiv", first_day=None, days=1, **fields):
    first_day = first_day or partner.project.start + datetime.timedelta(days=60)
    fields.setdefault("kind", EventKind.REGIONAL_WORKSHOP)
    if fields.get("state") == Standing.CANCELLED:
        fields.setdefault("cancelled_because", "Nobody could come.")
    return Event.objects.create(
        project=partner.project,
        partner=partner,
        title=title,
        first_day=first_day,
        last_day=first_day + datetime.timedelta(days=days - 1),
        **fields,
    )


def promised(project, kind=EventKind.REGIONAL_WORKSHOP, count=1, **fields):
    return PromisedEvent.objects.create(project=project, kind=kind, count=count, **fields)
