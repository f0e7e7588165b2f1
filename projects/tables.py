import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from common.tables import DayColumn, PortalTable
from common.templatetags.portal import filesize_mb
from projects.models import Evidence

RIGHT = {"td": {"class": "number"}, "th": {"class": "number"}}


class EvidenceTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True, attrs={"td": {"class": "code"}})
    name = tables.Column(verbose_name=_("Title"), linkify=True)
    kind = tables.Column(
        verbose_name=_("Kind"), accessor="kind__label", order_by=["content_type", "link"]
    )
    uses = tables.Column(verbose_name=_("Proves"), attrs=RIGHT)
    partner = tables.Column(verbose_name=_("Partner"), order_by=["partner__number"])
    audience = tables.Column(
        verbose_name=_("Read by"), accessor="readers__short", order_by=["audience"]
    )
    created_by = tables.Column(verbose_name=_("Uploaded by"), order_by=["created_by__name"])
    created_at = DayColumn(verbose_name=_("On"), format="j M Y", attrs={"td": {"class": "date"}})
    size = tables.Column(verbose_name=_("Size"), attrs=RIGHT)
    sha256 = tables.Column(verbose_name="SHA-256", visible=False)
    link = tables.Column(verbose_name=_("Link"), visible=False)

    class Meta(PortalTable.Meta):
        model = Evidence
        fields = [
            "code",
            "name",
            "kind",
            "uses",
            "partner",
            "audience",
            "created_by",
            "created_at",
            "size",
        ]

    def render_size(self, value):
        return filesize_mb(value)

    def value_size(self, value):
        return value
