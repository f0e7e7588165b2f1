import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.filters import PortalFilterSet
from projects.models import Partner
from workpackages.models import Deliverable, Handling, Milestone, Risk, WorkPackage

STANDS = [("late", _("Late")), ("open", _("Open")), ("done", _("Done"))]


class PlanFilter(PortalFilterSet):
    work_package = django_filters.ModelChoiceFilter(
        label=_("Work package"), queryset=WorkPackage.objects.all(), empty_label=_("All")
    )
    lead = django_filters.ModelChoiceFilter(
        label=_("Lead"), queryset=Partner.objects.all(), empty_label=_("All")
    )
    stands = django_filters.ChoiceFilter(
        label=_("Stands"), choices=STANDS, method="standing", empty_label=_("All")
    )

    def __init__(self, *args, project, **kwargs):
        super().__init__(*args, project=project, **kwargs)
        self.project = project

    def standing(self, queryset, name, value):
        if value == "late":
            return queryset.overdue(self.project, timezone.localdate())
        opened = queryset.open()
        return opened if value == "open" else queryset.exclude(pk__in=opened.values("pk"))


class DeliverableFilter(PlanFilter):
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=Handling.choices, empty_label=_("All")
    )

    class Meta(PortalFilterSet.Meta):
        model = Deliverable
        fields = []


class MilestoneFilter(PlanFilter):
    class Meta(PortalFilterSet.Meta):
        model = Milestone
        fields = []


class RiskFilter(PortalFilterSet):
    work_packages = django_filters.ModelChoiceFilter(
        label=_("Work package"), queryset=WorkPackage.objects.all(), empty_label=_("All")
    )
    foreseen = django_filters.ChoiceFilter(
        label=_("Foreseen"),
        choices=[("true", _("Foreseen")), ("false", _("Unforeseen"))],
        empty_label=_("All"),
    )

    class Meta(PortalFilterSet.Meta):
        model = Risk
        fields = []
