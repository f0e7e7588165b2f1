"""The pictures of answers, as Vega-Lite specifications; the page has each as a table too."""

import textwrap

from django.utils.translation import gettext as _

from common import charts

WIDE, NARROW = 860, 310
# Pixels: the width and the height of a line; letters: of a name before it goes on below.
WIDE_LINES, NARROW_LINES = (620, 34, 26), (330, 42, 22)
# The reader's font may be wider than the one that the names were measured with.
BESIDE_NAMES = {"left": 20, "top": 5, "right": 8, "bottom": 5}


def before_and_after(rows, *, description, most, unit="", size=WIDE):
    """The SVG of two bars for each of `rows` ({"name", "before", "after"}), or "" without a row.

    most: the value at which the axis ends. unit: a sign behind the numbers, such as "%". size: pixels of width.
    """
    waves = [("before", _("Baseline")), ("after", _("End"))]
    narrow = size == NARROW
    rows = [{**row, "name": _in_lines(row["name"], 17 if narrow else 30)} for row in rows]
    values = [
        {"name": row["name"], "wave": label, "value": round(row[key], 2)}
        for row in rows
        for key, label in waves
        if row[key] is not None
    ]
    if not values:
        return ""
    palette = charts.SCREEN
    names = [row["name"] for row in rows]
    y = {"field": "name", "type": "nominal", "sort": names, "title": None}
    label = {
        "labelExpr": "split(datum.label, '\\n')",
        "labelLimit": 130 if narrow else 300,
        "labelColor": "currentColor",
    }
    place = {"field": "wave", "sort": [label for _key, label in waves]}
    return charts.svg(
        {
            "$schema": f"https://vega.github.io/schema/vega-lite/v{charts.VEGA_LITE[0]}.json",
            "width": size,
            "height": {"step": 22 if narrow else 16},
            "autosize": {"type": "fit-x", "contains": "padding"},
            "padding": BESIDE_NAMES,
            "description": description,
            "data": {"values": values},
            "encoding": {
                "y": {**y, "axis": {**label, "domain": False, "ticks": False}},
                "yOffset": place,
                "x": {
                    "field": "value",
                    "type": "quantitative",
                    "title": None,
                    "scale": {"domain": [0, most], "nice": False},
                    "axis": {"tickCount": 5, "grid": True, "labelExpr": f"datum.label + '{unit}'"},
                },
            },
            "layer": [
                {
                    "mark": {"type": "bar", "cornerRadiusEnd": 2},
                    "encoding": {
                        "opacity": {
                            **place,
                            "type": "nominal",
                            "scale": {"range": [0.45, 1]},
                            "legend": None,
                        },
                        "color": {
                            **place,
                            "type": "nominal",
                            "title": None,
                            "scale": {"range": [palette.ink, palette.accent]},
                            "legend": {"orient": "top", "labelColor": "currentColor"},
                        },
                    },
                },
                {
                    "mark": {
                        "type": "text",
                        "align": "left",
                        "dx": 4,
                        "fontSize": 10.5,
                        "color": palette.ink,
                    },
                    "encoding": {
                        "text": {"field": "value", "type": "quantitative", "format": ".3~r"}
                    },
                },
            ],
        },
        palette,
    )


def _in_lines(name, width):
    """`name` in at most three lines, as room beside a bar allows."""
    return "\n".join(textwrap.wrap(name, width, max_lines=3, placeholder=" …"))


def from_baseline_to_end(rows, *, description, size=WIDE_LINES, palette=charts.SCREEN):
    """The SVG of each competence's mean before and after, joined by a line; the page has its table.

    rows: `skills.Progress`; those without both means are left out. Empty text if none is left.
    """
    width, line, letters = size
    values = [
        {
            "name": textwrap.fill(str(row.competence), letters),
            "before": float(row.before),
            "after": float(row.after),
        }
        for row in rows
        if row.before is not None
    ]
    if not values:
        return ""
    names = {
        "field": "name",
        "type": "nominal",
        "title": None,
        "sort": [row["name"] for row in values],
        "axis": {
            "domain": False,
            "ticks": False,
            "labelLimit": width,
            "grid": False,
            "labelPadding": 12,
            "labelExpr": "split(datum.label, '\\n')",
        },
    }
    scale = {"scale": {"domain": [1, 5], "nice": False}, "type": "quantitative", "title": None}
    marks = {"type": "point", "filled": True, "opacity": 1, "size": 110}
    ring = {"type": "point", "filled": False, "opacity": 1, "size": 90, "strokeWidth": 2}
    return charts.svg(
        {
            "$schema": f"https://vega.github.io/schema/vega-lite/v{charts.VEGA_LITE[0]}.json",
            "width": width,
            "height": line * len(values) + 40,
            "autosize": {"type": "fit", "contains": "padding"},
            "padding": BESIDE_NAMES,
            "description": description,
            "data": {"values": values},
            "encoding": {"y": names},
            "layer": [
                {
                    "mark": {"type": "rule", "color": palette.accent, "strokeWidth": 2.5},
                    "encoding": {
                        "x": {
                            "field": "before",
                            **scale,
                            "axis": {"values": [1, 2, 3, 4, 5], "format": "d", "grid": True},
                        },
                        "x2": {"field": "after"},
                    },
                },
                {
                    "mark": {**ring, "color": palette.ink},
                    "encoding": {"x": {"field": "before", **scale}},
                },
                {
                    "mark": {**marks, "color": palette.accent},
                    "encoding": {"x": {"field": "after", **scale}},
                },
            ],
        },
        palette,
    )
