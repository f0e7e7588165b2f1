"""Measures: declarations of what is counted, from which records, on which conditions.

Everything that is shown of one (value, months, split by cluster, explained count, list of units) comes from that one
declaration through `figures.py`, each in a fixed number of queries.
"""

from indicators.measures.clusters import (
    BRONZE_LABELS,
    CLUSTER_STRATEGIES,
    JOINT_STRATEGY,
    SMES_BENEFITTING,
)
from indicators.measures.declaration import GROUPS, Condition, How, Measure, Parameter, Source
from indicators.measures.happenings import (
    ACTIVITIES_LOGGED,
    DELIVERABLES_HANDED_IN,
    DISSEMINATION_DELIVERED,
    EVENTS_HELD,
    FIRMS_AT_EVENTS,
)
from indicators.measures.persons import MANAGERS_INVOLVED, POLICY_DIALOGUE
from indicators.measures.reach import COUNTRIES_ADDRESSED, NETWORKING
from indicators.measures.readings import TYPED_AVERAGE, TYPED_LATEST, TYPED_SUM, TYPED_YES_NO
from indicators.measures.services import (
    DELIVERIES,
    HOURS_OF_SERVICE,
    SATISFACTION,
    SERVICES_MADE,
    SHARE_VERIFIED,
)

MEASURES = {
    measure.key: measure
    for measure in (
        SMES_BENEFITTING,
        BRONZE_LABELS,
        MANAGERS_INVOLVED,
        CLUSTER_STRATEGIES,
        JOINT_STRATEGY,
        COUNTRIES_ADDRESSED,
        NETWORKING,
        POLICY_DIALOGUE,
        DELIVERIES,
        HOURS_OF_SERVICE,
        SATISFACTION,
        SHARE_VERIFIED,
        SERVICES_MADE,
        EVENTS_HELD,
        FIRMS_AT_EVENTS,
        ACTIVITIES_LOGGED,
        DISSEMINATION_DELIVERED,
        DELIVERABLES_HANDED_IN,
        TYPED_LATEST,
        TYPED_SUM,
        TYPED_AVERAGE,
        TYPED_YES_NO,
    )
}


def measure_of(indicator) -> Measure | None:
    """The measure that `indicator` names, as it asks it; None while the indicator waits for its records."""
    measure = MEASURES.get(indicator.measure)
    return measure and measure.of(indicator)


__all__ = [
    "BRONZE_LABELS",
    "COUNTRIES_ADDRESSED",
    "GROUPS",
    "MANAGERS_INVOLVED",
    "MEASURES",
    "NETWORKING",
    "POLICY_DIALOGUE",
    "SMES_BENEFITTING",
    "Condition",
    "How",
    "Measure",
    "Parameter",
    "Source",
    "measure_of",
]
