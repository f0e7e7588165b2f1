"""Links that are sent to people without a login: signed, and no game for guessers."""

import uuid

from allauth.account.adapter import get_adapter
from django.core import signing
from django.core.cache import cache

MOST_WRONG = 20  # wrong links from one address of the internet
WITHIN = 300  # seconds


def sign(key, *, salt):
    """The part of a link that names `key` (a UUID): the key and a signature that only this portal makes."""
    return signing.Signer(salt=salt, sep=".").sign(key.hex)


def key_of(token, *, salt):
    """The UUID in a link. SECURITY: of an altered link it is one that nobody has, so that both kinds of wrong
    links, forged and genuine of nothing, take the same way and the same query to the same page."""
    try:
        return uuid.UUID(signing.Signer(salt=salt, sep=".").unsign(token))
    except (signing.BadSignature, ValueError):
        return uuid.uuid4()


def guesses_too_often(request):
    """Count a wrong link; True if its sender had too many of them within a few minutes."""
    key = f"wrong-links:{get_adapter().get_client_ip(request)}"
    cache.add(key, 0, WITHIN)
    try:
        return cache.incr(key) > MOST_WRONG
    except ValueError:  # it expired between the two
        return False


def kept_quiet(response):
    """`response` with what keeps the link in its address out of caches, search engines and referrers."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store, private"
    return response
