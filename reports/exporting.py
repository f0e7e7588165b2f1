"""The annex of a report: its tables as a spreadsheet, from the snapshot alone."""

from django.utils.dateparse import parse_date
from django.utils.text import slugify
from django.utils.translation import gettext as _

from common.exporting import as_csv, workbook_of
from reports.hashing import digest


def annex(document, made_on) -> bytes:
    """An XLSX with a sheet for each table of the snapshot `document`: figures, shares, plan, events and so on.

    A snapshot of an older format has fewer sheets. made_on: when the report was asked for; the same snapshot and time
    make the same bytes.
    """
    return workbook_of(sheets(document), made_on)


def tables_as_csv(document) -> dict[str, bytes]:
    """The same tables as CSV files, {name: content}: UTF-8, days as in ISO 8601, numbers with a point. A text that a
    spreadsheet program would take for a formula has an apostrophe in front."""
    return {f"{slugify(title)}.csv": as_csv(rows) for title, rows in sheets(document).items()}


def sheets(document) -> dict[str, list]:
    """The tables of a snapshot by their titles: rows of values, the first of them heads."""
    tables = document.get("tables", {})
    found = {
        _("Report"): _about(document),
        _("Indicators"): _indicators(document["indicators"]),
    }
    if leading := document["leading"]:
        code = leading.get("code", "")
        found[_("%(code)s by cluster") % {"code": code}] = [
            [_("Cluster"), _("Country"), _("Value"), _("Target"), "%"],
            *(
                row_of(row, "name", "country", "value", "target", "percent")
                for row in leading["clusters"]
            ),
        ]
        found[_("%(code)s by month") % {"code": code}] = [
            [_("Month"), _("Until"), _("Value")],
            *(
                [row["month"], parse_date(row["last_day"]), row["value"]]
                for row in leading["months"]
            ),
        ]
    if any(row.get("months") for row in document["indicators"]):
        found[_("Figures by month")] = [
            [_("Indicator"), _("Month"), _("Value")],
            *(
                [row["code"], point["month"], point["value"]]
                for row in document["indicators"]
                for point in row["months"]
            ),
        ]
    if any(row.get("clusters") for row in document["indicators"]):
        found[_("Figures by cluster")] = [
            [_("Indicator"), _("Cluster"), _("Value")],
            *(
                [row["code"], share["name"], share["value"]]
                for row in document["indicators"]
                for share in row["clusters"] or ()
            ),
        ]
    units = [
        [row["code"], unit] for row in document["indicators"] for unit in row.get("units") or ()
    ]
    if units:
        found[_("Units")] = [[_("Indicator"), _("Unit")], *units]
    for name, title, heads in _tables():
        rows = tables.get(name)
        if rows:
            found[title] = [
                [head for _key, head in heads],
                *(row_of(row, *(key for key, _head in heads)) for row in rows),
            ]
    if tasks := [task for row in tables.get("packages", ()) for task in row["tasks"]]:
        found[_("Tasks")] = [
            [_("Code"), _("Title"), _("Led by"), _("Months"), _("State")],
            *(row_of(task, "code", "title", "lead", "months", "state") for task in tasks),
        ]
    found[_("Services")] = [
        [_("Category"), _("Deliveries"), _("Firms, each once a category")],
        *(row_of(row, "category", "records", "firms") for row in document["services"]),
    ]
    if evidence := evidence_of(document):
        found[_("Evidence")] = [
            [_("Code"), _("Partner"), _("Type"), "SHA-256"],
            *(
                [file["code"], partner, file.get("type"), file.get("sha256")]
                for partner, files in evidence
                for file in files
            ),
        ]
    return found


def evidence_of(document) -> list[tuple[str, list[dict]]]:
    """(partner, its files) of the evidence index of a snapshot; of formats before 4 the codes alone are known."""
    return [
        (row["partner"], row.get("files") or [{"code": code} for code in row["codes"]])
        for row in document.get("tables", {}).get("evidence", ())
    ]


def _about(document):
    """What the tables are of, so that a sheet alone says whose it is."""
    project, period = document["project"], document["period"]
    return [
        [_("What"), _("Value")],
        [_("Project"), project["acronym"]],
        [_("Name"), project["name"]],
        [_("Report"), period.get("kind", "")],
        [_("Period"), period["months"]],
        [_("First day"), parse_date(period["first_day"])],
        [_("Last day"), parse_date(period["last_day"])],
        [_("Figures as of"), parse_date(document["as_of"])],
        [_("SHA-256 of the content"), digest(document)],
    ]


def _indicators(rows):
    return [
        [
            *(_("Code"), _("Name"), _("Unit"), _("Baseline"), _("Target"), _("Before")),
            *(_("This period"), _("Value"), "%", _("Status"), _("Records"), _("Counts as one")),
            _("Counted when"),
        ],
        *(
            row_of(
                row,
                *("code", "name", "unit", "baseline", "target", "previous", "this_period"),
                *("value", "percent", "status", "records", "counts_as_one", "counted_when"),
            )
            for row in rows
        ),
    ]


def _tables():
    """(table, sheet, (key, head) of each column) of what needs no more than its rows; days end with "day"."""
    code, title, lead, day = _("Code"), _("Title"), _("Led by"), _("Day")
    return [
        ("objectives", _("Objectives"), [("number", _("No.")), ("text", _("Objective"))]),
        (
            "deliverables",
            _("Deliverables"),
            [
                *(("code", code), ("title", title), ("lead", lead), ("due", _("Due month"))),
                *(
                    ("due_day", _("Due")),
                    ("handed_in", _("Handed in")),
                    ("why_late", _("Why late")),
                ),
            ],
        ),
        (
            "milestones",
            _("Milestones"),
            [
                *(("code", code), ("title", title), ("due", _("Due month"))),
                *(("due_day", _("Due")), ("reached", _("Reached"))),
            ],
        ),
        (
            "skills",
            _("Skills"),
            [
                *(("competence", _("Competence")), ("before", _("Before"))),
                *(("after", _("After")), ("persons", _("Managers"))),
            ],
        ),
        (
            "labels",
            _("Labels"),
            [
                *(("cluster", _("Cluster")), ("level", _("Level"))),
                *(("awarded", _("Awarded")), ("until", _("Valid until"))),
            ],
        ),
        (
            "strategies",
            _("Strategies"),
            [("title", title), ("of", _("Of")), ("adopted", _("Adopted"))],
        ),
        (
            "events",
            _("Events"),
            [
                *(("day", day), ("title", title), ("kind", _("Kind")), ("place", _("Place"))),
                *(("country", _("Country")), ("present", _("Present"))),
            ],
        ),
        (
            "dissemination",
            _("Dissemination"),
            [
                *(("day", day), ("title", title), ("kind", _("Kind")), ("channel", _("Channel"))),
                *(("reach", _("Reached")), ("countries", _("Countries"))),
            ],
        ),
        ("countries", _("Countries reached"), [("name", _("Country")), ("since", _("Since"))]),
        (
            "risks",
            _("Risks"),
            [
                *(
                    ("code", code),
                    ("text", _("Risk")),
                    ("mitigation", _("What is done against it")),
                ),
                ("state", _("State of play")),
            ],
        ),
    ]


DAYS = {"day", "due_day", "handed_in", "reached", "awarded", "until", "adopted", "since"}


def row_of(row, *keys):
    """The values of a row of a snapshot as a spreadsheet takes them: days as days, lists as texts."""
    return [_value(key, row.get(key)) for key in keys]


def _value(key, value):
    if key in DAYS and value:
        return parse_date(value)
    return ", ".join(value) if isinstance(value, list) else value
