"""Reports at their limits: of 3,000 firms, two on each of four workers, and a box of 2,000 files with 2 GB.

Each part is a program of its own, whose peak of memory is therefore its own, and prints JSON.
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

FIRMS = (300, 3_000)
FILES, SIZE = 2_000, 1_000_000  # bytes each
WORKERS, REPORTS = 4, 8
PARTS = ("300", "3000", "box", "workers")


def table(measured):
    small, large, box, row = (measured[part] for part in PARTS)
    lines = [
        "",
        f"{'A report of':22}{'snapshot s':>12}{'HTML s':>9}{'PDF s':>9}{'pages':>8}{'MB at most':>12}",
    ]
    for firms, one in zip(FIRMS, (small, large), strict=True):
        lines.append(
            f"{firms:>16,} firms{one['snapshot']:>12.2f}{one['html']:>9.2f}{one['pdf']:>9.2f}"
            f"{one['pages']:>8}{one['megabytes']:>12}"
        )
    lines += [
        "",
        f"Audit box, {box['files']:,} files, {box['gigabytes']:.1f} GB: {box['seconds']:.1f} s, "
        f"{box['megabytes']} MB at most (wanted: under 300)",
        f"  zip on the same files: {box['zip_stored']:.1f} s stored, {box['zip']:.1f} s compressing",
    ]
    if row:
        lines += [
            f"{WORKERS} workers, {REPORTS} reports: {row['seconds']:.1f} s, begun in the order "
            f"{', '.join(map(str, row['begun']))}; {row['overtaken']} waited for one that was asked for later",
        ]
    return "\n".join([*lines, ""])


def peak():
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def of_firms(firms):
    """Seconds and memory of a report of a project of its own with so many firms and five deliveries each."""
    from django.utils import timezone, translation

    from accounts.models import User
    from bench.figures import fill
    from reports import rendering, snapshot

    person = User.objects.create_user(f"firms{firms}@demo.example", None, name="Bench")
    project = fill(f"bench-report-{firms}", person, firms, firms * 5)
    period = project.periods.get()
    period.project = project
    found = {}
    with translation.override("en-gb"):
        for _round in range(2):  # the first one loads WeasyPrint and the fonts
            begun = time.perf_counter()
            document = snapshot.collect(project, period)
            found["snapshot"] = time.perf_counter() - begun
            begun = time.perf_counter()
            html = rendering.to_html(document, made_on=timezone.now(), version=1)
            found["html"] = time.perf_counter() - begun
            begun = time.perf_counter()
            _content, pages = rendering.to_file(document, html, timezone.now())
            found["pdf"] = time.perf_counter() - begun
    found = {key: round(value, 3) for key, value in found.items()}
    return found | {"pages": pages, "megabytes": peak()}


def box():
    """Seconds and memory of an audit box, beside `zip` on the same files."""
    from django.core.files.base import ContentFile
    from django.utils import timezone

    from accounts.models import User
    from bench.pages import PERSON, PROJECT
    from projects.models import Evidence, Project
    from reports import boxing
    from reports.models import AuditBox

    project = Project.objects.get(slug=PROJECT)
    partner, person = project.partners.first(), User.objects.get(email=PERSON)
    content = os.urandom(SIZE)  # as incompressible as photos and PDF files
    for _n in range(FILES):
        Evidence.objects.create(
            project=project,
            partner=partner,
            name="Photo",
            file=ContentFile(content, "photo"),
            sha256="0" * 64,
            size=SIZE,
            content_type="image/jpeg",
        )
    row = AuditBox.objects.create(project=project, partner=partner, requested_by=person)
    begun = time.perf_counter()
    boxing.make(row.pk)
    seconds, megabytes = time.perf_counter() - begun, peak()
    row.refresh_from_db()
    if row.state != "done":
        raise SystemExit(row.failure)
    folder = Path(row.file.path).parent.parent / "evidence"
    result = {
        "files": FILES,
        "gigabytes": row.size / 1e9,
        "seconds": round(seconds, 2),
        "megabytes": megabytes,
        "asked": timezone.now().isoformat(),
    }
    for name, level in (("zip_stored", "-0"), ("zip", "-6")):
        packed = folder.parent / f"{name}.zip"
        begun = time.perf_counter()
        subprocess.run(["zip", "-q", "-r", level, packed, folder], check=True)
        result[name] = round(time.perf_counter() - begun, 2)
        packed.unlink()
    Path(row.file.path).unlink()
    return result


def workers():
    """In which order four workers begin eight reports that were asked for one after another."""
    from django.conf import settings

    from accounts.models import User
    from bench.pages import PERSON, PROJECT
    from projects.models import Project, ReportingPeriod
    from reports.models import Rendering
    from reports.tasks import make

    if not settings.REDIS_URL:
        return None
    project, person = Project.objects.get(slug=PROJECT), User.objects.get(email=PERSON)
    rows = []
    for n in range(REPORTS):
        period = ReportingPeriod.objects.create(
            project=project, number=100 + n, first_month=n + 1, last_month=n + 1
        )
        rows.append(
            Rendering.objects.create(
                project=project, period=period, number=1, requested_by=person
            ).pk
        )
    words = ["-m", "celery", "-A", "tracekei", "worker", "-c", str(WORKERS), "--loglevel", "ERROR"]
    begun_in, finished = [], set()
    process = subprocess.Popen(
        [sys.executable, *words],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(5)
        begun = time.perf_counter()
        for pk in rows:
            make.delay(pk)
        while len(finished) < REPORTS:
            for pk, state in _states(rows):
                if state != "queued" and pk not in begun_in:
                    begun_in.append(pk)
                if state in ("done", "failed", "cancelled"):
                    finished.add(pk)
            if time.perf_counter() - begun > 300:
                raise SystemExit("Eight reports were not made within five minutes.")
            time.sleep(0.02)
        seconds = time.perf_counter() - begun
    finally:
        process.terminate()
        process.wait()
    order = [rows.index(pk) + 1 for pk in begun_in]
    # Those that begin within one look at the table are in the order of the table.
    overtaken = sum(1 for at, n in enumerate(order) if any(m < n for m in order[at + 1 :]))
    return {"seconds": round(seconds, 2), "begun": order, "overtaken": overtaken}


def _states(rows):
    from reports.models import Rendering

    return Rendering.objects.filter(pk__in=rows).order_by("pk").values_list("pk", "state")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracekei.settings")
    import django

    django.setup()
    (part,) = sys.argv[1:]
    print(
        json.dumps(
            {"box": box, "workers": workers}[part]() if not part.isdigit() else of_firms(int(part))
        )
    )
