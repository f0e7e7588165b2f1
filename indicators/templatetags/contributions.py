"""A cluster's part in the project's figures, for the cluster's own page."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django import template

from indicators.figures import overall_target, percent, targets_of_clusters, units_by_cluster
from indicators.measures import How, measure_of
from indicators.models import Indicator

register = template.Library()


@dataclass(frozen=True)
class Contribution:
    """What one cluster adds to one indicator. `shared` of its units are other clusters' as well.

    overlaps: whether units of this kind can be shared at all; a firm can, a cluster can't.
    percent: how far the cluster is towards its own target, if it has one.
    """

    indicator: Indicator
    units: str
    value: int
    shared: int
    overlaps: bool
    whole: int
    whole_target: Decimal | None
    target: Decimal | None
    percent: int | None


def contributions_of(cluster, project, as_of: date) -> list[Contribution]:
    """The contribution of `cluster` to each indicator that is counted, with one query a source of a measure."""
    split, found = {}, []
    indicators = Indicator.objects.filter(project=project).exclude(measure="")
    for indicator in indicators.prefetch_related("targets__period__project"):
        measure = measure_of(indicator)
        if measure is None or measure.how != How.COUNT or not measure.has_shares:
            continue
        indicator.project = project
        asked = (measure.key, str(indicator.parameters))
        if asked not in split:
            split[asked] = units_by_cluster(measure, project, as_of)
        by_cluster = split[asked]
        own = by_cluster.get(cluster.pk, set())
        others = set().union(*(units for pk, units in by_cluster.items() if pk != cluster.pk))
        target = targets_of_clusters(indicator).get(cluster.pk)
        done = None if target is None else percent(len(own), baseline=0, target=target)
        found.append(
            Contribution(
                indicator=indicator,
                units=measure.units,
                value=len(own),
                shared=len(own & others),
                overlaps=measure.shares_overlap,
                whole=len(own | others),
                whole_target=overall_target(indicator),
                target=target,
                percent=done,
            )
        )
    return found


@register.inclusion_tag("indicators/contributions.html")
def contributions(cluster, project):
    """What `cluster` adds to each indicator of `project` that is counted from records."""
    as_of = project.reading_day()
    found = contributions_of(cluster, project, as_of)
    return {"contributions": found, "cluster": cluster, "project": project, "as_of": as_of}
