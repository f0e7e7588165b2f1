"""The lists of one project with 300, 30,000 and 300,000 firms, each firm with a delivery: queries and server time.

Rows beyond the page that is shown should cost neither a query nor much time: the largest project's median is set
beside the smallest one's, in the same run. Takes minutes, and is measured on PostgreSQL.
"""

import datetime
import time
from itertools import islice
from statistics import median

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from clusters.models import (
    SME,
    Cluster,
    ClusterMembership,
    Novelty,
    Service,
    ServiceCategory,
    ServiceRecord,
    SizeClass,
)
from projects.models import Membership, Partner, Project, Role

SIZES = (300, 30_000, 300_000)
TIMES = 30
BATCH = 10_000
WANTED = 1.5
START = datetime.date(2024, 1, 1)

# What is asked of the lists; the search is a part of a name that ten firms have in each of the sizes.
PAGES = [
    ("SMEs", "smes/"),
    ("SMEs, a part of a name", "smes/?q=zwetsch"),
    ("Deliveries", "deliveries/"),
]

SYLLABLES = ("bal", "dor", "fen", "gar", "kel", "lum", "mir", "nov", "pol", "ras", "sil", "tur")


def firm_names():
    """Invented names without end, no two alike."""
    number = 0
    while True:
        digits, rest = [], number
        for _ in range(6):
            rest, digit = divmod(rest, len(SYLLABLES))
            digits.append(SYLLABLES[digit])
        first, second = "".join(digits[:3]).title(), "".join(digits[3:]).title()
        yield f"{first} {'Zwetschge ' if number < 10 else ''}{second} d.o.o."
        number += 1


def measure():
    """For each of SIZES the pages with their queries and median milliseconds."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    project, service, person = _stage()
    names = firm_names()
    browser = Client()
    browser.force_login(person)
    found, there = [], 0
    for size in SIZES:
        begun = time.perf_counter()
        while there < size:
            count = min(BATCH, size - there)
            _add_firms(project, service, list(islice(names, count)), there)
            there += count
        with connection.cursor() as cursor:
            # What the database's own housekeeping does within a minute or two.
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        filled = time.perf_counter() - begun
        pages = [_page(browser, name, f"/p/{project.slug}/{path}") for name, path in PAGES]
        found.append({"firms": size, "filled_in": round(filled, 1), "pages": pages})
    return found


def _stage():
    project = Project.objects.create(
        slug="bench", acronym="BENCH", name="Many firms", start=START, end=datetime.date(2026, 1, 1)
    )
    partner = Partner.objects.create(
        project=project, number=1, short_name="One", name="One", country="RS", coordinates=True
    )
    cluster = Cluster.objects.create(
        project=project, partner=partner, short_name="One", name="One", country="RS"
    )
    service = Service.objects.create(
        project=project,
        cluster=cluster,
        title="Training",
        novelty=Novelty.NEW,
        category=ServiceCategory.objects.create(project=project, name="Training"),
    )
    person = User.objects.create_user("bench@demo.example", None, name="Bench")
    Membership.objects.create(project=project, user=person, role=Role.COORDINATOR, partner=partner)
    return project, service, person


@transaction.atomic
def _add_firms(project, service, names, there):
    firms = SME.objects.bulk_create(
        SME(
            project=project,
            code=SME.code_for(number),
            name=name,
            country="RS",
            town="Novi Sad",
            size_class=SizeClass.SMALL,
        )
        for number, name in enumerate(names, start=there + 1)
    )
    ClusterMembership.objects.bulk_create(
        ClusterMembership(cluster=service.cluster, sme=firm) for firm in firms
    )
    ServiceRecord.objects.bulk_create(
        ServiceRecord(
            project=project,
            code=ServiceRecord.code_for(number),
            service=service,
            cluster=service.cluster,
            sme=firm,
            date=START + datetime.timedelta(days=number % 700),
        )
        for number, firm in enumerate(firms, start=there + 1)
    )


def _page(browser, name, address, often=TIMES):
    for _ in range(3):
        answer = browser.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}.")
    with CaptureQueriesContext(connection) as queries:
        browser.get(address)
    asked = len(queries)  # read now: the next request empties the log
    times = []
    for _ in range(often):
        begun = time.perf_counter()
        browser.get(address)
        times.append((time.perf_counter() - begun) * 1000)
    return {"page": name, "queries": asked, "milliseconds": round(median(times), 1)}


def table(found):
    sizes = "".join(f"{row['firms']:>10,}" for row in found)
    lines = ["", f"{'Lists, ms with this many firms':32}{'queries':>10}{sizes}{'× 300':>8}"]
    for number, (name, _path) in enumerate(PAGES):
        row = [size["pages"][number] for size in found]
        queries = "/".join(str(count) for count in sorted({page["queries"] for page in row}))
        times = "".join(f"{page['milliseconds']:>10.1f}" for page in row)
        ratio = row[-1]["milliseconds"] / row[0]["milliseconds"]
        lines.append(f"{name:32}{queries:>10}{times}{ratio:>8.2f}")
    lines.append(f"(wanted: at most × {WANTED})")
    return "\n".join(lines)
