"""Figures in one project of 300 firms alone, among a thousand such projects, and in one project of 30,000 firms.

The first project of the database is asked before and after 999 copies of it are there (300,000 firms, 1,500,000
deliveries, 200,000 attendances); then a project of 30,000 firms and 300,000 deliveries. Each page has its queries and
its median milliseconds; the dashboard of the large project is set beside the bare SQL that it asks, run again
through the driver in the same run. PostgreSQL only: the copies are made by the database itself.
"""

import datetime
import os
import time
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
    Manager,
    Novelty,
    Service,
    ServiceCategory,
    ServiceRecord,
    SizeClass,
)
from events.models import Attendance, Category, Event, EventKind, Standing
from indicators.models import Indicator, Target
from projects.models import Evidence, Membership, Partner, Project, ReportingPeriod, Role

COPIES = int(os.environ.get("BENCH_COPIES", "999"))
TIMES = 20
WANTED = 1.5  # the large database beside the small one
WANTED_SQL = 3  # the dashboard beside its bare SQL
START, END = datetime.date(2024, 1, 1), datetime.date(2025, 12, 31)
COUNTRIES = ("BG", "DE", "HU", "IT", "PT", "RO", "RS")
FIRMS, RECORDS, ATTENDANCES = 300, 1_500, 200

PAGES = [
    ("Dashboard", ""),
    ("Indicator, explained count", "indicators/1/"),
    ("Its units", "indicators/1/units/"),
    ("Its records", "indicators/1/records/"),
    ("What fell out", "indicators/1/records/?step=3"),
    ("Its proof", "indicators/1/proof/"),
    ("All indicators", "indicators/"),
]

# What is copied with a project, parents first.
COPIED = (
    Project,
    Partner,
    ReportingPeriod,
    Cluster,
    ServiceCategory,
    Service,
    SME,
    ClusterMembership,
    ServiceRecord,
    Evidence,
    ServiceRecord.evidence.through,
    Manager,
    Event,
    Attendance,
    Indicator,
    Target,
)


def measure():
    """The pages of the small project alone and among its copies, then those of the large project."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    person = User.objects.create_user("figures@demo.example", None, name="Bench")
    small = fill("bench-small", person, FIRMS, RECORDS)
    browser = Client()
    browser.force_login(person)
    _tidy()
    alone = [_page(browser, name, f"/p/{small.slug}/{path}") for name, path in PAGES]
    begun = time.perf_counter()
    with transaction.atomic():
        copy(small, COPIES)
    _tidy()
    filled = time.perf_counter() - begun
    among = [_page(browser, name, f"/p/{small.slug}/{path}") for name, path in PAGES]
    large = fill("bench-large", person, FIRMS * 100, RECORDS * 200)
    _tidy()
    return {
        "copies": COPIES,
        "filled_in": round(filled, 1),
        "alone": alone,
        "among": among,
        "large": [_page(browser, name, f"/p/{large.slug}/{path}", 5) for name, path in PAGES],
        "bare": _bare(browser, f"/p/{large.slug}/"),
    }


def _tidy():
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # what the database's housekeeping does in a minute or two


def _page(browser, name, address, times=TIMES):
    for _ in range(2):
        answer = browser.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}.")
    with CaptureQueriesContext(connection) as queries:
        browser.get(address)
    asked, taken = len(queries), []
    for _ in range(times):
        begun = time.perf_counter()
        browser.get(address)
        taken.append((time.perf_counter() - begun) * 1000)
    return {"page": name, "queries": asked, "milliseconds": round(median(taken), 1)}


def _bare(browser, address):
    """The milliseconds of the dashboard and of its own queries alone, asked again through the driver."""
    with CaptureQueriesContext(connection) as queries:
        browser.get(address)
    statements = [
        query["sql"] for query in queries.captured_queries if query["sql"].startswith("SELECT")
    ]
    page, bare = [], []
    for _ in range(5):
        begun = time.perf_counter()
        browser.get(address)
        page.append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.cursor.execute(statement)
                cursor.cursor.fetchall()
        bare.append((time.perf_counter() - begun) * 1000)
    return {"page": round(median(page), 1), "sql": round(median(bare), 1), "asked": len(statements)}


@transaction.atomic
def fill(slug, person, firms, records):
    """A project of seven clusters with `firms` SMEs, `records` deliveries and 200 attendances."""
    project = Project.objects.create(
        slug=slug, acronym=slug.upper(), name="Many figures", start=START, end=END
    )
    partners = [
        Partner.objects.create(
            project=project,
            number=number,
            short_name=f"Partner {number}",
            name=f"Partner {number}",
            country=country,
            coordinates=number == 1,
        )
        for number, country in enumerate(COUNTRIES, 1)
    ]
    Membership.objects.create(
        project=project, user=person, role=Role.COORDINATOR, partner=partners[0]
    )
    period = ReportingPeriod.objects.create(project=project, number=1, first_month=1, last_month=12)
    clusters = [
        Cluster.objects.create(
            project=project,
            partner=partner,
            short_name=f"Cluster {partner.number}",
            name=f"Cluster {partner.number}",
            country=partner.country,
        )
        for partner in partners
    ]
    category = ServiceCategory.objects.create(project=project, name="Training")
    services = [
        Service.objects.create(
            project=project,
            cluster=cluster,
            title=f"Service {cluster.code} {novelty}",
            novelty=novelty,
            category=category,
        )
        for cluster in clusters
        for novelty in Novelty.values
    ]
    sizes = [SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM, SizeClass.LARGE]
    found = SME.objects.bulk_create(
        (
            SME(
                project=project,
                code=SME.code_for(number),
                name=f"Firm {number}",
                country=COUNTRIES[number % 7],
                town="Novi Sad",
                size_class=sizes[number % 4],
                size_override=sizes[number % 4],
                size_reason="As it says",
            )
            for number in range(1, firms + 1)
        ),
        batch_size=5_000,
    )
    ClusterMembership.objects.bulk_create(
        (
            ClusterMembership(cluster=clusters[number % 7], sme=firm)
            for number, firm in enumerate(found)
        ),
        batch_size=5_000,
    )
    days = (END - START).days + 1
    made = ServiceRecord.objects.bulk_create(
        (
            ServiceRecord(
                project=project,
                code=ServiceRecord.code_for(number),
                service=(service := services[number * 5 % len(services)]),
                cluster=service.cluster,
                sme=found[number * 7 % firms],
                date=START + datetime.timedelta(days=number * 11 % days),
                effort=number % 9,
                satisfaction=number % 5 + 1,
            )
            for number in range(1, records + 1)
        ),
        batch_size=5_000,
    )
    paper = Evidence.objects.create(
        project=project, partner=partners[0], name="List", link="https://list.example/"
    )
    proofs = ServiceRecord.evidence.through
    proofs.objects.bulk_create(
        (proofs(servicerecord=record, evidence=paper) for record in made[::3]), batch_size=5_000
    )
    managers = [
        Manager.objects.create(project=project, cluster=cluster, name=f"Manager {n}")
        for cluster in clusters
        for n in range(2)
    ]
    events = [
        Event.objects.create(
            project=project,
            partner=partners[n % 7],
            kind=EventKind.JOINT_TRAINING,
            title=f"Training {n}",
            state=Standing.HELD,
            first_day=START + datetime.timedelta(days=n * 30),
            last_day=START + datetime.timedelta(days=n * 30),
            country="IT",
        )
        for n in range(15)
    ]
    now = project.created_at
    Attendance.objects.bulk_create(
        Attendance(
            event=events[n % 15],
            date=events[n % 15].first_day,
            category=Category.MANAGER,
            manager=managers[n // 15],
            person=f"bench {n // 15}",
            confirmed_by=person,
            confirmed_at=now,
        )
        for n in range(ATTENDANCES)
    )
    for number, (measure, target) in enumerate(
        [
            ("smes_benefitting", firms),
            ("managers_involved", 14),
            ("deliveries", records),
            ("hours_of_service", records * 4),
            ("satisfaction", 4),
            ("share_verified", 80),
            ("events_held", 20),
            ("networking", 12),
        ],
        1,
    ):
        indicator = Indicator.objects.create(
            project=project,
            number=number,
            name=measure.replace("_", " ").capitalize(),
            unit="units",
            counts_as_one="one",
            counted_when="it is there",
            measure=measure,
        )
        Target.objects.create(indicator=indicator, value=target)
        Target.objects.create(indicator=indicator, value=target / 3, period=period)
    return project


def copy(project, times):
    """Copy `project` with all that is COPIED, `times` times, inside the database. Keys are moved by whole strides."""
    moved = {}  # model: (its first key, the stride of one copy, where the copies begin)
    for model in COPIED:
        table, quote = model._meta.db_table, connection.ops.quote_name
        rows = _rows_of(model, project)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT min(id), max(id), (SELECT max(id) FROM {table}) FROM {table} WHERE {rows}"
            )
            low, high, last = cursor.fetchone()
            moved[model] = (low, high - low + 1, last + 1)
            columns, values = [], []
            for field in model._meta.concrete_fields:
                columns.append(quote(field.column))
                values.append(_moved(field, moved))
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
                f"FROM {table} t CROSS JOIN generate_series(0, %s) n WHERE {rows}",
                [times - 1],
            )
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )


def _rows_of(model, project):
    if model is Project:
        return f"id = {project.pk}"
    if any(field.name == "project" for field in model._meta.fields):
        return f"project_id = {project.pk}"
    parent = {
        ClusterMembership: ("cluster_id", Cluster),
        Attendance: ("event_id", Event),
        Target: ("indicator_id", Indicator),
        ServiceRecord.evidence.through: ("servicerecord_id", ServiceRecord),
    }[model]
    column, of = parent
    return f"{column} IN (SELECT id FROM {of._meta.db_table} WHERE project_id = {project.pk})"


def _moved(field, moved):
    column = f"t.{connection.ops.quote_name(field.column)}"
    of = field.model if field.primary_key else field.related_model
    if of in moved:
        low, stride, begin = moved[of]
        return f"{begin} + n * {stride} + ({column} - {low})"
    if field.name == "submission":
        return "gen_random_uuid()"
    if field.name == "slug":
        return f"{column} || '-' || n"
    return column


def table(found):
    lines = [
        "",
        f"One project of {FIRMS} firms, alone and among {found['copies']:,} copies of it "
        f"(made in {found['filled_in']:.0f} s), at most {WANTED} times; then one of {FIRMS * 100:,}",
        f"{'Page':28}{'queries':>9}{'alone ms':>10}{'among ms':>10}{'×':>6}{'queries':>9}{'large ms':>10}{'×':>6}",
    ]
    for one, other, large in zip(found["alone"], found["among"], found["large"], strict=True):
        queries = f"{one['queries']}/{other['queries']}"
        lines.append(
            f"{one['page']:28}{queries:>9}{one['milliseconds']:>10.1f}{other['milliseconds']:>10.1f}"
            f"{other['milliseconds'] / one['milliseconds']:>6.2f}{large['queries']:>9}"
            f"{large['milliseconds']:>10.1f}{large['milliseconds'] / one['milliseconds']:>6.1f}"
        )
    bare = found["bare"]
    lines.append(
        f"The large dashboard {bare['page']:.0f} ms, its {bare['asked']} statements alone {bare['sql']:.0f} ms: "
        f"{bare['page'] / bare['sql']:.1f} times (at most {WANTED_SQL})"
    )
    return "\n".join(lines)
