"""The codes and addresses behind which people check in, register and say how it was; and the QR pictures of them."""

import base64
import datetime

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.html import escape
from django.utils.http import base36_to_int, int_to_base36
from django.utils.safestring import mark_safe

from common import links
from events.models import Event

SIGNS = 10  # of the signature, 5 bits each: for a day and a few tries a minute, nobody guesses it
REGISTRATION, EVALUATION, WITHDRAWAL = (
    "events.registration",
    "events.evaluation",
    "events.withdrawal",
)


# --- Of one day: short enough to be typed from a wall -------------------------------------------------


def day_code(event, day: datetime.date) -> str:
    """The code with which people check in to `event` on `day`, such as 2f-0628-k7wq3mzp5d."""
    body = f"{int_to_base36(event.pk)}-{day:%m%d}"
    return f"{body}-{_signature(body)}"


def event_and_day(code):
    """The event and the day of a code, or (None, None) if nobody gave it out.

    SECURITY: nothing is looked up for a code whose signature is wrong.
    """
    body, _dash, signature = code.lower().rpartition("-")
    if not constant_time_compare(signature, _signature(body)):
        return None, None
    pk, _dash, month_and_day = body.partition("-")
    event = Event.objects.select_related("project", "partner").filter(pk=base36_to_int(pk)).first()
    days = event.days if event else ()
    return event, next((day for day in days if f"{day:%m%d}" == month_and_day), None)


def _signature(body):
    digest = salted_hmac("events.check_in", body, algorithm="sha256").digest()
    return base64.b32encode(digest).decode().lower()[:SIGNS]


# --- Of an event, a registration ---------------------------------------------------------------------


def address(name, key, salt):
    """The whole address of the public page `name` for what has `key`."""
    return settings.SITE_URL + reverse(name, args=[links.sign(key, salt=salt)])


def check_in_address(event, day):
    return settings.SITE_URL + reverse("check_in", args=[day_code(event, day)])


def registration_address(event):
    return address("register", event.submission, REGISTRATION)


def evaluation_address(event):
    return address("evaluate", event.submission, EVALUATION)


def withdrawal_address(registration):
    return address("register_withdraw", registration.submission, WITHDRAWAL)


def event_of(token, salt):
    """The event that a link names; None for a link that nobody gave out."""
    events = Event.objects.select_related("project", "partner")
    return events.filter(submission=links.key_of(token, salt=salt)).first()


def qr(text, said):
    """`text` as a QR code: SVG for the page, which a phone reads in light and dark; `said` names it."""
    drawn = segno.make(text, error="m").svg_inline(light="#fff", border=3, omitsize=True)
    start, rest = drawn.split(">", 1)
    # SECURITY: the picture is drawn from the text's bits; the text itself is not in it.
    return mark_safe(f'{start} role="img"><title>{escape(said)}</title>{rest}')
