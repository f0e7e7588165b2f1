"""What is due, and who is told."""

import datetime

from django.contrib.auth import get_user_model
from django.utils import timezone

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
    PUBLIC,
    SIGNED_IN,
    P,
)
from tracekei.due.mail import Sort, stop_link

OTHERS_COMMENT = (LOGIN, GONE, NO, NO, NO, OK)  # the coordinator's own

TABLE = {
    "servicerecord_send_back": ([*P, "SR-00001"], LOGIN, GONE, NO, OK, OK, OK),
    "notice_list": ([], *SIGNED_IN),
    "notice_open": (["{notice}"], LOGIN, GONE, GONE, GONE, GONE, MOVED),
    "POST notices_read": ([], LOGIN, MOVED, MOVED, MOVED, MOVED, MOVED),
    "comment_list": (P, *EVERYONE_IN),
    "comment_create": ([*P, "servicerecord", "SR-00001"], *LOGGERS),
    "comment_edit": ([*P, "{comment}"], *OTHERS_COMMENT),
    "comment_withdraw": ([*P, "{comment}"], *OTHERS_COMMENT),
    # Who may change the record resolves it, too: here the manager of its cluster.
    "POST comment_resolve": ([*P, "{comment}"], LOGIN, GONE, NO, NO, MOVED, MOVED),
    "POST comment_reopen": ([*P, "{comment}"], LOGIN, GONE, NO, NO, MOVED, MOVED),
    "due_list": (P, *EVERYONE_IN),
    "due_of_all": (P, *COORDINATOR),
    "mail_choice": ([], *SIGNED_IN),
    # Whoever has the mail stops it; a link that nobody was sent is not there (tests/test_reminders.py).
    "mail_stop": (["{stop}"], *PUBLIC),
}

LISTS = {
    "due_list": (34, []),
    "due_of_all": (34, []),
    "comment_list": (14, []),
    "comment_create": (16, ["servicerecord", "SR-00001"]),
}


def world(scene, cast):
    comment = make.comment(scene.record, cast.coordinator)
    notice = make.notice(cast.coordinator, scene.record, cast.manager)
    stop = stop_link(make.user(), list(Sort)).split("/")[-2]
    return {"{stop}": stop, "{comment}": comment.pk, "{notice}": notice.pk}


def hidden(project, partner, cluster, firm):
    record = cluster.records.first()
    person = project.memberships.first().user
    make.comment(record, person, "zzleak comment")
    for user in get_user_model().objects.all():
        make.notice(user, record, person)


def more(scene, cast, i):
    make.comment(scene.record, cast.manager, f"Comment {i}")
    make.comment(make.record(scene.service, scene.sme), cast.manager, f"Another {i}")
    make.notice(cast.coordinator, scene.record, cast.manager)
    day = timezone.localdate() + datetime.timedelta(days=i)
    event = make.event(scene.italy, f"Planned {i}", day)
    make.attendance(make.event(scene.italy, f"Held {i}", state="held"), confirmed=False)
    make.record(scene.service, scene.sme, state="planned", date=day)
    make.acquaintance(scene.italy, f"Person {i}", follow_up="Write", due_on=day)
    make.dissemination(scene.italy, f"Article {i}", state="ongoing")
    make.dissemination(scene.italy, event=event, state="postponed")
