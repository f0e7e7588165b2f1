"""Charts: Vega-Lite specifications turned into SVG on the server, the same on page, paper and PDF."""

import hashlib
import json
import logging
from dataclasses import dataclass

import vl_convert
from django.core.cache import cache
from django.utils.html import escape
from django.utils.safestring import mark_safe
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

VEGA_LITE = "6.4"
KEPT_FOR = 30 * 24 * 3600


@dataclass(frozen=True)
class Palette:
    """The colours of a chart's parts: the page's own variables on screen, fixed ones on paper."""

    ink: str
    line: str
    accent: str
    font: str


SCREEN = Palette("var(--ink-3)", "var(--line)", "var(--accent)", "system-ui, sans-serif")
PAPER = Palette("#56657a", "#e3e8ef", "#1f4fd8", "Noto Sans")


def svg(spec, palette=SCREEN):
    """The SVG text of a Vega-Lite `spec`, from the cache if the same chart was drawn before.

    The spec's `description` becomes the picture's name for those who can't see it, on the page and in the PDF.
    """
    spec = {"config": _config(palette), **spec}
    text = json.dumps(spec, sort_keys=True, default=str)
    key = "chart:" + hashlib.sha256(text.encode()).hexdigest()
    try:
        drawn = cache.get(key)
        if drawn is None:
            drawn = _draw(text)
            cache.set(key, drawn, KEPT_FOR)
    except RedisError as error:
        # A page without its cache is slower, not broken.
        logger.warning("A chart is drawn anew: the cache can't be reached (%s)", error)
        drawn = _draw(text)
    start, rest = drawn.split(">", 1)
    named = f'{start} role="img"><title>{escape(spec["description"])}</title>{rest}'
    # SECURITY: Vega writes every text of a specification as escaped character data.
    return mark_safe(named)


def _draw(text):
    return vl_convert.vegalite_to_svg(text, vl_version=VEGA_LITE)


def _config(palette):
    axis = {
        "labelColor": palette.ink,
        "titleColor": palette.ink,
        "gridColor": palette.line,
        "domainColor": palette.line,
        "tickColor": palette.line,
        "labelFontSize": 11,
        "labelPadding": 6,
        "titleFontWeight": "normal",
    }
    return {
        "background": None,
        "font": palette.font,
        "view": {"stroke": None},
        "axis": axis,
        "axisX": {"grid": False, "labelFlush": False},
        "axisY": {"domain": False, "ticks": False, "tickCount": 5},
    }
