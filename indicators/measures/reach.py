"""Beyond the consortium: countries that were addressed, clusters that are worked with."""

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from events.models import (
    Agreement,
    Collaboration,
    Dissemination,
    DisseminationCountry,
    Meeting,
    Progress,
    Standing,
)
from indicators.measures.declaration import Condition, Measure, Source, held, inside
from indicators.measures.parameters import CLUSTERS, COUNTRIES


def _partners_countries(project):
    return project.partners.values("country")


def delivered(path):
    return Condition(
        _("delivered"),
        _("ongoing or postponed, or of an event that was cancelled"),
        lambda project: (
            Q(**{f"{path}state": Progress.DELIVERED})
            & ~Q(**{f"{path}event__state": Standing.CANCELLED})
        ),
    )


# Counting rule: domain.md, section 2: a distinct country addressed by a delivered activity, no partner's country.
# The country of an event that an activity is about is read from the event, so it is a source of its own.
COUNTRIES_ADDRESSED = Measure(
    key="countries_addressed",
    name=_("Countries outside the consortium addressed"),
    units=_("countries"),
    unit_model=None,
    sources=(
        Source(
            records=_("countries addressed by dissemination"),
            rows=lambda project: DisseminationCountry.objects.filter(
                dissemination__project=project
            ).annotate(on_day=Coalesce("dissemination__date", "dissemination__event__first_day")),
            date="on_day",
            evidence="dissemination__evidence",
            papers="dissemination",
            person="dissemination__created_by",
            unit="country",
            conditions=(
                delivered("dissemination__"),
                inside("on_day"),
                Condition(
                    _("outside the consortium"),
                    _("a partner comes from this country"),
                    lambda project: ~Q(country__in=_partners_countries(project)),
                ),
            ),
        ),
        Source(
            records=_("dissemination at events"),
            rows=lambda project: (
                Dissemination.objects.filter(project=project, event__isnull=False)
                .exclude(event__country="")
                .with_facts()
            ),
            date="on_day",
            evidence="evidence",
            unit="event__country",
            conditions=(
                delivered(""),
                inside("on_day"),
                Condition(
                    _("outside the consortium"),
                    _("a partner comes from this country"),
                    lambda project: ~Q(event__country__in=_partners_countries(project)),
                ),
            ),
        ),
    ),
)

OF_COLLABORATIONS = {
    "clusters": "collaboration__cluster",
    "countries": "collaboration__outside_cluster__country",
}

# Counting rule: domain.md, section 2: a collaboration with an outside cluster of which an agreement or a meeting is
# recorded; least evidence: minutes or memorandum of understanding.
NETWORKING = Measure(
    key="networking",
    name=_("Collaborations with clusters outside the consortium"),
    units=_("collaborations"),
    unit_model=Collaboration,
    parameters=(CLUSTERS, COUNTRIES),
    sources=(
        Source(
            records=_("agreements"),
            rows=lambda project: Agreement.objects.filter(project=project),
            date="date",
            cluster="collaboration__cluster",
            evidence="evidence",
            unit="collaboration",
            narrowed=OF_COLLABORATIONS,
            groups={"country": "collaboration__outside_cluster__country"},
            conditions=(inside("date"),),
        ),
        Source(
            records=_("meetings and visits"),
            rows=lambda project: Meeting.objects.filter(project=project).with_facts(),
            date="on_day",
            cluster="collaboration__cluster",
            evidence="evidence",
            unit="collaboration",
            narrowed=OF_COLLABORATIONS,
            groups={"country": "collaboration__outside_cluster__country"},
            conditions=(held("event"), inside("on_day")),
        ),
    ),
)
