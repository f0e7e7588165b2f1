"""Activities of a project with 300, 30,000 and 300,000 of them, and a month of 500 events: queries and server time.

Rows beyond the page that is shown should cost neither a query nor much time: the largest project's median is set
beside the smallest one's, and the month with 500 events beside an empty one, in the same run. On PostgreSQL.
"""

import datetime

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from bench.lists import BATCH, SIZES, WANTED, _page, firm_names
from events.models import Activity, Event, EventKind, Standing
from projects.models import Membership, Partner, Project, Role
from workpackages.models import Task, WorkPackage

START = datetime.date(2023, 1, 1)
DAYS = 1000
EVENTS = 500

PAGES = [
    ("Activities", "activities/"),
    ("Activities, a part of a title", "activities/?q=zwetsch"),
    ("Activities, of one task", "activities/?task={task}"),
    ("Activities, mine", "activities/?mine=yes"),
    ("Activities, with evidence", "activities/?proof=yes"),
    ("Timeline by day", "activities/timeline/"),
    ("Timeline by task", "activities/timeline/?by=task"),
    ("Log an activity", "activities/new/"),
]
MONTHS = [("An empty month", "2031-01"), (f"A month with {EVENTS} events", "2025-03")]


def measure():
    """{"lists": for each of SIZES its pages, "months": the two of MONTHS}, queries and median milliseconds each."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    project, tasks, person = _stage()
    names = firm_names()
    browser = Client()
    browser.force_login(person)
    found, there = [], 0
    for size in SIZES:
        while there < size:
            count = min(BATCH, size - there)
            _add_activities(project, tasks, [next(names) for _ in range(count)], there)
            there += count
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        pages = [
            _page(browser, name, f"/p/{project.slug}/{path.format(task=tasks[0].pk)}")
            for name, path in PAGES
        ]
        found.append({"activities": size, "pages": pages})
    _add_events(project)
    months = [
        _page(browser, name, f"/p/{project.slug}/calendar/?month={month}") for name, month in MONTHS
    ]
    return {"lists": found, "months": months}


def _stage():
    project = Project.objects.create(
        slug="bench-activities",
        acronym="BENCH-A",
        name="Much that happens",
        start=START,
        end=START + datetime.timedelta(days=DAYS),
        keeps_hours=True,
    )
    partner = Partner.objects.create(
        project=project, number=1, short_name="One", name="One", country="RS", coordinates=True
    )
    package = WorkPackage.objects.create(project=project, number=1, title="One", last_month=30)
    tasks = [
        Task.objects.create(
            project=project,
            work_package=package,
            number=number,
            code=f"T1.{number}",
            title=f"Task {number}",
            last_month=30,
        )
        for number in range(1, 21)
    ]
    person = User.objects.create_user("bench.activities@demo.example", None, name="Bench")
    Membership.objects.create(project=project, user=person, role=Role.COORDINATOR, partner=partner)
    return project, tasks, person


@transaction.atomic
def _add_activities(project, tasks, names, there):
    partner = project.partners.get()
    other = User.objects.filter(email="coordinator@demo.example").first()
    own = User.objects.get(email="bench.activities@demo.example")
    days = [START + datetime.timedelta(days=number) for number in range(DAYS)]
    Activity.objects.bulk_create(
        Activity(
            project=project,
            partner=partner,
            code=f"AC-{number:06}",
            task=tasks[number % len(tasks)],
            title=name,
            first_day=days[number % DAYS],
            last_day=days[number % DAYS],
            done="Invented for a measurement.",
            result="It was measured.",
            created_by=own if number % 100 == 0 else other,
        )
        for number, name in enumerate(names, start=there + 1)
    )


def _add_events(project):
    partner = project.partners.get()
    Event.objects.bulk_create(
        Event(
            project=project,
            partner=partner,
            code=Event.code_for(number),
            kind=EventKind.OTHER,
            title=f"Gathering {number}",
            state=Standing.PLANNED,
            first_day=datetime.date(2025, 3, 1 + number % 31),
            last_day=datetime.date(2025, 3, 1 + number % 31),
            updated_at=timezone.now(),
        )
        for number in range(EVENTS)
    )


def table(found):
    sizes = "".join(f"{row['activities']:>10,}" for row in found["lists"])
    lines = ["", f"{'Activities, ms with so many':32}{'queries':>10}{sizes}{'× 300':>8}"]
    for number, (name, _path) in enumerate(PAGES):
        row = [size["pages"][number] for size in found["lists"]]
        queries = "/".join(str(count) for count in sorted({page["queries"] for page in row}))
        times = "".join(f"{page['milliseconds']:>10.1f}" for page in row)
        ratio = row[-1]["milliseconds"] / row[0]["milliseconds"]
        lines.append(f"{name:32}{queries:>10}{times}{ratio:>8.2f}")
    lines.append(f"(wanted: at most × {WANTED} of the first)")
    empty, full = found["months"]
    lines += ["", f"{'Calendar':32}{'queries':>10}{'ms':>10}{'× empty':>10}"]
    for month in (empty, full):
        ratio = month["milliseconds"] / empty["milliseconds"]
        lines.append(
            f"{month['page']:32}{month['queries']:>10}{month['milliseconds']:>10.1f}{ratio:>10.2f}"
        )
    return "\n".join(lines)
