"""Seconds and memory of the whole making of TRACE-KEI's full report, and the part of them that is the portal's own.

The full report is of 24 months, 4 work packages, 30 deliverables, 60 events, 8 indicators with their charts, 284
firms and texts of some pages.

Run as a program it measures in a process of its own, warm as a worker is that has made one report already, with
charts that were not drawn before, and prints JSON.
"""

import json
import os
import resource
import time

TIMES = 5
HTML = "bench-report.html"


WANTED = 1.3  # the whole report beside WeasyPrint alone


def table(report, alone):
    rows = [
        ("The report, from request to stored file", report["seconds"], report["megabytes"]),
        (
            f"  its snapshot ({report['queries']} queries; wanted: 60, 1 s)",
            report["snapshot_seconds"],
            None,
        ),
        ("  its HTML with the charts", report["html_seconds"], None),
        ("  its PDF with the attached files", report["layout_seconds"], None),
        ("WeasyPrint alone on the same HTML", alone["seconds"], alone["megabytes"]),
    ]
    lines = [
        "",
        f"{'Report, ' + str(report['pages']) + ' pages':44}{'seconds':>9}{'MB at most':>12}",
    ]
    for name, seconds, megabytes in rows:
        lines.append(f"{name:44}{seconds:>9.2f}{megabytes if megabytes else '':>12}")
    times = report["seconds"] / alone["seconds"]
    lines.append(f"Beside WeasyPrint alone: x {times:.2f} (wanted: at most {WANTED})")
    return "\n".join([*lines, ""])


def peak():
    """The most memory that this process has held, in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def grow(period):
    """Fill the demonstration's last period up to a full report."""
    from events.models import Event, EventKind, Standing
    from reports.models import Passage
    from workpackages.models import Deliverable

    project = period.project
    packages = list(project.work_packages.all())
    made = Deliverable.objects.filter(work_package__project=project).count()
    for n in range(30 - made):
        package = packages[n % len(packages)]
        Deliverable.objects.create(
            project=project,
            work_package=package,
            number=50 + n,
            title=f"Report on what was learned, part {n + 1}",
            due_month=13 + n % 12,
        )
    held = Event.objects.filter(project=project, first_day__gte=period.start).count()
    partners = list(project.partners.all())
    for n in range(60 - held):
        day = project.month(13 + n % 12)[0]
        Event.objects.create(
            project=project,
            partner=partners[n % len(partners)],
            title=f"Workshop number {n + 1}",
            kind=EventKind.REGIONAL_WORKSHOP,
            first_day=day,
            last_day=day,
            state=Standing.HELD,
            place="Plovdiv",
        )
    text = "<p>" + "The partners met, listened and agreed on what comes next. " * 14 + "</p>"
    Passage.objects.filter(chapter__period=period).update(body=text * 3)


def measure():
    import pikepdf
    from django.conf import settings
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from accounts.models import User
    from bench.pages import PERSON, PROJECT
    from common.jobs import Progress
    from projects.models import Project, ReportingPeriod
    from reports import rendering, snapshot
    from reports.models import Rendering

    layouts = []
    layout = rendering.to_file

    def timed(document, html, *more):
        begun = time.perf_counter()
        content = layout(document, html, *more)
        layouts.append((time.perf_counter() - begun, html))
        return content

    rendering.to_file = timed
    period = ReportingPeriod.objects.filter(project__slug=PROJECT).latest("number")
    period.project = Project.objects.get(slug=PROJECT)
    grow(period)
    with CaptureQueriesContext(connection) as queries:
        snapshot.collect(period.project, period)
    begun = time.perf_counter()
    document = snapshot.collect(period.project, period)
    snapshot_seconds = time.perf_counter() - begun
    cache.clear()
    begun = time.perf_counter()
    rendering.to_html(document, made_on=timezone.now(), version=1)
    html_seconds = time.perf_counter() - begun
    person = User.objects.get(email=PERSON)
    last = period.renderings.count()
    whole = []
    for number in range(last + 1, last + TIMES + 2):
        row = Rendering.objects.create(
            project=period.project, period=period, number=number, requested_by=person
        )
        cache.clear()
        begun = time.perf_counter()
        rendering.make(row.pk)
        whole.append(time.perf_counter() - begun)
        row.refresh_from_db()
        if row.state != Progress.DONE:
            raise SystemExit(row.failure)
    # The first one of a process loads WeasyPrint and the fonts.
    middle = sorted(range(1, len(whole)), key=lambda n: whole[n])[TIMES // 2]
    (settings.VAR_DIR / HTML).write_text(layouts[middle][1])
    with row.file.open("rb") as file, pikepdf.open(file) as opened:
        pages = len(opened.pages)
    return {
        "queries": len(queries),
        "snapshot_seconds": round(snapshot_seconds, 3),
        "html_seconds": round(html_seconds, 3),
        "seconds": round(whole[middle], 3),
        "layout_seconds": round(layouts[middle][0], 3),
        "first_seconds": round(whole[0], 3),
        "megabytes": peak(),
        "pages": pages,
        "bytes": row.size,
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracekei.settings")
    import django

    django.setup()
    print(json.dumps(measure()))
