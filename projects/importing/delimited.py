"""Comma-separated values into rows of cells, in the code pages and manners of Europe."""

import codecs
import csv
import io
import re

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from projects.importing.books import ABOVE, ROWS, Book, Refused, require_size, trimmed

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


def read(file, encoding, countries, known) -> Book:
    """The rows of an open text file; for the arguments see `reading.read`. Raises Refused with a sentence."""
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
                require_size(_lines(words, separator), len(row))
    except csv.Error as error:
        raise _unreadable(lines + 1) from error
    # A cell of several lines is one, or whole rows that a missing quotation mark made one.
    if spans and (wrong := _wrongly_quoted(words, separator)):
        raise _unreadable(wrong)
    if named:
        rows[0] = []
    rows = trimmed(rows)
    width = max(map(len, rows), default=0)
    require_size(len(rows), width)
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
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    guess = "utf-16" if marked or looks_utf_16(data[:4096]) else "utf-8"
    try:
        return _as(data, guess), guess
    except UnicodeError:
        return _in_a_code_page(data, countries)


def _as(data, encoding):
    if encoding == "utf-8":
        return data.decode("utf-8-sig")
    if encoding == "utf-16" and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode(looks_utf_16(data[:4096]) or "utf-16-le")
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
        # No word has letters of two scripts.
        mixed = len(re.findall(r"[a-z][а-џ]|[а-џ][a-z]", words))
        theirs = sum(sign in letters for sign in signs)
        return theirs - 3 * mixed, sum(sign in every for sign in signs)

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


def looks_utf_16(head):
    """The order of bytes of a UTF-16 text that does not say it, by where its zeros are; "" for another text."""
    first, second = head[0::2].count(0), head[1::2].count(0)
    if max(first, second) < len(head) / 20 or min(first, second):
        return ""
    return "utf-16-be" if first else "utf-16-le"
