"""SMEs' rate of participation: which members of a cluster took part in what it did within a span of days.

A member is a firm that belonged to the cluster on a day of the span; it took part if it received a delivered service
of the cluster, was named in an activity of the cluster's partner, or is on the confirmed list of an event of the
project. A firm counts once in a cluster, and once in all.
"""

from dataclasses import dataclass, field

from django.db.models import OuterRef, Q
from django.utils.translation import gettext_lazy as _

from clusters.models import SME, ClusterMembership, ServiceRecord
from clusters.models.service import number_of
from events.models import Activity, Attendance, Standing


def _deliveries(project, first, last):
    rows = ServiceRecord.objects.delivered().filter(project=project, date__range=(first, last))
    return rows.order_by().values_list("cluster", "sme").distinct()


def _activities(project, first, last):
    rows = Activity.objects.filter(project=project).touching(first, last)
    named = rows.filter(smes__isnull=False, partner__clusters__isnull=False)
    return named.order_by().values_list("partner__clusters", "smes").distinct()


def _events(project, first, last):
    rows = Attendance.objects.confirmed().filter(
        event__project=project,
        event__state=Standing.HELD,
        date__range=(first, last),
        sme__isnull=False,
    )
    # An event of the project is one of each cluster to which the firm belongs.
    return rows.order_by().values_list("sme__memberships__cluster", "sme").distinct()


# By what a firm takes part: the key, the words, and the (cluster, firm) pairs of a span of days.
WAYS = (
    ("deliveries", _("Received a service"), _deliveries),
    ("activities", _("Took part in an activity"), _activities),
    ("events", _("Was at an event"), _events),
)


@dataclass
class Share:
    """How many of a cluster's members took part, in all and by each way; the ids of firms."""

    cluster: object
    members: set[int] = field(default_factory=set)
    by_way: dict[str, set[int]] = field(default_factory=dict)

    @property
    def took_part(self):
        return set().union(*self.by_way.values()) & self.members

    @property
    def percent(self):
        """In whole percent, rounded down; None for a cluster without members."""
        return 100 * len(self.took_part) // len(self.members) if self.members else None

    @property
    def ways(self):
        """How many members took part by each way, in the order of WAYS."""
        return [len(self.by_way.get(key, set()) & self.members) for key, _words, _pairs in WAYS]


def members_of(project, first, last):
    """The memberships of the project's clusters that held on a day of the span."""
    held = Q(since__isnull=True) | Q(since__lte=last)
    held &= Q(until__isnull=True) | Q(until__gte=first)
    return ClusterMembership.objects.filter(
        held, cluster__project=project, sme__merged_into__isnull=True
    )


def shares(project, clusters, first, last) -> tuple[list[Share], Share]:
    """The share of each of `clusters`, and that of all together, in which a firm counts once.

    One query for the members and one for each way, whatever the number of clusters.
    """
    found = {cluster.pk: Share(cluster) for cluster in clusters}
    for cluster, firm in members_of(project, first, last).values_list("cluster", "sme"):
        if cluster in found:
            found[cluster].members.add(firm)
    for key, _words, pairs in WAYS:
        for cluster, firm in pairs(project, first, last):
            if cluster in found:
                found[cluster].by_way.setdefault(key, set()).add(firm)
    whole = Share(None)
    for share in found.values():
        whole.members |= share.members
        for key, firms in share.by_way.items():
            # A firm took part as a member of the cluster that did something for it.
            whole.by_way.setdefault(key, set()).update(firms & share.members)
    return list(found.values()), whole


def members_with_ways(cluster, first, last):
    """The firms of `cluster` in the span, with a number for each way: `deliveries_in_span` and so on."""
    members = members_of(cluster.project, first, last).filter(cluster=cluster)
    firms = SME.objects.filter(pk__in=members.values("sme"))
    return firms.annotate(
        deliveries_in_span=_number(
            ServiceRecord.objects.delivered().filter(cluster=cluster, date__range=(first, last))
        ),
        activities_in_span=_number(
            Activity.smes.through.objects.filter(
                activity__partner=cluster.partner_id,
                activity__first_day__lte=last,
                activity__last_day__gte=first,
            )
        ),
        events_in_span=_number(
            Attendance.objects.confirmed().filter(
                event__state=Standing.HELD, date__range=(first, last)
            ),
            "event",
        ),
    )


def _number(rows, distinct=None):
    return number_of(rows.filter(sme=OuterRef("pk")), "sme", distinct)
