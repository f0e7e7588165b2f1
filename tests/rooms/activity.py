"""Activities: who gets what, what does not leak, how many queries."""

import datetime

from tests import make
from tests.rooms.answers import EVERYONE_IN, LOGGERS, P

ONE = [*P, "AC-00001"]

TABLE = {
    "activity_list": (P, *EVERYONE_IN),
    "activity_timeline": (P, *EVERYONE_IN),
    "activity_create": (P, *LOGGERS),
    "activity_detail": (ONE, *EVERYONE_IN),
    "activity_edit": (ONE, *LOGGERS),
    "activity_delete": (ONE, *LOGGERS),
    "activity_proof": (ONE, *LOGGERS),
}

OTHERS_RECORDS = {
    "activity_edit": "AC-00002",
    "activity_delete": "AC-00002",
    "activity_proof": "AC-00002",
}

LISTS = {
    "activity_list": (12, []),
    "activity_timeline": (12, []),
    "activity_detail": (16, ["AC-00001"]),
    "activity_create": (14, []),
}


def world(scene, cast):
    make.activity(scene.bulgaria, scene.task, created_by=cast.coordinator)
    make.activity(scene.serbia, scene.task)


def hidden(project, partner, cluster, firm):
    made = make.activity(
        partner,
        make.task(project, "T9.8", "zzleak other task"),
        title="zzleak activity",
        done="zzleak done",
        result="zzleak result",
        bodies="zzleak body",
    )
    made.smes.add(firm)
    made.managers.add(make.manager(cluster, "zzleak present"))


def more(scene, cast, i):
    day = scene.project.start + datetime.timedelta(days=3 * i)
    made = make.activity(scene.bulgaria, scene.task, f"Activity {i}", day)
    photo = f"Photo {i}.png"
    for record in (made, scene.project.activities.get(code="AC-00001")):
        record.smes.add(make.sme(scene.cluster, name=f"Present {record.code} {i}"))
        record.managers.add(make.manager(scene.cluster, f"Present {record.code} {i}"))
        record.evidence.add(
            make.evidence(
                scene.bulgaria,
                f"{record.code} {photo}",
                make.picture(),
                content_type="image/png",
            )
        )
