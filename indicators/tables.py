import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from clusters.tables import MembershipsColumn
from common.tables import DayColumn, PortalTable


class UnitTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True)
    name = tables.Column(verbose_name=_("Name"), linkify=True)
    country = tables.Column(verbose_name=_("Country"))
    clusters = MembershipsColumn()
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
