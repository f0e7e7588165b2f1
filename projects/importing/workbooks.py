"""Workbooks into rows of cells: XLSX and ODS through calamine.

How far a workbook reaches is measured while it is unpacked bit by bit, before it could take the server's memory.
"""

import io
import re
import zipfile
import zlib
from xml.parsers import expat

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from projects.importing import cells
from projects.importing.books import (
    CELLS,
    COLUMNS,
    ROWS,
    UNPACKED_MB,
    Book,
    Refused,
    Sheet,
    require_size,
    trimmed,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def measure(file, kind):
    """Refuse a workbook that is a bomb: unpack it bit by bit and see how far its cells reach, keeping nothing."""
    left = UNPACKED_MB * 1024 * 1024
    too_big = Refused(
        _(
            "Unpacked, this file has more than %(most)d MB. Save only the table that is to be imported."
        )
        % {"most": UNPACKED_MB}
    )
    damaged = Refused(
        _("The file is damaged or not all of it is there. Save it again, and choose it again.")
    )
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            # SECURITY: what the archive says of itself comes first, since it costs nothing.
            if sum(entry.file_size for entry in entries) > left:
                raise too_big
            for entry in entries:
                reach = _Reach(kind) if _holds_cells(entry.filename, kind) else None
                for part in _unpacked(file, entry):
                    left -= len(part)
                    if left < 0:
                        raise too_big
                    if reach:
                        reach.feed(part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise damaged from error
    except (zlib.error, expat.ExpatError, OSError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise damaged from error
    finally:
        file.seek(0)


def _holds_cells(name, kind):
    if kind == ODS:
        return name == "content.xml"
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def _unpacked(file, entry, chunk=256 * 1024):
    """The bytes of one file of an archive as they really unpack, not as long as the archive says."""
    file.seek(entry.header_offset)
    header = file.read(30)
    if header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left = entry.compress_size
    if entry.compress_type == zipfile.ZIP_STORED:
        unpack = None
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        unpack = zlib.decompressobj(-15)
    else:
        raise zipfile.BadZipFile
    while left > 0:
        packed = file.read(min(chunk, left))
        if not packed:
            raise EOFError
        left -= len(packed)
        if unpack is None:
            yield packed
            continue
        yield unpack.decompress(packed, chunk)
        while unpack.unconsumed_tail:
            yield unpack.decompress(unpack.unconsumed_tail, chunk)


class _Reach:
    """How far the cells of a sheet reach, read from its XML as it comes."""

    def __init__(self, kind):
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.ods if kind == ODS else self.xlsx
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype
        self.row = self.rows = self.columns = self.column = self.height = 0
        self.repeat = 1

    def feed(self, part):
        self.parser.Parse(part)
        if (self.rows * self.columns) > CELLS:
            raise Refused(
                _(
                    "The table reaches %(rows)d rows down and %(columns)d columns across; the portal takes %(most)d "
                    "rows and %(wide)d columns. Delete what stands far below or beside it, or split the file."
                )
                % {"rows": self.rows, "columns": self.columns, "most": ROWS, "wide": COLUMNS}
            )

    def refuse_doctype(self, *args):
        raise ValueError("A workbook declares no document type.")

    def xlsx(self, name, attributes):
        name = name.rpartition(":")[2]
        if name == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
        elif name == "c":
            match = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", attributes.get("r", ""))
            if match:
                self.column = 0
                for letter in match[1]:
                    self.column = self.column * 26 + ord(letter) - 64
                self.row = int(match[2])
            else:
                self.column += 1
        elif name in ("v", "is", "f"):
            self.rows = max(self.rows, self.row)
            self.columns = max(self.columns, self.column)

    def ods(self, name, attributes):
        name = name.rpartition(":")[2]
        if name == "table":
            self.height = self.repeat = 0
        elif name == "table-row":
            self.height += self.repeat
            self.repeat = int(attributes.get("table:number-rows-repeated", 1))
            self.column = 0
        elif name in ("table-cell", "covered-table-cell"):
            self.column += int(attributes.get("table:number-columns-repeated", 1))
            if "office:value-type" in attributes:
                self.seen()
        elif name == "p" and self.column:
            self.seen()

    def seen(self):
        self.rows = max(self.rows, self.height + self.repeat)
        self.columns = max(self.columns, self.column)


def opened(file):
    """An open workbook for calamine, and its sheets. Raises Refused if calamine can't read it."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.read()))
    except CalamineError as error:
        raise Refused(
            _("The file is damaged or not all of it is there. Save it again, and choose it again.")
        ) from error
    finally:
        file.seek(0)
    sheets = [
        Sheet(about.name, hidden=about.visible != SheetVisibleEnum.Visible)
        for about in book.sheets_metadata
    ]
    return book, sheets


def read(file, kind, wanted) -> Book:
    """The rows of sheet `wanted` of a measured workbook, or of the first that is seen. Raises Refused."""
    book, sheets = opened(file)
    names = [sheet.name for sheet in sheets]
    if not names:
        raise Refused(_("The file has no sheet."))
    if wanted and wanted not in names:
        raise Refused(_("The file has no sheet “%(name)s”.") % {"name": wanted})
    seen = [sheet.name for sheet in sheets if not sheet.hidden]
    name = wanted or (seen or names)[0]
    try:
        sheet = book.get_sheet_by_name(name)
        rows, columns = sheet.end or (-1, -1)
        require_size(rows + 1, columns + 1)
        values = sheet.to_python(skip_empty_area=False)
        merged = len(sheet.merged_cell_ranges or ()) if kind == XLSX else 0
    except CalamineError as error:
        raise Refused(
            _("The sheet “%(name)s” can't be read. Save the file again, and choose it again.")
            % {"name": name}
        ) from error
    return Book(
        sheets=sheets,
        sheet=name,
        rows=trimmed(values),
        epoch=cells.EPOCH_1904 if kind == XLSX and _counts_from_1904(file) else cells.EPOCH_1900,
        merged=merged,
    )


def _counts_from_1904(file):
    """Whether a workbook counts its days from 1904, as Excel on a Macintosh did."""
    try:
        with zipfile.ZipFile(file) as archive:
            about = archive.read("xl/workbook.xml")
    except (KeyError, zipfile.BadZipFile):
        return False
    finally:
        file.seek(0)
    return bool(re.search(rb"date1904=[\"'](1|true)[\"']", about))
