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
from indicators.measures.declaration import Condition, Measure, Source
from indicators.measures.persons import MANAGERS_INVOLVED, POLICY_DIALOGUE
from indicators.measures.reach import COUNTRIES_ADDRESSED, NETWORKING

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
    )
}

__all__ = [
    "BRONZE_LABELS",
    "CLUSTER_STRATEGIES",
    "COUNTRIES_ADDRESSED",
    "JOINT_STRATEGY",
    "MANAGERS_INVOLVED",
    "MEASURES",
    "NETWORKING",
    "POLICY_DIALOGUE",
    "SMES_BENEFITTING",
    "Condition",
    "Measure",
    "Source",
]
