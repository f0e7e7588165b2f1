import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from common.tables import PortalTable
from projects.importing.columns import KINDS
from projects.models import Import


class ImportTable(PortalTable):
    name = tables.Column(verbose_name=_("File"), linkify=True)
    kind = tables.Column(verbose_name=_("What"))
    created_at = tables.DateTimeColumn(verbose_name=_("Uploaded"), format="j M Y, H:i")
    created_by = tables.Column(verbose_name=_("By"), order_by=["created_by__name"])
    stage = tables.Column(verbose_name=_("State"), order_by=["stage", "state"])

    class Meta(PortalTable.Meta):
        model = Import
        fields = ["name", "kind", "created_at", "created_by", "stage"]
        order_by = "-created_at"

    def render_kind(self, value):
        return KINDS[value].title

    def render_stage(self, record):
        return render_to_string("projects/import_state.html", {"source": record})

    def value_stage(self, record):
        return " ".join(
            render_to_string("projects/import_state.html#words", {"source": record}).split()
        )
