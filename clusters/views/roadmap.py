"""Objectives of strategies, their actions, and the roadmap on which these stand in time."""

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views import generic

from clusters import forms
from clusters.actions import strategy as actions
from clusters.filters.objective import ObjectiveFilter
from clusters.models import RoadmapAction, StrategyObjective
from clusters.tables.objective import ObjectiveTable
from clusters.views.strategy import OfStrategy, objectives_of
from common.views import Create, Delete, Detail, Edit, List


class ObjectiveList(List):
    """The objectives of all strategies; each number of the matrix leads here."""

    model = StrategyObjective
    table_class = ObjectiveTable
    filterset_class = ObjectiveFilter
    title = gettext_lazy("Objectives of the strategies")
    lede = gettext_lazy(
        "What the clusters and the consortium set out to do, by theme and value chain."
    )
    empty = gettext_lazy("No objective here.")

    def get_queryset(self):
        return super().get_queryset().for_list().with_counts()


class ObjectiveDetail(Detail):
    model = StrategyObjective
    template_name = "clusters/strategyobjective_detail.html"
    context_object_name = "objective"

    def get_queryset(self):
        return super().get_queryset().for_list()

    def get_context_data(self, **kwargs):
        user, objective = self.request.user, self.object
        steps = RoadmapAction.objects.visible_to(user).filter(objective=objective).for_list()
        linked = StrategyObjective.objects.visible_to(user).for_list()
        return super().get_context_data(
            strategy=objective.strategy,
            actions=_timed(steps.order_by("begins_on", "due_on", "pk")),
            sources=linked.filter(joint_objectives=objective),
            joint=linked.filter(sources=objective),
            **kwargs,
        )


def _timed(found):
    today = timezone.localdate()
    found = list(found)
    for action in found:
        action.late = action.is_overdue(today)
    return found


class ObjectiveCreate(OfStrategy, Create):
    model = StrategyObjective
    title = gettext_lazy("A new objective")

    def get_form_class(self):
        return form_of(self.strategy)


def form_of(strategy):
    """Only what is joint comes from the clusters' objectives."""
    return forms.JointObjectiveForm if strategy.is_joint else forms.ObjectiveForm


class OfObjective:
    """Pages of one objective, which the address names by its code."""

    model = StrategyObjective

    def get_queryset(self):
        return super().get_queryset().for_list()

    def get_success_url(self):
        return self.object.get_absolute_url()


class ObjectiveEdit(OfObjective, Edit):
    title = gettext_lazy("Edit the objective")

    def get_form_class(self):
        return form_of(self.object.strategy)

    @property
    def lede(self):
        return self.object.strategy.title


class ObjectiveDelete(OfObjective, Delete):
    def get_success_url(self):
        return self.object.strategy.get_absolute_url()


# --- Actions ---------------------------------------------------------------------------------------


class ActionDetail(Detail):
    model = RoadmapAction
    template_name = "clusters/roadmapaction_detail.html"
    context_object_name = "action"

    def get_queryset(self):
        return super().get_queryset().for_list().prefetch_related("dependents__project")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            strategy=self.object.objective.strategy,
            late=self.object.is_overdue(timezone.localdate()),
            **kwargs,
        )


class WritesAction:
    model = RoadmapAction
    form_class = forms.ActionForm

    @property
    def lede(self):
        return self.objective.title

    def form_valid(self, form):
        # Two who write at once could close a circle that neither of them sees: one after the other.
        with transaction.atomic():
            actions.lock(self.objective.strategy)
            if sentence := form.instance.circle():
                form.add_error("depends_on", sentence)
                return self.form_invalid(form)
            return super().form_valid(form)

    def get_success_url(self):
        return self.objective.get_absolute_url()


class ActionCreate(WritesAction, Create):
    title = gettext_lazy("A new action")

    @cached_property
    def objective(self):
        found = StrategyObjective.objects.visible_to(self.request.user).for_list()
        return get_object_or_404(found, project=self.request.project, code=self.kwargs["code"])

    def may_create(self):
        editable = StrategyObjective.objects.editable_by(self.request.user)
        return editable.filter(pk=self.objective.pk).exists()

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        if kwargs.get("instance") is None:
            kwargs["instance"] = RoadmapAction(objective=self.objective)
        return kwargs

    def get_cancel_url(self):
        return self.objective.get_absolute_url()


class ActionEdit(WritesAction, Edit):
    title = gettext_lazy("Edit the action")

    def get_queryset(self):
        return super().get_queryset().for_list()

    @property
    def objective(self):
        return self.object.objective


class ActionDelete(Delete):
    model = RoadmapAction

    def get_queryset(self):
        return super().get_queryset().for_list()

    def get_success_url(self):
        return self.object.objective.get_absolute_url()


# --- The roadmap -----------------------------------------------------------------------------------


class Roadmap(OfStrategy, generic.TemplateView):
    """All actions of one strategy, under their objectives, each with its place in time."""

    template_name = "clusters/roadmap.html"

    def get_context_data(self, **kwargs):
        today, user = timezone.localdate(), self.request.user
        objectives = list(objectives_of(self.strategy, user))
        every = [action for objective in objectives for action in objective.actions.all()]
        days = [day for action in every for day in (action.begins_on, action.due_on) if day]
        scale = Scale(min(days), max(days)) if days else None
        for action in every:
            action.late = action.is_overdue(today)
            action.days_late = (today - action.due_on).days if action.late else 0
            action.bar = scale.bar(action) if scale else None
        return super().get_context_data(
            strategy=self.strategy,
            objectives=objectives,
            actions=every,
            scale=scale,
            today_at=scale.at(today) if scale else None,
            late=[action for action in every if action.late],
            may_edit=self.may_create(),
            **kwargs,
        )


class Scale:
    """The years of a roadmap laid on a line of 1000 units."""

    WIDTH = 1000

    def __init__(self, first, last):
        self.first = first.replace(month=1, day=1)
        self.last = last.replace(month=12, day=31)
        self.days = (self.last - self.first).days + 1

    def at(self, day):
        """Where `day` lies; None outside."""
        if not self.first <= day <= self.last:
            return None
        return round((day - self.first).days / self.days * self.WIDTH)

    @property
    def years(self):
        """Each year with where it begins and how wide it is; every second, fifth … where there are many."""
        first = self.first.year
        every = max(1, -(-(self.last.year - first + 1) // 8))
        return [
            {"year": year, "x": self.at(self.first.replace(year=year))}
            for year in range(first, self.last.year + 1, every)
        ]

    def bar(self, action):
        """Where the bar of `action` begins and how wide it is; a single day is a mark."""
        begin, end = action.begins_on or action.due_on, action.due_on or action.begins_on
        if begin is None:
            return None
        x = self.at(begin)
        return {"x": x, "width": max(self.at(end) - x, 8)}
