"""Real processes for the faults: workers that are slow or broken on purpose, and how to ask what became of the work."""

import contextlib
import os
import signal
import subprocess
import sys
import time

from django.conf import settings as portal
from django.db import connection

PATIENCE = 90  # seconds


class Plant:
    """The surroundings of one test: its own folder, the database and the Redis of the test run, and their workers."""

    def __init__(self, folder, **more):
        self.folder, self.log = folder, folder / "worker.log"
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "PYTEST_CURRENT_TEST")
        }
        it = connection.settings_dict
        self.env = kept | {
            "DATABASE_URL": f"postgres://{it['USER']}:{it['PASSWORD']}@{it['HOST']}:{it['PORT']}/{it['NAME']}",
            "VAR_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "tracekei.settings",
            **more,
        }

    @contextlib.contextmanager
    def worker(self, *, beat=True, processes=1, **fault):
        """A Celery worker as a group of processes; gone afterwards, however it ends. fault: as `faulty` takes it."""
        words = ["worker", "-c", str(processes), "--without-gossip", "--without-mingle"]
        words += (
            ["-B", "--schedule", str(self.folder / f"beat-{time.monotonic_ns()}")] if beat else []
        )
        words += ["--hostname", f"w{time.monotonic_ns()}@%h"]
        faults = {f"FAULT_{name.upper()}": str(value) for name, value in fault.items()}
        with self.log.open("a") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.faulty", "-A", "tracekei", *words],
                cwd=portal.BASE_DIR,
                env=self.env | faults,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            kill(process)

    def script(self, code, *words, **fault):
        """A Python process of the portal's that runs `code`; its Popen."""
        faults = {f"FAULT_{name.upper()}": str(value) for name, value in fault.items()}
        return subprocess.Popen(
            [sys.executable, "-c", f"import django; django.setup()\n{code}", *map(str, words)],
            cwd=portal.BASE_DIR,
            env=self.env | faults,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait(self, what, said=lambda: ""):
        """Until `what()` is true; its value. Fails with the worker's log."""
        deadline = time.monotonic() + PATIENCE
        while not (found := what()):
            log = self.log.read_text()[-3000:] if self.log.exists() else ""
            assert time.monotonic() < deadline, f"{said()}\n{log}"
            time.sleep(0.05)
        return found

    def files(self, kind="reports"):
        """The files under a folder of the store, whole or not."""
        folder = self.folder / "media" / kind
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def kill(process):
    """Signal 9 to a process and all of its children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
