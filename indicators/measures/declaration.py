"""What a measure is made of. A measure is data; `figures.py` asks the database what it declares."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from events.models import Standing


@dataclass(frozen=True)
class Condition:
    """One reason for which a record counts. `sentence` names it on screen, `unmet` what is said of a record
    that falls out here; `holds` gives the filter for a project and a day."""

    sentence: str
    unmet: str
    holds: Callable


@dataclass(frozen=True)
class Source:
    """A base set of rows of a project, which `records` names in the plural.

    The paths lead from such a row: `date` to when it counts, `cluster` to whose it is and `evidence` to what proves
    it (empty where there is none), `unit` to the id of what it makes count: of the measure's `unit_model`, unless
    the source names its own.
    """

    records: str
    rows: Callable[..., QuerySet]
    conditions: tuple[Condition, ...]
    date: str
    unit: str
    cluster: str = ""
    evidence: str = ""
    unit_model: type | None = None


@dataclass(frozen=True)
class Measure:
    """A distinct count: how many units (enterprises, persons, countries) the sources make count, each once.

    unit_model: the model whose ids the sources' `unit` paths give; None where they give a country's code.
    units: the word for several of them.
    """

    key: str
    name: str
    units: str
    unit_model: type | None
    sources: tuple[Source, ...]

    @property
    def shares_overlap(self):
        """Whether a unit may count for several clusters, so that the shares sum to more than the whole."""
        return self.unit_model is not Cluster

    @property
    def has_shares(self):
        """Whether its records are the clusters' own."""
        return any(source.cluster for source in self.sources)

    @property
    def unit_models(self):
        """The models of its units, each once."""
        return list(dict.fromkeys(self.unit_model_of(source) for source in self.sources))

    def unit_model_of(self, source):
        return source.unit_model or self.unit_model

    def unit_of(self, source, key):
        """What tells a unit from all others of the measure; `key` tells it from those of its kind."""
        return key if source.unit_model is None else (source.unit_model._meta.label, key)


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
    )


CONFIRMED = Condition(
    _("confirmed"),
    _("not confirmed by the organiser"),
    lambda project: Q(confirmed_at__isnull=False),
)
