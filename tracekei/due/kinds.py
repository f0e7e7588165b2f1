"""One declaration for each kind of record that falls due: which rows wait for somebody, on which day, for whom.

Nothing of this is stored. A room that has something new to be reminded of adds a Kind here.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.models import Label, RoadmapAction, ServiceRecord, StageKind, State, StrategyStage
from events.models import Acquaintance, Agreement, Attendance, Dissemination, Event, Standing
from events.models.dissemination import Progress
from projects.belonging import KEEPERS, LEADERS, WORKERS
from projects.models import ReportingPeriod
from reports.models import Edition
from workpackages.models import Deliverable, Handling, Milestone, Risk, RiskState, Task

TO_MEND = datetime.timedelta(days=7)  # what is sent back is to be mended within a week


def _own_partner(record) -> list[int]:
    return [record.partner_id]


def _lead(record) -> list[int]:
    return [record.lead_id] if record.lead_id else []


@dataclass(frozen=True)
class Kind:
    """What falls due in one kind of record.

    rows: those that wait for somebody on a day, whoever sees them. on: the day on which one is due, None for never.
    partners: whose people it belongs to unless it names a responsible member, by id. roles: which of these people.
    """

    name: str
    label: str
    icon: str
    rows: Callable[[datetime.date], models.QuerySet]
    on: Callable[[models.Model], datetime.date | None]
    partners: Callable[[models.Model], Iterable[int]] = _own_partner
    roles: tuple = WORKERS
    title: Callable[[models.Model], str] = str
    address: Callable[[models.Model], str] = lambda record: record.get_absolute_url()
    goes_on_from: str = (
        ""  # the kind that the record had before, of whose day people were told already
    )

    @property
    def told_as(self):
        """By what a reminder is known, so that it is sent once: never to be changed."""
        return self.goes_on_from or self.name


def _planned_events(today):
    return Event.objects.filter(state=Standing.PLANNED).select_related("project")


def _unconfirmed(today):
    waiting = Attendance.objects.waiting().filter(event=models.OuterRef("pk"))
    begun = Event.objects.standing().filter(first_day__lte=today)
    return begun.filter(models.Exists(waiting)).select_related("project")


def _deliverables(*states):
    return lambda today: Deliverable.objects.filter(state__in=states).for_list()


def _silent_risks(today):
    """Risks of projects in which a period has ended; which of these periods is still without a word, in Python."""
    return Risk.objects.for_list().prefetch_related(
        "project__periods", models.Prefetch("states", RiskState.objects.only("risk", "period"))
    )


def _silent_since(risk):
    """The day on which the first report is due that has nothing to say of `risk` although its period is over."""
    today, told = timezone.localdate(), {state.period_id for state in risk.states.all()}
    ended = [
        period
        for period in risk.project.periods.all()
        if period.end < today and not period.frozen_on and period.pk not in told
    ]
    return min((period.due for period in ended), default=None)


def _leads_of_risk(risk):
    return [package.lead_id for package in risk.work_packages.all() if package.lead_id]


def _of_strategy(strategy) -> list[int]:
    # The joint strategy has no cluster; it is the coordinators'.
    return [strategy.cluster.partner_id] if strategy.cluster_id else []


def _unreported(today):
    submitted = Edition.objects.handed_over()
    return ReportingPeriod.objects.exclude(pk__in=submitted.values("period")).select_related(
        "project"
    )


def _unfinished(today):
    open_states = (Progress.ONGOING, Progress.POSTPONED)
    going_on = Dissemination.objects.filter(state__in=open_states)
    return going_on.exclude(event__state=Standing.CANCELLED).for_list()


KINDS = [
    Kind(
        name="task",
        label=gettext_lazy("Task ends"),
        icon="queue-list",
        rows=lambda today: Task.objects.open().for_list(),
        on=lambda task: task.dates[1],
        partners=_lead,
    ),
    Kind(
        name="deliverable",
        label=gettext_lazy("Deliverable due"),
        icon="document-check",
        rows=_deliverables(Handling.PENDING),
        on=lambda item: item.due,
        partners=_lead,
    ),
    # It has its file; only the coordinator submits.
    Kind(
        name="submission",
        label=gettext_lazy("Deliverable to be submitted"),
        icon="paper-airplane",
        rows=_deliverables(Handling.DRAFT),
        on=lambda item: item.due,
        partners=lambda item: [],
        roles=LEADERS,
    ),
    Kind(
        name="milestone",
        label=gettext_lazy("Milestone due"),
        icon="flag",
        rows=lambda today: Milestone.objects.open().for_list(),
        on=lambda item: item.due,
        partners=_lead,
    ),
    Kind(
        name="risk",
        label=gettext_lazy("State of play of a risk"),
        icon="shield-exclamation",
        rows=_silent_risks,
        on=_silent_since,
        partners=_leads_of_risk,
    ),
    Kind(
        name="report",
        label=gettext_lazy("Progress report due"),
        icon="document-text",
        rows=_unreported,
        on=lambda period: period.due,
        partners=lambda period: [],
        roles=LEADERS,
        title=lambda period: _("Progress report %(period)s") % {"period": period},
        address=lambda period: reverse("report_list", args=[period.project.slug]),
    ),
    Kind(
        name="event",
        label=gettext_lazy("Event takes place"),
        icon="user-group",
        rows=lambda today: _planned_events(today).filter(last_day__gte=today),
        on=lambda event: event.first_day,
    ),
    Kind(
        name="held",
        label=gettext_lazy("Event to be marked as held"),
        icon="check-circle",
        rows=lambda today: _planned_events(today).filter(last_day__lt=today),
        on=lambda event: event.last_day,
        goes_on_from="event",
    ),
    Kind(
        name="attendance",
        label=gettext_lazy("Attendance to be confirmed"),
        icon="clipboard-document-list",
        rows=_unconfirmed,
        on=lambda event: event.last_day,
        address=lambda event: reverse("attendance_list", args=[event.project.slug, event.code]),
    ),
    Kind(
        name="action",
        label=gettext_lazy("Action of a roadmap due"),
        icon="map",
        rows=lambda today: RoadmapAction.objects.open().filter(due_on__isnull=False).for_list(),
        on=lambda action: action.due_on,
        partners=lambda action: _of_strategy(action.objective.strategy),
        roles=KEEPERS,
    ),
    Kind(
        name="stage",
        label=gettext_lazy("Stage of a strategy due"),
        icon="light-bulb",
        rows=lambda today: StrategyStage.objects.open().filter(planned_on__isnull=False).for_list(),
        on=lambda stage: stage.planned_on,
        partners=lambda stage: _of_strategy(stage.strategy),
        roles=KEEPERS,
        title=lambda stage: f"{StageKind(stage.kind).label}: {stage.strategy}",
    ),
    Kind(
        name="label",
        label=gettext_lazy("Label expires"),
        icon="trophy",
        rows=lambda today: Label.objects.ending(today).for_list(),
        on=lambda label: label.valid_until,
        partners=lambda label: [label.cluster.partner_id],
        roles=KEEPERS,
    ),
    Kind(
        name="delivery",
        label=gettext_lazy("Planned delivery"),
        icon="clipboard-document-check",
        rows=lambda today: ServiceRecord.objects.filter(state=State.PLANNED).for_list(),
        on=lambda record: record.date,
        partners=lambda record: [record.cluster.partner_id],
        roles=KEEPERS,
    ),
    Kind(
        name="returned",
        label=gettext_lazy("Delivery to be mended"),
        icon="arrow-uturn-left",
        rows=lambda today: ServiceRecord.objects.returned().for_list(),
        on=lambda record: timezone.localdate(record.returned_at) + TO_MEND,
        partners=lambda record: [record.cluster.partner_id],
        roles=KEEPERS,
    ),
    Kind(
        name="follow_up",
        label=gettext_lazy("Follow-up of a contact"),
        icon="phone",
        rows=lambda today: Acquaintance.objects.open().filter(due_on__isnull=False).for_list(),
        on=lambda person: person.due_on,
        title=lambda person: f"{person.follow_up} – {person.name}",
    ),
    Kind(
        name="agreement",
        label=gettext_lazy("Agreement ends"),
        icon="document-text",
        rows=lambda today: Agreement.objects.filter(
            valid_until__gte=today
        ).for_list(),  # once over, nothing waits
        on=lambda agreement: agreement.valid_until,
        partners=lambda agreement: [agreement.collaboration.partner_id],
    ),
    Kind(
        name="dissemination",
        label=gettext_lazy("Dissemination to be delivered"),
        icon="megaphone",
        rows=_unfinished,
        on=lambda record: record.on_day,
    ),
]
