"""Tables as files: what a list shows, as a spreadsheet or as comma-separated values."""

import csv
import datetime
import io
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

A4 = 9  # as spreadsheet programs number paper
LONG = 58  # characters of a line of a text that is broken into lines
LINE, HIGHEST = 15, 405  # points of a line, and of a row at the most
CELL = 32_767  # characters that a cell of a spreadsheet holds
FIRST_YEAR = 1900  # before it a spreadsheet has no dates, and they stay texts
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
GUARDED = (*FORMULA_STARTS, *("'" + sign for sign in (*FORMULA_STARTS, "'")))


def exported(table, *, as_format, name):
    """Return `table` (a django-tables2 table, all of its rows) as a download.

    as_format: "xlsx" or "csv"; anything else is answered with a 400 and a sentence.
    """
    rows = list(table.as_values())
    filename = f"{slugify(name) or 'export'}-{timezone.localdate():%Y-%m-%d}"
    if as_format == "xlsx":
        content = as_xlsx(rows, name)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    elif as_format == "csv":
        content, kind = as_csv(rows), "text/csv; charset=utf-8"
    else:
        return HttpResponseBadRequest(
            _("Lists are exported as xlsx or csv."), content_type="text/plain"
        )
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{filename}.{as_format}"'},
    )


def as_csv(rows, separator=","):
    """UTF-8 with a byte order mark, which spreadsheet programs need to read Cyrillic from it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    for row in rows:
        writer.writerow([_harmless(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(rows, name=""):
    return workbook_of({name: rows})


def workbook_of(sheets, made_on=None) -> bytes:
    """An XLSX of {name: rows}, the first row of each its heads: real types, frozen heads, filters.

    made_on: the time that stands in the file, so that the same rows make the same bytes; now without it.
    """
    out = io.BytesIO()
    # SECURITY: a text that begins with "=" stays a text.
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    if made_on:
        book.set_properties({"created": made_on})
    bold = book.add_format({"bold": True})
    top = book.add_format({"valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})
    long = book.add_format({"text_wrap": True, "valign": "top"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(_sheet_name(name))
        for y, row in enumerate(rows):
            if (lines := max(map(_lines, row), default=1)) > 1:
                sheet.set_row(y, min(lines * LINE, HIGHEST))
            for x, value in enumerate(row):
                plain = long if isinstance(value, str) and len(value) > LONG else top
                write_cell(sheet, y, x, value, day, bold if y == 0 else plain)
        sheet.freeze_panes(1, 0)
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)  # as wide as the paper, as many pages as it takes
        sheet.repeat_rows(0)
        if rows:
            sheet.autofilter(0, 0, len(rows) - 1, len(rows[0]) - 1)
        sheet.autofit(max_width=420)
    book.close()
    return out.getvalue()


def _lines(value):
    """How many lines a long text takes in the widest column."""
    return -(-len(value) // LONG) if isinstance(value, str) and len(value) > LONG else 1


def write_cell(sheet, y, x, value, day, words=None):
    """Write a value as what it is: a day in the format `day`, a number or a text in the format `words`."""
    if isinstance(value, datetime.datetime):
        sheet.write_datetime(y, x, timezone.make_naive(value), day)
    elif isinstance(value, datetime.date) and value.year >= FIRST_YEAR:
        sheet.write_datetime(y, x, datetime.datetime.combine(value, datetime.time()), day)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(y, x, value, words)
    elif value is not None:
        sheet.write_string(y, x, _cell_text(str(value)), words)


def _cell_text(text):
    """`text` as long as a cell of a spreadsheet may be; the page and the CSV have all of it."""
    return text if len(text) <= CELL else f"{text[: CELL - 1]}…"


def _sheet_name(name):
    """What a spreadsheet program takes for the name of a sheet; None for its own choice."""
    return "".join(sign for sign in str(name) if sign not in "[]:*?/\\'")[:31].strip() or None


def _harmless(value):
    """SECURITY: a spreadsheet program takes a CSV cell that begins with = + - @ for a formula."""
    if isinstance(value, str) and value.startswith(GUARDED):
        # An apostrophe of the text's own gets one too, so that what is read again is what was written.
        return "'" + value
    return value
