"""That a planned event was held, was cancelled, or is planned after all."""

from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events import mail
from events.models import Event, Place, Standing


@transaction.atomic
def hold(*, user, event) -> Event:
    """Say that `event` was held. Raises ValidationError unless it is planned and its first day has come."""
    event = _locked(user, event)
    if event.state != Standing.PLANNED:
        raise ValidationError(_REFUSED[event.state])
    if not event.has_begun:
        raise ValidationError(_("It has not begun yet: it is held from its first day on."))
    event.state = Standing.HELD
    return _saved(event)


@transaction.atomic
def cancel(*, user, event, reason) -> Event:
    """Say that `event` does not take place, and why; whoever registered gets a mail.

    Raises ValidationError unless it is planned.
    """
    event = _locked(user, event)
    if event.state != Standing.PLANNED:
        raise ValidationError(_REFUSED[event.state])
    if not reason.strip():
        raise ValidationError(_("Say why it was cancelled."))
    event.state, event.cancelled_because = Standing.CANCELLED, reason.strip()
    told = list(event.registrations.exclude(state=Place.WITHDRAWN))
    transaction.on_commit(partial(mail.send_cancelled, event, told))
    return _saved(event)


@transaction.atomic
def plan_again(*, user, event) -> Event:
    """Set a cancelled event, or one that was said to be held by mistake, back to planned."""
    event = _locked(user, event)
    if event.state == Standing.PLANNED:
        raise ValidationError(_("It is planned already."))
    event.state, event.cancelled_because = Standing.PLANNED, ""
    return _saved(event)


_REFUSED = {
    Standing.HELD: gettext_lazy("It was held already."),
    Standing.CANCELLED: gettext_lazy("It was cancelled. Plan it again first."),
}


def _locked(user, event):
    """The event as it stands now, which nobody else changes until the transaction ends."""
    own = Event.objects.editable_by(user).filter(pk=event.pk)
    if not own.exists():
        raise PermissionDenied(_("You may read this event but not change it."))
    return (
        Event.objects.select_for_update(of=("self",))
        .select_related("project", "partner")
        .get(pk=event.pk)
    )


def _saved(event):
    event.version += 1
    event.save()
    return event
