"""The papers of an event: the sign-in sheet of a day and a person's certificate of attendance."""

import datetime
from math import ceil

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from common.pdf import to_pdf
from events.models import Attendance

BLANK = 8  # empty lines below those who are known, at least
FIRST_PAGE, FURTHER_PAGE = (
    10,
    15,
)  # lines that fill a page, with room for the organiser's signature on the last
MOST_PREFILLED = 300  # names that are printed: about two seconds of laying out


def sign_in_sheet(event, day, *, blank=False) -> bytes:
    """The sheet on which people sign on `day` of `event`, as a PDF: a line for each who is expected, and empty ones.

    blank: without any name, for a door at which nobody is to read who else comes.
    """
    known = event.attendances.filter(date=day, erased_at__isnull=True).select_related(
        "manager__cluster", "sme"
    )
    rows = [] if blank else sorted(known[:MOST_PREFILLED], key=lambda row: row.who.casefold())
    further = max(0, ceil((len(rows) + BLANK - FIRST_PAGE) / FURTHER_PAGE))
    rows += [None] * (FIRST_PAGE + further * FURTHER_PAGE - len(rows))
    return _pdf("events/pdf/sheet.html", event, day=day, rows=rows)


def certificate(attendance) -> bytes:
    """What the person of `attendance` can show of all confirmed days at the event, as a PDF of one page.

    Hours are told if the event says when it begins and ends: those of each day, added up.
    """
    event = attendance.event
    days = days_of(attendance)
    return _pdf(
        "events/pdf/certificate.html",
        event,
        name=attendance.who,
        affiliation=attendance.affiliation if attendance.affiliation != attendance.who else "",
        country=attendance.country.name if attendance.country else "",
        days=days,
        hours=hours(event) * len(days) if hours(event) else None,
        competences=list(event.competences.all()),
    )


def days_of(attendance) -> list[datetime.date]:
    """The confirmed days of the person of `attendance` at its event."""
    rows = Attendance.objects.confirmed().filter(event=attendance.event_id)
    if attendance.manager_id:
        rows = rows.filter(manager=attendance.manager_id)
    else:
        same = {"sme": attendance.sme_id} if attendance.sme_id else {"sme__isnull": True}
        rows = rows.filter(manager__isnull=True, person=attendance.person, **same)
    return list(rows.order_by("date").values_list("date", flat=True))


def hours(event) -> float | None:
    """How many hours a day of `event` has; None if it does not say."""
    if not event.starts_at or not event.ends_at:
        return None
    midnight = datetime.date.min
    begins, ends = (
        datetime.datetime.combine(midnight, at) for at in (event.starts_at, event.ends_at)
    )
    return (ends - begins).total_seconds() / 3600


def _pdf(template, event, **context):
    with override("en-gb"):
        html = render_to_string(
            template,
            {"event": event, "project": event.project, "made_on": timezone.now(), **context},
        )
    return to_pdf(html)
