from tests import make
from tests.rooms.answers import EVERYONE_IN, GONE, LOGGERS, LOGIN, NO, OK, P

OWN = (LOGIN, GONE, NO, OK, OK, OK)
ONE = [*P, "DA-001"]

TABLE = {
    "dissemination_list": (P, *EVERYONE_IN),
    "countries_reached": (P, *EVERYONE_IN),
    "dissemination_create": (P, *LOGGERS),
    "dissemination_detail": (ONE, *EVERYONE_IN),
    "dissemination_edit": (ONE, *OWN),
    "dissemination_delete": (ONE, *OWN),
    "dissemination_proof": (ONE, *OWN),
}
OTHERS_RECORDS = {
    "dissemination_edit": "DA-002",
    "dissemination_delete": "DA-002",
    "dissemination_proof": "DA-002",
}
LISTS = {
    "countries_reached": (14, []),
    "dissemination_list": (14, []),
    "dissemination_detail": (18, ["DA-001"]),
    "dissemination_create": (14, []),
}


def world(scene, cast):
    one = make.dissemination(scene.bulgaria, "Note", "ES", "BG", audiences={"smes": 5})
    one.evidence.add(make.evidence(scene.bulgaria, "note.txt", b"A note"))
    make.dissemination(scene.serbia, "Theirs", "FR")


def hidden(project, partner, cluster, firm):
    make.dissemination(partner, "zzleak title", "ES", channel="zzleak", text="zzleak")
    make.event(partner, "zzleak event")


def more(scene, cast, i):
    event = make.event(scene.bulgaria, f"Told {i}", country="AT")
    told = make.dissemination(scene.bulgaria, "", "ES", "FR", event=event)
    told.evidence.add(make.evidence(scene.bulgaria, f"note {i}.txt", f"{i}".encode()))
    make.dissemination(
        scene.bulgaria, f"Note {i}", "ES", "GR", audiences={"smes": i, "media": None}
    )
