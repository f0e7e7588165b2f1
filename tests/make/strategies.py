"""Strategies and what belongs to them."""

import datetime

from clusters.actions import strategy as actions
from clusters.models import (
    ChainLink,
    ChainStep,
    Market,
    RoadmapAction,
    StageKind,
    Strategy,
    StrategyObjective,
    StrategyStage,
    Theme,
    Trend,
)
from projects.models import Partner
from tests.make.base import evidence


def strategy(cluster=None, title="Energy used wisely", project=None, **fields):
    """A strategy with its stages; without a cluster it is the project's joint one."""
    made = Strategy.objects.create(
        project=project or cluster.project, cluster=cluster, title=title, **fields
    )
    for kind in StageKind.values:
        StrategyStage.objects.create(project=made.project, strategy=made, kind=kind)
    return made


def theme(project, name="Traceability"):
    return Theme.objects.get_or_create(project=project, name=name)[0]


def chain_step(project, name="Processing", position=1):
    return ChainStep.objects.get_or_create(
        project=project, name=name, defaults={"position": position}
    )[0]


def chain_link(strategy, step="Processing", strength="present", smes=(), **fields):
    made = ChainLink.objects.create(
        strategy=strategy, step=chain_step(strategy.project, step), strength=strength, **fields
    )
    made.smes.set(smes)
    return made


def trend(strategy, title="Prices rise", **fields):
    return Trend.objects.create(strategy=strategy, title=title, **fields)


def market(strategy, name="Food plants", country="RO", **fields):
    return Market.objects.create(strategy=strategy, name=name, country=country, **fields)


def objective(strategy, title="Save a quarter", theme_name="", step="", sources=(), **fields):
    made = StrategyObjective.objects.create(
        project=strategy.project,
        strategy=strategy,
        title=title,
        position=strategy.objectives.count() + 1,
        theme=theme(strategy.project, theme_name) if theme_name else None,
        step=chain_step(strategy.project, step) if step else None,
        **fields,
    )
    made.sources.set(sources)
    return made


def action(objective, title="Audit ten plants", **fields):
    start = objective.project.start
    fields.setdefault("begins_on", start + datetime.timedelta(days=100))
    fields.setdefault("due_on", start + datetime.timedelta(days=200))
    return RoadmapAction.objects.create(
        project=objective.project, objective=objective, title=title, **fields
    )


def adopted(strategy, user, day=None, **fields):
    """The version of `strategy` that was adopted, with its minutes."""
    partner = strategy.partner or Partner.objects.filter(project=strategy.project).first()
    minutes = evidence(partner, f"Minutes {strategy.code}.txt", strategy.code.encode())
    return actions.adopt(
        user=user,
        strategy=strategy,
        adopted_on=day or strategy.project.start + datetime.timedelta(days=500),
        adopted_by="Board",
        evidence=[minutes],
        **fields,
    )
