"""The language of pages that people open from a link, without a login."""

from contextlib import contextmanager

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_noop as _
from django.utils.translation.trans_real import parse_accept_lang_header

# The first official language of a country among those the portal has; Latin or Cyrillic as its firms write.
OF_COUNTRY = {
    "AT": "de",
    "BG": "bg",
    "BR": "pt",
    "CH": "de",
    "DE": "de",
    "HU": "hu",
    "IT": "it",
    "MD": "ro",
    "PT": "pt",
    "RO": "ro",
    "RS": "sr",
    "SM": "it",
}

# Django writes months with a capital, as in a heading; inside a date most of our languages write them small.
MONTHS = [
    *(_("January"), _("February"), _("March"), _("April"), _("May"), _("June")),
    *(_("July"), _("August"), _("September"), _("October"), _("November"), _("December")),
]


def public_language(request, country=""):
    """The code of the language in which a public page speaks: one of `settings.PUBLIC_LANGUAGES`.

    What the reader chose (`?language=`) wins, then the language of the firm's `country` (two letters), then what
    the browser asks for, then English.
    """
    offered = settings.PUBLIC_LANGUAGES
    chosen = request.GET.get("language") or request.POST.get("language")
    if chosen in offered:
        return chosen
    if str(country) in OF_COUNTRY:
        return OF_COUNTRY[str(country)]
    for wanted, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if (short := wanted.split("-")[0]) in offered:
            return short
    return "en-gb"


@contextmanager
def speaking(request, country=""):
    """Answer in the public language; the `request` carries it for the template's choice of others."""
    request.public_language = public_language(request, country)
    with translation.override(request.public_language):
        yield request.public_language


def language_of(country):
    """The public language in which firms of `country` (two letters) are written to."""
    return OF_COUNTRY.get(str(country), "en-gb")
