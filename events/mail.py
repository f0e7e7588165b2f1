"""Mails to people who registered for an event, in the language in which they did."""

import logging

from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from events import codes

log = logging.getLogger(__name__)


def send_registered(registration):
    """Tell somebody that they have a place, or wait for one, with the link by which they withdraw."""
    with override(registration.language):
        if registration.state == "waiting":
            subject = _("Waiting list: %(event)s")
        else:
            subject = _("You are registered: %(event)s")
        _send(
            [
                _message(
                    registration, subject, "registered.txt", codes.withdrawal_address(registration)
                )
            ]
        )


def send_cancelled(event, registrations):
    """Tell those who registered that the event does not take place."""
    _send([_in_own_language(one, event, "cancelled.txt", "") for one in registrations])


def send_evaluation(event, registrations):
    """Ask those who registered how it was; the link is the same for all, so that nobody is known by it."""
    link = codes.evaluation_address(event)
    _send([_in_own_language(one, event, "evaluation.txt", link) for one in registrations])


def _in_own_language(registration, event, template, link):
    registration.event = event
    with override(registration.language):
        subject = (
            _("Cancelled: %(event)s") if template == "cancelled.txt" else _("How was it? %(event)s")
        )
        return _message(registration, subject, template, link)


def _message(registration, subject, template, link):
    event = registration.event
    text = render_to_string(
        f"events/mail/{template}",
        {"registration": registration, "event": event, "project": event.project, "link": link},
    )
    said = subject % {"event": event.title}
    return EmailMessage(
        " ".join(said.split()), text, to=[registration.email]
    )  # a header is one line


def _send(messages):
    """Send over one connection. A refused address stops no other; a mail server out of reach stops them all."""
    if not messages:
        return
    connection = get_connection()
    try:
        connection.open()
        for message in messages:
            message.connection = connection
            try:
                message.send()
            except OSError as error:
                log.warning("A mail of an event could not be sent: %s", error)
    except OSError as error:  # what a mail server out of reach raises
        log.warning("Mails of an event could not be sent: %s", error)
    finally:
        connection.close()
