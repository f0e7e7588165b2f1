"""Who is reminded of what, and the week on Mondays: one mail a person a day, nothing in it twice.

docs/decisions/0008-due-and-told.md says what happens when a worker is killed or two run at once.
"""

import datetime
import logging

from django.contrib.auth import get_user_model
from django.core.mail import get_connection
from django.db import transaction
from django.utils import timezone

from projects.models import DueMail, Membership, Occasion, Project, Reminder
from tracekei.due.duties import Duty, duties_of
from tracekei.due.mail import message

logger = logging.getLogger(__name__)

BEFORE_DAYS = 7
AFTER_DAYS = 3
LAST_DAYS = (
    14  # after the day; a portal that was away for a month does not send its third reminders then
)
EARLIEST = 6  # o'clock


def occasion_of(days: int) -> Occasion | None:
    """Of what a person is told `days` before the day (negative: after it); None when there is nothing to say.

    Each lasts some days, so that one is reminded late rather than never when the portal was away.
    """
    if 0 < days <= BEFORE_DAYS:
        return Occasion.BEFORE
    if -AFTER_DAYS < days <= 0:
        return Occasion.ON
    return Occasion.AFTER if -LAST_DAYS <= days <= -AFTER_DAYS else None


def remind_everybody() -> int:
    """Mail each member what they are to be reminded of today, on Mondays the week too; return how many mails went.

    Nothing is sent in the night, nor about projects with invented records. Safe to run at any time, several at once.
    """
    now = timezone.localtime()
    if now.hour < EARLIEST:
        return 0
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:  # what a mail server out of reach raises: nothing is taken, the next run tries again
        logger.warning("What is due could not be mailed: %s", error)
        return 0
    try:
        return sum(tell(user, now.date(), connection) for user in _readers())
    finally:
        connection.close()


def _readers():
    members = Membership.objects.active().filter(project__demonstration=False)
    return get_user_model().objects.filter(is_active=True, pk__in=members.values("user"))


def tell(user, today, connection=None) -> bool:
    """Send `user` the mail of `today` unless there is nothing to say or it was sent; return whether it went out."""
    if DueMail.objects.filter(user=user, day=today, taken_at__isnull=False).exists():
        return False
    projects = Project.objects.visible_to(user).filter(demonstration=False)
    found = duties_of(user=user, projects=projects, today=today)
    mail = _prepared(user, found, today)
    letter = _taken(mail, user, found, today, connection) if mail else None
    if letter is None:
        return False
    try:
        letter.send()
    except OSError as error:  # it may have arrived all the same: it is not sent again
        logger.warning("The mail %s of what is due may be lost: %s", mail.pk, error)
        return False
    DueMail.objects.filter(pk=mail.pk).update(sent_at=timezone.now())
    return True


@transaction.atomic
def _taken(mail, user, found, today, connection):
    """The letter of `mail`, which is this worker's to send once this is committed; None if there is none to send.

    One conditional UPDATE decides between two workers. A letter that can't be written is not taken either.
    """
    if not _take(mail):
        return None
    rows = mail.reminders.all() if user.wants_reminders else []
    chosen = {(row.kind, row.record, row.due_on) for row in rows}
    reminded = [duty for duty in found if (duty.kind.told_as, duty.record.pk, duty.on) in chosen]
    week = found if mail.weekly and user.wants_digest else []
    return message(user, today=today, reminded=reminded, week=week, connection=connection)


def _take(mail):
    untaken = DueMail.objects.filter(pk=mail.pk, taken_at__isnull=True)
    return untaken.update(taken_at=timezone.now())


@transaction.atomic
def _prepared(user, found: list[Duty], today: datetime.date) -> DueMail | None:
    """The row of today's mail with its reminders, all written at once; None if there is nothing to say.

    What a worker that was killed had prepared and never sent is in it.
    """
    wanted = _wanted(user, found)
    weekly = user.wants_digest and today.weekday() == 0 and bool(found)
    waiting = list(DueMail.objects.filter(user=user, taken_at__isnull=True, day__lte=today))
    if not wanted and not weekly and not waiting:
        return None
    mail, _made = DueMail.objects.get_or_create(user=user, day=today, defaults={"weekly": weekly})
    # Locked, so that nothing is added to a mail that another worker takes at this moment.
    if DueMail.objects.select_for_update().get(pk=mail.pk).taken_at:
        return None
    for old in waiting:
        if old.day < today and _take(old):
            Reminder.objects.filter(mail=old).update(mail=mail)
    Reminder.objects.bulk_create(
        [
            Reminder(
                user=user,
                kind=duty.kind.told_as,
                record=duty.record.pk,
                occasion=occasion,
                due_on=duty.on,
                mail=mail,
            )
            for duty, occasion in wanted
        ],
        ignore_conflicts=True,
    )
    return mail


def _wanted(user, found):
    """The duties of which `user` is to be told now and was not yet, each with its occasion."""
    if not user.wants_reminders:
        return []
    now = [(duty, occasion) for duty in found if (occasion := occasion_of(duty.days))]
    days = [duty.on for duty, _occasion in now]
    told = set(
        Reminder.objects.filter(user=user, due_on__in=days).values_list(
            "kind", "record", "occasion", "due_on"
        )
    )
    return [
        (duty, occasion)
        for duty, occasion in now
        if (duty.kind.told_as, duty.record.pk, occasion.value, duty.on) not in told
    ]
