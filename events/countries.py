"""Countries outside the consortium: which were reached by a delivered activity, since when, and what proves it."""

import datetime
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from events.models import Dissemination, Progress, Standing


class Reach(models.TextChoices):
    """What the project is to a country as of a day."""

    PROVEN = "proven", _("Reached, proven")
    UNPROVEN = "unproven", _("Reached, proof missing")
    ADDRESSED = "addressed", _("Addressed, not reached yet")
    PARTNER = "partner", _("A partner's country")

    @property
    def tone(self):
        return {"proven": "good", "unproven": "warn", "addressed": "calm"}.get(self.value, "none")

    @property
    def icon(self):
        return {
            "proven": "check-badge",
            "unproven": "exclamation-triangle",
            "addressed": "clock",
            "partner": "user-group",
        }[self.value]


@dataclass
class Land:
    """A country that activities address: by which, since when it counts (None: not yet), and its state."""

    code: str
    name: str
    partner: bool
    first: datetime.date | None = None
    proven: bool = False
    activities: list[Dissemination] = field(default_factory=list)
    delivered: list[Dissemination] = field(default_factory=list)

    @property
    def reach(self):
        if self.partner:
            return Reach.PARTNER
        if self.first is None:
            return Reach.ADDRESSED
        return Reach.PROVEN if self.proven else Reach.UNPROVEN

    @property
    def shown(self):
        """The activities by which it was reached, or else those that are to reach it; the earliest first."""
        return sorted(self.delivered or self.activities, key=lambda record: record.on_day)


def lands_of(project, activities, as_of) -> list[Land]:
    """The countries that `activities` (with_facts, with_proof, with_countries) address as of a day, by name.

    A country is reached by an activity that is delivered, dated inside the project and up to `as_of`; one from which
    a partner comes is never reached: domain.md, section 2. The countries of all partners are among them.
    """
    ours = {str(code) for code in project.partners.values_list("country", flat=True)}
    found = {code: Land(code, countries.name(code), True) for code in ours}
    for record in activities:
        counts = (
            record.state == Progress.DELIVERED
            and not (record.event_id and record.event.state == Standing.CANCELLED)
            and project.start <= record.on_day <= min(project.end, as_of)
        )
        for code in record.codes:
            if code not in found:
                found[code] = Land(code, countries.name(code), False)
            its = found[code]
            its.activities.append(record)
            if counts:
                its.delivered.append(record)
                its.first = min(its.first or record.on_day, record.on_day)
                its.proven = its.proven or bool(record.proofs)
    return sorted(found.values(), key=lambda land: land.name)
