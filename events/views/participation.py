import django_filters
import django_tables2 as tables
from django.db.models import F
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic

from clusters.models import SME, Cluster
from common.filters import PortalFilterSet
from common.tables import PortalTable
from common.views import List
from events.participation import WAYS, members_with_ways, shares
from events.views.cooperation import Room, RoomList
from projects.models import ReportingPeriod

RIGHT = {"td": {"class": "number"}, "th": {"class": "number"}}


class OfPeriod:
    """A page of a reporting period, `?period=2`, or of the whole project up to the day that it reads."""

    @cached_property
    def periods(self):
        found = ReportingPeriod.objects.visible_to(self.request.user)
        return list(found.filter(project=self.request.project).select_related("project"))

    @cached_property
    def period(self):
        asked = self.request.GET.get("period", "")
        return next((one for one in self.periods if str(one.number) == asked), None)

    @property
    def span(self):
        project = self.request.project
        if self.period:
            return self.period.start, self.period.end
        return project.start, max(project.reading_day(), project.start)

    @property
    def span_in_words(self):
        first, last = (date_format(day) for day in self.span)
        return _("%(first)s to %(last)s") % {"first": first, "last": last}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            periods=self.periods, period=self.period, span=self.span_in_words, **kwargs
        )


class Participation(Room, OfPeriod, generic.TemplateView):
    """How many members of each cluster took part in something of the cluster, within a period."""

    template_name = "events/participation.html"

    def get_context_data(self, **kwargs):
        project = self.request.project
        clusters = Cluster.objects.visible_to(self.request.user).filter(project=project)
        rows, whole = shares(project, clusters.select_related("project"), *self.span)
        return super().get_context_data(
            rows=rows, whole=whole, ways=[words for _key, words, _pairs in WAYS], **kwargs
        )


class MemberTable(PortalTable):
    code = tables.Column(
        verbose_name=gettext_lazy("Code"), linkify=True, attrs={"td": {"class": "code"}}
    )
    name = tables.Column(verbose_name=gettext_lazy("Name"))
    town = tables.Column(verbose_name=gettext_lazy("Town"), attrs={"td": {"class": "whole"}})
    deliveries_in_span = tables.Column(verbose_name=gettext_lazy("Services"), attrs=RIGHT)
    activities_in_span = tables.Column(verbose_name=gettext_lazy("Activities"), attrs=RIGHT)

    events_in_span = tables.Column(verbose_name=gettext_lazy("Events"), attrs=RIGHT)

    class Meta(PortalTable.Meta):
        model = SME
        fields = [
            *("code", "name", "town", "deliveries_in_span", "activities_in_span"),
            "events_in_span",
        ]
        order_by = "name"


class MemberFilter(PortalFilterSet):
    took = django_filters.ChoiceFilter(
        label=gettext_lazy("Took part"),
        choices=[("yes", gettext_lazy("Took part")), ("no", gettext_lazy("Not yet"))],
        method="by_part",
        empty_label=gettext_lazy("All"),
    )
    period = django_filters.ChoiceFilter(
        label=gettext_lazy("Period"), method="leave", empty_label=gettext_lazy("Whole project")
    )

    class Meta(PortalFilterSet.Meta):
        model = SME
        fields = ["q", "took", "period"]

    def __init__(self, *args, project, **kwargs):
        super().__init__(*args, project=project, **kwargs)
        periods = ReportingPeriod.objects.filter(project=project)
        self.form.fields["period"].choices = [
            ("", self.form.fields["period"].empty_label),
            *((str(one.number), str(one)) for one in periods),
        ]

    def by_part(self, queryset, name, value):
        queryset = queryset.annotate(
            parts=F("deliveries_in_span") + F("activities_in_span") + F("events_in_span")
        )
        return queryset.filter(parts__gt=0) if value == "yes" else queryset.filter(parts=0)

    def leave(self, queryset, name, value):
        """The page takes the numbers from that period already."""
        return queryset


class ParticipationOfCluster(OfPeriod, RoomList):
    """The members of one cluster, with what each took part in."""

    model = SME
    table_class = MemberTable
    filterset_class = MemberFilter
    empty = gettext_lazy("No firm here. Remove a filter if you set one.")
    may_create = can_create = List.can_create

    @cached_property
    def cluster(self):
        clusters = Cluster.objects.visible_to(self.request.user).select_related("project")
        return get_object_or_404(clusters, project=self.request.project, code=self.kwargs["code"])

    @property
    def title(self):
        return _("Participation in %(cluster)s") % {"cluster": self.cluster}

    @property
    def lede(self):
        return _("Its members, and what each took part in from %(span)s.") % {
            "span": self.span_in_words
        }

    def links(self):
        address = reverse("participation", args=[self.request.project.slug])
        return [(address, _("All clusters"), "arrow-left")]

    def get_queryset(self):
        members = members_with_ways(self.cluster, *self.span)
        return members.visible_to(self.request.user).select_related("project")
