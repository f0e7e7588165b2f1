"""The list of people of an event: after event.py, whose events it fills."""

from tests import make
from tests.rooms.answers import EVERYONE_IN, GONE, LOGGERS, LOGIN, MOVED, NO, OK, P

OWN = (LOGIN, GONE, GONE, OK, OK, OK)
AT = [*P, "EVT-001"]

TABLE = {
    "attendance_list": (AT, *EVERYONE_IN),
    "attendance_enter": (AT, *LOGGERS),
    "attendance_edit": ([*AT, "{attendance}"], *OWN),
    "attendance_delete": ([*AT, "{attendance}"], *OWN),
    "attendance_erase": ([*AT, "{attendance}"], *OWN),
    "attendance_certificate": ([*AT, "{attendance}"], LOGIN, GONE, GONE, OK, OK, OK),
    "event_sheet": ([*AT, "2017-01-15"], *LOGGERS),
    "POST attendance_confirm": (AT, LOGIN, GONE, NO, MOVED, MOVED, MOVED),
    "POST attendance_copy": (AT, LOGIN, GONE, NO, MOVED, MOVED, MOVED),
    "POST attendance_take_back": ([*AT, "{attendance}"], LOGIN, GONE, NO, MOVED, MOVED, MOVED),
}

OTHERS_RECORDS = {"attendance_enter": "EVT-002"}

LISTS = {"attendance_list": (18, ["EVT-001"]), "attendance_enter": (20, ["EVT-001"])}


def world(scene, cast):
    event = scene.project.events.get(code="EVT-001")
    make.attendance(event, manager=scene.manager)
    make.attendance(event, sme=scene.sme, name="Ana Ilieva", confirmed=False)
    return {"{attendance}": make.attendance(event, organisation="Region of Plovdiv").pk}


def hidden(project, partner, cluster, firm):
    event = project.events.first()
    make.attendance(event, name="zzleak person", organisation="zzleak office")


def more(scene, cast, i):
    event = scene.project.events.get(code="EVT-001")
    make.attendance(event, name=f"Person {i}", organisation=f"Office {i}", country="ES")
    make.attendance(event, name=f"Guest {i}", confirmed=False, source="checked_in")
    make.attendance(event, manager=make.manager(scene.cluster, f"Also manager {i}"))
    make.attendance(event, sme=make.sme(scene.cluster, name=f"Also firm {i}"))
