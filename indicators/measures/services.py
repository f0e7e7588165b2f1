"""What services are offered and how deliveries went: hours, satisfaction, verification."""

from django.db.models import Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from clusters.models import Novelty, Service, ServiceRecord, State
from indicators.measures.clusters import GROUPS_OF_FIRMS, OF_DELIVERIES, vouched_deliveries
from indicators.measures.declaration import Condition, How, Measure, Source, inside
from indicators.measures.parameters import CATEGORIES, CLUSTERS, COUNTRIES, SECTORS

DELIVERED = Condition(
    _("delivered"),
    _("planned or cancelled, not delivered"),
    lambda project: Q(state=State.DELIVERED),
)


def _deliveries(*conditions, **more):
    return Source(
        records=_("deliveries"),
        rows=lambda project: ServiceRecord.objects.filter(project=project),
        date="date",
        cluster="cluster",
        evidence="evidence",
        unit="pk",
        vouched=vouched_deliveries,
        narrowed=OF_DELIVERIES,
        groups=GROUPS_OF_FIRMS,
        conditions=(DELIVERED, inside("date"), *conditions),
        **more,
    )


def _of_deliveries(key, name, how, *conditions, **more):
    return Measure(
        key=key,
        name=name,
        how=how,
        units=_("deliveries"),
        unit_model=ServiceRecord,
        parameters=(CATEGORIES, SECTORS, COUNTRIES, CLUSTERS),
        sources=(_deliveries(*conditions, **more),),
    )


DELIVERIES = _of_deliveries("deliveries", _("Services delivered to firms"), How.COUNT)

HOURS_OF_SERVICE = _of_deliveries(
    "hours_of_service",
    _("Hours of service that firms received"),
    How.SUM,
    Condition(_("with its hours"), _("no hours entered"), lambda p: Q(effort__isnull=False)),
    amount="effort",
)

SATISFACTION = _of_deliveries(
    "satisfaction",
    _("Satisfaction of firms with a delivery, 1 to 5"),
    How.AVERAGE,
    Condition(_("rated by the firm"), _("not rated"), lambda p: Q(satisfaction__isnull=False)),
    amount="satisfaction",
)

SHARE_VERIFIED = _of_deliveries(
    "share_verified",
    _("Share of deliveries that a second person verified"),
    How.RATIO,
    Condition(_("verified"), _("not verified"), lambda p: Q(verified_at__isnull=False)),
    whole=2,
)

SERVICES_MADE = Measure(
    key="services_made",
    name=_("New or improved services in the portfolios"),
    units=_("services"),
    unit_model=Service,
    parameters=(CATEGORIES, SECTORS, CLUSTERS),
    sources=(
        Source(
            records=_("services"),
            # A service of which nobody knows since when it is offered is dated by its entry.
            rows=lambda project: Service.objects.filter(project=project).annotate(
                counted_on=Coalesce("since", TruncDate("created_at"))
            ),
            date="counted_on",
            cluster="cluster",
            unit="pk",
            narrowed={
                "categories": "category",
                "sectors": "cluster__sectors",
                "clusters": "cluster",
            },
            groups={"country": "cluster__country", "sector": "cluster__sectors__name"},
            conditions=(
                Condition(
                    _("new or improved"),
                    _("offered before the project"),
                    lambda project: Q(novelty__in=[Novelty.NEW, Novelty.IMPROVED]),
                ),
                Condition(
                    _("with the day since which it is offered"),
                    _("not said since when it is offered"),
                    lambda project: Q(since__isnull=False),
                ),
                inside("since"),
            ),
        ),
    ),
)
