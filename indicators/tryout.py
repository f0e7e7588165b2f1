"""What a set of targets would take: the pace that each needs, beside the pace of today."""

from dataclasses import dataclass
from decimal import Decimal

from indicators.figures import Figure, Split, forecast_of, needed_of


@dataclass(frozen=True)
class Row:
    """The targets of the whole or of one cluster, with the pace that the last of them takes.

    cells: the form's bound fields. needed: more a month until the end, in the figure's units; None where it is
    reached or there is no pace. enough: whether the pace of today takes it there; None where that can't be said.
    """

    cluster: object | None
    cells: list
    value: Decimal | int | None
    target: Decimal | None
    forecast: Decimal | int | None
    needed: Decimal | None
    falls: bool
    over: bool

    @property
    def reached(self):
        if self.target is None or self.value is None:
            return False
        return self.value <= self.target if self.falls else self.value >= self.target

    @property
    def missed(self):
        """Whether no day is left to reach it."""
        return self.over and self.target is not None and self.value is not None

    @property
    def enough(self):
        if self.needed is None or self.forecast is None:
            return None
        return self.forecast >= self.target


@dataclass(frozen=True)
class Column:
    """The end of a period (None: of the project): what the clusters' targets sum to beside the whole's."""

    period: object | None
    total: Decimal | None
    whole: Decimal | None

    @property
    def difference(self):
        return None if self.total is None or self.whole is None else self.total - self.whole


@dataclass(frozen=True)
class Grid:
    rows: list[Row]
    columns: list[Column]


def tried(form, figure: Figure, split: Split | None) -> Grid:
    """The grid of `form` with what its targets would take as of the figure's day. Asks the database nothing."""
    shares = {share.cluster.pk: share for share in split.shares} if split else {}
    whole = forecast_of(figure.measure, figure.steps, figure.project, figure.as_of)
    rows = []
    for cluster in form.rows_of:
        target = form.value(cluster, None)
        value = shares[cluster.pk].value if cluster else figure.value
        rows.append(
            Row(
                cluster=cluster,
                cells=[form[form.name_of(cluster, period)] for period in form.columns_of],
                value=value,
                target=target,
                falls=figure.falls,
                over=figure.as_of >= figure.project.end,
                forecast=shares[cluster.pk].forecast if cluster else whole,
                needed=None
                if value is None
                else needed_of(figure.measure, value, target, figure.project, figure.as_of),
            )
        )
    columns = []
    for period in form.columns_of:
        own = [form.value(cluster, period) for cluster in form.rows_of if cluster]
        given = [value for value in own if value is not None]
        total = sum(given) if given else None
        columns.append(Column(period, total, form.value(None, period)))
    return Grid(rows, columns)
