"""The pictures of a figure, as Vega-Lite specifications."""

from django.utils.translation import gettext as _

from common import charts

WIDE, NARROW = (620, 290), (300, 200)
BEYOND = {WIDE: 1.08, NARROW: 1.14}


def line_against_plan(figure, size=WIDE):
    """The SVG of a figure's months as a line beside its planned line; the page has its table."""
    return months_against_plan(
        months=[
            {"month": point.month, "value": float(point.value)}
            for point in figure.months
            if point.value is not None
        ],
        between=[(figure.project.month_of(day), float(value)) for day, value in figure.plan[1:-1]]
        if figure.target is not None
        else (),
        forecast=None if figure.forecast is None else float(figure.forecast),
        precision=figure.indicator.precision,
        from_baseline=bool(figure.measure and figure.measure.how.adds_up),
        baseline=float(figure.indicator.baseline),
        target=None if figure.target is None else float(figure.target),
        of_months=figure.project.months,
        description=str(figure.indicator.name),
        palette=charts.SCREEN,
        size=size,
    )


def months_against_plan(
    *,
    months,
    target,
    of_months,
    description,
    baseline=0,
    between=(),
    forecast=None,
    precision=0,
    from_baseline=True,
    palette=charts.PAPER,
    size=WIDE,
):
    """The SVG of values by project month ({"month": 3, "value": 41}) beside the planned line.

    size: (width, height) in pixels. target: None draws no plan. between: (month, value) of the plan's points between
    baseline and target. forecast: the value at the end to which a dotted line leads. precision: decimals of the
    value that is written. from_baseline: whether the line begins at the baseline, as that of a sum does.
    """
    width, height = size
    layers = [] if target is None else _plan(baseline, target, of_months, palette, between)
    if months:
        first = [{"month": 0, "value": baseline}] if from_baseline else []
        layers += _line([*first, *months], palette, precision)
        if forecast is not None:
            ends = [months[-1], {"month": of_months, "value": forecast}]
            layers.append(
                {
                    "data": {"values": ends},
                    "mark": {
                        "type": "line",
                        "color": palette.accent,
                        "strokeDash": [2, 4],
                        "strokeWidth": 2,
                    },
                }
            )
    return charts.svg(
        {
            "$schema": f"https://vega.github.io/schema/vega-lite/v{charts.VEGA_LITE[0]}.json",
            "width": width,
            "height": height,
            "autosize": {"type": "fit", "contains": "padding"},
            "description": _("%(name)s by project month, beside the planned line")
            % {"name": description},
            "encoding": {
                "x": {
                    "field": "month",
                    "type": "quantitative",
                    "title": None,
                    # Beyond the last month there is room for the value that is written beside the line.
                    "scale": {"domain": [0, of_months * BEYOND[size]], "nice": False},
                    "axis": {
                        "values": [
                            1,
                            *range(
                                3 if size == WIDE else 6, of_months + 1, 3 if size == WIDE else 6
                            ),
                        ],
                        "labelExpr": "'M' + datum.value",
                    },
                },
                "y": {
                    "field": "value",
                    "type": "quantitative",
                    "title": None,
                    "axis": {"tickMinStep": 10**-precision},  # no half firms
                },
            },
            "layer": layers,
        },
        palette,
    )


def _plan(baseline, target, of_months, palette, between):
    points = [(0, baseline), *between, (of_months, target)]
    ends = [{"month": month, "value": value} for month, value in points]
    line = {"type": "line", "color": palette.ink, "strokeDash": [5, 5], "strokeWidth": 1.2}
    label = {"type": "text", "align": "right", "baseline": "bottom", "dy": -6, "color": palette.ink}
    said = {"text": {"value": _("plan %(target)s") % {"target": f"{target:g}"}}}
    return [
        {"data": {"values": ends}, "mark": line},
        {"data": {"values": ends[-1:]}, "mark": {**label, "fontSize": 11}, "encoding": said},
    ]


def _line(points, palette, precision):
    line = {"type": "line", "color": palette.accent, "strokeWidth": 2.5, "strokeJoin": "round"}
    dot = {"type": "point", "filled": True, "size": 70, "color": palette.accent, "opacity": 1}
    label = {
        "type": "text",
        "align": "left",
        "baseline": "middle",
        "dx": 9,
        "dy": 4,
        "color": palette.accent,
    }
    last = {"values": points[-1:]}
    return [
        {"data": {"values": points}, "mark": line},
        {"data": last, "mark": dot},
        {
            "data": last,
            "mark": {**label, "fontSize": 13, "fontWeight": "bold"},
            "encoding": {
                "text": {"field": "value", "type": "quantitative", "format": f".{precision}f"}
            },
        },
    ]
