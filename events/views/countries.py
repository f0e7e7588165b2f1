import django_tables2 as tables
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic

from common.asof import AsOf
from common.exporting import exported
from common.tables import DayColumn
from events import map as maps
from events.countries import Reach, lands_of
from events.models import Dissemination


class LandTable(tables.Table):
    """The list of countries as it is exported."""

    name = tables.Column(verbose_name=gettext_lazy("Country"))
    code = tables.Column(verbose_name=gettext_lazy("Code"))
    reach = tables.Column(verbose_name=gettext_lazy("State"), accessor="reach__label")
    first = DayColumn(verbose_name=gettext_lazy("First reached on"))
    shown = tables.Column(verbose_name=gettext_lazy("By"))

    def value_shown(self, value):
        return "; ".join(f"{record.code} {record.called}" for record in value)


class CountriesReached(AsOf, generic.TemplateView):
    """Which countries outside the consortium heard of the project: a map and its list, as of a day."""

    template_name = "events/countries_reached.html"

    def get(self, request, *args, **kwargs):
        if as_format := request.GET.get("export"):
            rows = [land for land in self.lands() if land.reach != Reach.PARTNER]
            return exported(LandTable(rows), as_format=as_format, name=_("Countries reached"))
        return super().get(request, *args, **kwargs)

    def lands(self):
        project = self.request.project
        activities = Dissemination.objects.visible_to(self.request.user).filter(project=project)
        rows = activities.for_list().with_countries().with_proof()
        return lands_of(project, rows, self.as_of)

    def get_context_data(self, **kwargs):
        lands = self.lands()
        by_reach = {reach: [land for land in lands if land.reach == reach] for reach in Reach}
        reached = sorted(
            [*by_reach[Reach.PROVEN], *by_reach[Reach.UNPROVEN]],
            key=lambda land: (land.first, land.name),
        )
        states = {land.code: land.reach.value for land in lands}
        drawn = [maps.drawing("europe", states)]
        beyond = [land for land in lands if land.code in maps.beyond_europe(states)]
        if beyond:
            drawn.append(maps.drawing("world", states))
        return super().get_context_data(
            reached=reached,
            unproven=len(by_reach[Reach.UNPROVEN]),
            addressed=by_reach[Reach.ADDRESSED],
            ours=by_reach[Reach.PARTNER],
            legend=[(reach, len(by_reach[reach])) for reach in Reach],
            maps=drawn,
            told=_in_words(by_reach),
            **kwargs,
        )


def _in_words(by_reach):
    """What the map shows, for those who do not see it."""
    parts = [
        f"{reach.label}: {', '.join(land.name for land in lands)}."
        for reach, lands in by_reach.items()
        if lands
    ]
    return " ".join(parts) or _("No country is marked yet.")
