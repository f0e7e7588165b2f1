"""The search of a project with 1,000 and with 1,000,000 records: queries and server time. On PostgreSQL.

The yardstick is one plain table of the same texts with a `tsvector` and its GIN index, asked for the same words in
the same run: no rules of access, no kinds, no order by how well a record fits, no parts of words.
"""

import datetime
import time
from statistics import median

from django.conf import settings
from django.db import connection
from django.db.models import UUIDField
from django.test import Client

from accounts.models import User
from bench.lists import _page
from clusters.models import (
    SME,
    Cluster,
    ClusterMembership,
    Contact,
    Novelty,
    Service,
    ServiceCategory,
    ServiceRecord,
    SizeClass,
    State,
)
from events.models import Activity
from projects.models import Evidence, Membership, Partner, Project, Role
from workpackages.models import Task, WorkPackage

SIZES = (1_000, 1_000_000)
TIMES = 9
PARTNERS = 7
START = datetime.date(2024, 1, 1)
# Of a thousand records so many are of each kind.
SHARES = {SME: 300, ServiceRecord: 400, Activity: 200, Contact: 50, Evidence: 50}

# What is looked for: its name here, the words, and those with which full text is asked (it knows whole words only).
ASKED = [
    ("A code", "SME-0042", "sme 0042"),
    ("A rare word", "zwetschgenhof", "zwetschgenhof"),
    ("A rare word without its signs", "djurdevak", "djurdevak"),
    ("A part of a word", "zwetschg", None),
    ("Two words", "zwetschgenhof balkel", "zwetschgenhof balkel"),
    ("A word that 400 of 1,000 hold", "trained", "trained"),
    ("Two letters", "ba", None),
    ("A word with two letters swapped", "zwetshcgenhof", None),
    ("A word that nothing holds", "xylophone", "xylophone"),
]
SYLLABLES = "ARRAY['bal','dor','fen','gar','kel','lum','mir','nov','pol','ras','sil','tur']"
# An invented name for each number n: two words of three syllables, no two names alike below three millions.
NAME = " || ' ' || ".join(
    "initcap(" + " || ".join(f"({SYLLABLES})[1 + (n / {12**place}) % 12]" for place in places) + ")"
    for places in ((0, 1, 2), (3, 4, 5))
)
# Ten records in the largest project, and the first of the small one, hold the rare words.
RARE = "CASE WHEN n % 100000 = 7 THEN 'Zwetschgenhof ' WHEN n % 100000 = 8 THEN 'Đurđevak ' ELSE '' END"


def measure():
    """For each of SIZES and of ASKED the queries and milliseconds, of the coordinator and of a cluster manager."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    return [_measure(size) for size in SIZES]


def _measure(size):
    begun = time.perf_counter()
    project, people = _stage(size)
    _fill(project, size)
    filled = time.perf_counter() - begun
    found = []
    for name, words, plain in ASKED:
        row = {"asked": name, "plain": _plain(plain) if plain else None}
        for role, person in people.items():
            browser = Client()
            browser.force_login(person)
            page = _page(browser, name, f"/p/{project.slug}/search/?q={words}", often=TIMES)
            row[role] = {"queries": page["queries"], "milliseconds": page["milliseconds"]}
        found.append(row)
    return {"records": size, "filled_in": round(filled, 1), "searches": found}


def _stage(size):
    project = Project.objects.create(
        slug=f"bench-search-{size}",
        acronym=f"BENCH-S{size}",
        name="Much to find",
        start=START,
        end=datetime.date(2026, 1, 1),
    )
    partners = [
        Partner.objects.create(
            project=project,
            number=number,
            short_name=f"P{number}",
            name=f"Partner {number}",
            country="RS",
            coordinates=number == 1,
        )
        for number in range(1, PARTNERS + 1)
    ]
    people = {}
    for role, partner in ((Role.COORDINATOR, partners[0]), (Role.CLUSTER_MANAGER, partners[1])):
        person = User.objects.create_user(f"bench.{role}.{size}@demo.example", None, name=role)
        Membership.objects.create(project=project, user=person, role=role, partner=partner)
        people[role.value] = person
    return project, people


def _fill(project, size):
    """Bring `project` to `size` records: one of each kind by its model, the others copies of it with other words."""
    partner = project.partners.first()
    cluster = Cluster.objects.create(
        project=project, partner=partner, short_name="One", name="One", country="RS"
    )
    service = Service.objects.create(
        project=project,
        cluster=cluster,
        title="Course",
        novelty=Novelty.NEW,
        category=ServiceCategory.objects.create(project=project, name="Course"),
    )
    package = WorkPackage.objects.create(project=project, number=1, title="One", last_month=24)
    task = Task.objects.create(
        project=project, work_package=package, number=1, code="T1.1", title="One", last_month=24
    )
    sme = SME.objects.create(
        project=project, name="First", country="RS", town="Novi Sad", size_class=SizeClass.SMALL
    )
    ClusterMembership.objects.create(cluster=cluster, sme=sme)
    first = {
        SME: (sme, {"name": NAME}),
        ServiceRecord: (
            ServiceRecord.objects.create(
                project=project,
                service=service,
                cluster=cluster,
                sme=sme,
                state=State.DELIVERED,
                date=START,
                outcome="First",
            ),
            {"outcome": f"'Trained for ' || {NAME}"},
        ),
        Activity: (
            Activity.objects.create(
                project=project,
                partner=partner,
                task=task,
                title="First",
                first_day=START,
                last_day=START,
                done="It was done.",
                result="Done.",
            ),
            {"title": f"'Talk with ' || {NAME}"},
        ),
        Contact: (
            Contact.objects.create(
                project=project,
                partner=partner,
                sme=sme,
                name="First",
                email="first@firm.example",
                informed_on=START,
            ),
            {"name": NAME, "email": "n || '@firm.example'"},
        ),
        Evidence: (
            Evidence.objects.create(
                project=project, partner=partner, name="First", link="https://first.example"
            ),
            {"name": f"'Minutes ' || {NAME}"},
        ),
    }
    for model, (record, words) in first.items():
        _copy(record, size * SHARES[model] // 1000, words)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_texts")
        kinds = " UNION ALL ".join(
            f"SELECT folded FROM {model._meta.db_table} WHERE project_id = {project.pk}"
            for model in SHARES
        )
        cursor.execute(
            f"CREATE TABLE bench_texts AS SELECT row_number() OVER () AS id, folded,"
            f" to_tsvector('simple', folded) AS words FROM ({kinds}) AS texts"
        )
        cursor.execute("CREATE INDEX ON bench_texts USING gin (words)")
        cursor.execute("VACUUM ANALYZE")


def _copy(record, count, words):
    """Let there be `count` of `record`, the copies with their own code and `words` (column: SQL of the number n)."""
    table, partner = record._meta.db_table, "partner_id"
    digits = len(record.code) - len(record.PREFIX) - 1
    code = f"'{record.PREFIX}-' || lpad(n::text, greatest({digits}, length(n::text)), '0')"
    (first, *others) = words
    named = {first: f"{RARE} || {words[first]}", **{name: words[name] for name in others}}
    columns = {
        field.column: "gen_random_uuid()"
        if isinstance(field, UUIDField)
        else f"kept.{field.column}"
        for field in record._meta.concrete_fields
        if not field.primary_key
    }
    columns |= {"code": code} | named
    if partner in columns:
        columns[partner] = f"kept.{partner} + n % {PARTNERS}"
    # As `Searchable.fold` would write them.
    parts = [columns.get(name, f"kept.{name}") for name in record.SEARCHED]
    columns["folded"] = " || ' | ' || ".join(
        f"lower(translate(replace(coalesce(({part})::text, ''), 'Đ', 'Dj'), 'đ-@.:/', 'd     '))"
        for part in parts
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"
            f" FROM {table} AS kept, generate_series(2, {count}) AS n WHERE kept.id = {record.pk}",
        )


def _plain(words):
    """Median milliseconds of asking the plain table of texts for `words`."""
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, folded FROM bench_texts"
                " WHERE words @@ plainto_tsquery('simple', %s) LIMIT 50",
                [words],
            )
            cursor.fetchall()
        taken.append((time.perf_counter() - begun) * 1000)
    return round(median(taken), 2)


def table(found):
    small, large = found
    lines = [
        "",
        f"{'Search':34}{'queries':>9}"
        f"{'ms, ' + format(small['records'], ','):>12}{'ms, ' + format(large['records'], ','):>15}"
        f"{'manager':>10}{'full text':>11}",
    ]
    for before, row in zip(small["searches"], large["searches"], strict=True):
        people = [
            part[role] for part in (before, row) for role in ("coordinator", "cluster_manager")
        ]
        queries = "/".join(str(n) for n in sorted({person["queries"] for person in people}))
        plain = "–" if row["plain"] is None else f"{row['plain']:.1f}"
        lines.append(
            f"{row['asked']:34}{queries:>9}{before['coordinator']['milliseconds']:>12.0f}"
            f"{row['coordinator']['milliseconds']:>15.0f}"
            f"{row['cluster_manager']['milliseconds']:>10.0f}{plain:>11}"
        )
    lines.append("(full text: one table, whole words, no access; – where it can't ask this)")
    return "\n".join(lines)
