"""The days on the way to a period's report, and whether what was to be there by then is there."""

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from reports.models import Schedule, Standing


@dataclass(frozen=True)
class Step:
    """A day on the way. done: what was to be there is there; days: until the day, negative if it passed."""

    what: str
    day: datetime.date
    done: bool
    days: int
    coming: bool = False

    @property
    def late(self):
        """By how many days it is late; 0 if it is not."""
        return max(-self.days, 0) if not self.done else 0


def countdown(period, readiness, closed) -> list[Step]:
    """The steps to the report of `period`, in their order. closed: its version that is locked or further, or None.

    Partners' data and texts are there when `readiness` finds nothing missing of them; that all have read it
    shows in its being locked.
    """
    today, schedule = timezone.localdate(), Schedule.of(period)
    there = {check.key: not check.gaps for check in readiness.checks}
    handed_over = closed is not None and closed.state in (Standing.SUBMITTED, Standing.APPROVED)
    steps = [(_("Last day of the period"), period.end, period.end < today)]
    done = {
        "data_by": there["data"] or closed,
        "texts_by": there["texts"] or closed,
        "review_by": closed,
        "lock_by": closed,
    }
    for name in Schedule.STEPS:
        what = schedule._meta.get_field(name).verbose_name
        steps.append((what, schedule.day(name), bool(done[name])))
    steps.append((_("Report due"), period.due, handed_over))
    coming = next((day for _what, day, is_done in steps if not is_done and day >= today), None)
    return [
        Step(what, day, is_done, (day - today).days, not is_done and day == coming)
        for what, day, is_done in steps
    ]
