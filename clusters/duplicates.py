"""Looks for firms that are in a project twice.

Firms are compared only with their neighbours: those that share a key (a number, a website, a word of the name, its
sound) and stand next to them in the order of their spelled names. A key that very many firms have, such as "agro",
thus costs each of them no more than a rare one, and the whole grows with the number of firms and not with its square.
"""

from collections import deque
from itertools import chain

from django.db import transaction

from clusters.likeness import LIKELY, compare, facts_of, near_enough
from clusters.models import SME, LikelyPair, SMEKey
from clusters.models.keys import write_keys

NEIGHBOURS = 15  # on each side, under each key
FEW = 200  # up to so many firms are looked up one by one; more are found by reading all keys once
BATCH = 2_000
COMPARED = (
    *("pk", "project_id", "name", "native_name", "country", "town", "registration_number"),
    *("vat_number", "website", "likeness"),
)


@transaction.atomic
def compare_waiting(project, only=None) -> int:
    """Set the firms of `project` that are new or changed beside their like, and keep what was found as pairs.

    only: ids of the firms to look at; None for all. Returns how many there were. Safe to run twice, and at once.
    """
    if only is None:
        _give_keys(project)
    waiting = SME.objects.filter(project=project).to_compare()
    if only is not None:
        waiting = waiting.filter(pk__in=only)
    firms = list(waiting.order_by("pk").values_list("pk", flat=True))
    # Marked first: a firm that is saved while this runs waits for the end of it and is then marked anew.
    for start in range(0, len(firms), BATCH):
        SME.objects.filter(pk__in=firms[start : start + BATCH]).update(compared=True)
    if firms:
        few = len(firms) <= FEW
        found = _beside(project, firms) if few else _everywhere(project, set(firms))
        _keep(project, firms, found)
    return len(firms)


def like(firm) -> list[tuple[SME, int, list]]:
    """The firms of the project that `firm`, saved or not, may be: (SME, score, reasons), likeliest first."""
    facts = facts_of(firm)
    near = set(chain.from_iterable(_next_to(firm.project_id, *key) for key in facts.keys))
    near.discard(firm.pk)
    found = []
    for there in (
        SME.objects.standing()
        .filter(pk__in=near)
        .select_related("project")
        .prefetch_related("clusters")
    ):
        score, reasons = compare(facts, facts_of(there))
        if score >= LIKELY:
            found.append((there, score, reasons))
    return sorted(found, key=lambda row: (-row[1], row[0].pk))


def _give_keys(project):
    """Write the keys of firms that have none: those from before there were keys."""
    firms = list(SME.objects.filter(project=project).without_keys().only(*COMPARED))
    facts = [facts_of(firm) for firm in firms]
    for firm, its in zip(firms, facts, strict=True):
        SME.objects.filter(pk=firm.pk).update(likeness=its.digest, compared=False)
    write_keys(zip(firms, facts, strict=True))


def _next_to(project, key, place):
    """The ids of the firms that stand next to `place` under `key`."""
    keys = SMEKey.objects.filter(project=project, key=key, sme__merged_into__isnull=True)
    after = keys.filter(place__gte=place).order_by("place", "sme")[:NEIGHBOURS]
    before = keys.filter(place__lt=place).order_by("-place", "-sme")[:NEIGHBOURS]
    for rows in (after, before):
        yield from rows.values_list("sme", flat=True)


def _beside(project, firms):
    """The pairs of ids to compare for a few firms."""
    pairs = set()
    keys = SMEKey.objects.filter(sme__in=firms).values_list("sme", "key", "place")
    for firm, key, place in keys:
        for other in _next_to(project.pk, key, place):
            if other != firm:
                pairs.add((min(firm, other), max(firm, other)))
    return pairs


def _everywhere(project, firms):
    """The pairs of ids to compare for very many firms: all keys are read once, in their order."""
    keys = SMEKey.objects.filter(project=project, sme__merged_into__isnull=True)
    rows = keys.order_by("key", "place", "sme").values_list("key", "place", "sme")
    pairs, last, near = set(), None, deque(maxlen=NEIGHBOURS)
    for key, place, firm in rows.iterator(chunk_size=20_000):
        if key != last:
            last = key
            near.clear()
        for other_place, other in near:
            if (firm in firms or other in firms) and (not place or near_enough(place, other_place)):
                pairs.add((other, firm) if other < firm else (firm, other))
        near.append((place, firm))
    return {pair for pair in pairs if pair[0] != pair[1]}


def _keep(project, firms, found):
    """Compare the pairs of ids in `found`; keep the likely ones, forget what is likely no more."""
    facts = {}
    needed = list({pk for pair in found for pk in pair})
    for start in range(0, len(needed), BATCH):
        batch = SME.objects.filter(pk__in=needed[start : start + BATCH]).only(*COMPARED)
        facts |= {firm.pk: facts_of(firm) for firm in batch}
    likely = {}
    for one, other in found:
        score, reasons = compare(facts[one], facts[other])
        if score >= LIKELY:
            seen = f"{facts[one].digest}{facts[other].digest}"
            likely[one, other] = (score, reasons, seen)
    there = {}
    for start in range(0, len(firms), BATCH):
        batch = firms[start : start + BATCH]
        for pairs in (
            LikelyPair.objects.filter(one__in=batch),
            LikelyPair.objects.filter(other__in=batch),
        ):
            there |= {(pair.one_id, pair.other_id): pair for pair in pairs}
    gone = [pair.pk for key, pair in there.items() if key not in likely and not pair.different]
    for start in range(0, len(gone), BATCH):
        LikelyPair.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    # What a person said is not the same stays so until something that was compared changes.
    new = [
        LikelyPair(
            project=project,
            one_id=one,
            other_id=other,
            score=score,
            reasons=reasons,
            facts=seen,
            different=False,
        )
        for (one, other), (score, reasons, seen) in likely.items()
        if (one, other) not in there or there[one, other].facts != seen
    ]
    LikelyPair.objects.bulk_create(
        new,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["one", "other"],
        update_fields=["score", "reasons", "facts", "different", "decided_by", "decided_at"],
    )
