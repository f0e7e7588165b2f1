import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.tables import DayColumn, PortalTable
from common.templatetags.portal import plain
from events.models import Activity

CODE = {"td": {"class": "code"}}
WHOLE = {"td": {"class": "nowrap"}}
RIGHT = {"td": {"class": "number"}, "th": {"class": "number"}}


class NamesColumn(tables.Column):
    """The names of a relation, in the export alone."""

    def __init__(self, verbose_name, **kwargs):
        super().__init__(verbose_name=verbose_name, visible=False, orderable=False, **kwargs)

    def value(self, record, bound_column):
        return "; ".join(str(one) for one in getattr(record, bound_column.name).all())


class ActivityTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True, attrs=CODE)
    first_day = DayColumn(verbose_name=_("Day"), attrs={"td": {"class": "date"}})
    last_day = DayColumn(verbose_name=_("Last day"), visible=False)
    title = tables.Column(verbose_name=_("Title"))
    task = tables.Column(
        verbose_name=_("Task"),
        order_by=["task__work_package__number", "task__number"],
        attrs=WHOLE,
    )
    partner = tables.Column(verbose_name=_("Partner"), order_by=["partner__number"], attrs=WHOLE)
    done = tables.Column(visible=False)
    result = tables.Column(visible=False)
    present = tables.Column(verbose_name=_("Took part"), empty_values=(), orderable=False)
    managers = NamesColumn(_("Cluster managers"))
    smes = NamesColumn(_("Firms"))
    bodies = tables.Column(visible=False)
    competences = NamesColumn(_("Competences"))
    hours = tables.Column(verbose_name=_("Hours"), attrs=RIGHT)
    proofs = tables.Column(verbose_name=_("Evidence"), attrs=RIGHT)
    evidence = tables.Column(verbose_name=_("Evidence codes"), visible=False, orderable=False)

    class Meta(PortalTable.Meta):
        model = Activity
        fields = [
            *("code", "first_day", "last_day", "title", "task", "partner", "done", "result"),
            *(
                "present",
                "managers",
                "smes",
                "bodies",
                "competences",
                "hours",
                "proofs",
                "evidence",
            ),
        ]
        order_by = "-first_day"

    def render_first_day(self, record):
        return record.days

    def render_task(self, record):
        return record.task.code

    def value_task(self, record):
        return str(record.task)

    def render_hours(self, value):
        return plain(value)

    def value_hours(self, value):
        return value

    def render_present(self, record):
        said = []
        if n := record.present_managers:
            said.append(ngettext("%d manager", "%d managers", n) % n)
        if n := record.present_firms:
            said.append(ngettext("%d firm", "%d firms", n) % n)
        if n := len(record.outside):
            said.append(ngettext("%d from outside", "%d from outside", n) % n)
        return ", ".join(said) or "—"

    def value_present(self, record):
        return record.present_managers + record.present_firms + len(record.outside)

    def value_evidence(self, record):
        return "; ".join(one.code for one in record.evidence.all())

    def order_first_day(self, queryset, is_descending):
        order = ["-first_day", "-code"] if is_descending else ["first_day", "code"]
        return queryset.order_by(*order), True
