"""What is due for a person, or for everybody in a project; derived from dates when it is asked for."""

import datetime
from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects.belonging import People
from projects.models import Membership, Project
from tracekei.due.kinds import KINDS, Kind

WEEK, MONTH = 7, 30  # days


class Nearness(models.TextChoices):
    """How near a day is, in the order in which it is read."""

    LATE = "late", gettext_lazy("Late")
    WEEK = "week", gettext_lazy("In the next 7 days")
    MONTH = "month", gettext_lazy("In the next 30 days")
    LATER = "later", gettext_lazy("Later")

    @classmethod
    def of(cls, days):
        """days: from today until then, negative when it is past."""
        if days < 0:
            return cls.LATE
        if days <= WEEK:
            return cls.WEEK
        return cls.MONTH if days <= MONTH else cls.LATER

    @property
    def tone(self):
        return {"late": "bad", "week": "warn", "month": "calm", "later": "none"}[self.value]

    @property
    def icon(self):
        return {
            "late": "exclamation-triangle",
            "week": "bell-alert",
            "month": "clock",
            "later": "minus",
        }[self.value]


@dataclass
class Duty:
    """A record that falls due on a day, and the members to whom that belongs."""

    kind: Kind
    record: models.Model
    on: datetime.date
    owners: list[Membership]
    today: datetime.date

    @property
    def project(self):
        return self.record.project

    @cached_property
    def title(self):
        return self.kind.title(self.record)

    @cached_property
    def url(self):
        return self.kind.address(self.record)

    @property
    def days(self):
        """Until it is due; negative when it is late."""
        return (self.on - self.today).days

    @property
    def nearness(self):
        return Nearness.of(self.days)

    @property
    def words(self):
        """How far away it is, in words: "today", "in 3 days", "2 months late"."""
        if self.days == 0:
            return _("today")
        n = abs(self.days)
        if self.days > 0:
            return ngettext("in %(n)d day", "in %(n)d days", n) % {"n": n}
        if n < 60:
            return ngettext("%(n)d day late", "%(n)d days late", n) % {"n": n}
        if n < 730:
            return ngettext("%(n)d month late", "%(n)d months late", n // 30) % {"n": n // 30}
        return ngettext("%(n)d year late", "%(n)d years late", n // 365) % {"n": n // 365}

    def belongs_to(self, user):
        return any(member.user_id == user.pk for member in self.owners)


def duties(*, user, projects, today=None) -> list[Duty]:
    """All that is due in `projects` and that `user` may see, whosever it is, the earliest first.

    One query for each kind of record and one for the people, whatever the number of rows.
    """
    today = today or timezone.localdate()
    projects = list(Project.objects.visible_to(user).filter(pk__in=[one.pk for one in projects]))
    if not projects:
        return []
    people = People(projects)
    found = []
    for kind in KINDS:
        for record in kind.rows(today).visible_to(user).filter(project__in=projects):
            if (on := kind.on(record)) is None:
                continue
            owners = people.answerable(record, partners=kind.partners(record), roles=kind.roles)
            found.append(Duty(kind, record, on, owners, today))
    return sorted(found, key=lambda duty: (duty.on, duty.kind.name, duty.record.pk))


def duties_of(*, user, projects, today=None) -> list[Duty]:
    """What is due in `projects` and belongs to `user`, the earliest first."""
    found = duties(user=user, projects=projects, today=today)
    return [duty for duty in found if duty.belongs_to(user)]


def by_nearness(found) -> list[tuple[Nearness, list[Duty]]]:
    """The duties under each Nearness that has any, in order."""
    groups = {nearness: [] for nearness in Nearness}
    for duty in found:
        groups[duty.nearness].append(duty)
    return [(nearness, rows) for nearness, rows in groups.items() if rows]
