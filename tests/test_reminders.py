"""Who is reminded of what, once: before, on and after its day, and the week on Mondays."""

import datetime
import os
import signal
import subprocess
import sys
import threading

import pytest
import time_machine
from django.conf import settings as portal
from django.core import mail
from django.db import connection

from accounts.models import User
from projects.models import DueMail, Membership, Occasion, Reminder
from tests import make
from tests.browsing import filled, words
from tracekei.due import reminders
from tracekei.due.mail import Sort, stop_link

THURSDAY = datetime.datetime(2017, 6, 15, 10)
MONDAY = datetime.datetime(2017, 6, 19, 10)
EVENT = datetime.date(2017, 6, 29)


@pytest.fixture
def event(scene, cast):
    """Something that staff and manager of Green Synergy answer for; nothing else is due for anybody."""
    scene.project.tasks.update(completed_on=scene.project.start)
    scene.period.delete()
    User.objects.exclude(pk=cast.staff.pk).update(wants_digest=False)
    User.objects.update(language="en-gb")
    User.objects.filter(pk=cast.staff.pk).update(wants_digest=False)
    member = Membership.objects.get(user=cast.manager)
    member.delete()  # so that one person is told
    return make.event(scene.bulgaria, "Workshop in Plovdiv", EVENT)


def on(days, hour=10):
    """The day so many days from the event, at an hour of the portal's own zone."""
    day = EVENT + datetime.timedelta(days=days)
    return time_machine.travel(
        datetime.datetime(day.year, day.month, day.day, hour - 2, tzinfo=datetime.UTC), tick=False
    )


def sent_over(days):
    """On which of these days, from the event, a mail went out."""
    told = []
    for day in days:
        with on(day):
            if reminders.remind_everybody():
                told.append(day)
    return told


def test_before_on_and_after_its_day_each_once(event):
    assert sent_over(range(-9, 16)) == [-7, 0, 3]
    assert [row.occasion for row in Reminder.objects.order_by("pk")] == ["before", "on", "after"]
    assert all(message.to == ["staff@example.org"] for message in mail.outbox)


@pytest.mark.parametrize(
    ("days", "told"),
    [([-5, -4, -1], [-5]), ([2, 3], [2, 3]), ([10, 11], [10]), ([15, 40], []), ([-8], [])],
)
def test_a_portal_that_was_away_reminds_late_but_not_of_what_is_long_past(days, told, event):
    assert sent_over(days) == told


def test_a_moved_day_is_another_one(event):
    assert sent_over([-7, -6]) == [-7]
    moved = EVENT + datetime.timedelta(days=2)
    type(event).objects.update(first_day=moved, last_day=moved)
    assert sent_over([-5, -4]) == [-5]


def test_what_was_done_meanwhile_is_not_mentioned(event):
    with on(-7):
        assert reminders.remind_everybody() == 1
        type(event).objects.update(state="held")
    assert sent_over([-6, 0, 3]) == []


def test_one_mail_a_day_holds_all(event, scene):
    make.event(scene.bulgaria, "Study visit", EVENT)
    with on(-7):
        assert reminders.remind_everybody() == 1
        make.event(scene.bulgaria, "Meeting", EVENT)  # entered later that day: tomorrow's mail
        assert reminders.remind_everybody() == 0
    [message] = mail.outbox
    assert message.body.index("Study visit") != message.body.index("Workshop in Plovdiv") > 0
    assert "29 Jun 2017 · Event takes place (TRACE)" in message.body
    assert f"{portal.SITE_URL}{event.get_absolute_url()}" in message.body
    with on(-6):
        assert reminders.remind_everybody() == 1
    assert "Meeting" in mail.outbox[1].body
    assert "Study visit" not in mail.outbox[1].body


def test_nobody_is_woken_at_night(event):
    with on(-7, hour=3):
        assert reminders.remind_everybody() == 0
    with on(-7, hour=7):
        assert reminders.remind_everybody() == 1


def test_nothing_is_mailed_about_invented_records(event, scene):
    type(scene.project).objects.update(demonstration=True)
    assert sent_over([-7, 0, 3]) == []


def test_no_mail_names_what_its_reader_may_not_see(event, scene, cast):
    make.acquaintance(scene.serbia, "Pavle Private", follow_up="Call", due_on=EVENT)
    serbian = make.member(scene.project, "staff", scene.serbia, make.user("s@example.org"))
    with on(-7):
        reminders.remind_everybody()
    told = {message.to[0]: "Pavle Private" in message.body for message in mail.outbox}
    assert told == {"staff@example.org": False, serbian.email: True}


def test_who_left_the_project_is_told_nothing(event, cast):
    Membership.objects.filter(user=cast.staff).update(expires_on=EVENT.replace(day=1))
    with on(-7):
        reminders.remind_everybody()
    assert [message.to for message in mail.outbox] == [["coordinator@example.org"]]


# --- The week --------------------------------------------------------------------------------------


def test_the_week_comes_on_mondays_once(event, cast, scene):
    User.objects.filter(pk=cast.staff.pk).update(wants_reminders=False, wants_digest=True)
    make.event(scene.bulgaria, "Late meeting", datetime.date(2017, 6, 1))
    make.event(scene.bulgaria, "Far workshop", datetime.date(2018, 6, 1))
    for day in (18, 19, 20, 26, 27):
        with time_machine.travel(datetime.datetime(2017, 6, day, 9, tzinfo=datetime.UTC)):
            reminders.remind_everybody()
            reminders.remind_everybody()
    assert list(DueMail.objects.order_by("day").values_list("day__day", "weekly")) == [
        (19, True),
        (26, True),
    ]
    first, second = mail.outbox
    assert first.subject == "Your week from 19 Jun 2017"
    assert "Late meeting" in first.body
    assert "Workshop in Plovdiv" not in first.body  # due in ten days
    assert "Workshop in Plovdiv" in second.body
    assert "Far workshop" not in first.body + second.body


def test_on_mondays_reminders_and_week_are_one_mail(event, cast):
    User.objects.filter(pk=cast.staff.pk).update(wants_digest=True)
    event.first_day = event.last_day = MONDAY.date() + datetime.timedelta(days=7)
    event.save()
    with time_machine.travel(MONDAY):
        assert reminders.remind_everybody() == 1
    [message] = mail.outbox
    assert message.body.count("Workshop in Plovdiv") == 2
    assert "To be remembered today" in message.body
    assert "Next 7 days" in message.body


# --- Languages -------------------------------------------------------------------------------------


def test_the_mail_is_in_the_language_of_the_partners_country_unless_another_is_chosen(event, cast):
    User.objects.update(language="")
    with on(-7):
        reminders.remind_everybody()
    User.objects.update(language="it")
    with on(0):
        reminders.remind_everybody()
    bulgarian, italian = mail.outbox
    assert "юни 2017" in bulgarian.body
    assert "giugno 2017" in italian.body.lower()


# --- Switched off ----------------------------------------------------------------------------------


def test_each_sort_is_switched_off_by_its_reader(event, as_, cast):
    browser = as_("staff")
    page = browser.get("/mails/")
    typed = filled(page)
    assert "wants_reminders" in typed
    del typed["wants_reminders"]
    assert "Saved." in words(browser.post("/mails/", typed, follow=True))
    assert sent_over([-7, 0, 3]) == []
    assert browser.post("/mails/", {"language": "xx"}).status_code == 200
    assert not User.objects.filter(language="xx").exists()


def test_the_link_in_the_mail_asks_and_the_mail_programs_own_press_does_not(event, client, cast):
    with on(-7):
        reminders.remind_everybody()
    [message] = mail.outbox
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message.extra_headers["List-Unsubscribe"].strip("<>").removeprefix(portal.SITE_URL)
    assert link in message.body
    assert "Stop these mails?" in words(client.get(link))
    assert User.objects.get(
        pk=cast.staff.pk
    ).wants_reminders  # a scanner that opens links stops nothing
    from django.test import Client

    program = Client(enforce_csrf_checks=True)
    assert program.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert "No more mails" in words(client.get(link))
    person = User.objects.get(pk=cast.staff.pk)
    assert (person.wants_reminders, person.wants_digest) == (False, False)
    assert sent_over([0, 3]) == []


def test_a_link_stops_what_its_mail_was_and_no_more(client, cast):
    link = stop_link(cast.staff, [Sort.WEEK]).removeprefix(portal.SITE_URL)
    client.post(link)
    person = User.objects.get(pk=cast.staff.pk)
    assert (person.wants_reminders, person.wants_digest) == (True, False)


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "9" + t, lambda t: "x", str.upper])
def test_a_link_that_nobody_was_sent_opens_nothing(change, client, cast):
    token = stop_link(cast.staff, [Sort.WEEK]).split("/")[-2]
    assert client.post(f"/mails/stop/{change(token)}/").status_code == 404
    assert User.objects.filter(wants_digest=False).count() == 0


# --- Once, whatever happens ------------------------------------------------------------------------


def test_a_mail_server_out_of_reach_loses_nothing(event, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with on(-7):
        assert reminders.remind_everybody() == 0
        assert not Reminder.objects.exists()
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert reminders.remind_everybody() == 1


class Breaking:
    """A mail server that takes a letter and falls silent."""

    def __init__(self, **_kwargs):
        self.sent = 0

    def open(self):
        pass

    def close(self):
        pass

    def send_messages(self, messages):
        raise TimeoutError


def test_a_letter_that_may_have_arrived_is_not_sent_again(event, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Breaking"
    with on(-7):
        assert reminders.remind_everybody() == 0
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        assert reminders.remind_everybody() == 0
    row = DueMail.objects.get()
    assert row.taken_at
    assert row.sent_at is None
    assert sent_over([0]) == [0]  # the next occasion comes as it should


@pytest.mark.parametrize("later", [0, 1])
def test_what_a_killed_worker_had_prepared_goes_out_with_the_next_run(later, event, cast):
    with on(-7):
        mail_of = DueMail.objects.create(user=cast.staff, day=EVENT - datetime.timedelta(days=7))
        Reminder.objects.create(
            user=cast.staff,
            kind="event",
            record=event.pk,
            occasion=Occasion.BEFORE,
            due_on=EVENT,
            mail=mail_of,
        )
    assert sent_over([-7 + later, -6 + later]) == [-7 + later]
    assert "Workshop in Plovdiv" in mail.outbox[0].body


@pytest.mark.postgres  # rows are locked there
@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_send_one_mail(event):
    begin = threading.Barrier(6)

    def work():
        begin.wait()
        reminders.remind_everybody()
        connection.close()

    with on(-7):
        workers = [threading.Thread(target=work) for _n in range(6)]
        [worker.start() for worker in workers]
        [worker.join() for worker in workers]
    assert len(mail.outbox) == 1
    assert Reminder.objects.count() == DueMail.objects.count() == 1


WORKER = """
import datetime, os, signal, sys, time
import django
django.setup()
from django.conf import settings
from django.core.mail.backends import locmem
from projects.models import DueMail
from tracekei.due import reminders
settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
settings.EMAIL_FILE_PATH = sys.argv[1]
moment = sys.argv[2]
kill = lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL)
if moment == "prepared":
    reminders._taken = kill
elif moment == "taken":
    from django.core.mail import EmailMessage
    EmailMessage.send = kill
elif moment == "sent":
    real = DueMail.objects.filter
    from django.core.mail import EmailMessage
    send = EmailMessage.send
    EmailMessage.send = lambda self: (send(self), kill())
from accounts.models import User
reminders.tell(User.objects.get(email="staff@example.org"), datetime.date.fromisoformat(sys.argv[3]))
"""


@pytest.mark.postgres  # another process, and rows that outlive it
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("moment", "letters"), [("prepared", 1), ("taken", 0), ("sent", 1), ("never", 1)]
)
def test_a_worker_killed_at_any_moment_never_leads_to_a_second_mail(
    moment, letters, event, tmp_path
):
    it = connection.settings_dict
    env = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    env |= {
        "DJANGO_SETTINGS_MODULE": "tracekei.settings",
        "VAR_DIR": str(tmp_path / "var"),
        "DATABASE_URL": (
            f"postgres://{it['USER']}:{it['PASSWORD']}@{it['HOST']}:{it['PORT']}/{it['NAME']}"
        ),
    }
    day = (EVENT - datetime.timedelta(days=7)).isoformat()
    for worker in (moment, "never", "never"):  # killed, then two that are not
        done = subprocess.run(
            [sys.executable, "-c", WORKER, str(tmp_path / "mails"), worker, day],
            cwd=portal.BASE_DIR,
            env=env,
            check=False,
            capture_output=True,
            text=True,
        )
        expected = 0 if worker == "never" else -signal.SIGKILL
        assert done.returncode == expected, done.stderr
    folder = tmp_path / "mails"
    written = "".join(path.read_text() for path in folder.glob("*")) if folder.exists() else ""
    assert written.count("Workshop in Plovdiv") == letters
    assert Reminder.objects.count() == 1
