import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.tables import DayColumn, PortalTable, StatusColumn
from workpackages.models import Deliverable, Handling, Milestone, Risk


class LightColumn(tables.Column):
    """How a part of the plan stands today, as word, icon and colour."""

    def __init__(self, **kwargs):
        super().__init__(
            verbose_name=_("Stands"), empty_values=(), orderable=False, accessor="pk", **kwargs
        )

    def render(self, record):
        light = record.light_on(timezone.localdate())
        return render_to_string(
            "components/tag.html", {"label": light.label, "tone": light.tone, "icon": light.icon}
        )

    def value(self, record):
        return str(record.light_on(timezone.localdate()).label)


class PlanTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True, attrs={"td": {"class": "code"}})
    title = tables.Column(linkify=True)
    due_month = tables.Column(verbose_name=_("Month"))
    due = DayColumn(verbose_name=_("Due"), order_by=["due_month"], attrs={"td": {"class": "date"}})
    light = LightColumn()

    class Meta(PortalTable.Meta):
        pass

    def render_due_month(self, value):
        return f"M{value}"

    def value_due(self, record):
        return record.due


class DeliverableTable(PlanTable):
    kind = tables.Column(verbose_name=_("Type"), attrs={"td": {"class": "code"}})
    level = tables.Column(verbose_name=_("Level"))
    state = StatusColumn(Handling)
    submitted_on = DayColumn(verbose_name=_("Submitted"), attrs={"td": {"class": "date"}})

    class Meta(PlanTable.Meta):
        model = Deliverable
        fields = ["code", "title", "lead", "kind", "level"]
        sequence = ("code", "title", "lead", "kind", "level", "due_month", "due", "...", "light")
        order_by = "due"

    def render_kind(self, record):
        return record.kind

    def render_level(self, record):
        return record.level


class MilestoneTable(PlanTable):
    class Meta(PlanTable.Meta):
        model = Milestone
        fields = ["code", "title", "lead", "reached_on"]
        sequence = ("code", "title", "lead", "due_month", "due", "reached_on", "light")
        order_by = "due"


class RiskTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True, order_by=["number"])
    description = tables.Column(linkify=True)
    packages = tables.Column(verbose_name=_("WPs"), empty_values=(), orderable=False)
    foreseen = tables.BooleanColumn(yesno=(_("foreseen"), _("unforeseen")))
    said = tables.Column(verbose_name=_("State of play"), empty_values=(), orderable=False)

    class Meta(PortalTable.Meta):
        model = Risk
        fields = ["code", "description", "packages", "foreseen", "mitigation", "said"]
        order_by = "code"

    def render_packages(self, record):
        return ", ".join(package.code for package in record.work_packages.all()) or "–"

    value_packages = render_packages

    def render_foreseen(self, value):
        return _("foreseen") if value else _("unforeseen")

    value_foreseen = render_foreseen

    def render_said(self, record):
        periods = [str(state.period) for state in record.states.all()]
        return ", ".join(periods) or _("nothing yet")

    value_said = render_said
