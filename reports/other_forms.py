"""A report in the other forms that people need: each a function of its snapshot alone."""

import datetime
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.dateparse import parse_date
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from common.exporting import workbook_of
from common.pdf import to_pdf
from common.prose import headed_below, printable
from reports import pictures
from reports.exporting import annex, row_of
from reports.hashing import canonical

CELL = re.compile(r"</t[dh]>")
BLOCK = re.compile(r"</(?:p|li|h\d|tr)>")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Form:
    """One form of a report. make(document, dated) gives the file's bytes; dated: the time that it carries.

    offers: whether a snapshot has what the form is made of.
    """

    label: str
    extension: str
    content_type: str
    icon: str
    make: Callable
    offers: Callable = lambda document: True


def summary_html(document, dated) -> bytes:
    """The publishable summary as one page that needs nothing else, for the project's website."""
    return _summary(document, dated, paper=False).encode()


def summary_pdf(document, dated) -> bytes:
    """The publishable summary as a tagged PDF."""
    return to_pdf(_summary(document, dated, paper=True))


def sheet(document, dated) -> bytes:
    """Target against actual on one page: a PDF for a meeting or a wall."""
    rows = [row for row in document["indicators"] if row["target"] is not None]
    return to_pdf(
        render_to_string(
            "reports/pdf/sheet.html",
            {
                "report": document,
                "rows": [(row, _bar(row)) for row in rows],
                "without": [row for row in document["indicators"] if row["target"] is None],
                "as_of": parse_date(document["as_of"]),
                "made_on": dated,
                "elapsed": _elapsed(document),
            },
        )
    )


def continuous(document, dated) -> bytes:
    """An XLSX with the tables in the order in which the EU portal's continuous reporting asks for them."""
    tables = document.get("tables", {})
    code, title, lead = _("Number"), _("Title"), _("Lead beneficiary")
    summary = _passages(document, "summary")
    sheets = {
        _("Summary for publication"): [
            [_("Text")],
            *([line] for _head, html in summary for line in _plain(html).splitlines() if line),
        ],
        _("Deliverables"): [
            [
                *(code, _("Work package"), title, lead, _("Type"), _("Dissemination level")),
                *(_("Due month"), _("Due"), _("Delivered"), _("Status"), _("Why late")),
            ],
            *(
                row_of(
                    row,
                    *("code", "package", "title", "lead", "type", "level"),
                    *("due", "due_day", "handed_in", "state", "why_late"),
                )
                for row in tables.get("deliverables", ())
            ),
        ],
        _("Milestones"): [
            [
                code,
                title,
                lead,
                _("Due month"),
                _("Due"),
                _("Means of verification"),
                _("Achieved"),
            ],
            *(
                row_of(row, "code", "title", "lead", "due", "due_day", "verification", "reached")
                for row in tables.get("milestones", ())
            ),
        ],
        _("Critical risks"): [
            [code, _("Description"), _("Work packages"), _("Foreseen"), _("Mitigation")],
            *(
                [
                    *row_of(row, "code", "text", "packages"),
                    _("yes") if row["foreseen"] else _("no"),
                    row["mitigation"],
                ]
                for row in tables.get("risks", ())
            ),
        ],
        _("State of play of risks"): [
            [code, _("Period"), _("Did it happen"), _("Comment")],
            *(
                [row["code"], document["period"]["months"], _happened(row), row["state"]]
                for row in tables.get("risks", ())
                if row["state"]
            ),
        ],
        _("Communication and dissemination"): [
            [
                code,
                title,
                _("Type"),
                _("Status"),
                _("Day"),
                _("Channel"),
                _("Reached"),
                _("Countries"),
            ],
            *(
                row_of(
                    row,
                    *("code", "title", "kind", "state", "day", "channel", "reach", "countries"),
                )
                for row in tables.get("communication", ())
            ),
        ],
        _("Indicators"): [
            [code, _("Name"), _("Unit"), _("Target"), _("Achieved"), "%"],
            *(
                row_of(row, "code", "name", "unit", "target", "value", "percent")
                for row in document["indicators"]
            ),
        ],
    }
    return workbook_of(sheets, dated)


def narrative(document, dated) -> bytes:
    """The texts of a report as a DOCX, for who must paste them elsewhere: real headings, lists, tables and links."""
    # Imported at the first document of a process: most processes never make one.
    from docx import Document
    from html4docx import HtmlToDocx

    made, reader = Document(), HtmlToDocx()
    reader.table_style = "Table Grid"
    core = made.core_properties
    core.title = printable(
        _("%(project)s: texts of the progress report %(months)s")
        % {"project": document["project"]["acronym"], "months": document["period"]["months"]}
    )
    core.author, core.comments = document["project"]["acronym"], ""
    core.created = core.modified = dated.astimezone(datetime.UTC).replace(tzinfo=None)
    core.language = "en-GB"
    made.add_heading(core.title, 0)
    for chapter in document.get("chapters", ()):
        made.add_heading(printable(f"{chapter['code']} {chapter['title']}".strip()), 1)
        for passage in chapter["passages"]:
            if passage["heading"]:
                made.add_heading(printable(passage["heading"]), 2)
            text = headed_below(passage["html"], 2 if passage["heading"] else 1)
            html = printable(pictures.printed(text, document))
            reader.add_html_to_document(html, made)
    _on_paper(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _on_paper(made):
    """A4 with pictures no larger than its text."""
    from docx.shared import Mm

    (page,) = made.sections
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(25)
    for shape in made.inline_shapes:
        share = min(Mm(160) / shape.width, Mm(200) / shape.height, 1)
        shape.width, shape.height = int(shape.width * share), int(shape.height * share)


def snapshot_json(document, dated) -> bytes:
    """The snapshot as the document whose SHA-256 the report carries."""
    return canonical(document)


def _has_summary(document):
    return bool(_passages(document, "summary"))


FORMS = {
    "annex": Form(gettext_lazy("Tables (XLSX)"), "xlsx", XLSX, "table-cells", annex),
    "narrative": Form(
        gettext_lazy("Texts (DOCX)"),
        "docx",
        DOCX,
        "document-text",
        narrative,
        lambda document: bool(document.get("chapters")),
    ),
    "sheet": Form(
        gettext_lazy("Target against actual (PDF)"), "pdf", "application/pdf", "chart-bar", sheet
    ),
    "summary": Form(
        gettext_lazy("Publishable summary (PDF)"),
        "pdf",
        "application/pdf",
        "document",
        summary_pdf,
        _has_summary,
    ),
    "summary-page": Form(
        gettext_lazy("Publishable summary (HTML)"),
        "html",
        "text/html; charset=utf-8",
        "globe-alt",
        summary_html,
        _has_summary,
    ),
    "continuous": Form(
        gettext_lazy("For the EU portal (XLSX)"), "xlsx", XLSX, "building-library", continuous
    ),
    "snapshot": Form(
        gettext_lazy("Snapshot (JSON)"), "json", "application/json", "code-bracket", snapshot_json
    ),
}


def made_as(name, document, dated) -> bytes:
    """The file of one of FORMS, in the language of the report."""
    with override("en-gb"):
        return FORMS[name].make(document, dated)


def _summary(document, dated, *, paper):
    return render_to_string(
        "reports/pdf/summary.html",
        {
            "report": document,
            "passages": _passages(document, "summary"),
            "figures": [row for row in document["indicators"] if row["value"] is not None],
            "as_of": parse_date(document["as_of"]),
            "first_day": parse_date(document["project"]["first_day"]),
            "last_day": parse_date(document["project"]["last_day"]),
            "made_on": dated,
            "paper": paper,
            "style": (settings.BASE_DIR / "templates/reports/pdf/summary.css").read_text(),
        },
    )


def _passages(document, kind):
    """(heading, clean HTML) of each passage of a chapter of the coordinator's."""
    chapters = [row for row in document.get("chapters", ()) if row["kind"] == kind]
    return [(each["heading"], each["html"]) for row in chapters for each in row["passages"]]


def _plain(html):
    """Words alone: a line a paragraph or row, cells apart."""
    lines = unescape(strip_tags(BLOCK.sub("\n", CELL.sub(" | ", html)))).splitlines()
    return "\n".join(line.strip(" |") for line in lines).strip()


def _happened(row):
    return {True: _("yes"), False: _("no")}.get(row["happened"], "")


def _elapsed(document):
    """The share of the project that is over on the report's day, in percent."""
    first, last = (parse_date(document["project"][key]) for key in ("first_day", "last_day"))
    return min(
        max(100 * (parse_date(document["as_of"]) - first).days // (last - first).days, 0), 100
    )


def _bar(row):
    return min(max(row["percent"] or 0, 0), 100)
