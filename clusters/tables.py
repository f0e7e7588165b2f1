import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from clusters.models import SME, Manager, Novelty, Service, ServiceRecord, SizeClass, State
from common.tables import DayColumn, PortalTable, StatusColumn
from common.templatetags.portal import plain

CODE = {"td": {"class": "code"}}
RIGHT = {"td": {"class": "number"}, "th": {"class": "number"}}


class SMETable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True, attrs=CODE)
    name = tables.Column(verbose_name=_("Name"), linkify=True)
    native_name = tables.Column(verbose_name=_("In its own script"))
    country = tables.Column(verbose_name=_("Country"))
    town = tables.Column(verbose_name=_("Town"))
    size_class = tables.Column(verbose_name=_("Size"))
    clusters = tables.ManyToManyColumn(verbose_name=_("Clusters"), orderable=False)

    class Meta(PortalTable.Meta):
        model = SME
        fields = ["code", "name", "native_name", "country", "town", "size_class", "clusters"]
        order_by = "name"

    def render_size_class(self, record):
        return SizeClass(record.size_class).short


class ManagerTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True)
    name = tables.Column(verbose_name=_("Name"), linkify=True)
    cluster = tables.Column(verbose_name=_("Cluster"), linkify=True)
    since = DayColumn(verbose_name=_("Since"))

    class Meta(PortalTable.Meta):
        model = Manager
        fields = ["code", "name", "cluster", "role", "since"]


class ServiceTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True)
    title = tables.Column(verbose_name=_("Title"), linkify=True)
    cluster = tables.Column(verbose_name=_("Cluster"))
    category = tables.Column(verbose_name=_("Category"))
    novelty = tables.Column(verbose_name=_("Against baseline"))
    deliveries = tables.Column(verbose_name=_("Delivered"), attrs=RIGHT)

    class Meta(PortalTable.Meta):
        model = Service
        fields = ["code", "title", "cluster", "category", "novelty", "deliveries"]

    def render_novelty(self, record):
        return Novelty(record.novelty).short


class ServiceRecordTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True, attrs=CODE)
    date = DayColumn(verbose_name=_("Date"), attrs={"td": {"class": "date"}})
    sme = tables.Column(verbose_name=_("SME"), order_by=["sme__name"])
    sme_code = tables.Column(verbose_name=_("SME code"), accessor="sme__code", visible=False)
    service = tables.Column(verbose_name=_("Service"), order_by=["service__title"])
    cluster = tables.Column(
        verbose_name=_("Cluster"),
        order_by=["cluster__short_name"],
        attrs={"td": {"class": "whole"}},
    )
    state = StatusColumn(State, verbose_name=_("State"))
    effort = tables.Column(verbose_name=_("Hours"), attrs=RIGHT)
    satisfaction = tables.Column(verbose_name=_("Satisfaction"), attrs=RIGHT, visible=False)
    outcome = tables.Column(verbose_name=_("Outcome"), visible=False)
    proofs = tables.Column(verbose_name=_("Proofs"), attrs=RIGHT)
    verified_at = DayColumn(verbose_name=_("Verified"), attrs={"td": {"class": "date"}})

    def render_effort(self, value):
        return plain(value)

    def value_effort(self, value):
        return value

    class Meta(PortalTable.Meta):
        model = ServiceRecord
        fields = [
            "code",
            "date",
            "sme",
            "service",
            "cluster",
            "state",
            "effort",
            "proofs",
            "verified_at",
        ]


class WaitingTable(ServiceRecordTable):
    """Deliveries of which several are chosen for one press."""

    chosen = tables.TemplateColumn(
        template_name="clusters/cells/chosen.html",
        verbose_name=_("Choose"),
        orderable=False,
        exclude_from_export=True,
        attrs={"td": {"class": "choose"}},
    )
    created_by = tables.Column(verbose_name=_("Logged by"), order_by=["created_by__name"])
    verified_at = state = None

    class Meta(PortalTable.Meta):
        model = ServiceRecord
        fields = ["code", "date", "sme", "service", "effort", "proofs", "created_by"]
        sequence = ["chosen", "..."]
