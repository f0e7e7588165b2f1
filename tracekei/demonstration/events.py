"""The reference project's public events, and invented ones, as data/demonstration/events.yaml lists them."""

import datetime

from clusters.models import Competence
from events.models import Event, EventKind, Standing
from events.zones import zone_of
from projects.models import Partner


def add_events(project, words, people, today):
    """Add the events of `project`; the records of invented ones are marked. Returns them in the order of days.

    words: data/demonstration/events.yaml. today: the day from which those of a project under way are counted;
    what is over on it was held.
    """
    place = _Place(project, people, today)
    if project.slug == "trace-kei":
        made = [place.event(**said) for said in words["trace-kei"] + words["later"]]
        made += _in_each_region(place, EventKind.MENTORING_VISIT, **words["mentoring"])
        made += _in_each_region(place, EventKind.REGIONAL_WORKSHOP, **words["workshops"])
    else:
        made = [place.event(**said) for said in words.get(project.slug, ())]
    return sorted(made, key=lambda event: (event.first_day, event.pk))


def _in_each_region(place, kind, *, title, days, cancelled=None, **said):
    made = []
    for name, (day,) in days.items():
        named = title % name if "%s" in title else title
        made.append(place.event(kind=kind, title=named, region=name, days=[day], **said))
    for name, (day, reason) in (cancelled or {}).items():
        named = title % name
        made.append(
            place.event(kind=kind, title=named, region=name, days=[day], cancelled=reason, **said)
        )
    return made


class _Place:
    """Where events are put: the names in the data resolved to records of one project."""

    def __init__(self, project, people, today):
        self.project, self.people, self.today = project, people, today
        self.clusters = {one.short_name: one for one in project.clusters.select_related("partner")}
        self.partners = {one.short_name: one for one in Partner.objects.filter(project=project)}
        self.tasks = {task.code: task for task in project.tasks.all()}
        self.competences = {one.name: one for one in Competence.objects.filter(project=project)}

    def event(
        self, *, kind, title, task, host="", region="", days=(), from_today=(), hours=(), serves=(),
        cancelled="", public=False, **said,
    ):  # fmt: skip
        days = list(days) or [self.today + datetime.timedelta(days=n) for n in from_today]
        cluster = self.clusters.get(region or host)
        partner = cluster.partner if cluster else self.partners[host]
        country = said.pop("country", "") or partner.country
        begins, ends = (
            (datetime.time.fromisoformat(hour) for hour in hours) if hours else (None, None)
        )
        event = Event(
            project=self.project,
            partner=partner,
            cluster=cluster if region else None,
            kind=kind,
            title=title,
            task=self.tasks[task],
            first_day=days[0],
            last_day=days[-1],
            starts_at=begins,
            ends_at=ends,
            country=country,
            time_zone=zone_of(country),
            created_by=next(
                (user for one, user in self.people.staff.items() if one.partner_id == partner.pk),
                self.people.coordinator,
            ),
            demonstration=not public,
            **said,
        )
        if region:
            event.place = said.get("place") or cluster.region or partner.town
        if cancelled:
            event.state, event.cancelled_because = Standing.CANCELLED, cancelled
        elif event.last_day < self.today:
            event.state = Standing.HELD
        event.full_clean()
        event.save()
        event.competences.set([self.competences[name] for name in serves])
        return event
