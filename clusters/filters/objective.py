import django_filters
from django.utils.translation import gettext_lazy as _

from clusters.filters import ANY
from clusters.models import ChainStep, Cluster, StrategyObjective, Theme
from common.filters import PortalFilterSet

NONE = "none"


class ObjectiveFilter(PortalFilterSet):
    cluster = django_filters.ModelChoiceFilter(
        queryset=Cluster.objects.all(),
        field_name="strategy__cluster",
        label=_("Strategy of"),
        empty_label=ANY,
        null_label=_("Joint strategy"),
        null_value=NONE,
    )
    theme = django_filters.ModelChoiceFilter(
        queryset=Theme.objects.all(),
        label=_("Theme"),
        empty_label=ANY,
        null_label=_("No theme yet"),
        null_value=NONE,
    )
    step = django_filters.ModelChoiceFilter(
        queryset=ChainStep.objects.all(), label=_("Value chain"), empty_label=ANY
    )

    class Meta(PortalFilterSet.Meta):
        model = StrategyObjective
        fields = ["q", "cluster", "theme", "step"]
