"""A strategy as a DOCX document that its cluster goes on writing: real headings, lists and tables."""

import io
from functools import cache

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from clusters.rendering import LANGUAGE, Paper

BLUE, GREY, INK, SHADE, LINE = "1F4FD8", "56657A", "16202E", "EEF3FE", "C3CDDB"
FONT = "Noto Sans"


def as_docx(paper: Paper) -> bytes:
    """`paper` as an Office Open XML document."""
    # Imported at the first document of a process: most processes never make one.
    from docx import Document

    with override(LANGUAGE):
        document, text = Document(), paper.text
        _set_up(document, paper)
        _cover(document, paper)
        for title, said in (
            (_("Vision"), text["vision"]),
            (_("Mission"), text["mission"]),
            (_("Context and smart specialisation"), _context(text)),
            (_("What the firms need"), text["needs"]),
        ):
            if said:
                document.add_heading(title, 1)
                _prose(document, said)
        _chain(document, text["chain"])
        _trends(document, text["trends"])
        _markets(document, text["markets"])
        _objectives(document, text["objectives"])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# --- The sheet -----------------------------------------------------------------------------------


def _set_up(document, paper):
    from docx.shared import Cm, Pt

    core = document.core_properties
    core.title, core.subject = paper.text["title"], paper.whose
    core.author, core.comments = paper.project.acronym, ""
    core.created = core.modified = paper.made_on.replace(tzinfo=None)
    core.language = LANGUAGE
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.4)
    for name, size, color in (
        ("Normal", 10, INK),
        ("Title", 26, INK),
        ("Subtitle", 12, GREY),
        ("Heading 1", 16, BLUE),
        ("Heading 2", 12, INK),
        ("Caption", 8.5, GREY),
    ):
        _style(document.styles[name], size, color)
    document.styles["Normal"].paragraph_format.space_after = Pt(6)
    document.styles["Normal"].paragraph_format.line_spacing = 1.15
    document.styles["Heading 1"].paragraph_format.space_before = Pt(20)
    document.styles["Heading 1"].paragraph_format.space_after = Pt(6)
    document.styles["Heading 2"].paragraph_format.space_before = Pt(14)
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = f"{paper.project.acronym} · {paper.text['title']}"
    section.header.paragraphs[0].style = document.styles["Caption"]
    foot = section.footer.paragraphs[0]
    foot.style = document.styles["Caption"]
    foot.add_run(f"{_state_of(paper)} · {_('Page')} ")
    _field(foot, "PAGE")


def _style(style, size, color):
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size = FONT, Pt(size)
    style.font.color.rgb = RGBColor.from_string(color)
    style.font.bold = style.name.startswith("Heading") or style.name == "Title"
    style.font.italic = False
    properties = style.element.get_or_add_rPr()
    fonts = properties.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:cs"), FONT)  # Cyrillic and Greek letters look as the others do
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    properties.append(language)
    if style.name == "Title" and (border := style.element.pPr.find(qn("w:pBdr"))) is not None:
        style.element.pPr.remove(border)


def _field(paragraph, code):
    """Let the word processor write something of its own: the number of the page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _state_of(paper):
    if paper.number is None:
        return _("%(state)s of %(day)s") % {
            "state": paper.state,
            "day": date_format(paper.made_on, "j M Y"),
        }
    return _("Version %(number)d, %(state)s") % {
        "number": paper.number,
        "state": paper.state.lower(),
    }


def _cover(document, paper):
    from docx.shared import Cm, Pt

    project = paper.project
    document.add_paragraph(project.acronym, style="Subtitle").paragraph_format.space_before = Pt(60)
    document.add_paragraph(paper.text["title"], style="Title")
    below = [paper.whose, paper.text["span"]]
    document.add_paragraph(" · ".join(filter(None, below)), style="Subtitle")
    said = [_state_of(paper)]
    if paper.adopted:
        day, board = paper.adopted
        said.append(
            _("Adopted on %(day)s by %(board)s") % {"day": date_format(day), "board": board}
        )
    if project.demonstration:
        said.append(_("DEMONSTRATION DATA"))
    for line in said:
        document.add_paragraph(line).runs[0].bold = True
    document.add_paragraph(f"SHA-256 {paper.sha256}", style="Caption")
    if project.funding_statement:
        fund = document.add_paragraph()
        fund.paragraph_format.space_before = Pt(260)
        picture = fund.add_run().add_picture(io.BytesIO(_emblem()), width=Cm(2.4))
        picture._inline.docPr.set("descr", _("Emblem of the European Union"))
        document.add_paragraph(project.funding_statement, style="Caption")
    document.add_page_break()


@cache
def _emblem():
    """The emblem of the Union as a PNG picture."""
    import vl_convert

    path = settings.BASE_DIR / "templates" / "reports" / "pdf" / "emblem.svg"
    return vl_convert.svg_to_png(path.read_text(), scale=0.5)


# --- What it says ---------------------------------------------------------------------------------


def _prose(document, said):
    for paragraph in said.splitlines():
        if paragraph.strip():
            document.add_paragraph(_clean(paragraph))


def _clean(text):
    """`text` without the signs that XML has no place for."""
    return "".join(sign for sign in str(text) if sign in "\t\n" or sign >= " ")


def _context(text):
    areas = _("S3 priorities: %(names)s") % {"names": ", ".join(text["areas"])}
    return "\n".join(filter(None, [areas if text["areas"] else "", text["context"]]))


def _chain(document, links):
    if not links:
        return
    document.add_heading(_("Value chain"), 1)
    rows = [
        [
            link["step"],
            link["standing"].label,
            ngettext("%(n)d member", "%(n)d members", link["count"]) % {"n": link["count"]}
            if link["count"]
            else "–",
            "\n".join(
                filter(
                    None,
                    [link["told"], link["gap"] and _("Missing: %(gap)s") % {"gap": link["gap"]}],
                )
            ),
        ]
        for link in links
    ]
    _table(
        document,
        [_("Step"), _("Standing"), _("Members"), _("Where they stand")],
        rows,
        (4, 2.6, 2.6, 7.4),
    )


def _trends(document, trends):
    if not trends:
        return
    document.add_heading(_("Trends"), 1)
    rows = [
        [
            "\n".join(filter(None, [trend["title"], trend["meaning"]])),
            *(trend[name] for name in ("horizon", "impact", "likelihood")),
        ]
        for trend in trends
    ]
    _table(
        document,
        [_("Trend"), _("Horizon"), _("Impact"), _("Likelihood")],
        rows,
        (8.6, 3.2, 2.4, 2.4),
    )


def _markets(document, markets):
    if not markets:
        return
    document.add_heading(_("Markets"), 1)
    rows = [[one["name"], one["country"] or "–", one["horizon"], one["why"]] for one in markets]
    _table(document, [_("Market"), _("Country"), _("Horizon"), _("Why")], rows, (4.6, 3, 3, 6))


def _objectives(document, objectives):
    if not objectives:
        return
    document.add_heading(_("Objectives and roadmap"), 1)
    for objective in objectives:
        document.add_heading(_clean(f"{objective['number']}. {objective['title']}"), 2)
        tags = [objective["code"], objective["theme"], objective["step"]]
        if objective["area"]:
            tags.append(f"S3: {objective['area']}")
        document.add_paragraph(_clean(" · ".join(filter(None, tags))), style="Caption")
        _prose(document, objective["text"])
        if objective["measured_by"]:
            _prose(document, _("Reached when: %(what)s") % {"what": objective["measured_by"]})
        for code, cluster, title in objective["sources"]:
            document.add_paragraph(_clean(f"{cluster}: {title} ({code})"), style="List Bullet")
        if objective["actions"]:
            rows = [
                [
                    "\n".join(filter(None, [f"{one['code']} {one['title']}", one["text"]])),
                    one["who"] or "–",
                    when(one),
                ]
                for one in objective["actions"]
            ]
            _table(document, [_("Action"), _("Who"), _("When")], rows, (8.6, 4, 4))


def when(action) -> str:
    """From when to when an action of a readable content runs, and after which other."""
    begins, due = action["begins_on"], action["due_on"]
    if begins and due:
        said = f"{date_format(begins, 'j M Y')} – {date_format(due, 'j M Y')}"
    elif due:
        said = _("by %(day)s") % {"day": date_format(due, "j M Y")}
    elif begins:
        said = _("from %(day)s") % {"day": date_format(begins, "j M Y")}
    else:
        said = ""
    after = action["after"] and _("after %(code)s") % {"code": action["after"]}
    return ", ".join(filter(None, [said, after])) or "–"


def _table(document, head, rows, widths):
    """A table whose head stands on each page again; a cell's first line is its name where it has several."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    table = document.add_table(rows=0, cols=len(head), style="Table Grid")
    table.autofit = False
    _lines(table)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for n, row in enumerate([head, *rows]):
        cells = table.add_row().cells
        for cell, said, width in zip(cells, row, widths, strict=True):
            cell.width = Cm(width)
            lines = _clean(said).split("\n")
            for line, text in enumerate(lines):
                paragraph = cell.paragraphs[0] if line == 0 else cell.add_paragraph()
                paragraph.paragraph_format.space_after = Pt(2)
                run = paragraph.add_run(text)
                run.font.size = Pt(9)
                run.bold = n == 0 or (cell is cells[0] and line == 0) or None
            properties = cell._tc.get_or_add_tcPr()
            if n == 0:
                shade = OxmlElement("w:shd")
                shade.set(qn("w:val"), "clear")
                shade.set(qn("w:fill"), SHADE)
                properties.append(shade)
        row_properties = table.rows[n]._tr.get_or_add_trPr()
        row_properties.append(OxmlElement("w:tblHeader" if n == 0 else "w:cantSplit"))
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _lines(table):
    """Thin lines between rows, none between columns."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        across = side in ("top", "bottom", "insideH")
        line.set(qn("w:val"), "single" if across else "nil")
        if across:
            line.set(qn("w:sz"), "4")  # eighths of a point
            line.set(qn("w:color"), LINE)
        borders.append(line)
    table._tbl.tblPr.append(borders)
