"""Invented strategies of the clusters and the joint one, from data/demonstration/strategies.yaml."""

from datetime import timedelta
from random import Random

from dateutil.relativedelta import relativedelta

from clusters.actions import strategy as actions
from clusters.models import (
    ActionStatus,
    ChainLink,
    ChainStep,
    Market,
    RoadmapAction,
    StageKind,
    Strategy,
    StrategyObjective,
    Theme,
    Trend,
)
from projects.models import PriorityArea
from tracekei.demonstration.dissemination import proof


def add_strategies(project, plans, people, today):
    """Add the strategies of `plans` to `project`, each as far as it had come by `today`."""
    plan = plans.get(project.slug)
    if not plan:
        return
    rng = Random(f"{project.slug} strategies")  # noqa: S311 - invented data, no secret
    for position, name in enumerate(plans["steps"], 1):
        ChainStep.objects.get_or_create(project=project, name=name, defaults={"position": position})
    for name in plans["themes"]:
        Theme.objects.get_or_create(project=project, name=name)
    clusters = {cluster.short_name: cluster for cluster in project.clusters.all()}
    for name, one in plan["clusters"].items():
        _add(project, one, clusters[name], people.managers[clusters[name]], rng, today)
    if joint := plan.get("joint"):
        _add(project, joint, None, people.coordinator, rng, today)


def _add(project, plan, cluster, user, rng, today):
    years = [*plan["years"], None, None]
    strategy = Strategy(
        project=project,
        cluster=cluster,
        first_year=years[0],
        last_year=years[1],
        created_by=user,
        demonstration=True,
        **{name: plan[name] for name in ("title", "vision", "mission", "context", "needs")},
    )
    strategy.full_clean()
    strategy.save()
    for name in plan["areas"]:
        strategy.areas.add(PriorityArea.objects.get_or_create(project=project, name=name)[0])
    _add_analysis(strategy, plan)
    _add_objectives(strategy, plan, user, today)
    _add_stages(strategy, plan, user, rng, today)


def _add_analysis(strategy, plan):
    steps = {step.name: step for step in strategy.project.chain_steps.all()}
    for name, strength, told, gap, named, others in plan.get("chain", ()):
        link = ChainLink.objects.create(
            strategy=strategy,
            step=steps[name],
            strength=strength,
            told=told,
            gap=gap,
            others=others or None,
        )
        members = strategy.cluster.smes.standing().order_by("code")
        link.smes.set(members[link.step.position : link.step.position + named])
    for title, horizon, impact, likelihood, meaning in plan["trends"]:
        Trend.objects.create(
            strategy=strategy,
            title=title,
            horizon=horizon,
            impact=impact,
            likelihood=likelihood,
            meaning=meaning,
        )
    for name, country, horizon, why in plan["markets"]:
        Market.objects.create(
            strategy=strategy, name=name, country=country, horizon=horizon, why=why
        )


def _add_objectives(strategy, plan, user, today):
    project = strategy.project
    steps = {step.name: step for step in project.chain_steps.all()}
    themes = {theme.name: theme for theme in project.themes.all()}
    areas = {area.name: area for area in project.areas.all()}
    member = project.memberships.get(user=user)
    for position, one in enumerate(plan["objectives"], 1):
        objective = StrategyObjective(
            project=project,
            strategy=strategy,
            position=position,
            title=one["title"],
            text=one.get("text", ""),
            measured_by=one.get("measured", ""),
            theme=themes[one["theme"]],
            step=steps[one["step"]],
            area=areas[one["area"]],
            created_by=user,
            demonstration=True,
        )
        objective.full_clean()
        objective.save()
        if strategy.is_joint:
            same = StrategyObjective.objects.of_clusters().filter(theme=objective.theme)
            objective.sources.set(same)
        made = []
        for title, by, begin, due, status, after in one["actions"]:
            due_on = _first(project, due) + relativedelta(months=1, days=-1)
            done_on = due_on - timedelta(days=3) if status == ActionStatus.DONE else None
            if done_on and done_on > today:
                status, done_on = ActionStatus.UNDER_WAY, None
            action = RoadmapAction(
                project=project,
                objective=objective,
                title=title,
                carried_by=by,
                responsible=member,
                begins_on=_first(project, begin),
                due_on=due_on,
                status=status,
                done_on=done_on,
                depends_on=made[after - 1] if after else None,
                created_by=user,
                demonstration=True,
            )
            action.full_clean()
            action.save()
            made.append(action)


def _add_stages(strategy, plan, user, rng, today):
    """Its stages; the board adopts it at the end of the month that the plan says, with minutes."""
    project = strategy.project
    member = project.memberships.get(user=user)
    until = min(today, project.end)
    for stage, (month, *later) in zip(
        actions.add_stages(user=user, strategy=strategy), plan["stages"], strict=True
    ):
        stage.responsible = member
        stage.planned_on = _first(project, month) + timedelta(days=25)
        if later:
            day = 26 if stage.kind == StageKind.ADOPTED else rng.randrange(25)
            done = _first(project, month + later[0]) + timedelta(days=day)
            done = min(done, project.end)
            if stage.kind == StageKind.ADOPTED and done <= until:
                _adopt(strategy, user, done)
            elif stage.kind != StageKind.ADOPTED and done <= until:
                stage.done_on = done
        stage.full_clean()
        stage.save()
        if stage.done_on and stage.kind in (StageKind.NEEDS, StageKind.WORKSHOP):
            stage.evidence.add(proof(stage, name=stage.get_kind_display()))


def _adopt(strategy, user, day):
    minutes = proof(strategy, name=f"Minutes {strategy.whose} {day:%d.%m.%Y}")
    actions.adopt(
        user=user,
        strategy=strategy,
        adopted_on=day,
        adopted_by="Board" if strategy.cluster_id else "Steering committee",
        evidence=[minutes],
        note="As adopted",
    )


def _first(project, month):
    """The first day of a project month, which may lie after the project."""
    return project.start + relativedelta(months=month - 1)
