import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from clusters.models import Cluster, Level
from common.filters import PortalFilterSet, date_from, date_to
from events.models import (
    Acquaintance,
    Agreement,
    Collaboration,
    CollaborationState,
    MarketStep,
    Meeting,
    MeetingKind,
    OutsideCluster,
    Paper,
    PolicyLevel,
    PolicyMeeting,
    StepKind,
    Synergy,
    SynergyState,
)
from projects.models import Partner, Sector

ANY = _("All")


def of_partner(path="partner"):
    return django_filters.ModelChoiceFilter(
        path, queryset=Partner.objects.all(), label=_("Partner"), empty_label=ANY
    )


class OfCountry(PortalFilterSet):
    """A list of which each record has a country: those that occur are offered."""

    country = django_filters.ChoiceFilter(label=_("Country"), empty_label=ANY)

    def __init__(self, *args, user, project, **kwargs):
        super().__init__(*args, user=user, project=project, **kwargs)
        mine = self._meta.model.objects.visible_to(user).filter(project=project)
        codes = {str(code) for code in mine.order_by().values_list("country", flat=True)}
        named = sorted(((code, countries.name(code)) for code in codes), key=lambda c: c[1])
        self.form.fields["country"].choices = [("", ANY), *named]


class OutsideClusterFilter(OfCountry):
    level = django_filters.ChoiceFilter(label=_("Label"), choices=Level, empty_label=ANY)
    together = django_filters.ChoiceFilter(
        label=_("Collaboration"),
        choices=[("yes", _("With one")), ("no", _("Without"))],
        method="by_together",
        empty_label=ANY,
    )
    partner = of_partner()

    class Meta(PortalFilterSet.Meta):
        model = OutsideCluster
        fields = ["q", "country", "level", "together", "partner"]

    def by_together(self, queryset, name, value):
        with_one = Collaboration.objects.values("outside_cluster")
        return (
            queryset.filter(pk__in=with_one)
            if value == "yes"
            else queryset.exclude(pk__in=with_one)
        )


class AcquaintanceFilter(OfCountry):
    follow_up = django_filters.ChoiceFilter(
        label=_("What is to follow"),
        choices=[
            ("open", _("Open")),
            ("overdue", _("Overdue")),
            ("done", _("Done")),
            ("none", _("Nothing")),
        ],
        method="by_follow_up",
        empty_label=ANY,
    )
    partner = of_partner()

    class Meta(PortalFilterSet.Meta):
        model = Acquaintance
        fields = ["q", "country", "follow_up", "partner"]

    def by_follow_up(self, queryset, name, value):
        return {
            "open": queryset.open,
            "overdue": lambda: queryset.overdue(timezone.localdate()),
            "done": lambda: queryset.filter(done_on__isnull=False),
            "none": lambda: queryset.filter(follow_up=""),
        }[value]()


class CollaborationFilter(PortalFilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=CollaborationState, empty_label=ANY
    )
    partner = of_partner()
    counts = django_filters.ChoiceFilter(
        label=_("Counts"),
        choices=[("yes", _("Counts")), ("no", _("Not yet"))],
        method="by_counts",
        empty_label=ANY,
    )

    class Meta(PortalFilterSet.Meta):
        model = Collaboration
        fields = ["q", "state", "partner", "counts"]

    def by_counts(self, queryset, name, value):
        return queryset.filter(counts_since__isnull=value == "no")


class AgreementFilter(PortalFilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Paper, empty_label=ANY)
    partner = of_partner("collaboration__partner")
    since = date_from("date", _("From"))
    until = date_to("date", _("To"))

    class Meta(PortalFilterSet.Meta):
        model = Agreement
        fields = ["q", "kind", "partner", "since", "until"]


class MeetingFilter(PortalFilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=MeetingKind, empty_label=ANY)
    partner = of_partner("collaboration__partner")
    since = date_from("on_day", _("From"))
    until = date_to("on_day", _("To"))

    class Meta(PortalFilterSet.Meta):
        model = Meeting
        fields = ["q", "kind", "partner", "since", "until"]


class PolicyMeetingFilter(PortalFilterSet):
    level = django_filters.ChoiceFilter(label=_("Level"), choices=PolicyLevel, empty_label=ANY)
    confirmed = django_filters.ChoiceFilter(
        label=_("Presence"),
        choices=[("yes", _("Confirmed")), ("no", _("Not confirmed"))],
        method="by_confirmed",
        empty_label=ANY,
    )
    partner = of_partner()
    since = date_from("date", _("From"))
    until = date_to("date", _("To"))

    class Meta(PortalFilterSet.Meta):
        model = PolicyMeeting
        fields = ["q", "level", "confirmed", "partner", "since", "until"]

    def by_confirmed(self, queryset, name, value):
        return queryset.filter(confirmed=value == "yes")


class SynergyFilter(PortalFilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=SynergyState, empty_label=ANY)
    cluster = django_filters.ModelChoiceFilter(
        queryset=Cluster.objects.all(), label=_("Cluster"), method="by_side", empty_label=ANY
    )
    sector = django_filters.ModelChoiceFilter(
        queryset=Sector.objects.all(), label=_("Sector"), method="by_side", empty_label=ANY
    )

    class Meta(PortalFilterSet.Meta):
        model = Synergy
        fields = ["q", "state", "cluster", "sector"]

    def by_side(self, queryset, name, value):
        return queryset.filter(**{f"from_{name}": value}) | queryset.filter(**{f"to_{name}": value})


class MarketStepFilter(OfCountry):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=StepKind, empty_label=ANY)
    partner = of_partner()

    class Meta(PortalFilterSet.Meta):
        model = MarketStep
        fields = ["q", "country", "kind", "partner"]
