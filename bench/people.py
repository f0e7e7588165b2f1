"""Fifty people at once on this machine for two minutes, through gunicorn and over loopback, by Locust.

They are members of the demonstration's two projects and open first pages, figures, lists and records, with a second
or more between two pages. Tells errors, the median and the 95th percentile.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from projects.models import Membership

PEOPLE = 50
SECONDS = int(os.environ.get("BENCH_SECONDS", "120"))


def measure():
    """Start a web server, let the people in, and return what Locust counted: {"requests", "failures", ...}."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    python = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as folder:
        sessions = Path(folder, "sessions.json")
        sessions.write_text(json.dumps(_sessions()))
        server = subprocess.Popen(
            [
                *(python / "gunicorn", "tracekei.wsgi", "--workers", "2", "--worker-class"),
                *("gthread", "--threads", "4", "--bind", f"127.0.0.1:{port}"),
                *("--log-level", "error", "--no-control-socket"),
                # Longer than anybody waits between two pages, or a page is asked on a line that is being closed.
                *("--keep-alive", "30"),
            ]
        )
        try:
            _wait_for(f"{address}/accounts/login/")
            subprocess.run(
                [
                    *(python / "locust", "--locustfile", Path(__file__).with_name("visitors.py")),
                    *("--headless", "--users", str(PEOPLE), "--spawn-rate", "10"),
                    *("--run-time", f"{SECONDS}s", "--host", address, "--only-summary"),
                    *("--json-file", Path(folder, "said"), "--loglevel", "ERROR"),
                ],
                env={**os.environ, "BENCH_SESSIONS": str(sessions)},
                stdout=subprocess.DEVNULL,
                check=False,  # it ends with 1 when a page failed, which is counted below
            )
            rows = json.loads(Path(folder, "said.json").read_text())
        finally:
            server.terminate()
            server.wait()
    return _united(rows)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(address):
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The web server did not start.")


def _sessions():
    """(session key, project) of people who are signed in, a member after the other until there are enough."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    members = list(Membership.objects.active().select_related("user", "project"))
    found = []
    for n in range(PEOPLE):
        member = members[n % len(members)]
        session = store()
        session[SESSION_KEY] = str(member.user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = member.user.get_session_auth_hash()
        session.create()
        found.append((session.session_key, member.project.slug))
    return found


def _united(rows):
    times = {}
    for row in rows:
        for milliseconds, n in row["response_times"].items():
            times[float(milliseconds)] = times.get(float(milliseconds), 0) + n
    total = sum(times.values())
    return {
        "people": PEOPLE,
        "seconds": SECONDS,
        "requests": total,
        "failures": sum(row["num_failures"] for row in rows),
        "median": _percentile(times, total, 0.5),
        "p95": _percentile(times, total, 0.95),
        "slowest": max(times, default=0),
    }


def _percentile(times, total, share):
    seen = 0
    for milliseconds in sorted(times):
        seen += times[milliseconds]
        if seen >= total * share:
            return milliseconds
    return 0


def table(found):
    return (
        f"\n{found['people']} people at once for {found['seconds']} s: {found['requests']:,} pages, "
        f"{found['failures']} errors, median {found['median']:.0f} ms, 95 % within {found['p95']:.0f} ms"
    )
