"""What each role's first page of a project shows besides its figures."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from clusters.models import SME, Cluster, ClusterMembership, ServiceRecord
from events.models import Activity, Event
from indicators.actions import DECIDERS
from indicators.models import Change, Reading, StoredFigure
from projects.models import Partner
from workpackages.models import Light, WorkPackage

SHOWN = 6  # rows of a list on a first page


# --- What waits for a decision -----------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """What waits for a second person, and may be decided by the reader."""

    changes: list[Change]
    readings: list[Reading]

    @property
    def any(self):
        return bool(self.changes or self.readings)


def waiting_for(user, membership) -> Waiting:
    """The proposals and readings of others that `user`, as this member, may decide; two queries."""
    if membership.role not in DECIDERS:
        return Waiting([], [])
    mine = {"project": membership.project}
    changes = Change.objects.visible_to(user).filter(indicator__project=membership.project)
    readings = Reading.objects.visible_to(user).filter(**mine).waiting()
    return Waiting(
        list(changes.open().exclude(created_by=user).select_related("indicator__project")[:SHOWN]),
        list(readings.exclude(created_by=user).for_list()[:SHOWN]),
    )


# --- The plan ----------------------------------------------------------------------------------------


def packages(user, project):
    """The work packages with their traffic lights and their late items, as of today."""
    today = timezone.localdate()
    found = WorkPackage.objects.visible_to(user).filter(project=project)
    parts = ("tasks__project", "deliverables__project", "milestones__project")
    rows = []
    for package in found.select_related("project", "lead").prefetch_related(*parts):
        inside = [*package.tasks.all(), *package.deliverables.all(), *package.milestones.all()]
        lights = [item.light_on(today) for item in inside]
        late = [item for item, light in zip(inside, lights, strict=True) if light == Light.LATE]
        rows.append({"package": package, "light": Light.worst(lights), "late": late})
    return rows


# --- How ready each partner is -------------------------------------------------------------------------


@dataclass(frozen=True)
class Readiness:
    """What of a partner's records would stand in an audit, and what it still owes the next report.

    bare: deliveries without any proof. unverified: those that no second person verified. unserved: members that
    received nothing yet. late: tasks, deliverables and milestones that it leads and that are late.
    """

    partner: Partner
    delivered: int
    bare: int
    unverified: int
    unserved: int
    late: int

    @property
    def percent(self):
        """The proven share of its deliveries in whole percent, rounded down; None where it delivered nothing."""
        if not self.delivered:
            return None
        return (self.delivered - self.bare) * 100 // self.delivered

    @property
    def tone(self):
        if self.percent is None:
            return "calm"
        return "good" if self.percent >= 90 else "warn" if self.percent >= 60 else "bad"


def readiness(user, project, plan) -> list[Readiness]:
    """The readiness of each partner of `project`, in four queries. plan: what `packages` gave."""
    partners = Partner.objects.visible_to(user).filter(project=project)
    records = ServiceRecord.objects.visible_to(user).filter(project=project).delivered()
    unverified = Count("pk", filter=Q(verified_at__isnull=True))
    delivered = _by_partner(records, n=Count("pk"), unverified=unverified)
    bare = _by_partner(records.proven(False), n=Count("pk"))
    served = records.filter(sme=OuterRef("sme"))
    members = ClusterMembership.objects.filter(
        cluster__project=project, until__isnull=True, sme__merged_into__isnull=True
    )
    unserved = _by_partner(members.filter(~Exists(served)), n=Count("sme", distinct=True))
    late = Counter(item.lead_id for row in plan for item in row["late"] if hasattr(item, "lead_id"))
    rows = []
    for partner in partners:
        said = delivered.get(partner.pk, {})
        if not (said or partner.pk in unserved or late[partner.pk]):
            continue
        rows.append(
            Readiness(
                partner,
                said.get("n", 0),
                bare.get(partner.pk, {}).get("n", 0),
                said.get("unverified", 0),
                unserved.get(partner.pk, {}).get("n", 0),
                late[partner.pk],
            )
        )
    return rows


def _by_partner(rows, **counts):
    found = rows.order_by().values("cluster__partner").annotate(**counts)
    return {row.pop("cluster__partner"): row for row in found}


# --- A cluster manager's and a staff member's own ------------------------------------------------------


@dataclass(frozen=True)
class OwnCluster:
    """A manager's cluster with what it still lacks: firms that received nothing, deliveries without a proof."""

    cluster: Cluster
    unserved: list[SME]
    unserved_count: int
    bare: list[ServiceRecord]
    bare_count: int


def own_clusters(user, project) -> list[OwnCluster]:
    """The clusters that `user` manages, each with its gaps; four queries a cluster."""
    found = []
    clusters = Cluster.objects.editable_by(user).filter(project=project)
    for cluster in clusters.select_related("project", "partner"):
        records = ServiceRecord.objects.visible_to(user).filter(project=project)
        members = ClusterMembership.objects.filter(cluster=cluster, until__isnull=True)
        firms = SME.objects.visible_to(user).filter(project=project, pk__in=members.values("sme"))
        unserved = firms.exclude(pk__in=records.delivered().values("sme")).order_by("name")
        bare = records.delivered().filter(cluster=cluster).proven(False)
        found.append(
            OwnCluster(
                cluster,
                list(unserved.select_related("project")[:SHOWN]),
                unserved.count(),
                list(bare.for_list()[:SHOWN]),
                bare.count(),
            )
        )
    return found


def logged_by(user, project):
    """What `user` logged last, activities and events together: (day, record) each, the latest first."""
    rows = []
    for model in (Activity, Event):
        own = model.objects.visible_to(user).filter(project=project, created_by=user)
        rows += [(record.first_day, record) for record in own.for_list()[:SHOWN]]
    return sorted(rows, key=lambda row: (row[0], row[1].code), reverse=True)[:SHOWN]


# --- Several projects ----------------------------------------------------------------------------------


def stored_lately(user, projects) -> dict[int, list[StoredFigure]]:
    """What the figures of `projects` said last night or the last time they were kept: {project id: [figures]}.

    Two queries, whatever the number of projects and records: nothing is counted anew.
    """
    rows = StoredFigure.objects.visible_to(user).filter(indicator__project__in=projects)
    later = StoredFigure.objects.filter(
        indicator=OuterRef("indicator"), first_night__gt=OuterRef("first_night")
    )
    latest = rows.filter(~Exists(later)).defer("units").select_related("indicator__project")
    found = {}
    for row in latest.prefetch_related("indicator__targets__period__project").order_by(
        "indicator__number"
    ):
        found.setdefault(row.indicator.project_id, []).append(row)
    return found
