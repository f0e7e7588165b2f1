import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from common.tables import DayColumn, PortalTable, StatusColumn
from events.models import Dissemination, Progress

WHOLE = {"td": {"class": "whole"}}
RIGHT = {"td": {"class": "number"}, "th": {"class": "number"}}


class LandsColumn(tables.TemplateColumn):
    """The countries that an activity addresses; a partner's stands in brackets."""

    def __init__(self, **kwargs):
        super().__init__(
            template_name="events/cells/lands.html",
            verbose_name=_("Countries"),
            accessor="lands",
            orderable=False,
            empty_values=(None, []),
            **kwargs,
        )

    def value(self, record, value):
        return ", ".join(land["name"] for land in record.lands)


class DisseminationTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True, attrs={"td": {"class": "code"}})
    on_day = DayColumn(verbose_name=_("Date"), attrs={"td": {"class": "date"}})
    called = tables.TemplateColumn(
        template_name="events/cells/dissemination.html", verbose_name=_("Title")
    )
    kind = tables.Column(verbose_name=_("Kind"), attrs=WHOLE)
    channel = tables.Column(verbose_name=_("Channel"), visible=False)
    event = tables.Column(verbose_name=_("Event"), accessor="event__code", visible=False)
    partner = tables.Column(
        verbose_name=_("Partner"), order_by=["partner__short_name"], attrs=WHOLE
    )
    task = tables.Column(verbose_name=_("Task"), accessor="task__code", visible=False)
    lands = LandsColumn()
    reach = tables.Column(verbose_name=_("Reached"), attrs=RIGHT)
    state = StatusColumn(Progress, verbose_name=_("State"))
    funding_shown = tables.Column(verbose_name=_("Funding statement shown"), visible=False)
    proofs = tables.Column(verbose_name=_("Proofs"), attrs=RIGHT)

    class Meta(PortalTable.Meta):
        model = Dissemination
        fields = [
            *("code", "on_day", "called", "kind", "channel", "event", "partner", "task", "lands"),
            *("reach", "state", "funding_shown", "proofs"),
        ]

    def value_called(self, record):
        return record.called

    def value_funding_shown(self, record):
        return _("yes") if record.funding_shown else _("no")

    def value_reach(self, record):
        return record.reach
