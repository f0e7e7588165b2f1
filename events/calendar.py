"""What falls on which day of a project: its events, and the days on which something ends.

Whatever has days gives itself away in SOURCES: a function that takes the project, the reader and a span of days and
returns entries in a constant number of queries.
"""

import calendar
import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.models import Label
from events.models import Event, EventKind, Standing
from workpackages.models import Deliverable, Milestone

FIRST_YEAR, LAST_YEAR = 1990, 2100


class DayKind(models.TextChoices):
    """What ends on a day, beside the events."""

    DELIVERABLE = "deliverable", gettext_lazy("Deliverable due")
    MILESTONE = "milestone", gettext_lazy("Milestone due")
    LABEL = "label", gettext_lazy("Label expires")

    @property
    def icon(self):
        return {
            "deliverable": "document-check",
            "milestone": "flag",
            "label": "trophy",
        }[self.value]


@dataclass
class Entry:
    """Something on a day or on several."""

    first: datetime.date
    last: datetime.date
    title: str
    url: str
    kind: str  # of EventKind or DayKind
    label: str  # the kind in words
    icon: str
    partner: str
    tone: str = ""  # of the event's standing
    said: str = ""  # that standing, or what ends, in words
    time: str = ""
    place: str = ""
    cancelled: bool = False


@dataclass
class Day:
    """A day of the calendar with what falls on it."""

    date: datetime.date
    in_month: bool
    entries: list[Entry] = field(default_factory=list)


def entries(*, project, user, first, last, kind="", partner=None) -> list[Entry]:
    """What falls between `first` and `last` (both included) of what `user` may see, the earliest first.

    kind: of EventKind or DayKind, all if empty. partner: whose; all if None.
    """
    found = [
        entry
        for source in SOURCES
        for entry in source(project=project, user=user, first=first, last=last, partner=partner)
        if not kind or entry.kind == kind
    ]
    return sorted(found, key=lambda entry: (entry.first, entry.time, entry.title))


def _events(*, project, user, first, last, partner):
    events = Event.objects.visible_to(user).filter(project=project).touching(first, last)
    if partner:
        events = events.filter(partner=partner)
    for event in events.select_related("project", "partner"):
        standing, kind = Standing(event.state), EventKind(event.kind)
        yield Entry(
            first=event.first_day,
            last=event.last_day,
            title=event.title,
            url=event.get_absolute_url(),
            kind=kind.value,
            label=str(kind.label),
            icon=kind.icon,
            partner=str(event.partner),
            tone=standing.tone,
            said=str(standing.label),
            time=_hours(event),
            place=event.place or (_("online") if event.online else ""),
            cancelled=standing == Standing.CANCELLED,
        )


def _hours(event):
    if not event.starts_at:
        return ""
    begins = date_format(event.starts_at, "H:i")
    return f"{begins}–{date_format(event.ends_at, 'H:i')}" if event.ends_at else begins


def _labels(*, project, user, first, last, partner):
    labels = Label.objects.visible_to(user).filter(
        project=project, awarded_on__isnull=False, valid_until__range=(first, last)
    )
    if partner:
        labels = labels.filter(cluster__partner=partner)
    for label in labels.for_list():
        yield Entry(
            first=label.valid_until,
            last=label.valid_until,
            title=_("%(level)s label of %(cluster)s expires")
            % {"level": label.get_level_display(), "cluster": label.cluster},
            url=label.get_absolute_url(),
            kind=DayKind.LABEL.value,
            label=str(DayKind.LABEL.label),
            icon=DayKind.LABEL.icon,
            partner=str(label.cluster.partner),
            tone="warn",
        )


def _planned(model, kind):
    """The source of what `model` (deliverables, milestones) says is due at the end of a project month."""

    def source(*, project, user, first, last, partner):
        ends = {number: project.month(number)[1] for number in range(1, project.months + 1)}
        within = [number for number, end in ends.items() if first <= end <= last]
        items = model.objects.visible_to(user).filter(project=project, due_month__in=within)
        if partner:
            items = items.filter(lead=partner)
        today = timezone.localdate()
        for item in items.for_list():
            light = item.light_on(today)
            yield Entry(
                first=ends[item.due_month],
                last=ends[item.due_month],
                title=f"{item.code} {item.title}",
                url=item.get_absolute_url(),
                kind=kind.value,
                label=str(kind.label),
                icon=kind.icon,
                partner=str(item.lead or ""),
                tone=light.tone,
                said=str(light.label),
            )

    return source


SOURCES = [
    _events,
    _planned(Deliverable, DayKind.DELIVERABLE),
    _planned(Milestone, DayKind.MILESTONE),
    _labels,
]


def kinds():
    """The kinds to choose from, as (value, words)."""
    return [*EventKind.choices, *DayKind.choices]


def weeks(first_of_month, found) -> list[list[Day]]:
    """The weeks of a month, from Monday, each with its seven days; `found`: the entries between the first and the
    last of these days."""
    by_day = by_days(found)
    grid = calendar.Calendar().monthdatescalendar(first_of_month.year, first_of_month.month)
    return [
        [Day(day, day.month == first_of_month.month, by_day.get(day, [])) for day in week]
        for week in grid
    ]


def by_days(found) -> dict[datetime.date, list[Entry]]:
    """Each entry on each of its days."""
    days = defaultdict(list)
    for entry in found:
        for n in range((entry.last - entry.first).days + 1):
            days[entry.first + datetime.timedelta(days=n)].append(entry)
    return days


def span_of(first_of_month) -> tuple[datetime.date, datetime.date]:
    """The first and the last day that the page of a month shows."""
    grid = calendar.Calendar().monthdatescalendar(first_of_month.year, first_of_month.month)
    return grid[0][0], grid[-1][-1]


def month_named(text) -> datetime.date | None:
    """The first day of the month that "2018-03" names; None for anything else."""
    try:
        found = datetime.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if len(text) == 7 and FIRST_YEAR <= found.year <= LAST_YEAR else None
