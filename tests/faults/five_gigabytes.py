"""An audit box of 5 GB, one file of it larger than the 4 GB that an old ZIP holds; unpacked and checked by `sha256sum`.

    .venv/bin/python bin/with-database sqlite .venv/bin/python -m tests.faults.five_gigabytes

It takes about 11 GB of disk under the temporary folder, for some minutes.
"""

import hashlib
import os
import resource
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracekei.settings")

import django

django.setup()

from django.core.files.base import ContentFile  # noqa: E402
from django.core.management import call_command  # noqa: E402

from projects.models import Evidence, Role  # noqa: E402
from reports import boxing  # noqa: E402
from reports.models import AuditBox  # noqa: E402
from tests import make  # noqa: E402

MB = 1024 * 1024
LARGE, SMALL = 4_400, 700  # MB of the one large file; how many files of 1 MB


def main():
    call_command("migrate", verbosity=0)
    project = make.project("BOX")
    partner = make.partner(project)
    person = make.user("box@example.org")
    make.member(project, Role.COORDINATOR, partner, person)
    for n in range(SMALL):
        _evidence(project, partner, f"Photo {n}", os.urandom(MB), 1)
    _evidence(project, partner, "Recording", os.urandom(MB), LARGE)
    row = AuditBox.objects.create(project=project, partner=partner, requested_by=person)
    begun = time.perf_counter()
    boxing.make(row.pk)
    seconds = time.perf_counter() - begun
    row.refresh_from_db()
    assert row.state == "done", row.failure
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{row.size / 1e9:.2f} GB in {seconds:.0f} s, {peak} MB of memory at most")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "zipfile", "-e", row.file.path, folder], check=True)
        (inside,) = os.listdir(folder)
        checked = subprocess.run(
            ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=f"{folder}/{inside}", check=False
        )
        with open(f"{folder}/{inside}/SHA256SUMS") as sums:
            files = len(list(sums))
        print(f"sha256sum --check of {files} files ends with {checked.returncode}")


def _evidence(project, partner, name, piece, times):
    """A file of `times` pieces, with its hash, without holding it in memory."""
    row = Evidence(project=project, partner=partner, name=name, size=len(piece) * times)
    row.content_type = "image/jpeg"
    row.file.save("file", ContentFile(b""), save=False)
    found = hashlib.sha256()
    with open(row.file.path, "wb") as file:
        for _n in range(times):
            file.write(piece)
            found.update(piece)
    row.sha256 = found.hexdigest()
    row.save()


if __name__ == "__main__":
    main()
