"""Invented services and their deliveries: a slow start, quiet summers and Decembers, a stronger second year."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from itertools import accumulate
from random import Random

from django.utils import timezone

from clusters.models import Novelty, Service, ServiceRecord, SizeClass, State
from projects.models import Numbering

SEASON = {1: 0.75, 7: 0.7, 8: 0.35, 12: 0.45}  # how busy a calendar month is; the others are 1
STATES = {State.DELIVERED: 91, State.CANCELLED: 6, State.PLANNED: 3}  # out of a hundred
SATISFACTION = {5: 35, 4: 42, 3: 16, 2: 5, 1: 2}
FIRST_MONTH = {Novelty.IMPROVED: (3, 8), Novelty.NEW: (4, 10)}  # between which a service begins


def add_services(project, plan, people):
    """Add the plan's services to `project` and return them in the order of their codes."""
    rng = Random(f"{project.slug} services")  # noqa: S311 - invented data, no secret
    categories = {category.name: category for category in project.service_categories.all()}
    tasks = {task.code: task for task in project.tasks.all()}
    services = [
        Service(
            project=project,
            cluster=cluster,
            title=title,
            category=categories[category],
            novelty=novelty,
            since=_since(project, novelty, rng),
            task=tasks[plan["tasks"].get(category, plan["other_tasks"])],
            created_by=people.managers[cluster],
            demonstration=True,
        )
        for cluster in project.clusters.filter(short_name__in=plan["clusters"]).order_by("code")
        for title, category, novelty in plan["clusters"][cluster.short_name]["services"]
    ]
    numbers = Numbering.take(project, Service.PREFIX, len(services))
    for number, service in zip(numbers, services, strict=True):
        service.code = Service.code_for(number)
    return Service.objects.bulk_create(services)


def _since(project, novelty, rng):
    if novelty == Novelty.EXISTING:
        return project.start - timedelta(days=rng.randrange(365, 8 * 365))
    return project.month(rng.randint(*FIRST_MONTH[novelty]))[0]


def add_records(project, plan, services, members, people, outcomes, today):
    """Add the plan's service records to `project` and return them in the order of their codes and dates.

    members: the SMEs by cluster. outcomes: what a record says, by category. No delivery lies after `today`.
    """
    rng = Random(f"{project.slug} records")  # noqa: S311 - invented data, no secret
    inventor = _Inventor(project, services, members, min(today, project.end), rng)
    records = [
        *inventor.first_deliveries(plan["reached"]),
        *inventor.before_start(plan["before_start"]),
        *inventor.after_end(plan.get("after_end", 0)),
        *inventor.planned(plan.get("planned_ahead", 0)),
    ]
    records += inventor.further(plan["records"] - len(records))
    records.sort(key=lambda record: record.date)
    for number, record in zip(
        Numbering.take(project, ServiceRecord.PREFIX, len(records)), records, strict=True
    ):
        record.code = ServiceRecord.code_for(number)
        _tell(record, outcomes, rng)
        _sign(record, people, rng)
    return ServiceRecord.objects.bulk_create(records, batch_size=500)


class _Inventor:
    """Draws deliveries so that exactly the SMEs of `first_deliveries` count in the end, each from its first day."""

    def __init__(self, project, services, members, last, rng):
        self.project, self.members, self.last, self.rng = project, members, last, rng
        self.services = defaultdict(list)
        for service in services:
            self.services[service.cluster].append(service)
        self.first = {}  # SME -> the day from which it counts
        self.keenness = {
            cluster: [0.15 + rng.random() ** 2 for _sme in its] for cluster, its in members.items()
        }
        self.days = list(_working_days(project.start, last))
        self.busyness = list(accumulate(_busyness(project, day) for day in self.days))

    def first_deliveries(self, reached):
        """For `reached` of the SMEs, the delivery by which each counts."""
        homes = defaultdict(list)
        for cluster, smes in self.members.items():
            for sme in smes:
                if sme.size_class in SizeClass.sme_values():
                    homes[sme].append(cluster)
        for sme in self.rng.sample(list(homes), reached):
            service, day = self._counting(self.rng.choice(homes[sme]))
            self.first[sme] = day
            yield self._record(service, sme, day)

    def _counting(self, cluster):
        """A new or improved service of `cluster` and a day on which it is offered."""
        while True:
            day = self._day()
            offered = [service for service in self._offered(cluster, day) if _counts(service)]
            if offered:
                return self.rng.choice(offered), day

    def further(self, count):
        """`count` records that change nothing in what counts and since when."""
        clusters = list(self.members)
        sizes = [len(self.members[cluster]) for cluster in clusters]
        for _time in range(count):
            [cluster] = self.rng.choices(clusters, sizes)
            [sme] = self.rng.choices(self.members[cluster], self.keenness[cluster])
            [state] = self.rng.choices([*STATES], [*STATES.values()])
            day = self._day()
            offered = self._offered(cluster, day)
            if state == State.DELIVERED and not self._may_count(sme, day):
                offered = [service for service in offered if not _counts(service)]
            yield self._record(self.rng.choice(offered), sme, day, state)

    def before_start(self, count):
        for cluster, sme in self._anyone(count):
            day = _working_day(self.project.start - timedelta(days=self.rng.randint(4, 40)))
            yield self._record(self.rng.choice(self._offered(cluster, day)), sme, day)

    def after_end(self, count):
        for cluster, sme in self._anyone(count):
            day = _working_day(self.project.end + timedelta(days=self.rng.randint(4, 40)))
            yield self._record(self.rng.choice(self.services[cluster]), sme, day)

    def planned(self, count):
        for cluster, sme in self._anyone(count):
            day = _working_day(self.last + timedelta(days=self.rng.randint(4, 40)))
            yield self._record(self.rng.choice(self.services[cluster]), sme, day, State.PLANNED)

    def _anyone(self, count):
        for _time in range(count):
            cluster = self.rng.choice(list(self.members))
            yield cluster, self.rng.choice(self.members[cluster])

    def _day(self):
        [day] = self.rng.choices(self.days, cum_weights=self.busyness)
        return day

    def _offered(self, cluster, day):
        return [service for service in self.services[cluster] if service.since <= day]

    def _may_count(self, sme, day):
        if sme.size_class not in SizeClass.sme_values():
            return True  # it never counts, whatever it receives
        return sme in self.first and day >= self.first[sme]

    def _record(self, service, sme, day, state=State.DELIVERED):
        return ServiceRecord(
            project=self.project,
            service=service,
            sme=sme,
            cluster=service.cluster,
            task=service.task,
            date=day,
            state=state,
            demonstration=True,
        )


def _counts(service):
    return service.novelty in (Novelty.NEW, Novelty.IMPROVED)


def _working_days(first, last):
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if day == _working_day(day):
            yield day


def _working_day(day):
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(day.weekday() - 4, 0))


def _busyness(project, day):
    """How likely a delivery is on `day`: more from month to month, less in the last ones and in quiet seasons."""
    share = (day - project.start) / (project.end - project.start)
    return min(0.2 + 1.5 * share, 0.3 + 8 * (1 - share)) * SEASON.get(day.month, 1)


def _tell(record, outcomes, rng):
    """Hours, outcome and satisfaction, each missing now and then, as people leave them out."""
    said = outcomes[record.service.category.name]
    if record.state == State.CANCELLED:
        record.outcome = rng.choice(outcomes["cancelled"])
    if record.state != State.DELIVERED:
        return
    if rng.random() < 0.92:
        record.effort = rng.choice(said["hours"])
    if rng.random() < 0.88:
        record.outcome = rng.choice(said["outcomes"]).format(town=record.sme.town)
    if rng.random() < 0.7:
        [record.satisfaction] = rng.choices([*SATISFACTION], [*SATISFACTION.values()])


def _sign(record, people, rng):
    """Who logged the record; for most of the older deliveries, who verified it, and when."""
    manager, staff = people.managers[record.cluster], people.staff[record.cluster]
    record.created_by, verifier = rng.choice(
        [(staff, manager), (staff, manager), (manager, people.coordinator)]
    )
    noon = timezone.make_aware(datetime.combine(record.date, time(12)))
    verified_at = noon + timedelta(days=rng.randint(3, 25), minutes=rng.randint(-180, 240))
    if record.state == State.DELIVERED and rng.random() < 0.65 and verified_at < timezone.now():
        record.verified_by, record.verified_at = verifier, verified_at
