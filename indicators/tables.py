import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from clusters.models import SME, Cluster, Label, ServiceRecord
from clusters.tables import LabelTable, MembershipsColumn, ServiceRecordTable
from common.tables import DayColumn, PortalTable


class UnitTable(PortalTable):
    """The units of a figure, of whatever kind. `by_name`: the fields that sort them as people read them."""

    by_name = ("name",)

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
    by_name = ("short_name",)

    name = tables.Column(verbose_name=_("Name"), accessor="short_name", linkify=True)


class CountryUnitTable(UnitTable):
    """Countries, as rows that are no records."""

    code = tables.Column(verbose_name=_("Code"))
    name = tables.Column(verbose_name=_("Country"))
    country = None

    def value_count(self, record):
        return record["count"]


# How the units and the records of measures are listed, by model.
UNITS = {SME: SMEUnitTable, Cluster: ClusterUnitTable, None: CountryUnitTable}
RECORDS = {ServiceRecord: ServiceRecordTable, Label: LabelTable}
