"""Seconds and memory of the whole making of a report, and the part of them that is the portal's own.

Run as a program it measures in a process of its own, warm as a worker is that has made one report already, with
charts that were not drawn before, and prints JSON.
"""

import json
import os
import resource
import time

TIMES = 5
HTML = "bench-report.html"


def own_share(report):
    """The portal's share of a report's seconds, in percent: everything but WeasyPrint."""
    return 100 * (report["seconds"] - report["layout_seconds"]) / report["seconds"]


def table(report, alone):
    rows = [
        ("The report, from request to stored file", report["seconds"], report["megabytes"]),
        ("  of which the layout by WeasyPrint", report["layout_seconds"], None),
        ("WeasyPrint alone on the same HTML", alone["seconds"], alone["megabytes"]),
    ]
    lines = [
        "",
        f"{'Report, ' + str(report['pages']) + ' pages':44}{'seconds':>9}{'MB at most':>12}",
    ]
    for name, seconds, megabytes in rows:
        lines.append(f"{name:44}{seconds:>9.2f}{megabytes if megabytes else '':>12}")
    lines.append(f"The portal's own share: {own_share(report):.0f} % (wanted: under 33 %)")
    return "\n".join([*lines, ""])


def peak():
    """The most memory that this process has held, in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measure():
    import pikepdf
    from django.conf import settings
    from django.core.cache import cache

    from accounts.models import User
    from bench.pages import PERSON, PROJECT
    from common.jobs import Progress
    from projects.models import ReportingPeriod
    from reports import rendering
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
