"""Spreadsheets to be filled in or edited: templates, exports that come back, and the list of a file's errors."""

import datetime
import io

import xlsxwriter
from django.utils.translation import gettext as _

from common.exporting import as_csv, as_xlsx, write_cell
from projects.importing.columns import CODE, resource_of

LISTED = 2000  # rows of a template that have drop-down lists
XLSX, CSV = "xlsx", "csv"


def template(kind, *, user, project, as_format, within=None) -> bytes:
    """An empty spreadsheet of `kind` with an example row; as XLSX with drop-down lists and explanations too."""
    resource = resource_of(kind, user=user, project=project, within=within)
    labels = [resource.labels[name] for name in resource.columns]
    example = [_example(resource, column) for column in resource.columns.values()]
    if as_format == CSV:
        return as_csv([labels, example], separator=";")
    return _workbook(resource, [labels, example], lists=True)


def for_editing(kind, rows, *, user, project, as_format, within=None) -> bytes:
    """The records `rows` (a QuerySet) in exactly the columns that an import reads."""
    resource = resource_of(kind, user=user, project=project, within=within)
    rows = rows.select_related("project", *filter(resource.is_relation, resource.resolved))
    rows = rows.prefetch_related(*resource.prefetch)
    table = [[resource.labels[name] for name in resource.columns]]
    table += [
        [resource.cell(record, name) for name in resource.columns]
        for record in rows.iterator(chunk_size=500)
    ]
    if as_format == CSV:
        return as_csv(table)
    return _workbook(resource, table, lists=True)


def errors(source, rows) -> bytes:
    """What is to be mended in a file, as a spreadsheet: a line for each thing that is wrong."""
    table = [[_("Row"), _("Column"), _("Value"), _("What is wrong")]]
    for row in rows:
        table += [[row.number, *error] for error in row.errors]
    return as_xlsx(table, _("Errors"))


def _example(resource, column):
    if column.name == (CODE if CODE in resource.columns else "name"):
        return _("EXAMPLE: this row is skipped")
    widget = resource.fields[column.name].widget
    if column.example != "":
        value = column.example
        return datetime.date.fromisoformat(value) if widget.kind == "day" else value
    return next(iter(widget.choices()), "")


def _workbook(resource, table, *, lists):
    out = io.BytesIO()
    # SECURITY: a text that begins with "=" stays a text.
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(str(resource.kind.title)[:31])
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    words = book.add_format({"num_format": "@"})
    names = list(resource.columns)
    for x, name in enumerate(names):
        kind = resource.fields[name].widget.kind
        # Numbers of registers keep their zeros, and days are days, also in cells that are still empty.
        sheet.set_column(x, x, 20, {"text": words, "day": day}.get(kind))
        sheet.write_string(0, x, table[0][x], bold)
    for y, row in enumerate(table[1:], 1):
        for x, value in enumerate(row):
            write_cell(sheet, y, x, value, day, words if isinstance(value, str) else None)
    sheet.freeze_panes(1, 1)
    if lists:
        _drop_downs(book, sheet, resource, names, max(len(table) + 200, LISTED))
        _explain(book, resource)
    book.close()
    return out.getvalue()


def _drop_downs(book, sheet, resource, names, last):
    """Lists to choose from, kept on a sheet of their own, since a cell's own list holds 255 characters."""
    source, used = None, 0
    for x, name in enumerate(names):
        choices = resource.fields[name].widget.choices()
        if not choices or name in resource.several:
            continue
        source = source or book.add_worksheet(_("Lists"))
        source.write_column(0, used, [str(choice) for choice in choices])
        column = xlsxwriter.utility.xl_col_to_name(used)
        sheet.data_validation(
            1,
            x,
            last,
            x,
            {
                "validate": "list",
                "source": f"='{source.get_name()}'!${column}$1:${column}${len(choices)}",
                "error_type": "warning",
                "error_message": _("This is not among the choices."),
            },
        )
        used += 1
    if source:
        source.hide()


def _explain(book, resource):
    sheet = book.add_worksheet(_("Explanations"))
    bold = book.add_format({"bold": True, "bottom": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for x, (header, width) in enumerate(
        [(_("Column"), 28), (_("Needed"), 10), (_("What to write"), 60), (_("Choices"), 60)]
    ):
        sheet.set_column(x, x, width, wrap)
        sheet.write_string(0, x, header, bold)
    for y, column in enumerate(resource.columns.values(), 1):
        widget = resource.fields[column.name].widget
        choices = widget.choices()
        meant = [resource.kind.explanation(column)]
        meant.append(
            {
                "day": _("A date, such as 31.12.2017 or 2017-12-31."),
                "number": _("A number; 2,5 and 2.5 are the same."),
            }.get(widget.kind, "")
        )
        shown = "; ".join(str(choice) for choice in choices[:40])
        sheet.write_string(y, 0, resource.labels[column.name])
        sheet.write_string(y, 1, _("yes") if resource.kind.needed(column) else _("no"))
        sheet.write_string(y, 2, " ".join(filter(None, meant)))
        sheet.write_string(y, 3, f"{shown} …" if len(choices) > 40 else shown)
    y = len(resource.columns) + 2
    for sentence in (
        resource.kind.says,
        _("Rows whose code begins with EXAMPLE are skipped."),
        _("Nothing is written before you have seen what would change."),
    ):
        sheet.merge_range(y, 0, y, 3, str(sentence), wrap)
        y += 1
