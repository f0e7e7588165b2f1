"""What an indicator may narrow a measure to, as a project offers it."""

from django.utils.translation import gettext_lazy as _
from django_countries import countries

from clusters.models import Cluster, ServiceCategory
from events.models import Category, EventKind
from indicators.measures.declaration import Parameter


def _named(rows):
    return [(str(row.pk), str(row)) for row in rows]


CATEGORIES = Parameter(
    "categories",
    _("categories of services"),
    _("of the chosen categories of services"),
    _("a service of another category"),
    lambda project: _named(ServiceCategory.objects.filter(project=project)),
)
SECTORS = Parameter(
    "sectors",
    _("sectors of the clusters"),
    _("of a cluster in the chosen sectors"),
    _("of a cluster in another sector"),
    lambda project: _named(project.sectors.all()),
)
COUNTRIES = Parameter(
    "countries",
    _("countries"),
    _("in the chosen countries"),
    _("in another country"),
    lambda project: list(countries),
)
CLUSTERS = Parameter(
    "clusters",
    _("clusters"),
    _("of the chosen clusters"),
    _("of another cluster"),
    lambda project: _named(Cluster.objects.filter(project=project)),
)
EVENT_KINDS = Parameter(
    "event_kinds",
    _("kinds of events"),
    _("of the chosen kinds of events"),
    _("an event of another kind"),
    lambda project: EventKind.choices,
)
ATTENDANTS = Parameter(
    "attendants",
    _("categories of participants"),
    _("of the chosen categories of participants"),
    _("a participant of another category"),
    lambda project: Category.choices,
)
