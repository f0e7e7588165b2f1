"""Figures as plain values that leave the portal, or are kept: each unit by the code that tells it apart for years."""

from clusters.models import Cluster
from indicators.figures import figures, units_by_cluster
from indicators.models import Indicator


def codes_of(measure, project, known=None) -> dict:
    """The code of each unit that `measure` can count in `project`: {unit: code}. One query for each kind of unit.

    known: where several measures of one project are asked, a dictionary in which what was asked stays.

    A country's code is its ISO 3166-1 alpha-2 code. A presence at an event has none of its own, and is called by the
    event's code and its own number in the list.
    """
    codes = {}
    for model, source in {measure.unit_model_of(each): each for each in measure.sources}.items():
        if model is None:
            continue
        if known is None or model not in known:
            found = _codes(model, project)
            if known is not None:
                known[model] = found
        else:
            found = known[model]
        codes |= {measure.unit_of(source, pk): code for pk, code in found}
    return codes


def _codes(model, project):
    if hasattr(model, "code"):
        return list(model._base_manager.filter(project=project).values_list("pk", "code"))
    rows = model._base_manager.filter(event__project=project).values_list("pk", "event__code")
    return [(pk, f"{event}/{pk}") for pk, event in rows]


def as_data(figure) -> dict:
    """A figure as plain JSON values: value and target in units, percent of the way there, the codes of its units.

    `clusters` gives each cluster's units by the cluster's code; where a unit counts for several clusters, it is in
    each. Value and units are None for an indicator that waits for its records: null is not zero.
    """
    indicator, measure, project = figure.indicator, figure.measure, figure.project
    said = {
        "code": indicator.code,
        "name": indicator.name,
        "unit": indicator.unit,
        "measure": indicator.measure,
        "baseline": float(indicator.baseline),
        "target": None if figure.target is None else float(figure.target),
        "value": as_number(figure.value),
        "percent": figure.percent,
        "status": str(figure.status.label),
        "units": None,
        "clusters": {},
    }
    if measure is None:
        return said
    codes = codes_of(measure, project)
    said["units"] = named(codes, figure.first_days)
    if measure.has_shares:
        shares = units_by_cluster(measure, project, figure.as_of)
        clusters = dict(Cluster.objects.filter(project=project).values_list("pk", "code"))
        said["clusters"] = {
            clusters[pk]: named(codes, units) for pk, units in sorted(shares.items())
        }
    return said


def as_number(value):
    """A value as JSON says it: an int where it is whole, else a float; None stays None."""
    if value is None or value == int(value):
        return value if value is None else int(value)
    return float(value)


def named(codes, units):
    """The codes of `units`; a country is its own."""
    return sorted(codes.get(unit, unit) for unit in units)


def all_as_data(project, as_of) -> dict:
    """All figures of `project` as of a day, as plain JSON values: {"project", "as_of", "figures"}."""
    indicators = Indicator.objects.filter(project=project).prefetch_related(
        "targets__period__project"
    )
    return {
        "project": project.slug,
        "as_of": as_of.isoformat(),
        "figures": [as_data(figure) for figure in figures(project, indicators, as_of)],
    }
