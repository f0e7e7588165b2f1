import django_filters
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from clusters.models import (
    SME,
    Cluster,
    Manager,
    Novelty,
    Service,
    ServiceCategory,
    ServiceRecord,
    SizeClass,
    State,
)
from common.filters import PortalFilterSet, date_from, date_to
from projects.models import Partner

ANY = _("All")


class SMEFilter(PortalFilterSet):
    cluster = django_filters.ModelChoiceFilter(
        "clusters", queryset=Cluster.objects.all(), label=_("Cluster"), empty_label=ANY
    )
    country = django_filters.ChoiceFilter(label=_("Country"), empty_label=ANY)
    size_class = django_filters.ChoiceFilter(label=_("Size"), choices=SizeClass, empty_label=ANY)
    served = django_filters.ChoiceFilter(
        label=_("Served"),
        choices=[("yes", _("Served")), ("no", _("Not served yet"))],
        method="by_served",
        empty_label=ANY,
    )

    class Meta(PortalFilterSet.Meta):
        model = SME
        fields = ["q", "cluster", "country", "size_class", "served"]

    def __init__(self, *args, project, **kwargs):
        super().__init__(*args, project=project, **kwargs)
        codes = (
            Partner.objects.filter(project=project)
            .order_by("country")
            .values_list("country", flat=True)
        )
        self.form.fields["country"].choices = [("", ANY)] + [
            (code, countries.name(code)) for code in dict.fromkeys(codes)
        ]

    def by_served(self, queryset, name, value):
        served = ServiceRecord.objects.delivered().values("sme")
        return queryset.filter(pk__in=served) if value == "yes" else queryset.exclude(pk__in=served)


class ManagerFilter(PortalFilterSet):
    cluster = django_filters.ModelChoiceFilter(
        queryset=Cluster.objects.all(), label=_("Cluster"), empty_label=ANY
    )

    class Meta(PortalFilterSet.Meta):
        model = Manager
        fields = ["q", "cluster"]


class ServiceFilter(PortalFilterSet):
    cluster = django_filters.ModelChoiceFilter(
        queryset=Cluster.objects.all(), label=_("Cluster"), empty_label=ANY
    )
    category = django_filters.ModelChoiceFilter(
        queryset=ServiceCategory.objects.all(), label=_("Category"), empty_label=ANY
    )
    novelty = django_filters.ChoiceFilter(
        label=_("Against baseline"), choices=Novelty, empty_label=ANY
    )

    class Meta(PortalFilterSet.Meta):
        model = Service
        fields = ["q", "cluster", "category", "novelty"]


class ServiceRecordFilter(PortalFilterSet):
    cluster = django_filters.ModelChoiceFilter(
        queryset=Cluster.objects.all(), label=_("Cluster"), empty_label=ANY
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=State, empty_label=ANY)
    since = date_from("date", _("From"))
    until = date_to("date", _("To"))
    proof = django_filters.ChoiceFilter(
        label=_("Proof"),
        choices=[("yes", _("With proof")), ("no", _("Without proof"))],
        method="by_proof",
        empty_label=ANY,
    )
    verified = django_filters.ChoiceFilter(
        label=_("Verified"),
        choices=[("yes", _("Verified")), ("no", _("Not verified"))],
        method="by_verified",
        empty_label=ANY,
    )

    class Meta(PortalFilterSet.Meta):
        model = ServiceRecord
        fields = ["q", "cluster", "state", "since", "until", "proof", "verified"]

    def by_verified(self, queryset, name, value):
        return queryset.filter(verified_by__isnull=value == "no")

    def by_proof(self, queryset, name, value):
        return queryset.filter(evidence__isnull=value == "no").distinct()


class WaitingFilter(PortalFilterSet):
    """Of the deliveries that wait for somebody: by cluster, service and day."""

    cluster = django_filters.ModelChoiceFilter(
        queryset=Cluster.objects.all(), label=_("Cluster"), empty_label=ANY
    )
    since = date_from("date", _("From"))
    until = date_to("date", _("To"))

    class Meta(PortalFilterSet.Meta):
        model = ServiceRecord
        fields = ["q", "cluster", "since", "until"]
