"""If the auditor came today: how well each unit is proven, which papers are missing, and whose they are."""

from dataclasses import dataclass
from operator import attrgetter

from django.urls import NoReverseMatch
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic

from clusters.models import Cluster
from common.asof import AsOf
from common.views import Table
from indicators.figures import figures
from indicators.models import Indicator
from indicators.proof import Level, missing, papers_model, proofs, tally
from indicators.tables import ProofTable
from indicators.units import Named, named_units
from indicators.views.figures import OneIndicator
from projects.views.evidence import proof_url


@dataclass
class Line:
    """A unit of a figure with its proof, as the page shows it.

    model and pk: the record whose page takes what is missing. Of the lines that are shown, address is that page's,
    and mends says whether the reader adds the paper there.
    """

    named: Named
    level: Level
    why: str
    records: int
    model: type
    pk: int
    address: str = ""
    mends: bool = False

    @property
    def code(self):
        return self.named.code

    @property
    def name(self):
        return self.named.name


def paper_address(record, editable):
    """Where the paper of `record` is added, for who may; else the record's own page."""
    if record.pk in editable:
        try:
            return proof_url(record)
        except NoReverseMatch:
            pass
    return record.get_absolute_url()


class IndicatorProof(OneIndicator, Table, generic.ListView):
    """The units of one figure by how they are proven, each with why and where its paper is added."""

    template_name = "indicators/indicator_proof.html"
    table_class = ProofTable
    empty = gettext_lazy("Nothing here. Another choice above may show more.")

    @cached_property
    def proofs(self):
        return proofs(self.figure) if self.figure.measure else {}

    @cached_property
    def level(self):
        asked = self.request.GET.get("level", "")
        return Level(asked) if asked in Level.values else None

    @cached_property
    def person(self):
        return self.request.GET.get("person", "").replace("\x00", "")[:150]

    def get_queryset(self):
        """Lines, the least proven first; of a cluster or of a person those with a paper of theirs missing."""
        figure, found = self.figure, self.proofs
        if self.cluster or self.person:
            wanted = self._of_whom()
            found = {unit: proof for unit, proof in found.items() if unit in wanted}
        if self.level:
            found = {unit: proof for unit, proof in found.items() if proof.level == self.level}
        names = named_units(figure, found, self.request.user) if found else {}
        lines = []
        for unit, proof in found.items():
            named = names.get(unit) or Named(str(unit if isinstance(unit, str) else ""), "")
            source, pk = proof.mended
            model = papers_model(source, figure.project)
            lines.append(Line(named, proof.level, proof.why, proof.papers.records, model, pk))
        order = [Level.UNPROVEN, Level.WEAK, Level.STRONG]
        return sorted(lines, key=lambda line: (order.index(line.level), line.name, line.code))

    def _of_whom(self):
        """The units that a record of the chosen cluster and person makes count."""
        units = set()
        for source in self.figure.measure.sources:
            rows = self.counting_rows(source).order_by()
            if self.person:
                rows = rows.filter(**{f"{source.person}__name": self.person})
            for key in rows.values_list(source.unit, flat=True).distinct():
                units.add(self.figure.measure.unit_of(source, key))
        return units

    @property
    def title(self):
        return f"{self.indicator.code} {_('proof')}"

    def get_table(self, **kwargs):
        """The table, with the records of the page that is shown read in one query a kind."""
        table = super().get_table(**kwargs)
        rows = [row.record for row in (table.page.object_list if table.page else table.rows)]
        for model in {line.model for line in rows}:
            keys = [line.pk for line in rows if line.model is model]
            records = model._default_manager.visible_to(self.request.user).filter(pk__in=keys)
            records = records.for_list() if hasattr(records, "for_list") else records
            editable = set(
                model._default_manager.editable_by(self.request.user)
                .filter(pk__in=keys)
                .values_list("pk", flat=True)
            )
            read = {record.pk: record for record in records}
            for line in rows:
                if line.model is model and line.pk in read:
                    line.address = paper_address(read[line.pk], editable)
                    line.mends = line.pk in editable and line.level != Level.STRONG
        return table

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            tally=tally(self.proofs) if self.figure.measure else None,
            level=self.level,
            person=self.person,
            cluster=self.cluster,
            levels=list(Level),
            **kwargs,
        )


@dataclass(frozen=True)
class Debt:
    """How many papers of one figure one person of one cluster still owes."""

    indicator: Indicator
    cluster: Cluster | None
    person: str
    papers: int


class ProofOverview(AsOf, generic.TemplateView):
    """How well each figure of the project is proven, and who lacks which papers."""

    template_name = "indicators/proof_overview.html"

    def get_context_data(self, **kwargs):
        user, project = self.request.user, self.request.project
        indicators = Indicator.objects.visible_to(user).filter(project=project)
        clusters = {
            cluster.pk: cluster
            for cluster in Cluster.objects.visible_to(user)
            .filter(project=project)
            .select_related("project")
        }
        rows, owed = [], {}
        for figure in figures(
            project, indicators.prefetch_related("targets__period__project"), self.as_of
        ):
            if figure.measure is None:
                continue
            found = proofs(figure)
            rows.append({"figure": figure, "tally": tally(found)})
            for paper in missing(figure, found):
                key = (figure.indicator, paper.cluster, paper.person)
                owed[key] = owed.get(key, 0) + 1
        debts = [
            Debt(indicator, clusters.get(cluster), person, papers)
            for (indicator, cluster, person), papers in owed.items()
        ]
        debts.sort(key=attrgetter("papers"), reverse=True)
        debts.sort(
            key=lambda debt: (debt.cluster is None, (debt.cluster and debt.cluster.code) or "")
        )
        return super().get_context_data(rows=rows, debts=debts, **kwargs)
