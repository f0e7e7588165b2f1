"""Invented registrations for coming events and invented opinions on past ones, the same on every run."""

import datetime
import uuid

from django.utils import timezone

from events.actions.registration import expect
from events.models import Evaluation, Registration, Standing

ASKED_DAYS = 14


def add_opinions(events, words, today):
    """Open what can be opened: registration for events to come, evaluation of those held in the last days.

    words: data/demonstration/events.yaml, of which `registered` and `opinions` are read.
    """
    for event in events:
        if event.state == Standing.PLANNED:
            _open_registration(event, words["registered"])
        elif event.state == Standing.HELD and (today - event.last_day).days < ASKED_DAYS:
            event.evaluation_until = event.last_day + datetime.timedelta(days=ASKED_DAYS)
            event.save()
            _answer(event, words["opinions"])


def _open_registration(event, people):
    event.registration_until = event.first_day - datetime.timedelta(days=5)
    event.capacity = 24
    event.full_clean()
    event.save()
    for n, (name, organisation, country, category) in enumerate(people, start=1):
        registration = Registration.objects.create(
            event=event,
            name=name,
            email=f"visitor{n}@demo.example",
            organisation=organisation,
            country=country,
            category=category,
            language="en-gb",
            informed_at=timezone.now(),
            demonstration=True,
        )
        expect(registration)


def _answer(event, opinions):
    Evaluation.objects.bulk_create(
        Evaluation(
            event=event,
            submission=uuid.uuid5(event.submission, str(n)),
            answered_on=event.last_day,
            overall=overall,
            usefulness=usefulness,
            organisation=organisation,
            comment=comment,
            demonstration=True,
        )
        for n, (overall, usefulness, organisation, comment) in enumerate(opinions)
    )
