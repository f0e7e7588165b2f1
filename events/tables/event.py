import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from common.tables import DayColumn, PortalTable, StatusColumn
from events.models import Event, Standing

DAY = {"td": {"class": "date"}}
WHOLE = {"td": {"class": "whole"}}
RIGHT = {"td": {"class": "number"}, "th": {"class": "number"}}


class EventTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True, attrs={"td": {"class": "code"}})
    days = tables.TemplateColumn(
        template_name="events/cells/days.html",
        verbose_name=_("Days"),
        order_by=["first_day", "code"],
        attrs=DAY,
        exclude_from_export=True,
    )
    first_day = DayColumn(verbose_name=_("From"), visible=False)
    last_day = DayColumn(verbose_name=_("To"), visible=False)
    title = tables.Column(verbose_name=_("Title"), linkify=True)
    kind = tables.Column(verbose_name=_("Kind"), attrs=WHOLE)
    place = tables.TemplateColumn(
        template_name="events/cells/place.html", verbose_name=_("Place"), order_by=["place"]
    )
    country = tables.Column(
        verbose_name=_("Country"), accessor="country__name", order_by=["country"], visible=False
    )
    partner = tables.Column(verbose_name=_("Host"), order_by=["partner__number"], attrs=WHOLE)
    cluster = tables.Column(
        verbose_name=_("Region of"), order_by=["cluster__short_name"], visible=False
    )
    task = tables.Column(verbose_name=_("Task"), visible=False, order_by=["task__code"])
    online = tables.BooleanColumn(verbose_name=_("Online"), visible=False)
    state = StatusColumn(Standing, verbose_name=_("State"))
    proofs = tables.Column(verbose_name=_("Proofs"), attrs=RIGHT)

    class Meta(PortalTable.Meta):
        model = Event
        fields = [
            *(
                "code",
                "days",
                "first_day",
                "last_day",
                "title",
                "kind",
                "place",
                "country",
                "partner",
            ),
            *("cluster", "task", "online", "state", "proofs"),
        ]

    def value_place(self, record):
        return record.place

    def value_online(self, record):
        return str(_("yes") if record.online else _("no"))

    def value_kind(self, record):
        return str(record.get_kind_display())
