"""The work plan of 10 work packages, 100 tasks and 100 deliverables beside a tenth of it: queries, server time.

The chart is drawn on the server, so the page's size is told as well.
"""

import datetime

from django.conf import settings
from django.db import transaction
from django.test import Client

from accounts.models import User
from bench.lists import _page
from projects.models import Membership, Partner, Project, Role
from workpackages.models import Deliverable, Milestone, Task, WorkPackage

SIZES = (1, 10)  # work packages, each with ten tasks, ten deliverables and a milestone
PAGES = [
    ("Work plan with its chart", ""),
    ("Work plan as of a day", "?as_of=2025-01-15"),
    ("Deliverables", "deliverables/"),
]


def measure():
    """For each of SIZES the pages with their queries, median milliseconds and kilobytes; it is taken back."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    found = []
    for packages in SIZES:
        with transaction.atomic():
            project, person = _project(packages)
            browser = Client()
            browser.force_login(person)
            pages = []
            for name, path in PAGES:
                address = f"/p/{project.slug}/work-plan/{path}"
                page = _page(browser, name, address)
                pages.append(page | {"kilobytes": len(browser.get(address).content) // 1000})
            found.append({"packages": packages, "pages": pages})
            transaction.set_rollback(True)
    return found


def _project(packages):
    start = datetime.date(2024, 1, 1)
    project = Project.objects.create(
        slug=f"bench-plan-{packages}",
        acronym="BENCH-P",
        name="A long plan",
        start=start,
        end=datetime.date(2026, 12, 31),
    )
    partner = Partner.objects.create(
        project=project, number=1, short_name="One", name="One", country="RS", coordinates=True
    )
    for number in range(1, packages + 1):
        package = WorkPackage.objects.create(
            project=project, number=number, title=f"Package {number}", lead=partner, last_month=36
        )
        for item in range(1, 11):
            task = Task.objects.create(
                project=project,
                work_package=package,
                number=item,
                title=f"Task {item} of package {number}",
                lead=partner,
                first_month=item,
                last_month=item + 20,
            )
            Deliverable.objects.create(
                project=project,
                work_package=package,
                task=task,
                number=item,
                title=f"Report {item} of package {number}",
                lead=partner,
                due_month=item + 20,
            )
        Milestone.objects.create(
            project=project, number=number, title=f"Milestone {number}", due_month=number + 12
        )
    person = User.objects.create_user(f"bench.plan{packages}@demo.example", None, name="Bench")
    Membership.objects.create(project=project, user=person, role=Role.COORDINATOR, partner=partner)
    return project, person


def table(found):
    small, large = found
    head = "".join(f"{f'ms, WPs: {size}':>12}" for size in SIZES)
    lines = ["", f"{'Work plan':28}{'queries':>10}{head}{'times':>8}{'kB':>8}"]
    for one, many in zip(small["pages"], large["pages"], strict=True):
        queries = "/".join(str(count) for count in sorted({one["queries"], many["queries"]}))
        times = many["milliseconds"] / one["milliseconds"]
        lines.append(
            f"{one['page']:28}{queries:>10}{one['milliseconds']:>12.1f}{many['milliseconds']:>12.1f}"
            f"{times:>8.1f}{many['kilobytes']:>8}"
        )
    lines.append("(a tenth of the plan and the whole; ten times the rows)")
    return "\n".join(lines)
