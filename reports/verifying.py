"""Whether a file is a submitted report: found by its SHA-256 alone, so that anyone who holds it may ask."""

import hashlib
import re

from reports.models import Edition, Rendering

DIGEST = re.compile(r"[0-9a-f]{64}")
LARGEST = 200 * 1024 * 1024  # bytes; no report comes near it


def code_of(digest) -> str:
    """The short code on a report's cover: the first twelve digits of its content's SHA-256."""
    return "-".join(digest[at : at + 4] for at in (0, 4, 8))


def address_of(code, portal) -> str:
    """The page where a file is checked, as it is printed on the cover. portal: the address of the portal."""
    return f"{portal}/verify/?code={code}"


def digest_of(file) -> str:
    """The SHA-256 of an uploaded file, read in pieces and kept nowhere."""
    found = hashlib.sha256()
    for piece in file.chunks():
        found.update(piece)
    return found.hexdigest()


def submitted_with(digest) -> Edition | None:
    """The submitted report whose PDF, or whose content as a JSON document, has this SHA-256; None if there is none.

    SECURITY: asked without a login. Who has the file has the report; who has not can't guess its hash.
    """
    if not DIGEST.fullmatch(digest):
        return None
    submitted = Edition.objects.handed_in().for_list()
    final = Rendering.objects.filter(final=True, file_sha256=digest)
    return (
        submitted.filter(pk__in=final.values("edition")).first()
        or submitted.filter(snapshot_sha256=digest).first()
    )
