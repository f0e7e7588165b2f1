"""The clusters' strategies side by side: where several want the same, and where one has what another lacks.

An objective counts once, under its theme. A complement is a step of the value chain at which one cluster says that
its members are strong and another that it has a gap. Suggestions rank pairs of clusters: a theme in which both have
an objective counts 1, a complement between them counts 2, since it is a reason that neither has alone.
"""

from dataclasses import dataclass, field
from itertools import combinations

from django.db.models import Count

from clusters.models import (
    ChainLink,
    ChainStep,
    Cluster,
    Strategy,
    StrategyObjective,
    Strength,
    Theme,
)

SHADES = 4
SHARED, COMPLEMENT = 1, 2  # what a shared theme and a complement count in the ranking
MOST_SUGGESTIONS = 12


@dataclass
class Cell:
    """How many objectives a cluster has in a theme; `shade` 0 to 4 beside the largest number of the matrix."""

    theme: Theme | None
    count: int
    shade: int


@dataclass
class Row:
    """One cluster with its strategy: a cell for each theme, its objectives without one, and all of them."""

    cluster: Cluster
    strategy: Strategy
    cells: list[Cell]
    untagged: int
    total: int


@dataclass
class Column:
    """One theme: how many clusters have an objective there, how many objectives, and what is joint already."""

    theme: Theme
    clusters: list[Cluster] = field(default_factory=list)
    count: int = 0
    joint: list[StrategyObjective] = field(default_factory=list)

    @property
    def is_common(self):
        return len(self.clusters) > 1


@dataclass
class Complement:
    """A step of the value chain with the clusters that are strong there and those that have a gap."""

    step: ChainStep
    strong: list[Cluster]
    gaps: list[Cluster]


@dataclass
class Suggestion:
    """Two clusters, why they fit, and how much that counts."""

    one: Cluster
    other: Cluster
    themes: list[Theme]
    gives: list[tuple[ChainStep, Cluster, Cluster]]  # step, who is strong there, who has a gap

    @property
    def score(self):
        return SHARED * len(self.themes) + COMPLEMENT * len(self.gives)


@dataclass
class Matched:
    """All strategies of a project's clusters, matched."""

    rows: list[Row]
    columns: list[Column]
    complements: list[Complement]
    suggestions: list[Suggestion]
    pairs: int  # of clusters that fit at all, more than are suggested

    @property
    def common(self):
        """The themes that several clusters share, the most shared first."""
        shared = [column for column in self.columns if column.is_common]
        return sorted(shared, key=lambda column: (-len(column.clusters), -column.count))

    @property
    def alone(self):
        return [column for column in self.columns if len(column.clusters) == 1]

    @property
    def untagged(self):
        return sum(row.untagged for row in self.rows)

    @property
    def total(self):
        return sum(row.total for row in self.rows)


def match(project, user) -> Matched:
    """Match the strategies of `project` that `user` sees, in a fixed number of queries."""
    strategies = list(
        Strategy.objects.visible_to(user)
        .filter(project=project)
        .of_clusters()
        .select_related("project", "cluster__project")
        .order_by("cluster__partner__number", "cluster__code")
    )
    themes = list(Theme.objects.visible_to(user).filter(project=project))
    counts = _counts(project, user)
    most = max((n for (_one, theme), n in counts.items() if theme), default=0)
    rows = [_row(strategy, themes, counts, most) for strategy in strategies]
    columns = _columns(themes, rows, project, user)
    strong, gaps, steps = _chain(project, user, strategies)
    suggestions = _suggestions(rows, columns, strong, gaps, steps)
    return Matched(
        rows=rows,
        columns=columns,
        complements=[
            Complement(step, strong[step.pk], gaps[step.pk])
            for step in steps
            if strong[step.pk] and gaps[step.pk]
        ],
        suggestions=suggestions[:MOST_SUGGESTIONS],
        pairs=len(suggestions),
    )


def _counts(project, user):
    """{(strategy, theme or None): how many objectives}, by their ids."""
    found = StrategyObjective.objects.visible_to(user).of_clusters().filter(project=project)
    counted = found.order_by().values_list("strategy", "theme").annotate(n=Count("pk"))
    return {(strategy, theme): n for strategy, theme, n in counted}


def _row(strategy, themes, counts, most):
    cells = []
    for theme in themes:
        n = counts.get((strategy.pk, theme.pk), 0)
        cells.append(Cell(theme, n, -(-n * SHADES // most) if n else 0))
    untagged = counts.get((strategy.pk, None), 0)
    total = sum(cell.count for cell in cells) + untagged
    return Row(strategy.cluster, strategy, cells, untagged, total)


def _columns(themes, rows, project, user):
    columns = {theme.pk: Column(theme) for theme in themes}
    for row in rows:
        for cell in row.cells:
            if cell.count:
                columns[cell.theme.pk].clusters.append(row.cluster)
                columns[cell.theme.pk].count += cell.count
    joint = StrategyObjective.objects.visible_to(user).filter(
        project=project, strategy__cluster__isnull=True, theme__isnull=False
    )
    for objective in joint.select_related("project").order_by("position"):
        columns[objective.theme_id].joint.append(objective)
    return list(columns.values())


def _chain(project, user, strategies):
    """Who is strong and who has a gap at each step: {step id: [clusters]} twice, and the steps in their order."""
    steps = list(ChainStep.objects.visible_to(user).filter(project=project))
    strong, gaps = {step.pk: [] for step in steps}, {step.pk: [] for step in steps}
    own = {strategy.pk: strategy.cluster for strategy in strategies}
    links = ChainLink.objects.visible_to(user).filter(strategy__in=own)
    said = {
        (strategy, step): how
        for strategy, step, how in links.values_list("strategy", "step", "strength")
    }
    for pk, cluster in own.items():
        for step in steps:
            how = said.get((pk, step.pk))
            if how == Strength.STRONG:
                strong[step.pk].append(cluster)
            elif how == Strength.GAP:
                gaps[step.pk].append(cluster)
    return strong, gaps, steps


def _suggestions(rows, columns, strong, gaps, steps):
    shared = {}
    for column in columns:
        for one, other in combinations(column.clusters, 2):
            shared.setdefault((one.pk, other.pk), []).append(column.theme)
    place = {row.cluster.pk: n for n, row in enumerate(rows)}
    gives = {}
    for step in steps:
        for giver in strong[step.pk]:
            for taker in gaps[step.pk]:
                pair = sorted((giver.pk, taker.pk), key=place.get)
                gives.setdefault(tuple(pair), []).append((step, giver, taker))
    clusters = {row.cluster.pk: row.cluster for row in rows}
    found = [
        Suggestion(clusters[pair[0]], clusters[pair[1]], shared.get(pair, []), gives.get(pair, []))
        for pair in {**shared, **gives}
    ]
    return sorted(found, key=lambda one: (-one.score, place[one.one.pk], place[one.other.pk]))


def who_could_join(theme, matched) -> list[tuple[ChainStep, Cluster, list[Cluster]]]:
    """Clusters without an objective in `theme` that are strong where those with one have a gap.

    Returns (step, who is strong there, who has the gap), in the order of the value chain.
    """
    column = next(column for column in matched.columns if column.theme.pk == theme.pk)
    inside = {cluster.pk for cluster in column.clusters}
    return [
        (complement.step, cluster, lacking)
        for complement in matched.complements
        if (lacking := [one for one in complement.gaps if one.pk in inside])
        for cluster in complement.strong
        if cluster.pk not in inside
    ]
