from django.db.models import Count, Min, OuterRef, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import generic

from clusters.models import Cluster
from common.asof import AsOf
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
from indicators.tables import RECORDS, UNITS


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

    template_name = "indicators/indicator_units.html"

    @property
    def table_class(self):
        return UNITS[self.figure.measure.unit_model]

    def get_queryset(self):
        rows, unit = self.counting_rows().order_by(), self.source.unit
        units = self.figure.measure.unit_model.objects.visible_to(self.request.user)
        of_unit = rows.filter(**{unit: OuterRef("pk")}).values(unit)
        return (
            units.filter(pk__in=rows.values(unit))
            .for_list()
            .annotate(
                count=Subquery(of_unit.annotate(n=Count("pk", distinct=True)).values("n")),
                first=Subquery(of_unit.annotate(day=Min(self.source.date)).values("day")),
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

    template_name = "indicators/indicator_records.html"

    @property
    def table_class(self):
        return RECORDS[self.records]

    @property
    def records(self):
        """The model whose rows the measure counts."""
        return self.source.rows(self.request.project).model

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
        visible = self.records.objects.visible_to(self.request.user).filter(
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
