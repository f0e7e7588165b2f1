"""What clusters are and do: firms served, labels awarded, strategies adopted."""

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from clusters.models import (
    SME,
    Cluster,
    Confirmation,
    Label,
    Level,
    Novelty,
    ServiceRecord,
    SizeClass,
    State,
    Strategy,
)
from indicators.measures.declaration import Condition, Measure, Source, inside
from indicators.measures.parameters import CATEGORIES, CLUSTERS, COUNTRIES, SECTORS


def vouched_deliveries():
    """The deliveries that a second person verified, or that their firm confirmed."""
    confirmed = Confirmation.objects.standing().values("record")
    return Q(verified_at__isnull=False) | Q(pk__in=confirmed)


# Where a delivery leads: to what an indicator may narrow it, and by what its firm is split.
OF_DELIVERIES = {
    "categories": "service__category",
    "sectors": "cluster__sectors",
    "countries": "sme__country",
    "clusters": "cluster",
}
GROUPS_OF_FIRMS = {
    "country": "sme__country",
    "sector": "cluster__sectors__name",
    "size": "sme__size_class",
}

# Counting rule: domain.md, section 2; that an enterprise counts once in all is the European Commission's rule for
# common output indicators (multiple counting is to be eliminated).
SMES_BENEFITTING = Measure(
    key="smes_benefitting",
    name=_("SMEs that received a new or improved service"),
    units=_("enterprises"),
    unit_model=SME,
    parameters=(CATEGORIES, SECTORS, COUNTRIES, CLUSTERS),
    sources=(
        Source(
            records=_("deliveries"),
            rows=lambda project: ServiceRecord.objects.filter(project=project),
            date="date",
            cluster="cluster",
            evidence="evidence",
            unit="sme",
            vouched=vouched_deliveries,
            narrowed=OF_DELIVERIES,
            groups=GROUPS_OF_FIRMS,
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
                    mended="service",
                ),
                Condition(
                    _("the enterprise is an SME"),
                    _("a large enterprise, or of unknown size"),
                    lambda project: Q(sme__size_class__in=SizeClass.sme_values()),
                    mended="sme",
                ),
            ),
        ),
    ),
)


OF_CLUSTERS = {"sectors": "cluster__sectors", "countries": "cluster__country"}
GROUPS_OF_CLUSTERS = {"country": "cluster__country", "sector": "cluster__sectors__name"}


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
    parameters=(SECTORS, COUNTRIES),
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
            narrowed=OF_CLUSTERS,
            groups=GROUPS_OF_CLUSTERS,
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


ADOPTED = Condition(
    _("adopted"),
    _("not adopted yet"),
    lambda project: Q(adopted_on__isnull=False),
)


def _strategies(of):
    """The strategies of a project that `of` (a method of their QuerySet) leaves, dated by adoption or by entry."""
    return lambda project: (
        of(Strategy.objects.filter(project=project))
        .with_adoption()
        .annotate(counted_on=Coalesce("adopted_on", TruncDate("created_at")))
    )


# Counting rule: domain.md, section 2: a cluster with a strategy that its board adopted; least evidence: the strategy
# and the minutes. An adoption can't be entered without its minutes.
CLUSTER_STRATEGIES = Measure(
    key="cluster_strategies",
    name=_("Clusters with an adopted strategy"),
    units=_("clusters"),
    unit_model=Cluster,
    parameters=(SECTORS, COUNTRIES),
    sources=(
        Source(
            records=_("strategies of clusters"),
            rows=_strategies(lambda rows: rows.of_clusters()),
            date="counted_on",
            cluster="cluster",
            evidence="versions__evidence",
            unit="cluster",
            narrowed=OF_CLUSTERS,
            groups=GROUPS_OF_CLUSTERS,
            conditions=(ADOPTED, inside("adopted_on")),
        ),
    ),
)

# Counting rule: domain.md, section 2: the joint strategy, adopted by the steering committee.
JOINT_STRATEGY = Measure(
    key="joint_strategy",
    name=_("Joint strategy, adopted"),
    units=_("documents"),
    unit_model=Strategy,
    sources=(
        Source(
            records=_("joint strategies"),
            rows=_strategies(lambda rows: rows.joint()),
            date="counted_on",
            evidence="versions__evidence",
            unit="pk",
            conditions=(ADOPTED, inside("adopted_on")),
        ),
    ),
)
