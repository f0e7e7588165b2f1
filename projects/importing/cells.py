"""What a cell says: texts, days and numbers as people in Europe write them, and as spreadsheets keep them."""

import calendar
import datetime
import re
from decimal import Decimal, InvalidOperation
from functools import cache

from django.utils import dates, translation
from django.utils.translation import gettext as _

from common.search import fold

LANGUAGES = ("en", "bg", "de", "hu", "it", "pt", "ro", "sr", "sr-latn")
EPOCH_1900 = datetime.date(
    1899, 12, 30
)  # so that day 60, which 1900 did not have, does no harm after it
EPOCH_1904 = datetime.date(1904, 1, 1)
SERIALS = range(10_000, 80_000)  # 1927 to 2119: smaller numbers are more likely mistakes than days
BIG = Decimal(10) ** 15  # beyond it a spreadsheet has rounded the number


def text(value):
    """The words of a cell; a registration number that a spreadsheet keeps as the number 12345.0 is "12345"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < BIG:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    return str(value)


def is_empty(value):
    return value is None or (isinstance(value, str) and not value.strip())


# --- Days --------------------------------------------------------------------------------------------


def day(value, *, epoch=EPOCH_1900):
    """The day that a cell names, and whether another order of day and month was possible (it is read day first).

    Raises ValueError with a sentence for what names no day.
    """
    if isinstance(value, datetime.datetime):
        return value.date(), False
    if isinstance(value, datetime.date):
        return value, False
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_serial(value, epoch), False
    words = str(value).strip()
    if re.fullmatch(r"\d{5}", words):
        return _of_serial(int(words), epoch), False
    if match := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", words):
        return _date(*map(int, match.groups()), words), False
    # A time of day beside the day says nothing here.
    words = re.sub(
        r"[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[ap]\.?m\.?)?$", "", words, flags=re.I
    )
    parts = [_part(part) for part in re.findall(r"\d+|[^\W\d_]+", words)]
    parts = [part for part in parts if part is not None]
    if len(parts) != 3 or not all(parts):
        raise ValueError(_no_day(words))
    return _of_parts(parts, words)


def _of_serial(value, epoch):
    if int(value) not in SERIALS:
        raise ValueError(_no_day(text(value)))
    return epoch + datetime.timedelta(days=int(value))


def _part(part):
    """A number (as its text, which says how long it is), a month (as a number), 0 for nonsense, None for "г."."""
    if part.isdigit():
        return part if len(part) <= 4 else 0
    word = fold(part)
    if month := _months().get(word):
        return month
    return None if word in {"g", "god", "godina", "h", "de", "di", "of", "der"} else 0


def _of_parts(parts, words):
    named = [part for part in parts if isinstance(part, int)]
    if len(named) > 1:
        raise ValueError(_no_day(words))
    if isinstance(parts[0], str) and len(parts[0]) == 4:  # 2017-12-31, 2017. december 31.
        return _date(*map(int, parts), words), False
    if isinstance(parts[0], int):  # December 31, 2017
        first, second, year = parts[1], parts[0], parts[2]
    else:
        first, second, year = parts
    if isinstance(first, int) or isinstance(year, int) or len(first) > 2 or len(year) not in (2, 4):
        raise ValueError(_no_day(words))
    year = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 70 else 1900)
    day_first = isinstance(second, str) and "." not in words
    doubtful = day_first and int(first) <= 12 and int(second) <= 12 and int(first) != int(second)
    return _date(year, int(second), int(first), words), doubtful


def _date(year, month, day, words):
    try:
        found = datetime.date(year, month, day)
    except ValueError:
        if 1 <= month <= 12 and 1900 <= year <= 2200 and 28 <= day <= 31:
            last = calendar.monthrange(year, month)[1]
            raise ValueError(
                _("“%(words)s” is no day: that month has %(last)d days.")
                % {"words": words, "last": last}
            ) from None
        raise ValueError(_no_day(words)) from None
    if not 1900 <= found.year <= 2200:
        raise ValueError(_no_day(words))
    return found


def _no_day(words):
    return _("“%(words)s” is no date. Write it as 31.12.2017 or 2017-12-31.") % {
        "words": words[:60]
    }


@cache
def _months():
    """The names of the months and their short forms in the portal's languages, without diacritics and scripts."""
    names = {}
    for language in LANGUAGES:
        with translation.override(language):
            for listed in (dates.MONTHS, dates.MONTHS_3, dates.MONTHS_ALT):
                for number, name in listed.items():
                    for word in (fold(name), fold(name)[:3]):
                        names.setdefault(word, number)
    return names


# --- Numbers -----------------------------------------------------------------------------------------


def number(value, *, whole=False):
    """The number that a cell holds, or the text of a number: 2,5 and 2.5, 1 234,50 and 1.234,50 €.

    Raises ValueError with a sentence for what is no number.
    """
    if isinstance(value, bool | datetime.date | datetime.time):
        raise ValueError(_no_number(text(value)))
    if isinstance(value, int | float):
        return Decimal(text(value))
    words = re.sub(r"[\s\u00a0\u202f'’]|€|eur", "", str(value), flags=re.I)
    signs = re.sub(r"[^.,]", "", words)
    if len(set(signs)) == 2:  # 1.234,50 or 1,234.50: the last one is the decimal sign
        words = words.replace("." if signs[-1] == "," else ",", "")
    elif len(signs) > 1 or (whole and re.fullmatch(r"[-+]?\d{1,3}[.,]\d{3}", words)):
        words = re.sub(r"[.,]", "", words)
    words = words.replace(",", ".")
    if not re.fullmatch(r"[-+]?\d*\.?\d+(e[-+]?\d{1,2})?|[-+]?\d+\.", words, re.I):
        raise ValueError(_no_number(str(value)))
    try:
        return Decimal(words)
    except InvalidOperation as error:
        raise ValueError(_no_number(str(value))) from error


def _no_number(words):
    return _("“%(words)s” is no number.") % {"words": words[:60]}
