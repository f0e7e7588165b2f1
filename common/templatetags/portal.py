"""Template tags of the whole portal."""

from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from django import template
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from heroicons.templatetags.heroicons import heroicon_outline

register = template.Library()


@register.simple_tag
@cache
def icon(name, size=20):
    """A Heroicon beside a word that says the same; readers of the page skip it."""
    return heroicon_outline(name, size=size, **{"class": "icon", "aria-hidden": "true"})


@register.filter
def bar(percent):
    """A percentage as the width of a bar of 100: text without a locale's comma, at least 0, at most 100."""
    return str(min(max(int(percent or 0), 0), 100))


@register.filter
def plain(value):
    """A number as people read it: 284 for 284.00, 2.5 for 2.50; a dash for none."""
    if value is None:
        return "–"
    number = Decimal(value).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP).normalize()
    if number == number.to_integral_value():
        number = number.to_integral_value()
    return number_format(number, use_l10n=True, force_grouping=True)


@register.filter
def as_day(text):
    """A day as JSON keeps it (2018-05-19), as people read it."""
    return date_format(parse_date(text))


@register.filter
def filesize_mb(size):
    """A size in bytes as MB or kB, in whole units that a person compares."""
    if size is None:
        return "–"
    if size < 1024 * 1024:
        return f"{max(size // 1024, 1)} kB"
    return f"{size / 1024 / 1024:.1f} MB"


@register.simple_tag(takes_context=True)
def replace_query(context, **changes):
    """The page's query string with some parameters changed, so that links keep search, filters and sorting."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = value
    return "?" + query.urlencode()
