from django.db.models import Count, Min, Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import generic

from clusters.models import Cluster, ServiceRecord
from clusters.tables import ServiceRecordTable
from common.views import Table, TableList, Visible
from indicators import charts
from indicators.figures import (
    Figure,
    counting_rows,
    explained,
    figures,
    overall_target,
    rows_falling_out,
    split_by_cluster,
)
from indicators.models import Indicator
from indicators.tables import UnitTable


class AsOf:
    """A page whose figures stand as of a day: `?as_of=2018-05-19`, or the project's own reading day."""

    @cached_property
    def _day(self):
        """The day, and why another than the one asked for is shown (a sentence, empty if it is the same)."""
        asked = self.request.GET.get("as_of", "").strip()
        usual = self.request.project.reading_day()
        if not asked:
            return usual, ""
        try:
            day = parse_date(asked)
        except ValueError:
            day = None
        if day is None:
            return usual, _("“%(text)s” is not a day. Figures are shown as of %(day)s.") % {
                "text": asked[:40],
                "day": date_format(usual),
            }
        if day > timezone.localdate():
            return usual, _("%(asked)s has not come yet. Figures are shown as of %(day)s.") % {
                "asked": date_format(day),
                "day": date_format(usual),
            }
        return day, ""

    @property
    def as_of(self):
        return self._day[0]

    def get_context_data(self, **kwargs):
        chosen = self.as_of != self.request.project.reading_day()
        return super().get_context_data(
            as_of=self.as_of,
            as_of_problem=self._day[1],
            as_of_query=f"?as_of={self.as_of.isoformat()}" if chosen else "",
            as_of_chosen=chosen,
            **kwargs,
        )


class IndicatorList(AsOf, Visible, generic.ListView):
    model = Indicator

    def get_queryset(self):
        return super().get_queryset().prefetch_related("targets")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            figures=figures(self.request.project, self.object_list, self.as_of), **kwargs
        )


class OneIndicator(AsOf, Visible):
    """Pages that open one indicator, which the address names by its number."""

    @cached_property
    def indicator(self):
        found = Indicator.objects.visible_to(self.request.user).filter(
            project=self.request.project, number=self.kwargs["number"]
        )
        indicator = found.prefetch_related("targets").first()
        if indicator is None:
            raise Http404
        indicator.project = self.request.project
        return indicator

    @cached_property
    def figure(self):
        return Figure(
            self.indicator, self.request.project, self.as_of, overall_target(self.indicator)
        )

    @property
    def source(self):
        if self.figure.measure is None:
            raise Http404
        return self.figure.measure.sources[0]

    def named(self, parameter, rows):
        """The one of `rows` whose code the address gives as `parameter`, or None when it gives none."""
        code = self.request.GET.get(parameter, "").replace("\x00", "")
        if not code:
            return None
        return get_object_or_404(
            rows.visible_to(self.request.user), project=self.request.project, code=code
        )

    @cached_property
    def cluster(self):
        """The cluster to whose share the page keeps; None for the whole figure."""
        return self.named("cluster", Cluster.objects)

    def counting_rows(self):
        rows = counting_rows(self.source, self.request.project, self.as_of)
        return rows.filter(**{self.source.cluster: self.cluster}) if self.cluster else rows

    def get_context_data(self, **kwargs):
        return super().get_context_data(indicator=self.indicator, figure=self.figure, **kwargs)


class IndicatorDetail(OneIndicator, generic.TemplateView):
    template_name = "indicators/indicator_detail.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if self.figure.measure is None:
            return context
        clusters = Cluster.objects.visible_to(self.request.user).filter(
            project=self.request.project
        )
        return {
            **context,
            "split": split_by_cluster(self.figure, clusters.select_related("project")),
            "steps": explained(self.source, self.request.project, self.as_of),
            "chart_wide": charts.line_against_plan(self.figure),
            "chart_narrow": charts.line_against_plan(self.figure, size=charts.NARROW),
        }


class IndicatorUnits(OneIndicator, TableList):
    """The units behind a figure, each once, with the number of records that make it count."""

    table_class = UnitTable
    template_name = "indicators/indicator_units.html"

    def get_queryset(self):
        rows = self.counting_rows().order_by()
        units = self.figure.measure.unit_model.objects.visible_to(self.request.user)
        counting = Q(records__in=rows.values("pk"))
        return (
            units.filter(pk__in=rows.values(self.source.unit))
            .for_list()
            .annotate(
                count=Count("records", filter=counting), first=Min("records__date", filter=counting)
            )
            .order_by("name", "pk")
        )

    @property
    def title(self):
        return f"{self.indicator.code} {self.figure.measure.units}"

    def get_context_data(self, **kwargs):
        chosen = self.cluster.pk if self.cluster else None
        targets = {target.cluster_id: target.value for target in self.indicator.targets.all()}
        return super().get_context_data(cluster=self.cluster, target=targets.get(chosen), **kwargs)


class IndicatorRecords(OneIndicator, Table, generic.ListView):
    """The records behind a figure: those that count, or those that fell out at one step, or those of one unit."""

    table_class = ServiceRecordTable
    template_name = "indicators/indicator_records.html"

    @cached_property
    def step(self):
        asked = self.request.GET.get("step")
        if asked is None:
            return None
        steps = explained(self.source, self.request.project, self.as_of)
        found = [step for step in steps if str(step.number) == asked and step.number >= 0]
        if not found:
            raise Http404
        return found[0]

    @cached_property
    def unit(self):
        return self.named("unit", self.figure.measure.unit_model.objects)

    def get_queryset(self):
        if self.step:
            rows = rows_falling_out(self.source, self.request.project, self.as_of, self.step.number)
        else:
            rows = self.counting_rows()
        if self.unit:
            rows = rows.filter(**{self.source.unit: self.unit})
        visible = ServiceRecord.objects.visible_to(self.request.user).filter(
            pk__in=rows.values("pk")
        )
        return visible.for_list().with_proof()

    @property
    def title(self):
        return f"{self.indicator.code} {_('records')}"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            step=self.step, unit=self.unit, cluster=self.cluster, **kwargs
        )
