"""What an event opens to people without a login."""

import datetime

from django.utils import timezone

from events import codes
from tests import make
from tests.rooms.answers import GONE, LOGGERS, LOGIN, MOVED, NO, PUBLIC, P

TABLE = {
    "event_door": ([*P, "EVT-001", "2017-01-15"], *LOGGERS),
    "event_registration": ([*P, "EVT-001"], *LOGGERS),
    "event_evaluation": ([*P, "EVT-001"], *LOGGERS),
    "POST event_ask": ([*P, "EVT-001"], LOGIN, GONE, NO, MOVED, MOVED, MOVED),
    # Who has a link sees its page; a link that nobody gave out is not there (tests/test_inviting.py).
    "check_in": (["{door}"], *PUBLIC),
    "register": (["{register}"], *PUBLIC),
    "register_withdraw": (["{withdraw}"], *PUBLIC),
    "evaluate": (["{evaluate}"], *PUBLIC),
}

OTHERS_RECORDS = {"event_registration": "EVT-002", "event_evaluation": "EVT-002"}

LISTS = {"event_registration": (16, ["EVT-001"]), "event_evaluation": (22, ["EVT-001"])}


def world(scene, cast):
    today = timezone.localdate()
    until = {"registration_until": today, "evaluation_until": today}
    event = make.event(scene.bulgaria, "Open event", today, **until)
    registration = make.registration(event)
    tokens = {
        "door": codes.check_in_address(event, today),
        "register": codes.registration_address(event),
        "withdraw": codes.withdrawal_address(registration).removesuffix("withdraw/"),
        "evaluate": codes.evaluation_address(event),
    }
    return {f"{{{name}}}": address.split("/")[-2] for name, address in tokens.items()}


def hidden(project, partner, cluster, firm):
    event = make.event(partner, "zzleak open", timezone.localdate())
    make.registration(event, "zzleak@visitor.example", name="zzleak visitor")
    make.evaluation(event, comment="zzleak comment")


def more(scene, cast, i):
    event = scene.project.events.get(code="EVT-001")
    email = f"visitor{i}@visitor.example"
    day = timezone.now() - datetime.timedelta(days=i)
    make.registration(event, email, name=f"Visitor {i}", registered_at=day)
    make.evaluation(event, 1 + i % 5, usefulness=3, comment=f"Comment {i}")
