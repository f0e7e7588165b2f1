"""What makes a project known."""

import datetime

from events.models import Dissemination, Outlet, Progress


def dissemination(partner, title="A note on the project", *countries, audiences=None, **fields):
    """A delivered activity; countries: codes; audiences: {kind: number or None}. With `event` title and day are its."""
    if "event" in fields:
        title = ""
    else:
        fields.setdefault("date", partner.project.start + datetime.timedelta(days=40))
    fields = {
        "kind": Outlet.PRESS,
        "state": Progress.DELIVERED,
        "funding_shown": True,
        **fields,
    }
    made = Dissemination.objects.create(
        project=partner.project, partner=partner, title=title, **fields
    )
    for country in countries:
        made.countries.create(country=country)
    for kind, number in (audiences or {}).items():
        made.audiences.create(kind=kind, number=number)
    return made
