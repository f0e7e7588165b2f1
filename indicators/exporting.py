"""All figures of a project as one spreadsheet: a row for each real thing, under its stable code."""

from django.utils.translation import gettext as _

from common.exporting import workbook_of
from indicators.exchange import as_number, codes_of
from indicators.figures import figures, split_by_cluster
from indicators.units import named_units


def workbook(project, indicators, clusters, as_of, reader) -> bytes:
    """An XLSX with the sheets Figures, Clusters, Units and Months, as of a day, for one reader.

    Figures: a row an indicator. Clusters: a row an indicator and cluster; they may sum to more than the whole. Units:
    a row a unit of an indicator, by code, with the day from which it counts; its name where the reader may open it.
    Months: a row an indicator and project month.
    """
    rows = {
        _("Figures"): [
            [
                *(
                    _("Indicator"),
                    _("Name"),
                    _("Unit"),
                    _("Counted as"),
                    _("Baseline"),
                    _("Target"),
                ),
                *(_("As of"), _("Value"), _("Planned"), _("Percent"), _("Forecast"), _("Status")),
            ]
        ],
        _("Clusters"): [[_("Indicator"), _("Cluster"), _("Name"), _("Value"), _("Target")]],
        _("Units"): [[_("Indicator"), _("Code"), _("Name"), _("Counts since")]],
        _("Months"): [[_("Indicator"), _("Month"), _("Until"), _("Value")]],
    }
    whole, shares, units, months = rows.values()
    for figure in figures(project, indicators, as_of):
        indicator, measure = figure.indicator, figure.measure
        whole.append(
            [
                *(indicator.code, indicator.name, indicator.unit),
                str(measure.how.value) if measure else "",
                *map(as_number, (indicator.baseline, figure.target)),
                as_of,
                *map(as_number, (figure.value, figure.planned)),
                *(figure.percent, as_number(figure.forecast), str(figure.status.label)),
            ]
        )
        if measure is None:
            continue
        if measure.has_shares:
            shares += [
                [
                    *(indicator.code, share.cluster.code, share.cluster.short_name),
                    *map(as_number, (share.value, share.target)),
                ]
                for share in split_by_cluster(figure, clusters).shares
            ]
        codes, names = codes_of(measure, project), named_units(figure, figure.first_days, reader)
        units += sorted(
            [
                indicator.code,
                str(codes.get(unit, unit)),
                names[unit].name if unit in names else "",
                day,
            ]
            for unit, day in figure.first_days.items()
        )
        months += [
            [indicator.code, point.month, point.day, as_number(point.value)]
            for point in figure.months
        ]
    return workbook_of(rows)
