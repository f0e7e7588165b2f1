"""The files of evidence on the disk, compared with the rows that name them."""

import datetime
from pathlib import Path

from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from projects import preview
from projects.models import Evidence

FOLDERS = ("evidence", preview.FOLDER)
OLD = datetime.timedelta(days=1)  # a younger file may belong to an upload that is not finished


def sweep(older_than=OLD) -> list[str]:
    """Delete the files that no row names (a save that was rolled back, a crash); return their names.

    Files younger than `older_than` stay. Safe to run at any time, and twice.
    """
    limit = (timezone.now() - older_than).timestamp()
    root = Path(default_storage.path(""))
    old = {
        str(path.relative_to(root)): path
        for folder in FOLDERS
        for path in (root / folder).rglob("*")
        if path.is_file() and path.stat().st_mtime < limit
    }
    named = set()
    for name in Evidence.objects.exclude(file="").values_list("file", flat=True).iterator():
        named |= {name, preview.name_of(name)}
    unnamed = sorted(old.keys() - named)
    for name in unnamed:
        old[name].unlink(missing_ok=True)
    return unnamed


def difference(evidence) -> str:
    """What is wrong with the file of `evidence`, as a sentence; empty if it is what was uploaded."""
    try:
        with evidence.file.open("rb") as file:
            now = Evidence.digest(file)
    except FileNotFoundError:
        return _("The file is gone.")
    except OSError as error:
        return _("The file can't be read: %(why)s.") % {"why": error.strerror or error}
    if now != evidence.sha256:
        return _("The file is another than the one uploaded: its SHA-256 is %(now)s.") % {
            "now": now
        }
    return ""
