"""Texts as a report prints them: what stands in braces is a reference.

{KPI-03} is the figure's value on the period's last day; {D1.2}, {EVT-003} and {AC-00012} are a deliverable, an event
and an activity with title and day; {EV-00012 What it shows}, in a paragraph of its own, is that picture among the
evidence.
"""

import datetime
import re
from collections import defaultdict
from dataclasses import dataclass
from html import unescape

from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext as _

from common.prose import clean
from events.models import Activity, Event, Standing
from indicators.wording import said
from reports.models import PassageKind
from workpackages.models import Deliverable

REFERENCE = re.compile(r"\{(KPI-\d{1,3}|D\d{1,3}\.\d{1,3}|EVT-\d{1,9}|AC-\d{1,9})\}")
TAG = re.compile(r"(<[^>]*>)")
PICTURE = re.compile(r"\{(EV-\d{1,9})(?:[ :\u00a0]+([^{}<>]{1,300}))?\}")
ALONE = re.compile(rf"<p>\s*{PICTURE.pattern}\s*</p>")


@dataclass(frozen=True)
class Referred:
    """What a reference stands for: the words that a report prints, and the page that opens it.

    first, last: the days between which it lies; None for a figure, which is as of a day.
    """

    words: str
    url: str = ""
    first: datetime.date | None = None
    last: datetime.date | None = None

    def __str__(self):
        return self.words

    @property
    def opened(self):
        return format_html('<a href="{}">{}</a>', self.url, self.words) if self.url else self.words


def codes_in(html) -> set[str]:
    """The codes of the figures and records that a text refers to."""
    return set(REFERENCE.findall(_words(html)))


def resolved(html, values, *, opened=False) -> str:
    """`html` with each reference as what it stands for. An unknown one stays as it was written.

    values: {code: Referred}; opened: with a link to the page that opens it.
    """

    def value(match):
        found = values.get(match[1])
        if found is None:
            return conditional_escape(match[0])
        return conditional_escape(found.opened if opened else found.words)

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


def values_of(figures) -> dict[str, Referred]:
    """What references to figures stand for: the value in words."""
    return {
        figure.indicator.code: Referred(
            said(figure.value, figure),
            f"{figure.indicator.get_absolute_url()}?as_of={figure.as_of.isoformat()}",
        )
        for figure in figures
    }


def records_of(project, codes, day) -> dict[str, Referred]:
    """What references to the deliverables, events and activities of `project` with these codes stand for.

    A deliverable is handed in if it was by the end of `day`. One query for each kind that is referred to. All that it
    says everyone in the project may read.
    """
    kinds = defaultdict(set)
    for code in codes:
        kinds[re.match("[A-Z]+", code)[0]].add(code)
    found = {}
    for kind, (model, referred) in REFERRED.items():
        if kinds[kind]:
            for row in model.objects.filter(project=project, code__in=kinds[kind]):
                row.project = project
                found[row.code] = referred(row, day)
    return found


def _deliverable(row, day):
    handed_in = row.submitted_on if row.submitted_on and row.submitted_on <= day else None
    sentence = _("handed in on %(day)s") if handed_in else _("due on %(day)s")
    state = sentence % {"day": date_format(handed_in or row.due)}
    last = max(row.due, handed_in or row.due)
    first = min(row.due, handed_in or row.due)
    return Referred(f"{row.code} {row.title} ({state})", row.get_absolute_url(), first, last)


def _event(row, day):
    told = [_days(row), row.place]
    if row.state == Standing.CANCELLED:
        told.append(_("cancelled"))
    return _dated(row, ", ".join(filter(None, told)))


def _activity(row, day):
    return _dated(row, _days(row))


def _dated(row, told):
    return Referred(f"{row.title} ({told})", row.get_absolute_url(), row.first_day, row.last_day)


def _days(row):
    first, last = date_format(row.first_day), date_format(row.last_day)
    return first if first == last else f"{first} – {last}"


# The letters that begin a code: (model, what a reference to one of its records stands for on a day).
REFERRED = {
    "D": (Deliverable, _deliverable),
    "EVT": (Event, _event),
    "AC": (Activity, _activity),
}


def printed(chapter, values, *, opened=False) -> list[tuple[str, str]]:
    """(heading, clean HTML) of each passage of `chapter` that says something, in the order of a report. values and
    opened: as `resolved` takes them."""
    order = list(PassageKind.values)
    rows = [row for row in chapter.passages.all() if row.body] if chapter.pk else []
    rows.sort(key=lambda row: (order.index(row.kind), row.task.number if row.task else 0))
    return [(heading_of(row), clean(resolved(row.body, values, opened=opened))) for row in rows]


def codes_of(chapters) -> set[str]:
    """The codes that the texts of saved chapters refer to."""
    return {
        code
        for chapter in chapters
        for passage in (chapter.passages.all() if chapter.pk else ())
        for code in codes_in(passage.body)
    }


def heading_of(row) -> str:
    """What stands above a passage; empty above the one text of a chapter of the coordinator's."""
    if row.kind == PassageKind.TEXT:
        return ""
    return f"{row.task.code} {row.task.title}" if row.task else str(row.get_kind_display())
