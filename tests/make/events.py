"""What happened: events and who came."""

import datetime
import uuid

from django.utils import timezone

from events.models import (
    Attendance,
    Evaluation,
    Event,
    EventKind,
    PromisedEvent,
    Registration,
    Standing,
)


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


def attendance(event, date=None, *, confirmed=True, **fields):
    """Somebody on an event's list: a policymaker unless `manager` or `sme` or a category is given."""
    category = "manager" if fields.get("manager") else "sme" if fields.get("sme") else "policymaker"
    fields.setdefault("category", category)
    if not (fields.get("manager") or fields.get("sme")):
        fields.setdefault("name", "Maria Regione")
    if confirmed:
        fields.setdefault("confirmed_at", timezone.now())
    return Attendance.objects.create(event=event, date=date or event.first_day, **fields)


def registration(event, email="ana@visitor.example", **fields):
    """Somebody registered, on the list of all days as the page does it."""
    from events.actions.registration import expect

    fields = {
        "name": "Ana Visitor",
        "organisation": "Visitors Ltd",
        "country": "ES",
        "category": "other",
        "language": "en-gb",
        "informed_at": timezone.now(),
        **fields,
    }
    made = Registration.objects.create(event=event, email=email, **fields)
    expect(made)
    return made


def evaluation(event, overall=4, **fields):
    return Evaluation.objects.create(
        event=event, overall=overall, submission=uuid.uuid4(), answered_on=event.last_day, **fields
    )
