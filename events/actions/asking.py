"""Asking those who registered how it was."""

from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events import mail
from events.models import Event


@transaction.atomic
def ask_registered(*, user, event) -> int:
    """Mail the link of the evaluation to everybody registered who has not got it yet; return to how many.

    Raises PermissionDenied for who does not keep the event, ValidationError while nobody is asked.
    """
    if not Event.objects.editable_by(user).filter(pk=event.pk).exists():
        raise PermissionDenied(_("You may read this event but not change it."))
    if not event.asks:
        raise ValidationError(
            _("Say first until when people are asked; the event must have begun.")
        )
    waiting = event.registrations.registered().filter(invited_at__isnull=True)
    rows = list(waiting.select_for_update())
    # Marked before they are sent: a mail that is lost is a smaller evil than one that comes twice.
    waiting.filter(pk__in=[row.pk for row in rows]).update(invited_at=timezone.now())
    transaction.on_commit(partial(mail.send_evaluation, event, rows))
    return len(rows)
