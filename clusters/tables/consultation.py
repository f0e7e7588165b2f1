import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from clusters.models import StrategyComment
from common.tables import PortalTable


class CommentTable(PortalTable):
    firm = tables.Column(
        verbose_name=_("Firm"),
        accessor="firm__sme__name",
        linkify=lambda record: record.get_absolute_url(),
    )
    objective = tables.Column(verbose_name=_("Objective"), empty_values=(None,))
    stance = tables.Column(verbose_name=_("How it sees it"))
    text = tables.Column(verbose_name=_("Comment"))
    verdict = tables.Column(verbose_name=_("Answer"))
    reply = tables.Column(verbose_name=_("What the firm is told"))
    answered_by = tables.Column(verbose_name=_("Answered by"))

    class Meta(PortalTable.Meta):
        model = StrategyComment
        fields = ("firm", "objective", "stance", "text", "verdict", "reply", "answered_by")
        order_by = ("objective",)

    def render_objective(self, value):
        return value or _("the whole")

    value_objective = render_objective
