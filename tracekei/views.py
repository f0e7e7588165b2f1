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
from indicators.figures import KeptFigure, figures, leading, split_by_cluster
from indicators.models import Indicator
from indicators.pace import outlook
from projects.models import Membership, ReportingPeriod, Role
from tracekei import dashboards, search
from tracekei.due.views import first_due
from workpackages.models import Light


def start(request):
    """The overview of the user's project; for someone in several, all of them with their figures of last night."""
    memberships = (
        Membership.objects.active()
        .filter(user=request.user)
        .select_related("project", "partner")
        .order_by("project__acronym")
    )
    if len(memberships) == 1:
        return redirect(memberships[0].project)
    projects = [membership.project for membership in memberships]
    kept = dashboards.stored_lately(request.user, projects)
    rows = [
        (membership, [KeptFigure(row) for row in kept.get(membership.project_id, [])])
        for membership in memberships
    ]
    due_next = first_due(request.user, projects)
    return render(request, "start.html", {"rows": rows, "due_next": due_next})


class Overview(AsOf, generic.TemplateView):
    """A project at a glance: its figures against their targets, and what the reader's role does next."""

    template_name = "overview.html"

    def get_context_data(self, **kwargs):
        user, project = self.request.user, self.request.project
        indicators = Indicator.objects.visible_to(user).filter(project=project)
        cards = figures(
            project, indicators.prefetch_related("targets__period__project"), self.as_of
        )
        cards.sort(key=lambda figure: figure.measure is None)  # what has records comes first
        role = self.request.membership.role
        context = super().get_context_data(
            figures=cards,
            month=project.month_of(self.as_of),
            role=role,
            waiting=dashboards.waiting_for(user, self.request.membership),
            due_next=role != Role.VIEWER and first_due(user, [project]),
            **kwargs,
        )
        context["may_create"] = keeps_events(self.request)
        context["promises"] = promises(user=user, project=project, day=self.as_of)
        if role == Role.STAFF:
            return context | {"logged": dashboards.logged_by(user, project)}
        if role == Role.CLUSTER_MANAGER:
            return context | {"own": dashboards.own_clusters(user, project)}
        return context | self.of_the_whole(cards, role)

    def latest(self):
        rows = ServiceRecord.objects.visible_to(self.request.user)
        return rows.filter(date__lte=self.as_of, project=self.request.project).for_list()[:8]

    def of_the_whole(self, cards, role):
        """What who looks at the whole project sees: its leading figure, plan, promises and reports."""
        user, project = self.request.user, self.request.project
        plan = dashboards.packages(user, project)
        context = {
            "leading": leading(cards),
            "packages": plan,
            "due": due_reports(user, project),
        }
        if role == Role.COORDINATOR:
            context["readiness"] = dashboards.readiness(user, project, plan)
        else:
            context["latest"] = self.latest()
        if first := context["leading"]:
            clusters = Cluster.objects.visible_to(user).filter(project=project)
            context["split"] = split_by_cluster(first, clusters.select_related("project"))
            context["outlook"] = outlook(first, context["split"])
            context["chart_wide"] = charts.line_against_plan(first)
            context["chart_narrow"] = charts.line_against_plan(first, size=charts.NARROW)
        return context


class Search(generic.TemplateView):
    """Everything in the project that the reader may see and that holds the words of `?q=`, by kind."""

    template_name = "search.html"

    def get_context_data(self, **kwargs):
        text = self.request.GET.get("q", "").replace("\x00", "").strip()
        problem = search.refusal(text)
        found = search.Found() if problem else search.find(self.request, text)
        shown = text[: search.LONGEST]
        return super().get_context_data(text=shown, problem=problem, found=found, **kwargs)


class ObjectiveList(generic.TemplateView):
    """How far each objective of the project is: its tasks and what they hand in, its indicators and their values."""

    template_name = "objectives.html"

    def get_context_data(self, **kwargs):
        user, project, today = self.request.user, self.request.project, timezone.localdate()
        objectives = project.objectives.visible_to(user).prefetch_related(
            "tasks__project", "tasks__deliverables__project", "indicators__targets__period__project"
        )
        as_of = project.reading_day()
        rows, found = [], {}
        for objective in objectives:
            for indicator in objective.indicators.all():
                if indicator.pk not in found:
                    [found[indicator.pk]] = figures(project, [indicator], as_of)
            tasks = [(task, task.light_on(today)) for task in objective.tasks.all()]
            handed_in = [item for task, _light in tasks for item in task.deliverables.all()]
            rows.append(
                {
                    "objective": objective,
                    "tasks": tasks,
                    "done": sum(light == Light.DONE for _task, light in tasks),
                    "light": Light.worst(light for _task, light in tasks),
                    "deliverables": len(handed_in),
                    "submitted": sum(item.is_handed_in for item in handed_in),
                    "figures": [found[one.pk] for one in objective.indicators.all()],
                }
            )
        return super().get_context_data(rows=rows, as_of=as_of, **kwargs)


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
