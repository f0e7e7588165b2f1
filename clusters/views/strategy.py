from django.db.models import Count, Prefetch
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views import generic

from clusters import forms
from clusters.actions import strategy as actions
from clusters.models import (
    ChainLink,
    Cluster,
    Consultation,
    RoadmapAction,
    Strategy,
    StrategyObjective,
    StrategyStage,
)
from clusters.views.keeping import KeptByManagers, Removed
from common.views import Create, Detail, Edit, Visible
from projects.views.evidence import Proof, proof_of


class StrategyList(KeptByManagers, Visible, generic.ListView):
    """Each cluster with its strategy and where it stands, and the joint one."""

    model = Cluster
    template_name = "clusters/strategy_list.html"

    def get_queryset(self):
        return super().get_queryset().select_related("project", "partner")

    def get_context_data(self, **kwargs):
        user, today = self.request.user, timezone.localdate()
        found = Strategy.objects.visible_to(user).filter(project=self.request.project)
        own = {strategy.cluster_id: strategy for strategy in found.for_list().with_counts()}
        rows = [_row(own.get(cluster.pk), cluster, today) for cluster in self.object_list]
        return super().get_context_data(
            rows=rows,
            joint=_row(own.get(None), None, today),
            adopted=sum(1 for row in rows if row["strategy"] and row["strategy"].adopted_on),
            may_create=self.can_create(),
            **kwargs,
        )


def _row(strategy, cluster, today):
    late = []
    if strategy:
        late = [row["kind"].label for row in strategy.timeline(today) if row["late"] and row["now"]]
    return {
        "strategy": strategy,
        "cluster": cluster,
        "standing": strategy.standing_on(today) if strategy else None,
        "steps": strategy.timeline(today) if strategy else [],
        "late": late,
    }


class StrategyDetail(Detail):
    """The strategy as one reads it: where it stands, what it says, what it sets out to do."""

    model = Strategy
    template_name = "clusters/strategy_detail.html"

    def get_queryset(self):
        return super().get_queryset().for_list()

    def get_context_data(self, **kwargs):
        user, strategy, today = self.request.user, self.object, timezone.localdate()
        links = ChainLink.objects.visible_to(user).filter(strategy=strategy)
        versions = list(strategy.versions.visible_to(user).for_list())
        objectives = objectives_of(strategy, user)
        every = [action for objective in objectives for action in objective.actions.all()]
        for action in every:
            action.late = action.is_overdue(today)
        return super().get_context_data(
            areas=strategy.areas.all(),
            steps=strategy.timeline(today),
            chain=links.select_related("step").annotate(named=Count("smes")),
            trends=strategy.trends.all(),
            markets=strategy.markets.all(),
            objectives=objectives,
            actions=len(every),
            done=sum(1 for action in every if action.status == "done"),
            overdue=sum(1 for action in every if action.late),
            versions=versions,
            adopted=next((version for version in versions if version.is_adopted), None),
            rounds=Consultation.objects.visible_to(user)
            .filter(strategy=strategy)
            .for_list()
            .with_counts(),
            changed=versions[0].sha256 != actions.digest_of(strategy) if versions else None,
            **kwargs,
        )


def objectives_of(strategy, user):
    """The objectives of `strategy` with their actions, as the pages of the strategy and its roadmap show them."""
    steps = RoadmapAction.objects.visible_to(user).select_related(
        "project", "responsible__user", "depends_on"
    )
    found = StrategyObjective.objects.visible_to(user).filter(strategy=strategy).for_list()
    return found.prefetch_related(
        Prefetch("actions", steps.order_by("begins_on", "due_on", "pk")),
        Prefetch("sources", StrategyObjective.objects.for_list()),
        Prefetch("joint_objectives", StrategyObjective.objects.for_list()),
    ).order_by("position", "pk")


class StrategyPage(KeptByManagers):
    model = Strategy
    form_class = forms.StrategyForm
    list_url = "strategy_list"


class StrategyCreate(StrategyPage, Create):
    title = gettext_lazy("Begin a strategy")
    lede = gettext_lazy("A name is enough to begin; all else is written as the work goes on.")

    def get_initial(self):
        clusters = Cluster.objects.editable_by(self.request.user).filter(
            project=self.request.project, strategy__isnull=True
        )
        code = self.request.GET.get("cluster", "").replace("\x00", "")
        own = clusters.filter(code=code) if code else clusters
        return {"cluster": own[0]} if len(own[:2]) == 1 else {}

    def save(self, form):
        strategy = super().save(form)
        actions.add_stages(user=self.request.user, strategy=strategy)
        return strategy


class StrategyEdit(StrategyPage, Edit):
    title = gettext_lazy("Edit the strategy")

    def get_queryset(self):
        return super().get_queryset().for_list()

    @property
    def lede(self):
        return self.object.title


class StrategyDelete(Removed):
    model = Strategy
    list_url = "strategy_list"


# --- Stages ----------------------------------------------------------------------------------------


class StageDetail(Detail):
    model = StrategyStage
    template_name = "clusters/strategystage_detail.html"
    context_object_name = "stage"

    def get_queryset(self):
        return super().get_queryset().for_list()

    def get_context_data(self, **kwargs):
        strategy = Strategy.objects.for_list().get(pk=self.object.strategy_id)
        steps = strategy.timeline(timezone.localdate())
        return super().get_context_data(
            **proof_of(self.object, self.request.user),
            record=self.object,
            strategy=strategy,
            row=next(row for row in steps if row["stage"] == self.object),
            **kwargs,
        )


class StageEdit(Edit):
    model = StrategyStage
    form_class = forms.StageForm

    def get_queryset(self):
        return super().get_queryset().for_list()

    @property
    def title(self):
        return self.object.get_kind_display()

    @property
    def lede(self):
        return self.object.strategy.title

    def get_success_url(self):
        return self.object.strategy.get_absolute_url()


class StageProof(Proof):
    record_model = StrategyStage


class OfStrategy:
    """Pages of what belongs to one strategy, which the address names by its code."""

    @cached_property
    def strategy(self):
        found = Strategy.objects.visible_to(self.request.user).for_list()
        return get_object_or_404(found, project=self.request.project, code=self.kwargs["code"])

    @property
    def lede(self):
        return self.strategy.title

    def may_create(self):
        return Strategy.objects.editable_by(self.request.user).filter(pk=self.strategy.pk).exists()

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        if "instance" in kwargs and kwargs["instance"] is None:
            kwargs["instance"] = self.model(strategy=self.strategy)
        return kwargs

    def get_cancel_url(self):
        return self.strategy.get_absolute_url()
