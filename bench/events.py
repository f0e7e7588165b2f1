"""An event's list with 30, 300 and 3,000 people, and its papers: queries, server time, and seconds a PDF.

The list of the largest event is set beside that of the smallest, in the same run; the papers beside a blank page.
"""

import datetime
import time
from statistics import median

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from common.pdf import to_pdf
from events import rendering
from events.models import Attendance, Category, Event, EventKind
from projects.models import Project

SIZES = (30, 300, 3_000)
TIMES = 15
PERSON = "coordinator@demo.example"


def measure():
    """Lists and papers of an event at each of SIZES; what is made for it is taken back."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    browser = Client()
    browser.force_login(User.objects.get(email=PERSON))
    project = Project.objects.get(slug="trace-kei")
    to_pdf("<html lang=en><title>Blank</title><p>Blank</p>")  # the library is loaded
    found = {"lists": [], "papers": [_paper("Blank page", lambda: to_pdf(BLANK))]}
    for size in SIZES:
        with transaction.atomic():
            event = _event(project, size)
            for name, address in (("List", "people/"), ("Event", "")):
                found["lists"].append(_page(browser, f"{name}, {size}", event, address))
            if size <= SIZES[1]:  # the first of its sheets
                sheet = lambda event=event: rendering.sign_in_sheet(event, event.first_day)  # noqa: E731
                found["papers"].append(_paper(f"Sign-in sheet, {size} names", sheet))
            one = event.attendances.first()
            if size == SIZES[0]:
                found["papers"].append(_paper("Certificate", lambda: rendering.certificate(one)))  # noqa: B023
            transaction.set_rollback(True)
    return found


BLANK = "<html lang=en><title>Blank</title><p>Blank</p>"


def _event(project, size):
    day = datetime.date(2018, 1, 10)
    event = Event.objects.create(
        project=project,
        partner=project.partners.first(),
        kind=EventKind.DISSEMINATION_EVENT,
        title="Measured",
        first_day=day,
        last_day=day,
    )
    rows = [
        Attendance(
            event=event,
            date=day,
            category=Category.OTHER,
            name=f"Ana Ćurčić {n}",
            organisation=f"Organisation {n % 40}",
            country="RS",
            confirmed_at=timezone.now(),
        )
        for n in range(size)
    ]
    for row in rows:
        row.derive()
    Attendance.objects.bulk_create(rows)
    return event


def _page(browser, name, event, address):
    address = f"{event.get_absolute_url()}{address}"
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}.")
    return {
        "page": name,
        "queries": len(queries),
        "milliseconds": _milliseconds(lambda: browser.get(address), TIMES),
    }


def _paper(name, make):
    return {"paper": name, "milliseconds": _milliseconds(make, 5)}


def _milliseconds(act, times):
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    return round(median(taken), 1)


def table(found):
    lines = ["", f"{'Event':28}{'queries':>8}{'ms':>9}"]
    lines += [
        f"{row['page']:28}{row['queries']:>8}{row['milliseconds']:>9.1f}" for row in found["lists"]
    ]
    blank = found["papers"][0]["milliseconds"]
    lines += ["", f"{'Paper (PDF)':28}{'ms':>9}{'× blank':>9}"]
    lines += [
        f"{row['paper']:28}{row['milliseconds']:>9.1f}{row['milliseconds'] / blank:>9.1f}"
        for row in found["papers"]
    ]
    return "\n".join(lines)
