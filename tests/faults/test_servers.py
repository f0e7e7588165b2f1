"""What becomes of a report when PostgreSQL or Redis goes away while it is made, each with servers of its own."""

import contextlib
import glob
import importlib.machinery
import importlib.util
import json
import os
import subprocess
import sys
import time
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings as portal

from tests.faults.plant import kill

pytestmark = pytest.mark.postgres
PATIENCE = 120  # seconds

SCENE = """
import django; django.setup()
import json
from tests import make
from reports.models import Rendering
project = make.project("FAULT")
partner = make.partner(project)
person = make.user("person@example.org", "Per Son")
make.member(project, "coordinator", partner, person)
cluster = make.cluster(partner, "Cluster")
make.record(make.service(cluster, "Audit"), make.sme(cluster, name="Firm"))
make.indicator(project)
periods = [make.period(project, n, n, n) for n in (1, 2)]
print(json.dumps([make.rendering(period, person).pk for period in periods]))
"""


def with_database():
    loader = importlib.machinery.SourceFileLoader(
        "with_database", str(portal.BASE_DIR / "bin/with-database")
    )
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


class Servers:
    def __init__(self, env, module):
        self.env = {**os.environ, **env, "DJANGO_SETTINGS_MODULE": "tracekei.settings"}
        self.module, self.redis = module, None
        self.folder = os.path.dirname(env["VAR_DIR"])

    def python(self, *words):
        return subprocess.run(
            [sys.executable, *words],
            cwd=portal.BASE_DIR,
            env=self.env,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    @contextlib.contextmanager
    def worker(self, **fault):
        faults = {f"FAULT_{name.upper()}": str(value) for name, value in fault.items()}
        with open(f"{self.folder}/worker.log", "a") as log:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "tests.faults.faulty", "-A", "tracekei", "worker"),
                    *("-B", "--schedule", f"{self.folder}/beat", "-c", "1"),
                ],
                cwd=portal.BASE_DIR,
                env=self.env | faults,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield
        finally:
            kill(process)

    def asked(self, sql):
        try:
            database = psycopg2.connect(self.env["DATABASE_URL"])
        except psycopg2.OperationalError:
            return None
        with contextlib.closing(database), database.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    def states(self):
        return self.asked("SELECT state, step, attempts FROM reports_rendering ORDER BY id")

    def wait(self, what):
        deadline = time.monotonic() + PATIENCE
        while not ((said := self.states()) and what(said)):
            with open(f"{self.folder}/worker.log") as log:
                assert time.monotonic() < deadline, f"{said}\n{log.read()[-3000:]}"
            time.sleep(0.1)
        return said

    def restart_postgresql(self):
        """At once, as a crash would: open transactions are gone."""
        program = glob.glob("/usr/lib/postgresql/*/bin/pg_ctl")[-1]
        subprocess.run(
            [program, "-D", f"{self.folder}/database_url/data", "restart", "-m", "immediate", "-w"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=f"{self.folder}/database_url",
            **self.module.unprivileged(),
        )

    def stop_postgresql(self):
        program = glob.glob("/usr/lib/postgresql/*/bin/pg_ctl")[-1]
        subprocess.run(
            [program, "-D", f"{self.folder}/database_url/data", "stop", "-m", "immediate"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=f"{self.folder}/database_url",
            **self.module.unprivileged(),
        )

    def restart_redis(self):
        """With nothing kept: what was queued is lost."""
        it = urlsplit(self.env["REDIS_URL"])
        words = ["redis-cli", "-p", str(it.port), "-a", it.password, "--no-auth-warning"]
        subprocess.run([*words, "shutdown", "nosave"], capture_output=True)
        time.sleep(1)
        self.redis = subprocess.Popen(
            ["redis-server", "--port", str(it.port), "--requirepass", it.password, "--save", ""],
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
        )

    def files(self):
        folder = f"{self.env['VAR_DIR']}/media/reports"
        return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


@pytest.fixture
def servers():
    module = with_database()
    with module.surroundings("postgresql") as env:
        found = Servers(env, module)
        found.python("manage.py", "migrate", "-v0")
        assert json.loads(found.python("-c", SCENE)) == [1, 2]
        try:
            yield found
        finally:
            found.stop_postgresql()
            if found.redis:
                found.redis.kill()
                found.redis.wait()


def test_a_report_survives_a_restart_of_postgresql_while_it_is_made(servers):
    with servers.worker(step=3, seconds=6):
        servers.wait(lambda said: said[0][:2] == ("running", 3))
        servers.restart_postgresql()
        said = servers.wait(lambda said: {row[0] for row in said} == {"done"})
    assert said[0][2] == 2  # tried again by itself
    assert len(servers.files()) == 2


def test_a_report_survives_a_restart_of_redis_while_it_is_made_and_so_does_the_queue(servers):
    with servers.worker(step=3, seconds=6):
        servers.wait(lambda said: said[0][:2] == ("running", 3) and said[1][0] == "queued")
        servers.restart_redis()
        said = servers.wait(lambda said: {row[0] for row in said} == {"done"})
    assert said[0][2] == 1  # it was not disturbed
    assert len(servers.files()) == 2
