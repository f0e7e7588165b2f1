"""Who took part: managers of clusters, policymakers."""

from django.db.models import Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from clusters.models import Assessment, Manager
from events.models import Attendance, Category, PolicyMeeting
from indicators.measures.declaration import (
    CONFIRMED,
    Condition,
    Measure,
    Source,
    confirmed_attendances,
    held,
    inside,
)
from indicators.measures.parameters import CLUSTERS, COUNTRIES

OF_MANAGERS = {"clusters": "manager__cluster", "countries": "manager__cluster__country"}
GROUPS_OF_MANAGERS = {
    "country": "manager__cluster__country",
    "sector": "manager__cluster__sectors__name",
}

# Counting rule: domain.md, section 2: a distinct person with at least one confirmed attendance, assessment or
# mentoring. A mentoring visit is an event of its own kind, so who was mentored is among the attendances.
MANAGERS_INVOLVED = Measure(
    key="managers_involved",
    name=_("Cluster managers involved"),
    units=_("persons"),
    unit_model=Manager,
    parameters=(CLUSTERS, COUNTRIES),
    sources=(
        Source(
            records=_("attendances at trainings, visits and meetings"),
            rows=lambda project: Attendance.objects.filter(
                event__project=project, manager__isnull=False
            ),
            date="date",
            cluster="manager__cluster",
            evidence="event__evidence",
            papers="event",
            vouched=confirmed_attendances,
            unit="manager",
            narrowed=OF_MANAGERS,
            groups=GROUPS_OF_MANAGERS,
            conditions=(held("event"), CONFIRMED, inside("date")),
        ),
        Source(
            records=_("assessments of competences"),
            rows=lambda project: Assessment.objects.filter(project=project),
            date="date",
            cluster="manager__cluster",
            unit="manager",
            narrowed=OF_MANAGERS,
            groups=GROUPS_OF_MANAGERS,
            conditions=(inside("date"),),
        ),
    ),
)


def _presences(project):
    """Policymakers' attendances; `presence` is the first of one person at one event, so that two days are one."""
    rows = Attendance.objects.filter(event__project=project, category=Category.POLICYMAKER)
    same = rows.filter(
        event=OuterRef("event"), person=OuterRef("person"), confirmed_at__isnull=False
    )
    first = same.order_by().values("event").annotate(first=Min("pk")).values("first")
    return rows.annotate(presence=Coalesce(Subquery(first), "pk"))


# Counting rule: domain.md, section 2: a policymaker's confirmed presence at a workshop or meeting.
POLICY_DIALOGUE = Measure(
    key="policy_dialogue",
    name=_("Policymakers' confirmed presences"),
    units=_("presences"),
    unit_model=Attendance,
    sources=(
        Source(
            records=_("attendances at events"),
            rows=_presences,
            date="date",
            cluster="event__cluster",
            evidence="event__evidence",
            papers="event",
            vouched=confirmed_attendances,
            unit="presence",
            conditions=(held("event"), CONFIRMED, inside("date")),
        ),
        Source(
            records=_("meetings with policymakers"),
            rows=lambda project: PolicyMeeting.objects.filter(project=project),
            date="date",
            cluster="cluster",
            evidence="evidence",
            unit="pk",
            unit_model=PolicyMeeting,
            conditions=(
                Condition(
                    _("confirmed"),
                    _("the presence is not confirmed"),
                    lambda project: Q(confirmed=True),
                ),
                inside("date"),
            ),
        ),
    ),
)
