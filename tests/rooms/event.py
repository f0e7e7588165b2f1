"""The pages of events."""

from tests import make
from tests.rooms.answers import EVERYONE_IN, GONE, LOGGERS, LOGIN, MOVED, NO, P

TABLE = {
    "event_list": (P, *EVERYONE_IN),
    "event_create": (P, *LOGGERS),
    "event_detail": ([*P, "EVT-001"], *EVERYONE_IN),
    "event_edit": ([*P, "EVT-001"], *LOGGERS),
    "event_delete": ([*P, "EVT-001"], *LOGGERS),
    "event_proof": ([*P, "EVT-001"], *LOGGERS),
    "event_cancel": ([*P, "EVT-001"], *LOGGERS),
    "POST event_hold": ([*P, "EVT-001"], LOGIN, GONE, NO, MOVED, MOVED, MOVED),
    "POST event_plan_again": ([*P, "EVT-001"], LOGIN, GONE, NO, MOVED, MOVED, MOVED),
}

OTHERS_RECORDS = {
    "event_edit": "EVT-002",
    "event_delete": "EVT-002",
    "event_proof": "EVT-002",
    "event_cancel": "EVT-002",
}

LISTS = {"event_list": (14, []), "event_detail": (18, ["EVT-001"]), "event_create": (14, [])}


def world(scene, cast):
    make.event(scene.bulgaria, cluster=scene.cluster)
    make.event(scene.serbia, "Workshop in Novi Sad")
    make.promised(scene.project, count=1, in_each_region=True)


def hidden(project, partner, cluster, firm):
    make.event(partner, "zzleak event", agenda="zzleak", speakers="zzleak", cluster=cluster)


def more(scene, cast, i):
    event = make.event(scene.bulgaria, f"Event {i}", cluster=scene.cluster, task=scene.task)
    event.competences.add(make.competence(scene.project, f"Skill {i}"))
    event.evidence.add(make.evidence(scene.bulgaria, f"List {i}.txt", f"List {i}".encode()))
