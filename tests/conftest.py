"""The fixed cast and the scene on which most tests play: one project, two partners, a firm served by each."""

import os
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from projects.models import Role
from tests import make


def pytest_collection_modifyitems(items):
    """Tests that need PostgreSQL say so, and are left out where there is none."""
    if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL: run `make test`")
    for item in items:
        if item.get_closest_marker("browser") or item.get_closest_marker("postgres"):
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    """Files of a test go into its own folder; passwords are hashed fast; nothing cached is inherited."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
    settings.WHITENOISE_AUTOREFRESH = (
        True  # files are looked up when asked for, not listed for each client
    )
    cache.clear()


@pytest.fixture
def scene(db):
    """Project TRACE, over since 2018: Italy coordinates, Bulgaria and Serbia serve one firm each."""
    project = make.project(programme="COSME", funding_statement="Funded by the European Union.")
    italy = make.partner(project, "D.A.Re.", "IT")
    bulgaria = make.partner(project, "Green Synergy", "BG")
    serbia = make.partner(project, "ENEF", "RS")
    cluster = make.cluster(bulgaria, "Green cluster")
    other_cluster = make.cluster(serbia, "ENEF cluster")
    sme = make.sme(cluster, name="Слънце ЕООД", town="Пловдив")
    other_sme = make.sme(other_cluster, name="Đurđevak d.o.o.", country="RS")
    service = make.service(cluster, "Energy audit")
    other_service = make.service(other_cluster, "Export advice")
    task = make.task(project)
    return SimpleNamespace(
        project=project,
        italy=italy,
        bulgaria=bulgaria,
        serbia=serbia,
        cluster=cluster,
        other_cluster=other_cluster,
        sme=sme,
        other_sme=other_sme,
        service=service,
        other_service=other_service,
        task=task,
        record=make.record(service, sme),
        other_record=make.record(other_service, other_sme),
        manager=make.manager(cluster),
        other_manager=make.manager(other_cluster, "Jovana Jović", "jovana@private.example"),
        period=make.period(project, 1, 1, 12),
        indicator=make.indicator(project),
        waiting=make.indicator(
            project,
            2,
            measure="",
            target=14,
            name="Managers involved",
            awaits="confirmed attendances",
        ),
    )


@pytest.fixture
def cast(scene):
    """One person of each role in TRACE, and a stranger who coordinates another project."""
    elsewhere = make.project("ELSEWHERE", name="Quite another project")
    partner = make.partner(elsewhere, "Somebody Else", "AT")
    stranger = make.member(
        elsewhere, Role.COORDINATOR, partner, make.user("stranger@example.org", "Str Anger")
    )
    return SimpleNamespace(
        coordinator=make.member(
            scene.project,
            Role.COORDINATOR,
            scene.italy,
            make.user("coordinator@example.org", "Giulia Rossi"),
        ),
        staff=make.member(
            scene.project,
            Role.STAFF,
            scene.bulgaria,
            make.user("staff@example.org", "Todor Todorov"),
        ),
        manager=make.member(
            scene.project,
            Role.CLUSTER_MANAGER,
            scene.bulgaria,
            make.user("manager@example.org", "Elena Petrova"),
        ),
        viewer=make.member(
            scene.project, Role.VIEWER, None, make.user("viewer@example.org", "Vi Ewer")
        ),
        stranger=stranger,
    )


@pytest.fixture
def as_(client, cast):
    """`as_("manager")` is a browser in which that person of the cast is signed in."""

    def sign_in(name):
        client.force_login(getattr(cast, name))
        return client

    return sign_in


@pytest.fixture
def on_postgresql():
    return connection.vendor == "postgresql"


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    # Playwright's loop would make Django refuse the database; the browser tests are synchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def package(scene):
    """WP1 with its task T1.1, led by the Bulgarian partner."""
    package = scene.task.work_package
    package.lead = scene.bulgaria
    package.save()
    return package
