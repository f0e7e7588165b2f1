"""How well each unit of a figure is proven: strong, weak or unproven, and which paper is missing where."""

from collections import Counter
from dataclasses import dataclass

from django.db import models
from django.db.models import Count, Min, Q
from django.utils.translation import gettext_lazy as _

from indicators.figures import Figure, counting_rows
from indicators.models import ProofAsked


class Level(models.TextChoices):
    """How a unit would fare if the auditor came today."""

    STRONG = "strong", _("Strong")
    WEAK = "weak", _("Weak")
    UNPROVEN = "unproven", _("Unproven")

    @property
    def tone(self):
        return {"strong": "good", "weak": "warn", "unproven": "bad"}[self.value]

    @property
    def icon(self):
        return {"strong": "shield-check", "weak": "shield-exclamation", "unproven": "x-mark"}[
            self.value
        ]


FILE_AND_VOUCHED = _("a file is attached, and a second person vouches for it")
FILE = _("a file is attached")
NOTHING_ASKED = _("no paper is asked for")
NOT_VOUCHED = _("a file is attached, and no second person vouches for it yet")
LINK = _("there is a link only, which may lead nowhere one day")
WORD = _("a second person vouches for it, and no paper is there")
NO_PLACE = _("it is known from records that bear no paper")
NOTHING = _("none of its records has a paper")


@dataclass(frozen=True)
class Papers:
    """What the records of a unit that count have: how many there are, with a file, with a file for which a second
    person vouches, with a file or link, with a second person's word; whether they can bear papers at all."""

    records: int
    files: int = 0
    vouched_files: int = 0
    papers: int = 0
    vouched: int = 0
    bears: bool = True

    def __or__(self, other):
        return Papers(
            self.records + other.records,
            self.files + other.files,
            self.vouched_files + other.vouched_files,
            self.papers + other.papers,
            self.vouched + other.vouched,
            self.bears or other.bears,
        )


def level_of(papers: Papers, asked) -> tuple[Level, str]:
    """How well a unit with these papers is proven where `asked` (a ProofAsked) is asked, and why."""
    if asked == ProofAsked.NONE:
        return Level.STRONG, NOTHING_ASKED
    if papers.vouched_files:
        return Level.STRONG, FILE_AND_VOUCHED
    if papers.files:
        if asked == ProofAsked.PAPER:
            return Level.STRONG, FILE
        return Level.WEAK, NOT_VOUCHED
    if papers.papers:
        return Level.WEAK, LINK
    if papers.vouched:
        return Level.WEAK, WORD
    if not papers.bears:
        return Level.WEAK, NO_PLACE
    return Level.UNPROVEN, NOTHING


@dataclass(frozen=True)
class UnitProof:
    """A unit of a figure and how it is proven. mended: (source, key) of the record whose page takes
    what is missing: the first without a paper, else the first."""

    unit: object
    level: Level
    why: str
    papers: Papers
    mended: tuple | None


def proofs(figure: Figure) -> dict[object, UnitProof]:
    """How each unit that counts in `figure` is proven: {unit: its proof}; one query for each source."""
    measure, found, mended = figure.measure, {}, {}
    for source in measure.sources:
        rows = counting_rows(source, figure.project, figure.as_of).order_by()
        for key, first, papers in _papers(source, rows):
            unit = measure.unit_of(source, key)
            found[unit] = found[unit] | papers if unit in found else papers
            mended.setdefault(unit, (source, first))
    asked = figure.indicator.proof
    return {
        unit: UnitProof(unit, *level_of(papers, asked), papers, mended.get(unit))
        for unit, papers in found.items()
    }


def _papers(source, rows):
    """(unit, the record whose page takes what is missing, its papers) for each unit of one source."""
    second = source.vouched() if source.vouched else None
    at = source.papers or "pk"
    counts = {"n": Count("pk", distinct=True), "any": Min(at)}
    if second is not None:
        counts["vouched"] = Count("pk", filter=second, distinct=True)
    if source.evidence:
        file = Q(**{f"{source.evidence}__file__gt": ""})
        counts["files"] = Count("pk", filter=file, distinct=True)
        counts["papers"] = Count(
            "pk", filter=Q(**{f"{source.evidence}__isnull": False}), distinct=True
        )
        both = file if second is None else file & second
        counts["both"] = Count("pk", filter=both, distinct=True)
        counts["first"] = Min(at, filter=Q(**{f"{source.evidence}__isnull": True}))
    for row in rows.values(source.unit).annotate(**counts):
        yield (
            row[source.unit],
            row.get("first") or row["any"],
            Papers(
                row["n"],
                row.get("files", 0),
                row.get("both", 0),
                row.get("papers", 0),
                row.get("vouched", 0),
                bool(source.evidence),
            ),
        )


@dataclass(frozen=True)
class Tally:
    """How many units are proven how well, as an auditor would find it today."""

    strong: int
    weak: int
    unproven: int

    @property
    def units(self):
        return self.strong + self.weak + self.unproven

    @property
    def share(self):
        """The well-proven share in whole percent, rounded down; None of no units."""
        return self.strong * 100 // self.units if self.units else None


def tally(found: dict) -> Tally:
    """How many of the units that `proofs` found are at each level."""
    levels = Counter(proof.level for proof in found.values())
    return Tally(levels[Level.STRONG], levels[Level.WEAK], levels[Level.UNPROVEN])


@dataclass(frozen=True)
class Missing:
    """A record of a unit that is not well proven, without a file: whose it is and where the paper is added."""

    model: type
    pk: int
    cluster: int | None
    person: str


def missing(figure: Figure, found: dict) -> list[Missing]:
    """The records that leave units of `figure` short of strong and have no paper, each once; a query a source."""
    measure = figure.measure
    short = {unit for unit, proof in found.items() if proof.level != Level.STRONG}
    seen = {}
    for source in measure.sources:
        if not source.evidence or not short:
            continue
        rows = counting_rows(source, figure.project, figure.as_of).order_by()
        rows = rows.filter(**{f"{source.evidence}__isnull": True})
        paths = [source.unit, source.papers or "pk", f"{source.person}__name"]
        if source.cluster:
            paths.append(source.cluster)
        model = papers_model(source, figure.project)
        for unit, pk, person, *cluster in rows.values_list(*paths).distinct():
            if measure.unit_of(source, unit) in short:
                whose = cluster[0] if cluster else None
                seen.setdefault((model, pk, whose), Missing(model, pk, whose, person or ""))
    return list(seen.values())


def papers_model(source, project):
    """The model of the records whose pages take the papers of `source`."""
    model = source.rows(project).model
    return model._meta.get_field(source.papers).related_model if source.papers else model
