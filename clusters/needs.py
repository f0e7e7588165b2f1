"""What firms answered, in numbers: response, before and after, needs beside services. Two or three queries each.

Only what was handed in counts. A number that one or two firms stand behind is shown to who reads these firms' own
answers, and to nobody else.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Q

from clusters.models import (
    SCALE,
    Answer,
    Asked,
    Cluster,
    Option,
    Question,
    Service,
    ServiceCategory,
    ServiceRecord,
    When,
)
from projects.models import Partner, Project

FEWEST = 3  # firms behind a number that everyone in the project reads


def reads_each_answer(user, project, cluster=None):
    """Whether `user` reads what single firms answered: of `cluster`, or of all clusters where it is None."""
    if Project.objects.editable_by(user).filter(pk=project.pk).exists():
        return True
    if cluster is None:
        return False
    return Partner.objects.read_within_by(user).filter(pk=cluster.partner_id).exists()


# --- Response -----------------------------------------------------------------------------------------


@dataclass
class Response:
    """How many firms were asked, written to, have begun and have handed in."""

    name: str
    asked: int = 0
    invited: int = 0
    begun: int = 0
    handed_in: int = 0

    @property
    def percent(self):
        return round(100 * self.handed_in / self.asked) if self.asked else 0


def response(wave):
    """The response to `wave`: a list with one Response for each cluster that asks, and the one of all.

    Each firm is asked by one cluster, so the clusters add up to the whole.
    """
    invited = Q(letters__state="sent")
    rows = (
        Asked.objects.filter(wave=wave)
        .values("cluster", "cluster__short_name")
        .annotate(
            asked=Count("pk", distinct=True),
            handed_in=Count("pk", filter=Q(handed_in_at__isnull=False), distinct=True),
            invited=Count("pk", filter=invited, distinct=True),
        )
        .order_by("cluster__partner__number", "cluster__code")
    )
    begun = dict(
        Answer.objects.filter(asked__wave=wave)
        .order_by()
        .values_list("asked__cluster")
        .annotate(n=Count("asked", distinct=True))
    )
    clusters = [
        Response(
            name=row["cluster__short_name"],
            asked=row["asked"],
            invited=row["invited"],
            begun=begun.get(row["cluster"], 0),
            handed_in=row["handed_in"],
        )
        for row in rows
    ]
    whole = Response(name="")
    for part in clusters:
        for name in ("asked", "invited", "begun", "handed_in"):
            setattr(whole, name, getattr(whole, name) + getattr(part, name))
    return clusters, whole


# --- Before and after ----------------------------------------------------------------------------------


@dataclass
class Said:
    """What a group of firms said to one question in one wave."""

    counts: Counter = field(default_factory=Counter)  # number or option -> firms
    n: int = 0  # firms that answered it
    shown: bool = True  # False where too few firms stand behind it for this reader

    @property
    def mean(self):
        if not self.n or not self.shown:
            return None
        return sum(number * firms for number, firms in self.counts.items()) / self.n

    def share(self, key):
        """The part of the firms that said `key`, in percent; None where there is no number to show."""
        return round(100 * self.counts[key] / self.n) if self.n and self.shown else None


@dataclass
class Compared:
    """One question with what was said before and after, in all and by cluster."""

    question: Question
    baseline: Said
    end: Said
    clusters: list  # (cluster, Said, Said)

    @property
    def change(self):
        if self.baseline.mean is None or self.end.mean is None:
            return None
        return self.end.mean - self.baseline.mean

    @property
    def lines(self):
        """(what, firms before, share before, firms after, share after) for each step or option."""
        if self.question.has_options:
            keys = [(option.pk, option.text) for option in self.question.options.all()]
        else:
            keys = [(number, str(number)) for number in SCALE]
        return [
            {
                "key": key,
                "name": name,
                "before": self.baseline.counts[key] if self.baseline.shown else None,
                "before_share": self.baseline.share(key),
                "after": self.end.counts[key] if self.end.shown else None,
                "after_share": self.end.share(key),
            }
            for key, name in keys
        ]


@dataclass
class Results:
    """The results of a questionnaire, as one reader may see them."""

    questions: list
    handed_in: dict  # "baseline", "end", "both" -> firms
    both_only: bool


def results(*, questionnaire, user, cluster=None, both_only=True):
    """What firms said to each scale and choice question of `questionnaire`, before and after.

    cluster: only the firms that this cluster asked. both_only: only firms that handed in both waves.
    """
    papers = Asked.objects.handed_in().filter(wave__questionnaire=questionnaire)
    if cluster is not None:
        papers = papers.filter(cluster=cluster)
    first, last = (papers.filter(wave__kind=kind) for kind in (When.BASELINE, When.END))
    both = first.filter(sme__in=last.values("sme"))
    handed_in = {"baseline": first.count(), "end": last.count(), "both": both.count()}
    if both_only:
        papers = papers.filter(sme__in=both.values("sme"))
    said = _said(papers)
    readable = _readable_clusters(user, questionnaire.project)
    whole = reads_each_answer(user, questionnaire.project, cluster)
    questions = questionnaire.questions.exclude(kind="text").prefetch_related("options")
    asking = Cluster.objects.filter(asked__in=papers).distinct().select_related("partner")
    asking = list(asking.order_by("partner__number", "code"))
    compared = [
        Compared(
            question=question,
            baseline=_hide(said[question.pk, When.BASELINE, None], whole),
            end=_hide(said[question.pk, When.END, None], whole),
            clusters=[
                (
                    each,
                    _hide(said[question.pk, When.BASELINE, each.pk], each.pk in readable),
                    _hide(said[question.pk, When.END, each.pk], each.pk in readable),
                )
                for each in asking
            ],
        )
        for question in questions
    ]
    return Results(questions=compared, handed_in=handed_in, both_only=both_only)


def _said(papers):
    """{(question, wave, cluster or None): Said} of the handed-in papers."""
    answers = Answer.objects.filter(asked__in=papers, text="").order_by()
    found = defaultdict(Said)
    by = ("question", "asked__wave__kind", "asked__cluster")
    for question, kind, cluster, number, option, firms in (
        answers.values(*by, "number", "option")
        .annotate(firms=Count("asked", distinct=True))
        .values_list(*by, "number", "option", "firms")
    ):
        for place in (cluster, None):
            found[question, kind, place].counts[number or option] += firms
    for question, kind, cluster, firms in (
        answers.values(*by).annotate(firms=Count("asked", distinct=True)).values_list(*by, "firms")
    ):
        for place in (cluster, None):
            found[question, kind, place].n += firms
    return found


def _hide(said, readable):
    said.shown = readable or said.n == 0 or said.n >= FEWEST
    return said


def _readable_clusters(user, project):
    within = Partner.objects.read_within_by(user).filter(project=project)
    return set(Cluster.objects.filter(partner__in=within).values_list("pk", flat=True))


# --- Needs beside services -------------------------------------------------------------------------------


@dataclass
class Cell:
    """Firms with a need that received services of a category, and how many deliveries these were."""

    firms: int
    deliveries: int
    meant: bool  # the need names this category
    shown: bool


@dataclass
class Need:
    """A row of the matrix: an option of a question about needs."""

    option: Option
    firms: int
    shown: bool
    cells: list
    nobody_serves: bool


@dataclass
class Matrix:
    """Needs set against services."""

    question: Question
    categories: list
    needs: list
    nobody_needs: list  # categories with services that answer no need that a firm named


def matrix(*, question, wave, user, cluster=None):
    """The needs that firms named in answer to `question` in `wave`, beside what these firms received.

    A firm counts in each need it named. Deliveries are all that were delivered to it, by whichever cluster.
    cluster: only the firms that this cluster asked.
    """
    papers = Asked.objects.handed_in().filter(wave=wave)
    if cluster is not None:
        papers = papers.filter(cluster=cluster)
    named = Answer.objects.filter(asked__in=papers, question=question).order_by()
    firms = dict(
        named.values("option")
        .annotate(n=Count("asked__sme", distinct=True))
        .values_list("option", "n")
    )
    received = _received(named)
    categories = list(ServiceCategory.objects.filter(project=question.project_id))
    whole = reads_each_answer(user, question.project, cluster)
    needs = []
    for option in question.options.all():
        n = firms.get(option.pk, 0)
        cells = []
        for category in categories:
            served, deliveries = received.get((option.pk, category.pk), (0, 0))
            cells.append(
                Cell(
                    firms=served,
                    deliveries=deliveries,
                    meant=category.pk == option.category_id,
                    shown=whole or served == 0 or served >= FEWEST,
                )
            )
        met = any(cell.meant and cell.firms for cell in cells)
        needs.append(
            Need(
                option=option,
                firms=n,
                shown=whole or n == 0 or n >= FEWEST,
                cells=cells,
                nobody_serves=bool(n) and not met,
            )
        )
    needed = {need.option.category_id for need in needs if need.firms}
    services = Service.objects.filter(project=question.project_id)
    if cluster is not None:
        services = services.filter(cluster=cluster)
    offered = set(services.values_list("category", flat=True))
    return Matrix(
        question=question,
        categories=categories,
        needs=needs,
        nobody_needs=[each for each in categories if each.pk in offered - needed],
    )


def _received(named):
    """{(option, category): (firms, deliveries)} of the firms that gave the answers `named`."""
    options = defaultdict(set)
    for sme, option in named.values_list("asked__sme", "option"):
        options[sme].add(option)
    delivered = (
        ServiceRecord.objects.delivered()
        .filter(sme__in=named.values("asked__sme"))
        .order_by()
        .values_list("sme", "service__category")
        .annotate(n=Count("pk"))
    )
    found = defaultdict(lambda: [0, 0])
    for sme, category, n in delivered:
        for option in options[sme]:
            found[option, category][0] += 1
            found[option, category][1] += n
    return {key: tuple(counts) for key, counts in found.items()}
