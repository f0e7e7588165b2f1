"""Fifty strategies with a thousand objectives matched, beside five with a hundred: queries and server time.

The yardstick is the bare counting of the matrix in SQL, over the same rows in the same run.
"""

import datetime
import time
from statistics import median

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from bench.lists import TIMES, _page
from clusters.models import ChainLink, ChainStep, Cluster, Strategy, StrategyObjective, Theme
from projects.models import Membership, Partner, Project, Role

SIZES = (5, 50)  # strategies, each with twenty objectives
OBJECTIVES, THEMES, STEPS = 20, 30, 8
STRENGTHS = ("strong", "present", "gap")
BARE = """
    SELECT strategy_id, theme_id, count(*) FROM clusters_strategyobjective
    WHERE project_id = %s GROUP BY strategy_id, theme_id
"""


def measure():
    """For each of SIZES the page's queries and milliseconds, and those of the bare count; it is all taken back."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    found = []
    for size in SIZES:
        with transaction.atomic():
            project, person = _project(size)
            browser = Client()
            browser.force_login(person)
            page = _page(browser, "Matching", f"/p/{project.slug}/strategies/matching/")
            found.append({"strategies": size, **page, "bare": _bare(project)})
            transaction.set_rollback(True)
    return found


def _bare(project):
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(BARE, [project.pk])
            cursor.fetchall()
        taken.append((time.perf_counter() - begun) * 1000)
    return round(median(taken), 2)


def _project(size):
    project = Project.objects.create(
        slug=f"bench-matching-{size}",
        acronym="BENCH-M",
        name="Many strategies",
        start=datetime.date(2024, 1, 1),
        end=datetime.date(2026, 1, 1),
    )
    partner = Partner.objects.create(
        project=project, number=1, short_name="One", name="One", country="RS", coordinates=True
    )
    themes = [Theme.objects.create(project=project, name=f"Theme {n}") for n in range(THEMES)]
    steps = [
        ChainStep.objects.create(project=project, name=f"Step {n}", position=n)
        for n in range(STEPS)
    ]
    for n in range(size):
        cluster = Cluster.objects.create(
            project=project, partner=partner, short_name=f"C{n}", name=f"Cluster {n}", country="RS"
        )
        strategy = Strategy.objects.create(project=project, cluster=cluster, title=f"Strategy {n}")
        for number in range(OBJECTIVES):
            StrategyObjective.objects.create(
                project=project,
                strategy=strategy,
                title=f"Objective {number} of {n}",
                theme=themes[(n * 7 + number) % THEMES],
                step=steps[(n + number) % STEPS],
                position=number,
            )
        ChainLink.objects.bulk_create(
            ChainLink(strategy=strategy, step=step, strength=STRENGTHS[(n + at) % 3])
            for at, step in enumerate(steps)
        )
    person = User.objects.create_user(f"bench.matching{size}@demo.example", None, name="Bench")
    Membership.objects.create(project=project, user=person, role=Role.COORDINATOR, partner=partner)
    return project, person


def table(found):
    lines = ["", f"{'Matching':28}{'queries':>10}{'ms':>10}{'bare SQL':>10}"]
    lines += [
        f"{row['strategies']:>4} strategies, {row['strategies'] * OBJECTIVES:>5} objs  "
        f"{row['queries']:>10}{row['milliseconds']:>10.1f}{row['bare']:>10.2f}"
        for row in found
    ]
    lines.append("(ten times the strategies; the page draws a matrix of clusters and themes)")
    return "\n".join(lines)
