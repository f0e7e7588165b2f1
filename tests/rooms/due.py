"""What is due, and who is told."""

import datetime

from django.utils import timezone

from tests import make
from tests.rooms.answers import COORDINATOR, EVERYONE_IN, PUBLIC, SIGNED_IN, P
from tracekei.due.mail import Sort, stop_link

TABLE = {
    "due_list": (P, *EVERYONE_IN),
    "due_of_all": (P, *COORDINATOR),
    "mail_choice": ([], *SIGNED_IN),
    # Whoever has the mail stops it; a link that nobody was sent is not there (tests/test_reminders.py).
    "mail_stop": (["{stop}"], *PUBLIC),
}

LISTS = {"due_list": (32, []), "due_of_all": (32, [])}


def world(scene, cast):
    return {"{stop}": stop_link(make.user(), list(Sort)).split("/")[-2]}


def more(scene, cast, i):
    day = timezone.localdate() + datetime.timedelta(days=i)
    event = make.event(scene.italy, f"Planned {i}", day)
    make.attendance(make.event(scene.italy, f"Held {i}", state="held"), confirmed=False)
    make.record(scene.service, scene.sme, state="planned", date=day)
    make.acquaintance(scene.italy, f"Person {i}", follow_up="Write", due_on=day)
    make.dissemination(scene.italy, f"Article {i}", state="ongoing")
    make.dissemination(scene.italy, event=event, state="postponed")
