"""What was done: events held, firms at them, activities logged, dissemination delivered, deliverables handed in."""

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from clusters.models import SME
from events.models import Activity, Attendance, Dissemination, Event, Standing
from indicators.measures.declaration import (
    CONFIRMED,
    Condition,
    Measure,
    Source,
    confirmed_attendances,
    held,
    inside,
)
from indicators.measures.parameters import CLUSTERS, COUNTRIES, EVENT_KINDS
from indicators.measures.reach import delivered
from workpackages.models import Deliverable, Handling

EVENTS_HELD = Measure(
    key="events_held",
    name=_("Events held"),
    units=_("events"),
    unit_model=Event,
    parameters=(EVENT_KINDS, COUNTRIES, CLUSTERS),
    sources=(
        Source(
            records=_("events"),
            rows=lambda project: Event.objects.filter(project=project),
            date="first_day",
            cluster="cluster",
            evidence="evidence",
            unit="pk",
            narrowed={"event_kinds": "kind", "countries": "country", "clusters": "cluster"},
            groups={"country": "country"},
            conditions=(
                Condition(
                    _("held"),
                    _("planned or cancelled, not held"),
                    lambda project: Q(state=Standing.HELD),
                ),
                inside("first_day"),
            ),
        ),
    ),
)

FIRMS_AT_EVENTS = Measure(
    key="firms_at_events",
    name=_("Firms that took part in events"),
    units=_("enterprises"),
    unit_model=SME,
    parameters=(EVENT_KINDS, COUNTRIES, CLUSTERS),
    sources=(
        Source(
            records=_("attendances of firms"),
            rows=lambda project: Attendance.objects.filter(
                event__project=project, sme__isnull=False
            ),
            date="date",
            cluster="event__cluster",
            evidence="event__evidence",
            papers="event",
            vouched=confirmed_attendances,
            unit="sme",
            narrowed={
                "event_kinds": "event__kind",
                "countries": "sme__country",
                "clusters": "event__cluster",
            },
            groups={"country": "sme__country", "size": "sme__size_class"},
            conditions=(held("event"), CONFIRMED, inside("date")),
        ),
    ),
)

ACTIVITIES_LOGGED = Measure(
    key="activities_logged",
    name=_("Activities logged"),
    units=_("activities"),
    unit_model=Activity,
    sources=(
        Source(
            records=_("activities"),
            rows=lambda project: Activity.objects.filter(project=project),
            date="first_day",
            evidence="evidence",
            unit="pk",
            groups={"country": "partner__country"},
            conditions=(inside("first_day"),),
        ),
    ),
)

DISSEMINATION_DELIVERED = Measure(
    key="dissemination_delivered",
    name=_("Communication and dissemination activities delivered"),
    units=_("activities"),
    unit_model=Dissemination,
    sources=(
        Source(
            records=_("dissemination"),
            rows=lambda project: Dissemination.objects.filter(project=project).with_facts(),
            date="on_day",
            evidence="evidence",
            unit="pk",
            conditions=(delivered(""), inside("on_day")),
        ),
    ),
)

DELIVERABLES_HANDED_IN = Measure(
    key="deliverables_handed_in",
    name=_("Deliverables handed in"),
    units=_("deliverables"),
    unit_model=Deliverable,
    sources=(
        Source(
            records=_("deliverables"),
            # One that was not handed in yet is dated by the project's first day.
            rows=lambda project: Deliverable.objects.filter(project=project).annotate(
                counted_on=Coalesce("submitted_on", "project__start")
            ),
            date="counted_on",
            evidence="evidence",
            unit="pk",
            conditions=(
                Condition(
                    _("submitted or approved"),
                    _("still to be submitted"),
                    lambda project: Q(state__in=[Handling.SUBMITTED, Handling.APPROVED]),
                ),
            ),
        ),
    ),
)
