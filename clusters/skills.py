"""What the assessments say of managers' skills: scores before and after, gaps, and the trainings that close them.

Of a manager's two assessments in a wave the mentor's score counts, and the manager's own where the mentor gave none.
A comparison is made of managers who have a score in both waves, and says how many they are; nobody assessed is no
average, never a zero. Each function takes a fixed number of queries.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from clusters.models import Competence, Judge, Manager, Score, Training, When
from projects.models import Partner

GAP_AT = 2  # a baseline score of this or less is a gap
LEAST_PERSONS = 3  # averages of fewer are a person's own scores to whoever knows the others


@dataclass(frozen=True)
class Progress:
    """A competence before and after: the means over `persons` managers with both scores; None for none of them."""

    competence: Competence
    before: Decimal | None
    after: Decimal | None
    persons: int

    @property
    def gain(self):
        return None if self.before is None else self.after - self.before


@dataclass(frozen=True)
class Need:
    """How many of the managers scored at baseline have a gap in a competence, and what would close it."""

    competence: Competence
    managers: int
    scored: int
    trainings: list[Training]


def scores_of(managers, until=None) -> dict[int, dict[str, dict[int, int]]]:
    """The score that counts of each of `managers` (a queryset): {manager id: {wave: {competence id: 1 to 5}}}.

    until: assessments of later days are left out; None takes all.
    """
    found = Score.objects.filter(assessment__manager__in=managers.order_by())
    if until:
        found = found.filter(assessment__date__lte=until)
    rows = found.values_list(
        "assessment__manager", "assessment__wave", "assessment__kind", "competence", "value"
    )
    scores = defaultdict(lambda: {When.BASELINE: {}, When.END: {}})
    for manager, wave, kind, competence, value in rows:
        of_wave = scores[manager][wave]
        if kind == Judge.MENTOR:
            of_wave[competence] = value
        else:
            of_wave.setdefault(competence, value)
    return dict(scores)


def progress(competences, scores, *, least=1) -> list[Progress]:
    """Each of `competences` before and after, over the managers in `scores` who have both.

    least: of fewer persons than this no mean is told.
    """
    found = []
    for competence in competences:
        both = [
            (waves[When.BASELINE][competence.pk], waves[When.END][competence.pk])
            for waves in scores.values()
            if competence.pk in waves[When.BASELINE] and competence.pk in waves[When.END]
        ]
        before = after = None
        if both and len(both) >= least:
            before, after = (mean(values) for values in zip(*both, strict=True))
        found.append(Progress(competence, before, after, len(both)))
    return found


@dataclass(frozen=True)
class Gain:
    """All competences taken together, over the `persons` managers with scores in both waves."""

    before: Decimal | None
    after: Decimal | None
    persons: int
    withheld: bool


def gain(scores, *, least=1) -> Gain:
    """The mean of all scores before and after, of the managers in `scores` and the competences that have both."""
    before, after, persons = [], [], 0
    for waves in scores.values():
        both = waves[When.BASELINE].keys() & waves[When.END].keys()
        persons += bool(both)
        before += [waves[When.BASELINE][competence] for competence in both]
        after += [waves[When.END][competence] for competence in both]
    if not persons or persons < least:
        return Gain(None, None, persons, withheld=persons > 0)
    return Gain(mean(before), mean(after), persons, withheld=False)


def needs(competences, scores, *, least=1) -> list[Need]:
    """The competences with gaps among the managers in `scores`, the most frequent gap first.

    competences: with their `trainings` prefetched. least: a competence in which fewer managers than this were
    scored is left out.
    """
    found = []
    for competence in competences:
        first = [
            waves[When.BASELINE][competence.pk]
            for waves in scores.values()
            if competence.pk in waves[When.BASELINE]
        ]
        short = sum(1 for value in first if value <= GAP_AT)
        if short and len(first) >= least:
            found.append(Need(competence, short, len(first), list(competence.trainings.all())))
    return sorted(found, key=lambda need: (-need.managers, need.competence.position))


def mean(values) -> Decimal:
    """The mean of whole numbers, rounded half up to one decimal place. Raises ZeroDivisionError for none."""
    exact = Fraction(sum(values), len(values))
    return Decimal(int(exact * 10 + Fraction(1, 2))) / 10


def least_persons(user, managers) -> int:
    """Of how many persons at least `user` is told a mean over `managers` (a queryset).

    SECURITY: a mean of few tells their scores. Who reads the scores of every one of them sees it all the same;
    a guest from another partner's cluster is enough to withhold it.
    """
    others = managers.exclude(cluster__partner__in=Partner.objects.read_within_by(user))
    return LEAST_PERSONS if others.exists() else 1


def in_cluster(cluster):
    """The managers of `cluster`: those at home there, and those with a further role in it."""
    managers = Manager.objects.filter(project=cluster.project_id)
    return managers.filter(cluster=cluster) | managers.filter(
        pk__in=cluster.further_managers.values("manager")
    )
