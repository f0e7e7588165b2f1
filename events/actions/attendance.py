"""Who was at an event: entering, confirming, matching to a manager, copying a day, and forgetting a name."""

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from events.models import Attendance, Category, Event, Source, Standing

MOST_ROWS = 1_000  # of one event and day: no room in which clusters meet is larger


@transaction.atomic
def enter(*, user, event, days, people, confirm=False, source=Source.ENTERED):
    """Put `people` on the list of `event` for each of `days`, and confirm them if `confirm`.

    people: unsaved attendances without event and day. Returns those that are on the list now and the number of
    those that were there before, which stay as they are (but are confirmed too).
    Raises PermissionDenied for who does not keep the event, ValidationError if it was cancelled, for a day that is
    not the event's, or one still to come that is to be confirmed.
    """
    require_right(user, event)
    for day in days:
        _require_day(event, day)
        if confirm:
            require_confirmable(event, day)
    there = {
        (row.date, *_identity(row)): row for row in event.attendances.filter(date__in=list(days))
    }
    entered, before = [], 0
    for day in days:
        for person in people:
            row = _copy(person, event=event, date=day, created_by=user, source=source)
            row.derive()
            if known := there.get((day, *_identity(row))):
                before += 1
            else:
                row.save()
                there[(day, *_identity(row))] = known = row
            entered.append(known)
        if len([key for key in there if key[0] == day]) > MOST_ROWS:
            raise ValidationError(_("%d people at most are on the list of a day.") % MOST_ROWS)
    if confirm:
        _confirm([row for row in entered if not row.confirmed_at], user)
    return entered, before


@transaction.atomic
def copy_day(*, user, event, source, target):
    """Put everybody who is on the list of day `source` on that of day `target`, unconfirmed; return how many."""
    require_right(user, event)
    rows = event.attendances.filter(date=source, erased_at__isnull=True).select_related(
        "manager__cluster", "sme"
    )
    entered, before = enter(user=user, event=event, days=[target], people=list(rows))
    return len(entered) - before


@transaction.atomic
def confirm(*, user, attendances, managers=None):
    """Confirm that these people were there: the host's people and the coordinator do.

    managers: {pk of an attendance: the manager that it is}, for those who checked in by name.
    Returns the confirmed ones, and of the others pairs of an attendance and the reason. Confirming twice changes
    nothing. Raises PermissionDenied if one of them is not the user's to confirm.
    """
    pks = [row.pk for row in attendances]
    own = Attendance.objects.editable_by(user).filter(pk__in=pks).select_for_update(of=("self",))
    own = own.select_related("event__project", "manager__cluster", "sme")
    if len(own) < len(pks):
        raise PermissionDenied(_("You may read this list but not confirm it."))
    ready, refused = [], []
    for row in own:
        try:
            if row.confirmed_at is None:
                require_confirmable(row.event, row.date)
                if manager := (managers or {}).get(row.pk):
                    row = _match(row, manager)
                if row.category == Category.MANAGER and not row.manager_id:
                    raise ValidationError(
                        _("%(name)s: say which cluster manager it was, or change the category.")
                        % {"name": row.who}
                    )
            ready.append(row)
        except ValidationError as error:
            refused.append((row, " ".join(error.messages)))
    _confirm([row for row in ready if row.confirmed_at is None], user)
    return ready, refused


def _match(row, manager):
    """Let `row` be the attendance of `manager`; if there is one of the day already, that one stands for both."""
    if manager.project_id != row.event.project_id:
        raise ValidationError(_("This manager belongs to another project."))
    same = Attendance.objects.filter(event=row.event_id, date=row.date, manager=manager)
    if known := same.exclude(pk=row.pk).select_related("event", "manager__cluster").first():
        row.delete()
        return known
    row.manager, row.sme, row.category = manager, None, Category.MANAGER
    row.name = row.organisation = ""
    row.country = manager.cluster.country
    return row


def _confirm(rows, user):
    now = timezone.now()
    for row in rows:
        # One by one: the audit trail does not see what is written in bulk.
        row.confirmed_by, row.confirmed_at = user, now
        row.version += 1
        row.save()


@transaction.atomic
def take_back(*, user, attendance):
    """Say that `attendance` is not confirmed after all."""
    require_right(user, attendance.event)
    Attendance.objects.filter(pk=attendance.pk).update(version=F("version") + 1)
    attendance.refresh_from_db()
    attendance.confirmed_by = attendance.confirmed_at = None
    attendance.save()
    return attendance


@transaction.atomic
def erase(*, user, attendance) -> int:
    """Forget the name behind `attendance`, on all days and events that `user` keeps; return on how many.

    GDPR, article 17: how many came, of which category and from where stays true; one person stays one. Who is on a
    list as a manager is erased on the manager's own page.
    """
    require_right(user, attendance.event)
    if attendance.manager_id:
        raise ValidationError(_("A manager's name is changed on the manager's page."))
    if attendance.erased_at:
        raise ValidationError(_("The name was erased already."))
    same = Attendance.objects.editable_by(user).filter(
        event__project=attendance.event.project_id,
        person=attendance.person,
        sme=attendance.sme_id,
        manager__isnull=True,
    )
    key = f"erased {uuid.uuid4().hex}"
    rows = list(same.select_related("event__project", "sme"))
    for row in rows:
        row.erase(key)
        row.version += 1
        row.save()
    return len(rows)


# --- What holds of every list ------------------------------------------------------------------------


def require_right(user, event):
    if not Event.objects.editable_by(user).filter(pk=event.pk).exists():
        raise PermissionDenied(_("You may read this event but not change it."))


def _require_day(event, day):
    if not event.first_day <= day <= event.last_day:
        raise ValidationError(
            _("%(day)s is no day of the event.") % {"day": date_format(day)}, code="day"
        )


def require_confirmable(event, day):
    """Raise ValidationError if nobody can have been at `event` on `day` yet, or it was cancelled."""
    if event.state == Standing.CANCELLED:
        raise ValidationError(_("The event was cancelled: nobody was there."))
    if day > event.today:
        raise ValidationError(
            _("%(day)s is still to come: who was there is confirmed on the day itself, or later.")
            % {"day": date_format(day)}
        )


def _identity(row):
    if row.manager_id:
        return ("manager", row.manager_id)
    return ("sme", row.sme_id, row.person) if row.sme_id else ("person", row.person)


def _copy(person, **values):
    kept = ("category", "name", "organisation", "country", "informed_at", "demonstration")
    row = Attendance(**{name: getattr(person, name) for name in kept}, **values)
    row.manager, row.sme = person.manager, person.sme
    return row
