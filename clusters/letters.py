"""The sending of letters, one by one, so that a worker killed half-way sends none twice.

A worker claims a letter with one conditional UPDATE before it sends. What it claimed and never finished (it was
killed) may have reached the firm: it is marked so, and only a person sends it again.
"""

import datetime
import logging
from smtplib import SMTPException, SMTPResponseException, SMTPServerDisconnected

from django.core.mail import get_connection
from django.utils import timezone
from django.utils.translation import gettext_noop

from clusters.mail import questionnaire_letter
from clusters.models import Delivery, Letter

logger = logging.getLogger(__name__)

SILENT_FOR = datetime.timedelta(minutes=5)

UNREACHABLE = gettext_noop("The mail server can't be reached.")
REFUSED = gettext_noop("The mail server refused this mail. Is the address right?")
NO_ADDRESS = gettext_noop("The contact or its e-mail address is gone.")
TOO_LATE = gettext_noop("The firm handed in, or the wave closed, before this was sent.")


def deliver(mailing_pk):
    """Send what waits in a mailing. Safe to call twice, at once or after a crash."""
    waiting = Letter.objects.filter(mailing=mailing_pk, state=Delivery.WAITING)
    if not waiting.exists():
        return
    try:
        connection = get_connection()
        connection.open()
    except OSError as error:  # SMTPException is one
        logger.warning("Mailing %s waits: no mail server (%s)", mailing_pk, error)
        waiting.update(state=Delivery.FAILED, failure=UNREACHABLE)
        return
    try:
        for pk in list(waiting.values_list("pk", flat=True)):
            if not _send(pk, connection):
                waiting.update(state=Delivery.FAILED, failure=UNREACHABLE)
                break
    finally:
        connection.close()


def _send(pk, connection):
    """Send one letter if nobody else does; False when the mail server is gone, and the others need not be tried."""
    mine = Letter.objects.filter(pk=pk)
    if not mine.filter(state=Delivery.WAITING).update(
        state=Delivery.SENDING, claimed_at=timezone.now()
    ):
        return True
    mine = mine.filter(state=Delivery.SENDING)
    letter = mine.select_related(
        "contact",
        "mailing__requested_by",
        "asked__sme",
        "asked__cluster__partner",
        "asked__wave__project",
        "asked__wave__questionnaire",
    ).get()
    if letter.contact is None or not letter.contact.email:
        mine.update(state=Delivery.FAILED, failure=NO_ADDRESS)
    elif letter.asked.handed_in_at or not letter.asked.wave.is_open:
        mine.update(state=Delivery.FAILED, failure=TOO_LATE)
    else:
        try:
            connection.send_messages([questionnaire_letter(letter)])
        except SMTPServerDisconnected:
            mine.update(state=Delivery.FAILED, failure=UNREACHABLE)
            return False
        except (SMTPResponseException, SMTPException) as error:
            logger.warning("Letter %s was refused (%s)", pk, error)
            mine.update(state=Delivery.FAILED, failure=REFUSED)
        except OSError as error:
            logger.warning("Letter %s was not sent (%s)", pk, error)
            mine.update(state=Delivery.FAILED, failure=UNREACHABLE)
            return False
        else:
            mine.update(state=Delivery.SENT, sent_at=timezone.now())
    return True


def unfinished_mailings():
    """The ids of the mailings that still have letters to send; what a killed worker left is marked on the way."""
    silent = timezone.now() - SILENT_FOR
    Letter.objects.filter(state=Delivery.SENDING, claimed_at__lt=silent).update(
        state=Delivery.INTERRUPTED
    )
    waiting = Letter.objects.filter(state=Delivery.WAITING)
    return list(waiting.order_by("mailing").values_list("mailing", flat=True).distinct())
