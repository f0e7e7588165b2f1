"""Indicators: definitions, changes, targets, readings, proof."""

import datetime

from tests import make
from tests.rooms.answers import (
    COORDINATOR,
    EVERYONE_IN,
    GONE,
    LOGGERS,
    LOGIN,
    MOVED,
    NO,
    OK,
    P,
)

TABLE = {
    "indicator_create": (P, *COORDINATOR),
    "indicator_edit": ([*P, 1], *COORDINATOR),
    "indicator_targets": ([*P, 1], *EVERYONE_IN),
    "POST indicator_targets": ([*P, 1], LOGIN, GONE, 405, 405, 405, OK),
    "change_list": (P, *EVERYONE_IN),
    "change_detail": ([*P, "{change}"], *EVERYONE_IN),
    "POST change_decide": ([*P, "{change}"], LOGIN, GONE, NO, NO, MOVED, NO),
    "POST change_withdraw": ([*P, "{change}"], LOGIN, GONE, NO, NO, NO, MOVED),
    "indicator_proof": ([*P, 1], *EVERYONE_IN),
    "proof_overview": (P, *EVERYONE_IN),
    "reading_list": ([*P, 9], *EVERYONE_IN),
    "reading_create": ([*P, 9], *LOGGERS),
    "reading_detail": ([*P, "RD-0001"], *EVERYONE_IN),
    "reading_edit": ([*P, "RD-0001"], *LOGGERS),
    "reading_delete": ([*P, "RD-0001"], *LOGGERS),
    "reading_proof": ([*P, "RD-0001"], *LOGGERS),
    "POST reading_decide": ([*P, "RD-0001"], LOGIN, GONE, NO, NO, MOVED, MOVED),
}

OTHERS_RECORDS = {
    "reading_edit": "RD-0002",
    "reading_delete": "RD-0002",
    "reading_proof": "RD-0002",
}

LISTS = {
    "indicator_detail": (45, [1]),
    "indicator_targets": (14, [1]),
    "indicator_proof": (16, [1]),
    "proof_overview": (20, []),
    "change_list": (10, []),
    "reading_list": (12, [9]),
}


def world(scene, cast):
    typed = make.indicator(scene.project, 9, measure="typed_latest", target=None, name="Jobs")
    make.reading(typed, scene.bulgaria, created_by=cast.staff)
    make.reading(typed, scene.serbia, created_by=cast.staff)
    return {"{change}": make.change(scene.indicator, cast.coordinator).pk}


def hidden(project, partner, cluster, firm):
    typed = make.indicator(project, 9, measure="typed_latest", target=None, name="zzleak jobs")
    make.reading(typed, partner, note="zzleak note")
    make.change(typed, None, reason="zzleak reason", proposed_by_name="zzleak person")


def more(scene, cast, i):
    typed = scene.project.indicators.get(number=9)
    day = datetime.date(2017, 3, 1) + datetime.timedelta(days=i)
    make.reading(typed, scene.bulgaria, date=day, created_by=cast.staff)
    make.change(scene.indicator, cast.coordinator, state="refused", decided_by=cast.manager)
