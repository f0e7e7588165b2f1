from operator import itemgetter

from django.db.models import Count, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Least
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import generic
from django_countries import countries
from django_countries.fields import Country

from clusters.models import Cluster
from common.asof import AsOf
from common.views import Table, TableList, Visible
from indicators import charts, nights
from indicators.exporting import workbook
from indicators.figures import (
    Figure,
    counting_rows,
    explained,
    figures,
    overall_target,
    rows_falling_out,
    split_by,
    split_by_cluster,
)
from indicators.measures import How
from indicators.models import ChangeState, Indicator
from indicators.pace import outlook
from indicators.proof import proofs, tally
from indicators.tables import RECORDS, UNITS, MendColumn, WhyColumn
from indicators.wording import lost_choices


class IndicatorList(AsOf, Visible, generic.ListView):
    model = Indicator

    def get_queryset(self):
        return super().get_queryset().prefetch_related("targets__period__project")

    def get(self, request, *args, **kwargs):
        if request.GET.get("export") == "xlsx":
            return self.export()
        return super().get(request, *args, **kwargs)

    def export(self):
        """All figures with their units, as they are on this page."""
        user, project = self.request.user, self.request.project
        clusters = Cluster.objects.visible_to(user).filter(project=project)
        content = workbook(
            project, self.get_queryset(), list(clusters.select_related("project")), self.as_of, user
        )
        name = f"{project.slug}-figures-{self.as_of:%Y-%m-%d}.xlsx"
        return HttpResponse(
            content,
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

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
        indicator = found.prefetch_related("targets__period__project").first()
        if indicator is None:
            raise Http404
        indicator.project = self.request.project
        return indicator

    @cached_property
    def figure(self):
        return Figure(
            self.indicator, self.request.project, self.as_of, overall_target(self.indicator)
        )

    @cached_property
    def source(self):
        """The source whose records the page shows: the first, or the one whose place `source` gives."""
        if self.figure.measure is None:
            raise Http404
        sources = self.figure.measure.sources
        asked = self.request.GET.get("source", "0")
        found = [source for place, source in enumerate(sources) if str(place) == asked]
        if not found:
            raise Http404
        return found[0]

    @property
    def others(self):
        """(address, words, whether it is the one shown) for each source, where there are several."""
        sources = self.figure.measure.sources
        query = self.request.GET.copy()
        for gone in ("page", "sort", "step", "export"):
            query.pop(gone, None)
        found = []
        for place, source in enumerate(sources if len(sources) > 1 else ()):
            query["source"] = place
            found.append((f"?{query.urlencode()}", source.records, source is self.source))
        return found

    def named(self, parameter, rows):
        """The one of `rows` whose code the address gives as `parameter`, or None when it gives none."""
        code = self.request.GET.get(parameter, "").replace("\x00", "")
        if not code:
            return None
        visible = rows.visible_to(self.request.user)
        if hasattr(rows.model, "code"):
            return get_object_or_404(visible, project=self.request.project, code=code)
        # What has no code of its own is of an event, and named by its number.
        if not code.isdecimal() or len(code) > 18:
            raise Http404
        return get_object_or_404(visible, event__project=self.request.project, pk=code)

    @cached_property
    def cluster(self):
        """The cluster to whose share the page keeps; None for the whole figure."""
        return self.named("cluster", Cluster.objects)

    def counting_rows(self, source):
        rows = counting_rows(source, self.request.project, self.as_of)
        if not self.cluster:
            return rows
        return rows.filter(**{source.cluster: self.cluster}) if source.cluster else rows.none()

    def get_context_data(self, **kwargs):
        return super().get_context_data(indicator=self.indicator, figure=self.figure, **kwargs)


class IndicatorDetail(OneIndicator, generic.TemplateView):
    template_name = "indicators/indicator_detail.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        changes = list(self.indicator.changes.all())
        context |= {
            "waiting": [change for change in changes if change.state == ChangeState.OPEN],
            "changes": [change for change in changes if change.state == ChangeState.ACCEPTED],
        }
        if self.figure.measure is None:
            return context
        measure, project, figure = self.figure.measure, self.request.project, self.figure
        clusters = Cluster.objects.visible_to(self.request.user).filter(project=project)
        split = measure.has_shares and split_by_cluster(figure, clusters.select_related("project"))
        return {
            **context,
            "counts": measure.how == How.COUNT,
            "how": str(measure.how.label).capitalize(),
            "split": split,
            "outlook": outlook(figure, split or None),
            "tally": tally(proofs(figure)),
            "parts": [split_by(figure, by) for by in measure.groups],
            "months": [(point, figure.planned_on(point.day)) for point in figure.months],
            "lost": lost_choices(self.indicator, measure),
            "sources": [
                (source, explained(source, project, self.as_of)) for source in measure.sources
            ],
            "then": nights.difference(figure, self.request.user),
            "chart_wide": charts.line_against_plan(figure),
            "chart_narrow": charts.line_against_plan(figure, size=charts.NARROW),
        }


class IndicatorUnits(OneIndicator, TableList):
    """The units behind a figure, each once, with the number of records that make it count."""

    template_name = "indicators/indicator_units.html"

    @property
    def unit_model(self):
        source = self.source
        return self.figure.measure.unit_model_of(source)

    @property
    def table_class(self):
        return UNITS[self.unit_model]

    @property
    def sources(self):
        """The sources that make units of the shown kind count."""
        measure = self.figure.measure
        return [s for s in measure.sources if measure.unit_model_of(s) is self.unit_model]

    def get_queryset(self):
        return self.countries() if self.unit_model is None else self.units()

    def units(self):
        counts, days, counting = [], [], Q()
        for source in self.sources:
            rows = self.counting_rows(source).order_by()
            counting |= Q(pk__in=rows.values(source.unit))
            of_unit = rows.filter(**{source.unit: OuterRef("pk")}).values(source.unit)
            number = Subquery(of_unit.annotate(n=Count("pk", distinct=True)).values("n"))
            counts.append(Coalesce(number, 0))
            days.append(Subquery(of_unit.annotate(day=Min(source.date)).values("day")))
        units = self.unit_model.objects.visible_to(self.request.user).filter(counting)
        units = units.for_list() if hasattr(units, "for_list") else units
        return units.annotate(count=sum(counts, Value(0)), first=_earliest(days)).order_by(
            *self.table_class.by_name, "pk"
        )

    def countries(self):
        """The countries that count, as rows of a table: what each is called, since when, how many records."""
        found = {}
        for source in self.sources:
            rows = self.counting_rows(source).order_by().values_list(source.unit)
            for code, first, n in rows.annotate(first=Min(source.date), n=Count("pk")):
                row = found.setdefault(code, {"code": code, "first": first, "count": 0})
                row |= {"first": min(first, row["first"]), "count": row["count"] + n}
        named = [{**row, "name": countries.name(code)} for code, row in found.items()]
        return sorted(named, key=itemgetter("name"))

    @property
    def title(self):
        return f"{self.indicator.code} {self.figure.measure.units}"

    def get_context_data(self, **kwargs):
        chosen = self.cluster.pk if self.cluster else None
        targets = {target.cluster_id: target.value for target in self.indicator.targets.all()}
        others = self.others if len(self.figure.measure.unit_models) > 1 else []
        return super().get_context_data(
            cluster=self.cluster, target=targets.get(chosen), others=others, **kwargs
        )


def _earliest(days):
    """The earliest of several days, of which some may not be there; databases differ on what that gives."""
    if len(days) == 1:
        return days[0]
    first, *others = days
    rest = _earliest(others)
    return Least(Coalesce(first, rest), Coalesce(rest, first))


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
        model = self.figure.measure.unit_model_of(self.source)
        if model is not None:
            return self.named("unit", model.objects)
        code = self.request.GET.get("unit", "")
        if code and not countries.name(code):
            raise Http404
        return Country(code) if code else None

    @cached_property
    def behind(self):
        """The rows that the page is about, whoever may open them."""
        if self.step:
            rows = rows_falling_out(self.source, self.request.project, self.as_of, self.step.number)
        else:
            rows = self.counting_rows(self.source)
        if self.unit:
            unit = self.unit.code if isinstance(self.unit, Country) else self.unit.pk
            rows = rows.filter(**{self.source.unit: unit})
        return rows

    def get_queryset(self):
        rows = self.behind
        visible = self.records.objects.visible_to(self.request.user).filter(
            pk__in=rows.values("pk")
        )
        # What a row is annotated with is asked for again: a table may show the day of what has none of its own.
        listed = visible.for_list() if hasattr(visible, "for_list") else visible
        if self.step and self.step.mended:
            listed = listed.select_related(f"{self.step.mended}__project")
        return listed.with_proof() if hasattr(listed, "with_proof") else listed

    def get_table_kwargs(self):
        kwargs = super().get_table_kwargs()
        if self.step:
            why, mend = WhyColumn(self.step.unmet), MendColumn(self.step.mended)
            kwargs["extra_columns"] = [("why", why), ("mend", mend)]
        return kwargs

    def get_table(self, **kwargs):
        table = super().get_table(**kwargs)
        if self.step:
            # The reason and the way to mend it take the room of what they do not turn on; an export has it all.
            for name in {"state", "effort", "proofs", "verified_at"} & set(table.columns.names()):
                table.columns.hide(name)
        return table

    @property
    def title(self):
        return f"{self.indicator.code} {_('records')}"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            step=self.step,
            unit=self.unit,
            cluster=self.cluster,
            others=[] if self.step else self.others,
            closed=self.behind.values("pk").distinct().count() - self.object_list.count(),
            **kwargs,
        )
