import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from common.tables import DayColumn, PortalTable
from events.models import Attendance


class AttendanceTable(PortalTable):
    """The people of one event's list; `chooses` says whether the reader confirms them."""

    choose = tables.TemplateColumn(
        template_name="events/cells/choose.html",
        verbose_name=_("Choose"),
        orderable=False,
        exclude_from_export=True,
        attrs={"th": {"class": "unsaid"}, "td": {"class": "choose"}},
    )
    date = DayColumn(verbose_name=_("Day"), attrs={"td": {"class": "date"}})
    person = tables.TemplateColumn(
        template_name="events/cells/person.html",
        verbose_name=_("Name"),
        order_by=["manager__name", "name", "sme__name", "organisation"],
    )
    affiliation = tables.Column(verbose_name=_("Organisation"), orderable=False)
    category = tables.Column(verbose_name=_("Category"), attrs={"td": {"class": "whole"}})
    country = tables.Column(
        verbose_name=_("Country"), accessor="country__name", order_by=["country"]
    )
    confirmed_at = tables.TemplateColumn(
        template_name="events/cells/confirmed.html",
        verbose_name=_("Was there"),
        accessor="date",
        attrs={"td": {"class": "nowrap"}},
    )
    source = tables.Column(verbose_name=_("How it came"), visible=False)

    class Meta(PortalTable.Meta):
        model = Attendance
        fields = [
            *("choose", "date", "person", "affiliation", "category", "country", "confirmed_at"),
            "source",
        ]

    def __init__(self, *args, chooses=False, **kwargs):
        exclude = () if chooses else ("choose",)
        super().__init__(*args, exclude=exclude, **kwargs)
        self.chooses = chooses

    def value_person(self, record):
        return record.who

    def value_category(self, record):
        return str(record.sort.label)

    def value_source(self, record):
        return str(record.get_source_display())

    def value_confirmed_at(self, record):
        return str(_("yes") if record.is_confirmed else _("not confirmed"))
