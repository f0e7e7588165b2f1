"""Files into rows of cells: XLSX and ODS through calamine, CSV in the code pages and manners of Europe.

What can't be read is refused with one sentence, and before it could take the server's memory: how far a workbook
reaches is measured while it is unpacked bit by bit, not after.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from xml.parsers import expat

from charset_normalizer import from_bytes
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from clusters.importing import cells
from projects.content import kind_of

FILE_MB = 10
UNPACKED_MB = 100
ROWS = 20_000  # that one import takes
COLUMNS = 200
CELLS = (
    4_000_000  # from the first cell to the last, empty ones too: what calamine lays out in memory
)
ABOVE = 100  # lines that may stand above and between the rows

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"

# Code pages in which spreadsheet programs of Europe save, with the names under which they offer them.
ENCODINGS = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "cp1250": "Windows-1250: Central European",
    "cp1251": "Windows-1251: Cyrillic",
    "cp1252": "Windows-1252: Western European",
    "iso8859_2": "ISO 8859-2: Central European",
    "iso8859_5": "ISO 8859-5: Cyrillic",
    "iso8859_15": "ISO 8859-15: Western European",
    "iso8859_16": "ISO 8859-16: South-Eastern European",
}
CODE_PAGES = [name for name in ENCODINGS if not name.startswith("utf")]
SEPARATORS = ";,\t|"

_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъьюя"
LETTERS = {  # beyond a-z, by country
    "AT": "äöüß",
    "BG": _CYRILLIC,
    "CZ": "áčďéěíňóřšťúůýž",
    "DE": "äöüß",
    "ES": "áéíñóúü",
    "FR": "àâæçéèêëîïôœùûü",
    "HR": "čćđšž",
    "HU": "áéíóöőúüű",
    "IT": "àèéìòù",
    "PL": "ąćęłńóśźż",
    "PT": "àáâãçéêíóôõú",
    "RO": "ăâîșțşţ",
    "RS": _CYRILLIC + "ђјљњћџčćđšž",
    "SI": "čšž",
    "SK": "áäčďéíĺľňóôŕšťúýž",
}


# In which code page a country's Excel saves, and so the first guess where several fit as well.
HOME = {"BG": "cp1251", "MK": "cp1251", "UA": "cp1251"}
HOME |= dict.fromkeys(["BA", "CZ", "HR", "HU", "ME", "PL", "RO", "RS", "SI", "SK"], "cp1250")


class Refused(ValidationError):
    """A file that can't be imported; the message says why and what to do."""


@dataclass
class Sheet:
    """One sheet's name, and whether its workbook hides it."""

    name: str
    hidden: bool = False


@dataclass
class Book:
    """An opened file: its sheets, the rows of one of them, and how it was read."""

    sheets: list[Sheet] = field(default_factory=list)
    sheet: str = ""
    rows: list[list] = field(default_factory=list)
    encoding: str = ""
    is_csv: bool = False
    epoch: object = cells.EPOCH_1900
    merged: int = 0


def sheets_of(file):
    """The sheets of an open file after all checks; none for a CSV, which is one table."""
    kind = _kind(file)
    if kind == "text/plain":
        return []
    _measure(file, kind)
    return _opened(file)[1]


def read(file, *, sheet="", encoding="", countries=(), known=lambda header: 0) -> Book:
    """The rows of an open file, or of its sheet `sheet` (the first one that is seen, if none is named).

    encoding: the code page of a CSV, if a person chose it. countries: whose letters a CSV likely holds.
    known(row): how many headers of `row` are known, which tells one separator from another.
    Raises Refused with a sentence.
    """
    kind = _kind(file)
    if kind == "text/plain":
        return _read_csv(file, encoding, countries, known)
    _measure(file, kind)
    return _read_workbook(file, kind, sheet)


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
    if _looks_utf_16(head):
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


def _looks_utf_16(head):
    """The order of bytes of a UTF-16 text that does not say it, by where its zeros are; "" for another text."""
    first, second = head[0::2].count(0), head[1::2].count(0)
    if max(first, second) < len(head) / 20 or min(first, second):
        return ""
    return "utf-16-be" if first else "utf-16-le"


# --- Workbooks -------------------------------------------------------------------------------------------


def _measure(file, kind):
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


def _opened(file):
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


def _read_workbook(file, kind, wanted):
    book, sheets = _opened(file)
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
        _require_size(rows + 1, columns + 1)
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
        rows=_trimmed(values),
        epoch=cells.EPOCH_1904 if kind == XLSX and _counts_from_1904(file) else cells.EPOCH_1900,
        merged=merged,
    )


def _require_size(rows, columns):
    if rows > ROWS + ABOVE:
        raise Refused(
            _("The table has %(rows)d rows; %(most)d is the most in one go. Split the file.")
            % {"rows": rows, "most": ROWS}
        )
    if columns > COLUMNS:
        raise Refused(
            _(
                "The table has %(columns)d columns; %(most)d is the most. Delete those that are not to be imported."
            )
            % {"columns": columns, "most": COLUMNS}
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


def _trimmed(rows):
    """The rows without empty ones at the end."""
    rows = list(rows)
    while rows and all(cells.is_empty(value) for value in rows[-1]):
        rows.pop()
    return rows


# --- Comma-separated values ------------------------------------------------------------------------------


def _read_csv(file, encoding, countries, known):
    data = file.read()
    file.seek(0)
    words, encoding = _decoded(data, encoding, countries)
    named = re.match(r"sep=(.)\r?\n", words, re.I)
    separator = named[1] if named else _separator(words, known)
    rows = []
    lines = 0
    spans = False  # whether a row goes over several lines
    table = csv.reader(io.StringIO(words, newline=""), delimiter=separator)
    try:
        for row in table:
            spans = spans or table.line_num > lines + 1
            lines = table.line_num
            rows.append([_unguarded(value) for value in row])
            if len(rows) > ROWS + ABOVE:
                _require_size(_lines(words, separator), len(row))
    except csv.Error as error:
        raise _unreadable(lines + 1) from error
    # A cell of several lines is one, or whole rows that a missing quotation mark made one.
    if spans and (wrong := _wrongly_quoted(words, separator)):
        raise _unreadable(wrong)
    if named:
        rows[0] = []
    rows = _trimmed(rows)
    width = max(map(len, rows), default=0)
    _require_size(len(rows), width)
    rows = [row + [""] * (width - len(row)) for row in rows]
    return Book(rows=rows, encoding=encoding, is_csv=True)


def _unreadable(line):
    return Refused(
        _("Line %(line)d can't be read as a table: is a quotation mark missing?") % {"line": line}
    )


def _wrongly_quoted(words, separator):
    """The line where the first row begins whose quotation marks are not in pairs around a cell; 0 for none."""
    lines = 0
    table = csv.reader(io.StringIO(words, newline=""), delimiter=separator, strict=True)
    try:
        for _row in table:
            lines = table.line_num
    except csv.Error:
        return lines + 1
    return 0


def _lines(words, separator):
    return sum(1 for _row in csv.reader(io.StringIO(words, newline=""), delimiter=separator))


def _decoded(data, encoding, countries):
    if encoding:
        try:
            return _as(data, encoding), encoding
        except (UnicodeError, LookupError) as error:
            raise Refused(
                _("The file can't be read as %(encoding)s. Choose another one.")
                % {"encoding": ENCODINGS.get(encoding, encoding)}
            ) from error
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _looks_utf_16(data[:4096]):
        guesses = ["utf-16"]
    else:
        guesses = ["utf-8"]
    for guess in guesses:
        try:
            return _as(data, guess), guess
        except UnicodeError:
            continue
    return _in_a_code_page(data, countries)


def _as(data, encoding):
    if encoding == "utf-8":
        return data.decode("utf-8-sig")
    if encoding == "utf-16" and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode(_looks_utf_16(data[:4096]) or "utf-16-le")
    return data.decode(encoding)


def _in_a_code_page(data, countries):
    """The text in the code page that gives it the letters of `countries`, among those that make sense at all."""
    # One line of each kind is enough to tell, and 200 kB of them are read quickly.
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[:200_000]
    likely = []
    for match in from_bytes(telling, cp_isolation=CODE_PAGES):
        likely += [name for name in match.could_be_from_charset if name not in likely]
    at_home = [HOME.get(str(country), "cp1252") for country in countries]
    order = [*dict.fromkeys([*at_home, *likely, *CODE_PAGES])]
    likely = [name for name in order if name in likely] or order
    letters = set("".join(LETTERS.get(str(country), "") for country in countries))
    every = set("".join(LETTERS.values()))

    def fitting(encoding):
        try:
            words = telling.decode(encoding).lower()
        except UnicodeError:
            return (-len(telling), 0)
        signs = [sign for sign in words if not sign.isascii()]
        mixed = len(
            re.findall(r"[a-z][а-џ]|[а-џ][a-z]", words)
        )  # no word has letters of two scripts
        return sum(sign in letters for sign in signs) - 3 * mixed, sum(
            sign in every for sign in signs
        )

    best = max(likely, key=fitting)  # the first of several that fit as well
    try:
        return data.decode(best), best
    except UnicodeError:
        return data.decode("cp1252", "replace"), "cp1252"


def _separator(words, known):
    """The sign between the columns: the one with which most headers are known, then most columns."""
    head = io.StringIO(words[:65536], newline="").readlines()[:30]

    def fitting(separator):
        try:
            rows = list(csv.reader(head, delimiter=separator))
        except csv.Error:
            return (0, 0)
        widths = [len(row) for row in rows if len(row) > 1]
        return max(map(known, rows), default=0), sum(widths)

    return max(SEPARATORS, key=fitting)


def _unguarded(value):
    """A text without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    if value[:1] == "'" and value[1:2] in {"=", "+", "-", "@", "\t", "\r", "'"}:
        return value[1:]
    return value
