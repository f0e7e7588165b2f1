"""Texts with headings, lists, tables and links: the field that takes them, and what is left of what was sent."""

import re
import unicodedata

import nh3
from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.utils.formats import number_format
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

LONGEST = 100_000  # characters, markup included: some thirty pages

TAGS = {
    *("p", "br", "h3", "h4", "strong", "em", "sub", "sup", "ul", "ol", "li", "blockquote", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "a": {"href"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
# Headings of pasted texts become those of a chapter, below the report's own.
HEADINGS = {"h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4", "b": "strong", "i": "em"}
UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}  # Unicode's categories of controls, formats and spaces
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
MOST_CELLS = 40  # that one cell takes the place of
DEEPEST = 24  # elements inside each other; what lies deeper than any text needs is laid flat
NESTING = {
    "blockquote",
    "ul",
    "ol",
    "li",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "em",
    "strong",
    "sub",
    "sup",
}
OPENING = re.compile(r"<(/?)([a-z0-9]+)")
HEADING = re.compile(r"(</?)h([34])>")
NOTHING = re.compile(r"(<p>(\s|&nbsp;|<br>)*</p>\s*)+")


def printable(text) -> str:
    """`text` without the control characters that neither pages nor documents can hold; tabs and line breaks stay."""
    return CONTROLS.sub(" ", text)


def is_visible(text) -> bool:
    """Whether `text` has a character that can be seen: spaces of no width and other signs without a form can't."""
    return any(unicodedata.category(char) not in UNSEEN for char in text)


def clean(html) -> str:
    """`html` as it may be shown and printed: known elements only, no scripts, styles, pictures or foreign schemes.

    Empty if it says nothing. Text is never lost: an unknown element leaves what it holds.
    """
    html = printable(html)
    for old, new in HEADINGS.items():
        html = re.sub(rf"<(/?){old}(?=[\s>])[^>]*>", rf"<\1{new}>", html, flags=re.IGNORECASE)
    html = _cleaned(html, TAGS)
    if _depth(html) > DEEPEST:
        html = _cleaned(html, TAGS - NESTING)
    return "" if NOTHING.fullmatch(html) or not strip_tags(html).strip() else html


def _cleaned(html, tags):
    return nh3.clean(
        html,
        tags=tags,
        attributes={name: kept for name, kept in ATTRIBUTES.items() if name in tags},
        attribute_filter=_small_spans,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    ).strip()


def headed_below(html, level) -> str:
    """Cleaned `html` with its headings one level and more below `level`, none skipped: a text may begin with a small
    one. Source: PDF/UA-1 (ISO 14289-1), 7.4.2."""
    first = html.find("<h3>")

    def moved(found):
        below_another = found[2] == "4" and 0 <= first < found.start()
        return f"{found[1]}h{level + 1 + below_another}>"

    return HEADING.sub(moved, html)


def _small_spans(tag, name, value):
    """SECURITY: a cell over millions of columns takes all of a renderer's memory."""
    if name in ("colspan", "rowspan"):
        return value if value.isdecimal() and int(value[:6]) <= MOST_CELLS else None
    return value


def _depth(html):
    """How deep elements that may hold each other lie in each other."""
    depth = deepest = 0
    for closing, name in OPENING.findall(html):
        if name in NESTING:
            depth += -1 if closing else 1
            deepest = max(depth, deepest)
    return deepest


class ProseWidget(forms.Textarea):
    """The editor; without scripts a plain field that takes HTML or paragraphs of plain text."""

    def __init__(self, attrs=None):
        super().__init__({"rows": 8, "data-prose": "", **(attrs or {})})

    class Media:
        css = {"all": ["django_prose_editor/material-icons.css", "django_prose_editor/editor.css"]}
        js = [Script("js/prose.js", type="module")]


class ProseField(forms.CharField):
    """A text with some markup. Its value is what `clean` leaves; raises ValidationError for one that is too long."""

    widget = ProseWidget

    def __init__(self, **kwargs):
        super().__init__(**{"required": False, "strip": True, **kwargs})

    def to_python(self, value):
        text = super().to_python(value)
        if text and "<" not in text:
            paragraphs = re.split(r"\n\s*\n", text.replace("\r\n", "\n"))
            text = "".join(f"<p>{part.strip()}</p>" for part in paragraphs)
        html = clean(text)
        if len(html) > LONGEST:
            raise ValidationError(
                _(
                    "This text has %(n)s characters, markup included; %(most)s is the most. Shorten it, or attach a "
                    "document."
                )
                % {
                    "n": number_format(len(html), force_grouping=True),
                    "most": number_format(LONGEST, force_grouping=True),
                }
            )
        return html
