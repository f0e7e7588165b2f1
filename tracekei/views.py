"""Pages that join rooms: where one starts, and a project's overview."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import generic
from health_check.views import HealthCheckView

from clusters.models import Cluster, ServiceRecord
from common.asof import AsOf
from events.promises import promises
from events.views.event import keeps_events
from indicators import charts
from indicators.figures import figures, leading, split_by_cluster
from indicators.models import Indicator
from projects.models import Membership, ReportingPeriod


def start(request):
    """The overview of the user's project; the list of them for someone in several."""
    memberships = (
        Membership.objects.active()
        .filter(user=request.user)
        .select_related("project", "partner")
        .order_by("project__acronym")
    )
    if len(memberships) == 1:
        return redirect(memberships[0].project)
    return render(request, "start.html", {"memberships": memberships})


class Overview(AsOf, generic.TemplateView):
    """A project at a glance: its figures against their targets, what is due and what came last."""

    template_name = "overview.html"

    def get_context_data(self, **kwargs):
        user, project = self.request.user, self.request.project
        mine = {"project": project}
        indicators = Indicator.objects.visible_to(user).filter(**mine).prefetch_related("targets")
        cards = figures(project, indicators, self.as_of)
        cards.sort(key=lambda figure: figure.measure is None)  # what has records comes first
        first = leading(cards)
        context = super().get_context_data(
            figures=cards,
            leading=first,
            month=project.month_of(self.as_of),
            latest=ServiceRecord.objects.visible_to(user)
            .filter(date__lte=self.as_of, **mine)
            .for_list()[:8],
            due=due_reports(user, project),
            may_create=keeps_events(self.request),
            promises=promises(user=user, project=project, day=self.as_of),
            **kwargs,
        )
        if first:
            clusters = Cluster.objects.visible_to(user).filter(**mine).select_related("project")
            context["split"] = split_by_cluster(first, clusters)
            context["chart_wide"] = charts.line_against_plan(first)
            context["chart_narrow"] = charts.line_against_plan(first, size=charts.NARROW)
        return context


def due_reports(user, project):
    """Reporting periods with the day their report is due and the days left until then."""
    today = timezone.localdate()
    periods = (
        ReportingPeriod.objects.visible_to(user).filter(project=project).select_related("project")
    )
    return [
        {
            "period": period,
            "due": period.due,
            "days": (period.due - today).days,
            "ended": period.end < today,
            "begun": period.start <= today,
        }
        for period in periods
    ]


@method_decorator(login_not_required, name="dispatch")
class Health(HealthCheckView):
    """Whether the portal reaches its database, its cache and its files, for monitoring."""

    template_name = "health.html"
    checks = (
        "health_check.checks.Database",
        "health_check.checks.Cache",
        "health_check.checks.Storage",
    )
