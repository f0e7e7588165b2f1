"""Dissemination, countries reached and cooperation with 30, 300 and 1,000 activities and as many collaborations.

Queries and server time of each page, beside an almost empty page of the same portal in the same run. A project of
four years hardly has 300 activities; a thousand show what grows with them: the map reads each of them once.
"""

import datetime
import time
from statistics import median

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from clusters.models import Cluster
from events.models import (
    Agreement,
    Collaboration,
    Dissemination,
    DisseminationAudience,
    DisseminationCountry,
    OutsideCluster,
)
from projects.models import Membership, Partner, Project, Role

SIZES = (30, 300, 1_000)
TIMES = 10
START = datetime.date(2024, 1, 1)
COUNTRIES = ("ES", "FR", "GR", "AT", "BE", "MT", "BR", "TR", "PL", "SE")
PAGES = [
    ("Periods (almost empty)", "periods/"),
    ("Dissemination", "dissemination/"),
    ("Dissemination, a search", "dissemination/?q=fair+7"),
    ("Countries reached", "countries/"),
    ("Cooperation", "cooperation/"),
    ("Collaborations", "cooperation/collaborations/"),
    ("Participation", "cooperation/participation/"),
]


def measure():
    """For each of SIZES the pages with their queries and median milliseconds."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    partner, cluster, person = _stage()
    browser = Client()
    browser.force_login(person)
    found, there = [], 0
    for size in SIZES:
        _add(partner, cluster, range(there + 1, size + 1))
        there = size
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        pages = [_page(browser, name, f"/p/{partner.project.slug}/{path}") for name, path in PAGES]
        found.append({"activities": size, "pages": pages})
    return found


def _stage():
    project = Project.objects.create(
        slug="bench-outreach",
        acronym="BENCH-O",
        name="Many activities",
        start=START,
        end=datetime.date(2026, 1, 1),
    )
    partner = Partner.objects.create(
        project=project, number=1, short_name="One", name="One", country="RS", coordinates=True
    )
    cluster = Cluster.objects.create(
        project=project, partner=partner, short_name="One", name="One", country="RS"
    )
    person = User.objects.create_user("bench-outreach@demo.example", None, name="Bench")
    Membership.objects.create(project=project, user=person, role=Role.COORDINATOR, partner=partner)
    return partner, cluster, person


@transaction.atomic
def _add(partner, cluster, numbers):
    mine = {"project": partner.project, "partner": partner}
    activities = Dissemination.objects.bulk_create(
        Dissemination(
            **mine,
            code=Dissemination.code_for(number),
            kind="press",
            title=f"Fair {number}",
            date=START + datetime.timedelta(days=number % 700),
        )
        for number in numbers
    )
    DisseminationCountry.objects.bulk_create(
        DisseminationCountry(dissemination=one, country=COUNTRIES[(one.pk + n) % len(COUNTRIES)])
        for one in activities
        for n in range(3)
    )
    DisseminationAudience.objects.bulk_create(
        DisseminationAudience(dissemination=one, kind="smes", number=10) for one in activities
    )
    others = OutsideCluster.objects.bulk_create(
        OutsideCluster(
            **mine,
            code=OutsideCluster.code_for(number),
            name=f"Cluster {number}",
            country=COUNTRIES[number % len(COUNTRIES)],
        )
        for number in numbers
    )
    together = Collaboration.objects.bulk_create(
        Collaboration(
            **mine,
            code=Collaboration.code_for(number),
            outside_cluster=other,
            cluster=cluster,
            subject="Peer learning",
        )
        for number, other in zip(numbers, others, strict=True)
    )
    Agreement.objects.bulk_create(
        Agreement(
            project=partner.project,
            code=Agreement.code_for(number),
            collaboration=one,
            subject="Exchange",
            date=START,
        )
        for number, one in zip(numbers, together, strict=True)
    )


def _page(browser, name, address):
    for _ in range(2):
        answer = browser.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}.")
    with CaptureQueriesContext(connection) as queries:
        browser.get(address)
    asked = len(queries)  # read now: the next request empties the log
    times = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        browser.get(address)
        times.append((time.perf_counter() - begun) * 1000)
    return {"page": name, "queries": asked, "milliseconds": round(median(times), 1)}


def table(found):
    sizes = "".join(f"{row['activities']:>10,}" for row in found)
    lines = ["", f"{'Outreach, ms with this many':32}{'queries':>10}{sizes}{'× empty':>9}"]
    empty = found[-1]["pages"][0]["milliseconds"]
    for number, (name, _path) in enumerate(PAGES):
        row = [size["pages"][number] for size in found]
        queries = "/".join(str(count) for count in sorted({page["queries"] for page in row}))
        times = "".join(f"{page['milliseconds']:>10.1f}" for page in row)
        lines.append(f"{name:32}{queries:>10}{times}{row[-1]['milliseconds'] / empty:>9.1f}")
    return "\n".join(lines)
