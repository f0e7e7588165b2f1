"""What a measure is made of. A measure is data; `figures.py` asks the database what it declares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from events.models import Standing


class How(models.TextChoices):
    """How a number is made of the records that count."""

    COUNT = "count", _("distinct count: each unit once, however many records it has")
    SUM = "sum", _("sum over the records")
    AVERAGE = "average", _("average of the records, each with the same weight")
    RATIO = "ratio", _("share of the records that meet every condition, in percent")
    LATEST = "latest", _("latest reading of each cluster (or of the project), added up")
    YES_NO = "yes_no", _("yes as soon as one record counts")

    @property
    def adds_up(self):
        """Whether each record only adds, so that a value grows from nought and has a pace."""
        return self in (How.COUNT, How.SUM)

    @property
    def start(self):
        """The value of no record at all; None where there is none to speak of. Null is not zero."""
        return 0 if self in (How.COUNT, How.SUM, How.YES_NO) else None


@dataclass(frozen=True)
class Condition:
    """One reason for which a record counts. `sentence` names it on screen, `unmet` what is said of a record
    that falls out here; `holds` gives the filter for a project. `mended` is the path from the record to the one
    where that is mended: the record itself if empty."""

    sentence: str
    unmet: str
    holds: Callable
    mended: str = ""


@dataclass(frozen=True)
class Parameter:
    """What an indicator may narrow a measure to. `choices` gives (key, name) of what a project offers."""

    key: str
    name: str
    sentence: str
    unmet: str
    choices: Callable


@dataclass(frozen=True)
class Source:
    """A base set of rows of a project, which `records` names in the plural.

    The paths lead from such a row: `date` to when it counts, `cluster` to whose it is and `evidence` to what proves
    it (empty where there is none), `unit` to the id of what it makes count: of the measure's `unit_model`, unless
    the source names its own; `amount` to the number that is summed, averaged or read.

    narrowed: the path of each parameter by which an indicator may narrow it. groups: the path of what it can be
    split by besides clusters (`country`, `sector`, `size`). whole: of a ratio, how many of the conditions make a
    record one of the whole. indicator: the path to the one indicator that a row belongs to, if it does.

    vouched: gives the filter for rows for which a second person vouches; None where nobody is asked to. papers: the
    path to the record whose page takes the papers, the row itself if empty. person: the path to who entered it.
    """

    records: str
    rows: Callable[..., QuerySet]
    conditions: tuple[Condition, ...]
    date: str
    unit: str
    cluster: str = ""
    evidence: str = ""
    amount: str = ""
    whole: int = 0
    indicator: str = ""
    vouched: Callable[[], Q] | None = None
    papers: str = ""
    person: str = "created_by"
    narrowed: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    unit_model: type | None = None


@dataclass(frozen=True)
class Measure:
    """What is counted (enterprises, persons, countries), summed or averaged over the records of its sources.

    unit_model: the model whose ids the sources' `unit` paths give; None where they give a country's code. What is not
    a distinct count has its records for units.
    units: the word for several of them.
    """

    key: str
    name: str
    units: str
    unit_model: type | None
    sources: tuple[Source, ...]
    how: How = How.COUNT
    parameters: tuple[Parameter, ...] = ()

    @property
    def shares_overlap(self):
        """Whether a unit may count for several clusters, so that the shares sum to more than the whole."""
        return self.how == How.COUNT and self.unit_model is not Cluster

    @property
    def units_are_records(self):
        """Whether each record is a unit of its own, of one source."""
        return len(self.sources) == 1 and self.sources[0].unit == "pk"

    @property
    def has_shares(self):
        """Whether its records are the clusters' own."""
        return any(source.cluster for source in self.sources)

    @property
    def groups(self):
        """What it can be split by besides clusters."""
        return [key for key in GROUPS if all(key in source.groups for source in self.sources)]

    @property
    def is_typed(self):
        """Whether its records are readings that people type for the one indicator."""
        return any(source.indicator for source in self.sources)

    @property
    def is_gliding(self):
        """Whether its value can go up and down, so that it has no pace."""
        return self.how in (How.AVERAGE, How.RATIO, How.LATEST)

    @property
    def unit_models(self):
        """The models of its units, each once."""
        return list(dict.fromkeys(self.unit_model_of(source) for source in self.sources))

    def unit_model_of(self, source):
        return source.unit_model or self.unit_model

    def unit_of(self, source, key):
        """What tells a unit from all others of the measure; `key` tells it from those of its kind."""
        return key if source.unit_model is None else (source.unit_model._meta.label, key)

    def of(self, indicator) -> "Measure":
        """This measure as `indicator` asks it: its own readings, narrowed to the parameters that it chose."""
        chosen = [
            (each, [choice["key"] for choice in indicator.parameters[each.key]])
            for each in self.parameters
            if indicator.parameters.get(each.key)
        ]
        if not chosen and not self.is_typed:
            return self
        sources = tuple(_asked(source, indicator, chosen) for source in self.sources)
        return replace(self, sources=sources)


GROUPS = {"country": _("Country"), "sector": _("Sector"), "size": _("Size class")}


def _asked(source, indicator, chosen):
    rows = source.rows
    if source.indicator:

        def rows(project):
            return source.rows(project).filter(**{source.indicator: indicator.pk})

    narrowing = tuple(
        Condition(each.sentence, each.unmet, _one_of(rows, source.narrowed[each.key], keys))
        for each, keys in chosen
        if each.key in source.narrowed
    )
    at = source.whole  # of a ratio, the whole is narrowed and not the part alone
    conditions = (*source.conditions[:at], *narrowing, *source.conditions[at:])
    whole = at and at + len(narrowing)
    return replace(source, rows=rows, conditions=conditions, whole=whole)


def _one_of(rows, path, keys):
    """The filter for rows that lead to one of `keys`; a subquery, as the path may lead to several."""
    return lambda project: Q(pk__in=rows(project).filter(**{f"{path}__in": keys}).values("pk"))


def inside(path):
    """That the day at `path` lies inside the project."""
    return Condition(
        _("inside the project"),
        _("dated outside the project"),
        lambda project: Q(**{f"{path}__range": (project.start, project.end)}),
    )


def held(path):
    """That the event at `path` was held, or that there is none."""
    return Condition(
        _("held"),
        _("planned or cancelled, not held"),
        lambda project: Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__state": Standing.HELD}),
        mended=path,
    )


CONFIRMED = Condition(
    _("confirmed"),
    _("not confirmed by the organiser"),
    lambda project: Q(confirmed_at__isnull=False),
)


def confirmed_attendances():
    """The attendances that the organiser confirmed."""
    return Q(confirmed_at__isnull=False)
