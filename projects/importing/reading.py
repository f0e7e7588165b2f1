"""Files into rows of cells, whichever kind they are; what can't be read is refused with one sentence."""

import io
import zipfile

from django.utils.translation import gettext as _

from projects.content import kind_of
from projects.importing import delimited, workbooks
from projects.importing.books import FILE_MB, Book, Refused
from projects.importing.workbooks import ODS, XLSX


def sheets_of(file):
    """The sheets of an open file after all checks; none for a CSV, which is one table."""
    kind = _kind(file)
    if kind == "text/plain":
        return []
    workbooks.measure(file, kind)
    return workbooks.opened(file)[1]


def read(file, *, sheet="", encoding="", countries=(), known=lambda header: 0) -> Book:
    """The rows of an open file, or of its sheet `sheet` (the first one that is seen, if none is named).

    encoding: the code page of a CSV, if a person chose it. countries: whose letters a CSV likely holds.
    known(row): how many headers of `row` are known, which tells one separator from another.
    Raises Refused with a sentence.
    """
    kind = _kind(file)
    if kind == "text/plain":
        return delimited.read(file, encoding, countries, known)
    workbooks.measure(file, kind)
    return workbooks.read(file, kind, sheet)


# --- What it is ------------------------------------------------------------------------------------------


def _kind(file):
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(0)
    if not size:
        raise Refused(_("The file is empty."))
    if size > FILE_MB * 1024 * 1024:
        raise Refused(
            _("The file has %(size)d MB; %(most)d MB is the most in one go. Split it.")
            % {"size": -(-size // 1024 // 1024), "most": FILE_MB}
        )
    head = file.read(4096)
    file.seek(0)
    kind = kind_of(file)
    if kind in (XLSX, ODS, "text/plain"):
        return kind
    if delimited.looks_utf_16(head):
        return "text/plain"
    raise Refused(_what_else(file, head, kind))


def _what_else(file, head, kind):
    """Why a file that is no spreadsheet is refused, as far as its content tells."""
    save_as = _("Save it as XLSX, ODS or CSV, and choose that file.")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        reason = _("This is an Excel file of the old kind (.xls), or one with a password.")
        return f"{reason} {_('Save it as .xlsx without a password, and choose that file.')}"
    if head.startswith(b"PK"):
        names = _names(file)
        if names is None:
            return _(
                "The file is damaged or not all of it is there. Save it again, and choose it again."
            )
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            return _(
                "The file holds macros. Save it as .xlsx without macros, and choose that file."
            )
        if any(name.startswith("word/") for name in names):
            return f"{_('This is a text document, whatever its name says.')} {save_as}"
    if head.lstrip()[:1] == b"<":
        return f"{_('This is a web page or XML, whatever its name says.')} {save_as}"
    if kind == "application/pdf":
        return f"{_('This is a PDF, not a spreadsheet.')} {save_as}"
    return f"{_('This is no spreadsheet that the portal reads.')} {save_as}"


def _names(file):
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError):
        return None
    finally:
        file.seek(0)
