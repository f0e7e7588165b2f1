import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from clusters.models import SME, Cluster, Label, ServiceRecord
from clusters.tables import LabelTable, MembershipsColumn, ServiceRecordTable
from common.tables import DayColumn, PortalTable


class UnitTable(PortalTable):
    """The units of a figure, of whatever kind."""

    code = tables.Column(verbose_name=_("Code"), linkify=True)
    name = tables.Column(verbose_name=_("Name"), linkify=True)
    country = tables.Column(
        verbose_name=_("Country"), accessor="country__name", order_by=["country"]
    )
    first = DayColumn(verbose_name=_("Counts since"))
    count = tables.TemplateColumn(
        template_name="indicators/cells/records.html",
        verbose_name=_("Records"),
        attrs={"td": {"class": "number"}, "th": {"class": "number"}},
    )

    class Meta(PortalTable.Meta):
        pass

    def value_count(self, record):
        return record.count


class SMEUnitTable(UnitTable):
    clusters = MembershipsColumn()

    class Meta(UnitTable.Meta):
        sequence = ("code", "name", "country", "clusters", "...")


class ClusterUnitTable(UnitTable):
    name = tables.Column(verbose_name=_("Name"), accessor="short_name", linkify=True)


# How the units and the records of measures are listed, by model.
UNITS = {SME: SMEUnitTable, Cluster: ClusterUnitTable}
RECORDS = {ServiceRecord: ServiceRecordTable, Label: LabelTable}
