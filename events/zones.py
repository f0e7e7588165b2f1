"""Which time zone a place keeps: the first that the time zone database lists for its country."""

from functools import cache
from importlib import resources
from zoneinfo import available_timezones

CONTINENTS = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/")
CONTINENTS += ("Indian/", "Pacific/")
EUROPE = "Europe/Brussels"


@cache
def _by_country():
    """{two letters of a country: its time zones}, the one that most of its people keep first."""
    zones = {}
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _place, zone = line.split("\t")[:3]
            zones.setdefault(country, []).append(zone)
    return zones


def zone_of(country):
    """The time zone of `country` (two letters); that of Brussels where there is none or it is not known."""
    return _by_country().get(str(country), [EUROPE])[0]


@cache
def all_zones():
    """Time zones that are named after places, in alphabetical order, and UTC."""
    return ["UTC", *sorted(name for name in available_timezones() if name.startswith(CONTINENTS))]
