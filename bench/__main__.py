"""Measures the portal at demonstration size: `make bench`, or `python -m bench` with a database to fill.

Loads the demonstration into the database that the environment names, prints two tables and writes them as
bench/results-<vendor>.json. Nothing here passes or fails: a stopwatch tells about a machine too. Each page is set
beside an almost empty page of the same portal in the same run, the report beside WeasyPrint alone, an audit box
beside `zip`, and the lists of
a project with 300,000 firms, or as many activities (on PostgreSQL), beside those of one with 300, and the search for
firms that are there twice at 10,000 and 100,000 beside a plain reading of the same rows. The search of a project
with a million records is set beside a plain full-text query for the same words. The figures of a project are asked
alone in the database and among a thousand such projects; fifty people open pages at once for two minutes.
"""

import io
import json
import os
import platform
import subprocess
import sys
import warnings
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracekei.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from bench import (  # noqa: E402
    duplicates,
    events,
    figures,
    happenings,
    imports,
    lists,
    matching,
    outreach,
    pages,
    people,
    plan,
    report,
    reports,
    search,
)

FOLDER = Path(__file__).parent


def main():
    warnings.filterwarnings("ignore", message="No directory at")  # nobody collected static files
    if settings.VAR_DIR == settings.BASE_DIR / "var":
        sys.exit("This would fill your own database. `make bench` brings one of its own.")
    call_command("migrate", verbosity=0)
    call_command("load_demo", stdout=io.StringIO())
    print(f"\n{connection.vendor}, Python {platform.python_version()}, {os.cpu_count()} processors")
    measured = {
        "database": connection.vendor,
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "pages": pages.measure(),
        "report": in_a_process_of_its_own("bench.report"),
        "weasyprint": in_a_process_of_its_own("bench.weasyprint_alone"),
        "imports": {part: in_a_process_of_its_own("bench.imports", part) for part in imports.PARTS},
    }
    print(pages.table(measured["pages"]))
    print(report.table(measured["report"], measured["weasyprint"]))
    print(imports.table(measured["imports"]))
    measured["reports"] = {
        part: in_a_process_of_its_own("bench.reports", part) for part in reports.PARTS
    }
    print(reports.table(measured["reports"]))
    measured["outreach"] = outreach.measure()
    print(outreach.table(measured["outreach"]))
    measured["matching"] = matching.measure()
    print(matching.table(measured["matching"]))
    measured["plan"] = plan.measure()
    print(plan.table(measured["plan"]))
    measured["events"] = events.measure()
    print(events.table(measured["events"]))
    if connection.vendor == "postgresql":
        measured["people"] = people.measure()
        print(people.table(measured["people"]))
        measured["figures"] = figures.measure()
        print(figures.table(measured["figures"]))
        measured["duplicates"] = [
            in_a_process_of_its_own("bench.duplicates", str(size)) for size in duplicates.SIZES
        ]
        print(duplicates.table(measured["duplicates"]))
        measured["lists"] = lists.measure()
        print(lists.table(measured["lists"]), "\n")
        measured["happenings"] = happenings.measure()
        print(happenings.table(measured["happenings"]), "\n")
        measured["search"] = search.measure()
        print(search.table(measured["search"]), "\n")
    path = FOLDER / f"results-{connection.vendor}.json"
    path.write_text(json.dumps(measured, indent=2) + "\n")
    print(f"Written to {path.relative_to(Path.cwd())}.")


def in_a_process_of_its_own(module, *arguments):
    """What `module` prints as JSON: its peak of memory is then its own."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
