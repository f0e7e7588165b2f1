"""Texts as a report prints them: {KPI-03} stands for the figure's value on the period's last day, and
{EV-00012 What it shows}, in a paragraph of its own, for that picture among the evidence."""

import re
from html import unescape

from django.utils.html import conditional_escape

from common.prose import clean
from indicators.wording import said
from reports.models import PassageKind

REFERENCE = re.compile(r"\{(KPI-\d{1,3})\}")
TAG = re.compile(r"(<[^>]*>)")
PICTURE = re.compile(r"\{(EV-\d{1,9})(?:[ :\u00a0]+([^{}<>]{1,300}))?\}")
ALONE = re.compile(rf"<p>\s*{PICTURE.pattern}\s*</p>")


def codes_in(html) -> set[str]:
    """The codes of the figures that a text refers to."""
    return set(REFERENCE.findall(_words(html)))


def resolved(html, values) -> str:
    """`html` with each reference as its value: values: {code: text}. An unknown one stays as it was written."""

    def value(match):
        return conditional_escape(values.get(match[1], match[0]))

    parts = TAG.split(html)
    return "".join(part if part.startswith("<") else REFERENCE.sub(value, part) for part in parts)


def pictures_in(html) -> set[str]:
    """The codes of the evidence that a text shows."""
    return {match[1] for match in PICTURE.finditer(html)}


def illustrated(html, draw) -> str:
    """`html` with its pictures. draw(code, caption) gives a picture's HTML, whose caption may be empty.

    Inside a sentence a picture's reference is its code.
    """
    html = ALONE.sub(lambda match: draw(match[1], unescape(match[2] or "").strip()), html)
    return PICTURE.sub(lambda match: match[1], html)


def _words(html):
    return TAG.sub(" ", html)


def values_of(figures) -> dict[str, str]:
    """What the references say: {code: value in words} of each figure."""
    return {figure.indicator.code: said(figure.value, figure) for figure in figures}


def printed(chapter, values) -> list[tuple[str, str]]:
    """(heading, clean HTML) of each passage of `chapter` that says something, in the order of a report."""
    order = list(PassageKind.values)
    rows = [row for row in chapter.passages.all() if row.body] if chapter.pk else []
    rows.sort(key=lambda row: (order.index(row.kind), row.task.number if row.task else 0))
    return [(heading_of(row), clean(resolved(row.body, values))) for row in rows]


def heading_of(row) -> str:
    """What stands above a passage; empty above the one text of a chapter of the coordinator's."""
    if row.kind == PassageKind.TEXT:
        return ""
    return f"{row.task.code} {row.task.title}" if row.task else str(row.get_kind_display())
