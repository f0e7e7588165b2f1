"""Measures: declarations of what is counted, from which records, on which conditions.

A measure is data. Everything that is shown of it (value, months, split by cluster, the explained count, the list of
units) comes from that one declaration through `figures.py`, each in a fixed number of queries.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from clusters.models import (
    SME,
    Cluster,
    Label,
    Level,
    Novelty,
    ServiceRecord,
    SizeClass,
    State,
)


@dataclass(frozen=True)
class Condition:
    """One reason for which a record counts. `sentence` names it on screen, `unmet` what is said of a record
    that falls out here; `holds` gives the filter for a project and a day."""

    sentence: str
    unmet: str
    holds: Callable


@dataclass(frozen=True)
class Source:
    """A base set of rows of a project, which `records` names in the plural.

    The paths lead from such a row: `date` to when it counts, `cluster` to whose it is and `evidence` to what proves
    it (empty where there is none), `unit` to the id of what it makes count: of the measure's `unit_model`, unless
    the source names its own.
    """

    records: str
    rows: Callable[..., QuerySet]
    conditions: tuple[Condition, ...]
    date: str
    unit: str
    cluster: str = ""
    evidence: str = ""
    unit_model: type | None = None


@dataclass(frozen=True)
class Measure:
    """A distinct count: how many units (enterprises, persons, countries) the sources make count, each once.

    unit_model: the model whose ids the sources' `unit` paths give; None where they give a country's code.
    units: the word for several of them.
    """

    key: str
    name: str
    units: str
    unit_model: type | None
    sources: tuple[Source, ...]

    @property
    def shares_overlap(self):
        """Whether a unit may count for several clusters, so that the shares sum to more than the whole."""
        return self.unit_model is not Cluster

    @property
    def has_shares(self):
        """Whether its records are the clusters' own."""
        return any(source.cluster for source in self.sources)

    @property
    def unit_models(self):
        """The models of its units, each once."""
        return list(dict.fromkeys(self.unit_model_of(source) for source in self.sources))

    def unit_model_of(self, source):
        return source.unit_model or self.unit_model

    def unit_of(self, source, key):
        """What tells a unit from all others of the measure; `key` tells it from those of its kind."""
        return key if source.unit_model is None else (source.unit_model._meta.label, key)


# Counting rule: domain.md, section 2; that an enterprise counts once in all is the European Commission's rule for
# common output indicators (multiple counting is to be eliminated).
SMES_BENEFITTING = Measure(
    key="smes_benefitting",
    name=_("SMEs that received a new or improved service"),
    units=_("enterprises"),
    unit_model=SME,
    sources=(
        Source(
            records=_("deliveries"),
            rows=lambda project: ServiceRecord.objects.filter(project=project),
            date="date",
            cluster="cluster",
            evidence="evidence",
            unit="sme",
            conditions=(
                Condition(
                    _("delivered"),
                    _("planned or cancelled, not delivered"),
                    lambda project: Q(state=State.DELIVERED),
                ),
                Condition(
                    _("inside the project"),
                    _("dated outside the project"),
                    lambda project: Q(date__range=(project.start, project.end)),
                ),
                Condition(
                    _("a new or improved service"),
                    _("an existing service"),
                    lambda project: Q(service__novelty__in=[Novelty.NEW, Novelty.IMPROVED]),
                ),
                Condition(
                    _("the enterprise is an SME"),
                    _("a large enterprise, or of unknown size"),
                    lambda project: Q(sme__size_class__in=SizeClass.sme_values()),
                ),
            ),
        ),
    ),
)


def _held_at_baseline(project):
    """The clusters that held a valid label, of whatever level, when the project began."""
    held = Label.objects.filter(awarded_on__lt=project.start, valid_until__gte=project.start)
    return held.filter(project=project).values("cluster")


# Counting rule: domain.md, section 2: a cluster's first valid bronze award, awarded inside the project, by a cluster
# without a valid label at the baseline; least evidence: the certificate.
BRONZE_LABELS = Measure(
    key="bronze_labels",
    name=_("Clusters with a first bronze label"),
    units=_("clusters"),
    unit_model=Cluster,
    sources=(
        Source(
            records=_("labels"),
            # A label that was not awarded yet is dated by the begin of its road.
            rows=lambda project: Label.objects.filter(project=project).annotate(
                counted_on=Coalesce("awarded_on", "candidate_on")
            ),
            date="counted_on",
            cluster="cluster",
            evidence="evidence",
            unit="cluster",
            conditions=(
                Condition(
                    _("awarded"),
                    _("not awarded yet"),
                    lambda project: Q(awarded_on__isnull=False),
                ),
                Condition(
                    _("inside the project"),
                    _("awarded outside the project"),
                    lambda project: Q(awarded_on__range=(project.start, project.end)),
                ),
                Condition(
                    _("a bronze label"),
                    _("a silver or gold label"),
                    lambda project: Q(level=Level.BRONZE),
                ),
                Condition(
                    _("the cluster's first bronze award"),
                    _("the cluster had a bronze label before"),
                    lambda project: (
                        ~Q(
                            Exists(
                                Label.objects.filter(
                                    cluster=OuterRef("cluster"),
                                    level=Level.BRONZE,
                                    awarded_on__lt=OuterRef("awarded_on"),
                                )
                            )
                        )
                    ),
                ),
                Condition(
                    _("of a cluster without a valid label at the baseline"),
                    _("the cluster held a valid label when the project began"),
                    lambda project: ~Q(cluster__in=_held_at_baseline(project)),
                ),
                Condition(
                    _("proven by a certificate"),
                    _("no certificate is attached"),
                    lambda project: Q(pk__in=Label.evidence.through.objects.values("label")),
                ),
            ),
        ),
    ),
)

MEASURES = {measure.key: measure for measure in (SMES_BENEFITTING, BRONZE_LABELS)}
