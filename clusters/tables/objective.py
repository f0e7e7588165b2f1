import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from clusters.models import StrategyObjective
from clusters.tables import CODE, RIGHT, WHOLE
from common.tables import PortalTable


class ObjectiveTable(PortalTable):
    code = tables.Column(verbose_name=_("Code"), linkify=True, attrs=CODE)
    title = tables.Column(verbose_name=_("Objective"), linkify=True)
    whose = tables.Column(
        verbose_name=_("Strategy"),
        accessor="strategy__whose",
        order_by=["strategy__cluster__short_name"],
        linkify=lambda record: record.strategy.get_absolute_url(),
        attrs=WHOLE,
    )
    theme = tables.Column(verbose_name=_("Theme"))
    step = tables.Column(verbose_name=_("Value chain"), order_by=["step__position"])
    area = tables.Column(verbose_name=_("S3 priority"))
    action_count = tables.Column(verbose_name=_("Actions"), attrs=RIGHT)
    done_count = tables.Column(verbose_name=_("Done"), attrs=RIGHT)

    class Meta(PortalTable.Meta):
        model = StrategyObjective
        fields = ("code", "title", "whose", "theme", "step", "area", "action_count", "done_count")
        order_by = ("code",)
