"""The calendar, and what calendar programs read."""

import datetime

from projects.models import Role
from tests import make
from tests.rooms.answers import EVERYONE_IN, GONE, LOGIN, MOVED, PUBLIC, P

TABLE = {
    "calendar": (P, *EVERYONE_IN),
    "calendar_subscribe": (P, *EVERYONE_IN),
    "POST calendar_subscribe": (P, LOGIN, GONE, MOVED, MOVED, MOVED, MOVED),
    "event_file": ([*P, "EVT-001"], *EVERYONE_IN),
    # Whoever has the address reads it; a wrong or renewed one is not there (tests/test_feed.py).
    "calendar_feed": (["{feed}"], *PUBLIC),
}

LISTS = {"calendar": (14, [])}

NOVEMBER = datetime.date(2018, 11, 5)  # of the month on which the finished project's calendar opens


def world(scene, cast):
    make.event(scene.bulgaria, "In the last month", NOVEMBER, cluster=scene.cluster)
    # Nobody of the cast's: each of them renews the own one.
    address = make.feed(make.member(scene.project, Role.VIEWER), scene.project).address
    return {"{feed}": address.rsplit("/", 1)[1].removesuffix(".ics")}


def hidden(project, partner, cluster, firm):
    make.event(partner, "zzleak this month", NOVEMBER, place="zzleak", cluster=cluster)


def more(scene, cast, i):
    make.event(scene.serbia, f"Meeting {i}", NOVEMBER, days=1 + i % 3, cluster=scene.cluster)
    awarded = NOVEMBER.replace(year=2016) + datetime.timedelta(days=i)
    make.label(
        scene.cluster,
        candidate_on=awarded,
        awarded_on=awarded,
        valid_until=NOVEMBER + datetime.timedelta(days=i),
    )
