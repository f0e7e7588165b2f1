"""Events promised in the grant against those that were held: asked of the events each time, never stored."""

from dataclasses import dataclass, field

from clusters.models import Cluster
from events.models import Event, PromisedEvent, Standing


@dataclass
class Line:
    """What is promised in one region, or in the project as a whole (`cluster` is None)."""

    needed: int
    cluster: Cluster | None = None
    held: list[Event] = field(default_factory=list)
    planned: list[Event] = field(default_factory=list)

    @property
    def missing(self):
        """How many are neither held nor planned."""
        return max(self.needed - len(self.held) - len(self.planned), 0)

    @property
    def kept(self):
        return min(len(self.held), self.needed)


@dataclass
class Promise:
    """One kind of event: how many were promised, and the lines in which they are kept."""

    promised: PromisedEvent
    lines: list[Line]

    @property
    def needed(self):
        return sum(line.needed for line in self.lines)

    @property
    def kept(self):
        """How many of the promised ones were held; a second workshop in one region makes up for no other."""
        return sum(line.kept for line in self.lines)

    @property
    def planned(self):
        return sum(min(len(line.planned), line.needed - line.kept) for line in self.lines)

    @property
    def tone(self):
        if self.kept >= self.needed:
            return "good"
        return "calm" if self.kept + self.planned >= self.needed else "warn"

    @property
    def kind(self):
        return self.promised.sort


def promises(*, user, project, day) -> list[Promise]:
    """How the events promised in `project` stand on `day`, as `user` may see it.

    An event keeps a promise if it is of its kind, was held, lies inside the project and is over on `day`; a
    workshop, in its cluster's region. What comes later, and is not cancelled, is planned.
    """
    mine = {"project": project}
    promised = list(PromisedEvent.objects.visible_to(user).filter(**mine))
    events = Event.objects.visible_to(user).standing().filter(**mine).select_related("project")
    inside = events.filter(
        kind__in=[one.kind for one in promised],
        first_day__gte=project.start,
        last_day__lte=project.end,
    ).order_by("first_day", "code")
    by_kind = {}
    for event in inside if promised else ():
        by_kind.setdefault(event.kind, []).append(event)
    clusters = []
    if any(one.in_each_region for one in promised):
        visible = Cluster.objects.visible_to(user).filter(**mine)
        clusters = list(visible.select_related("project", "partner"))
    return [_promise(one, by_kind.get(one.kind, ()), clusters, day) for one in promised]


def _promise(promised, events, clusters, day):
    if promised.in_each_region:
        lines = {cluster.pk: Line(promised.count, cluster) for cluster in clusters}
    else:
        lines = {None: Line(promised.count)}
    for event in events:
        line = lines.get(event.cluster_id if promised.in_each_region else None)
        if line is None:
            continue  # in nobody's region
        over = event.state == Standing.HELD and event.last_day <= day
        (line.held if over else line.planned).append(event)
    return Promise(promised, list(lines.values()))
