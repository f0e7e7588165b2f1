"""The days on the way to a period's report, and whether what was to be there by then is there."""

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from reports.models import Edition, Schedule


@dataclass(frozen=True)
class Step:
    """A day on the way. done: what was to be there is there; days: until the day, negative if it passed."""

    what: str
    day: datetime.date
    done: bool
    days: int
    coming: bool = False
    passed_over: bool = False

    @property
    def late(self):
        """By how many days it is late; 0 if it is not, or if the report was locked without it."""
        return 0 if self.done or self.passed_over else max(-self.days, 0)


def countdown(period, readiness, closed) -> list[Step]:
    """The steps to the report of `period`, in their order. closed: its version that is locked or further, or None.

    Partners' data and texts are there when `readiness` finds nothing missing of them; that all have read it
    shows in its being locked.
    """
    today, schedule = timezone.localdate(), Schedule.of(period)
    there = {check.key: not check.gaps for check in readiness.checks}
    handed_in = Edition.objects.handed_in().filter(period=period).exists()
    steps = [(_("Last day of the period"), period.end, period.end < today)]
    done = {
        "data_by": there.get("data", _all_complete(readiness)),
        "texts_by": there["texts"],
        "review_by": closed,
        "lock_by": closed,
    }
    for name in Schedule.STEPS:
        what = schedule._meta.get_field(name).verbose_name
        steps.append((what, schedule.day(name), bool(done[name])))
    steps.append((_("Report due"), period.due, handed_in))
    # What was opened for its texts keeps its data as they are, complete or not.
    passed_over = None if "data" in there else schedule._meta.get_field("data_by").verbose_name
    coming = next((day for _what, day, is_done in steps if not is_done and day >= today), None)
    return [
        Step(
            what,
            day,
            is_done,
            (day - today).days,
            not is_done and day == coming,
            not is_done
            and (handed_in or (closed is not None and day < period.due) or what == passed_over),
        )
        for what, day, is_done in steps
    ]


def _all_complete(readiness):
    declared = {partner.pk for partner in readiness.partners} <= readiness.declarations.keys()
    return declared and not readiness.changed
