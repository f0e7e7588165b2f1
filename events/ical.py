"""Events as calendar programs read them: iCalendar, RFC 5545."""

import datetime
from zoneinfo import ZoneInfo

import icalendar
from django.conf import settings
from django.utils.translation import gettext as _

from events.models import EventKind, Standing

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//TRACE-KEI portal//Events//EN"
REFRESH = datetime.timedelta(hours=6)


def as_calendar(events, *, name) -> bytes:
    """`events` as one iCalendar file: the same events, the same bytes.

    name: what the calendar is called where it is read. Whole days are days of no time zone; hours are those of the
    event's own time zone, with its changes between summer and winter time. A gathering of several days with hours is
    one entry that recurs daily. What was cancelled stays in, marked as such. Agenda and speakers stay in the portal:
    they may name persons.
    """
    made = icalendar.Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    made.add("x-published-ttl", "PT6H")
    events = list(events)
    for event in events:
        made.add_component(as_entry(event))
    if events:
        first = min(event.first_day for event in events).replace(month=1, day=1)
        last = max(event.last_day for event in events).replace(month=1, day=1)
        made.add_missing_timezones(first, last.replace(year=last.year + 2))
    return made.to_ical()


def as_entry(event) -> icalendar.Event:
    """One event as a VEVENT, under an identity that it keeps whatever is changed."""
    cancelled = event.state == Standing.CANCELLED
    entry = icalendar.Event()
    entry.add("uid", f"{event.submission}@events.tracekei")
    entry.add("sequence", event.version - 1)
    entry.add("dtstamp", event.updated_at)
    entry.add("created", event.created_at)
    entry.add("last-modified", event.updated_at)
    title = event.title
    entry.add("summary", _("Cancelled: %(title)s") % {"title": title} if cancelled else title)
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    entry.add("categories", [str(EventKind(event.kind).label)])
    _add_time(entry, event)
    # A gathering of whole days does not make its readers unreachable; one with hours takes these.
    entry.add("transp", "OPAQUE" if event.starts_at and not cancelled else "TRANSPARENT")
    if place := _place(event):
        entry.add("location", place)
    address = settings.SITE_URL + event.get_absolute_url()
    entry.add("url", address)
    entry.add("description", _description(event, address))
    return entry


def _add_time(entry, event):
    if not event.starts_at:
        entry.add("dtstart", event.first_day)
        entry.add(
            "dtend", event.last_day + datetime.timedelta(days=1)
        )  # the first day that is free again
        return
    zone = ZoneInfo(event.time_zone)
    entry.add("dtstart", datetime.datetime.combine(event.first_day, event.starts_at, zone))
    if event.ends_at:
        entry.add("dtend", datetime.datetime.combine(event.first_day, event.ends_at, zone))
    if len(event.days) > 1:
        entry.add("rrule", {"freq": "daily", "count": len(event.days)})


def _place(event):
    parts = [event.place, event.country.name if event.country else ""]
    if event.online:
        parts.append(_("online"))
    return ", ".join(part for part in parts if part)


def _description(event, address):
    lines = [
        str(EventKind(event.kind).label),
        _("Project: %(project)s") % {"project": event.project},
        _("Host: %(partner)s") % {"partner": event.partner},
    ]
    if event.state == Standing.CANCELLED:
        lines.append(_("Cancelled: %(reason)s") % {"reason": event.cancelled_because})
    return "\n".join([*lines, "", address])
