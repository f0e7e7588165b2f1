import django_filters
from django.utils.translation import gettext_lazy as _

from clusters.filters import ANY
from clusters.models import Stance, StrategyComment, Verdict
from common.filters import PortalFilterSet

NONE = "none"


class CommentFilter(PortalFilterSet):
    q = None
    stance = django_filters.ChoiceFilter(
        choices=Stance, label=_("How they see it"), empty_label=ANY
    )
    verdict = django_filters.ChoiceFilter(
        choices=[(NONE, _("Not answered yet")), *Verdict.choices],
        label=_("Answer"),
        empty_label=ANY,
        method="by_verdict",
    )

    class Meta(PortalFilterSet.Meta):
        model = StrategyComment
        fields = ["stance", "verdict"]

    def by_verdict(self, queryset, name, value):
        return queryset.filter(verdict="" if value == NONE else value)
