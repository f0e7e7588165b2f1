"""What happened: events and who came."""

import datetime

from events.models import Event, EventKind


def event(partner, title="Workshop in Plovdiv", first_day=None, days=1, **fields):
    first_day = first_day or partner.project.start + datetime.timedelta(days=60)
    fields.setdefault("kind", EventKind.REGIONAL_WORKSHOP)
    return Event.objects.create(
        project=partner.project,
        partner=partner,
        title=title,
        first_day=first_day,
        last_day=first_day + datetime.timedelta(days=days - 1),
        **fields,
    )
