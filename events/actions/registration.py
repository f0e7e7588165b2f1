"""What people do themselves, without a login: check in, register, withdraw, say how it was."""

from functools import partial

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events import mail
from events.actions.attendance import MOST_ROWS
from events.models import Attendance, Evaluation, Event, Place, Registration, Source
from events.models.attendance import person_key

MOST_EVALUATIONS = 2_000  # of one event
MOST_REGISTRATIONS = 6_000


@transaction.atomic
def check_in(*, event, day, name, organisation, country, category) -> None:
    """Put somebody who stands at the door on the list of `day`, to be confirmed by the organiser.

    Sent twice, it is one line; who was expected is marked as here. SECURITY: returns nothing, so that nobody learns
    who is on the list. Raises ValidationError if the list of the day is full.
    """
    rows = Attendance.objects.filter(event=event, date=day)
    key = person_key(name, organisation)
    now = timezone.now()
    there = rows.filter(person=key, manager__isnull=True, sme__isnull=True).first()
    if there is None and rows.count() >= MOST_ROWS:
        raise ValidationError(_("The list of this day is full. Please talk to the organisers."))
    if there is None:
        row = Attendance(
            event=event,
            date=day,
            name=name,
            organisation=organisation,
            country=country,
            category=category,
            source=Source.CHECKED_IN,
            informed_at=now,
        )
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:  # the same person, in the same moment
            return
    elif not there.confirmed_at:
        there.source, there.informed_at = Source.CHECKED_IN, now
        there.save()


@transaction.atomic
def register(*, event, email, language, **person) -> None:
    """Register somebody for `event`, on the waiting list if it is full, and mail the link to withdraw.

    An address is registered once; who sends it again gets the mail again. SECURITY: returns nothing, so that nobody
    learns who is registered. Raises ValidationError once registration is closed.
    """
    event = _locked(event.pk)
    if not event.registers:
        raise ValidationError(_("Registration is closed."))
    own = Registration.objects.filter(event=event, email=email.strip().lower()).first()
    if own is None and event.registrations.count() >= MOST_REGISTRATIONS:
        raise ValidationError(_("Registration is closed."))
    if own is None or own.state == Place.WITHDRAWN:
        own = own or Registration(event=event, email=email)
        for field, value in person.items():
            setattr(own, field, value)
        own.language, own.registered_at, own.informed_at = language, timezone.now(), timezone.now()
        own.state = Place.REGISTERED if has_room(event) else Place.WAITING
        own.save()
        expect(own)
    transaction.on_commit(partial(mail.send_registered, own))


@transaction.atomic
def withdraw(*, registration) -> None:
    """Take a registration back; who waited longest takes the place. Withdrawing twice changes nothing."""
    event = _locked(registration.event_id)
    registration.refresh_from_db()
    if registration.state == Place.WITHDRAWN:
        return
    registration.state = Place.WITHDRAWN
    registration.save()
    registration.attendances.waiting().delete()
    move_up(event)


def _locked(pk):
    """The event, of which nobody else gives places away until the transaction ends."""
    locked = Event.objects.select_for_update(of=("self",)).select_related("project", "partner")
    return locked.get(pk=pk)


def has_room(event) -> bool:
    return event.capacity is None or event.registrations.registered().count() < event.capacity


def move_up(event) -> None:
    """Give free places of `event` to those who wait, and write to them. In the caller's transaction."""
    if event.state != "planned":
        return
    for registration in event.registrations.waiting().select_related("event__project"):
        if not has_room(event):
            return
        registration.state = Place.REGISTERED
        registration.save()
        expect(registration)
        transaction.on_commit(partial(mail.send_registered, registration))


def expect(registration) -> None:
    """Let a registered person stand on the list of each day of the event."""
    if registration.state != Place.REGISTERED:
        return
    key = person_key(registration.name, registration.organisation)
    event = registration.event
    there = event.attendances.filter(person=key, manager__isnull=True, sme__isnull=True)
    known = set(there.values_list("date", flat=True))
    for day in event.days:
        if day in known or event.attendances.filter(date=day).count() >= MOST_ROWS:
            continue
        Attendance.objects.create(
            event=event,
            date=day,
            name=registration.name,
            organisation=registration.organisation,
            country=registration.country,
            category=registration.category,
            source=Source.REGISTERED,
            registration=registration,
            informed_at=registration.informed_at,
            demonstration=registration.demonstration,
        )


def evaluate(*, event, submission, **said) -> None:
    """Keep what somebody said of `event`, without a name. The same sending twice is one answer.

    Raises ValidationError if nobody is asked (any more).
    """
    if not event.asks or event.evaluations.count() >= MOST_EVALUATIONS:
        raise ValidationError(_("Answers are not taken any more. Thank you for coming by."))
    try:
        with transaction.atomic():
            Evaluation.objects.create(
                event=event, submission=submission, answered_on=event.today, **said
            )
    except IntegrityError:
        return
