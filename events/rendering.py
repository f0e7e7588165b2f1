"""The papers of an event: the sign-in sheet of a day and a person's certificate of attendance."""

import datetime
from math import ceil

from django.db.models import Count
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
NAMES = (
    100  # on one sheet: about a second of laying out; a larger room has several, by the alphabet
)


def sign_in_sheet(event, day, *, part=1, blank=False) -> bytes:
    """The sheet on which people sign on `day` of `event`, as a PDF: a line for each who is expected, and empty ones.

    part: of a day with more than NAMES, the first, second ... of its sheets; one beyond the last is empty lines.
    blank: without any name, for a door at which nobody is to read who else comes.
    """
    known = event.attendances.filter(date=day, erased_at__isnull=True).select_related(
        "manager__cluster", "sme"
    )
    rows = [] if blank else sorted(known, key=lambda row: row.who.casefold())
    parts = max(1, ceil(len(rows) / NAMES))
    rows = rows[(part - 1) * NAMES : part * NAMES]
    further = max(0, ceil((len(rows) + BLANK - FIRST_PAGE) / FURTHER_PAGE))
    rows += [None] * (FIRST_PAGE + further * FURTHER_PAGE - len(rows))
    return _pdf(
        "events/pdf/sheet.html",
        event,
        day=day,
        rows=rows,
        part=part if parts > 1 else None,
        parts=parts,
        before=(part - 1) * NAMES,
    )


def sheets(event) -> dict:
    """{day: the numbers of its sign-in sheets} of `event`."""
    known = event.attendances.filter(erased_at__isnull=True).order_by()
    counts = dict(known.values_list("date").annotate(n=Count("pk")))
    return {day: range(1, max(1, ceil(counts.get(day, 0) / NAMES)) + 1) for day in event.days}


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
