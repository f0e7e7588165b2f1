"""Invented SMEs: names in their countries' manner, towns, sizes, and the clusters they belong to."""

import re
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import islice, product
from random import Random

from clusters.models import SME, ClusterMembership, SizeClass
from projects.models import Numbering

SIZES = {SizeClass.MICRO: 50, SizeClass.SMALL: 33, SizeClass.MEDIUM: 17}  # out of a hundred
UNREGISTERED = 20  # one firm in so many has no registration number yet


def add_firms(project, plan, companies, people):
    """Add the plan's firms to `project`, and return the members of each cluster as {cluster: [SME]}."""
    rng = Random(f"{project.slug} firms")  # noqa: S311 - invented data, no secret
    firms, homes = [], []
    for cluster in project.clusters.filter(short_name__in=plan["clusters"]).order_by("code"):
        its = plan["clusters"][cluster.short_name]
        words = companies[its.get("companies", cluster.country.code)]
        for name, native_name, town in islice(_invented(words, rng), its["firms"]):
            firm = SME(name=name, native_name=native_name, town=town, country=cluster.country)
            firm.created_by = people.staff[cluster]
            firms.append(firm)
            homes.append(cluster)
    _give_sizes(firms, plan, rng)
    _give_numbers(project, firms)
    SME.objects.bulk_create(firms, batch_size=500)
    return _join(firms, homes, plan["firms_in_two_clusters"], rng)


def _invented(country, rng):
    """Yield firms made of a country's words: name, name in its own script ("" for Latin), town; none twice."""
    pairs = list(product(country["trades"], country["names"]))
    rng.shuffle(pairs)
    latin = _romaniser(country) if "latin" in country else None
    for trade, name in pairs:
        full = country["pattern"].format(trade=trade, name=name, form=rng.choice(country["forms"]))
        town = rng.choice(country["towns"])
        yield (latin(full), full, latin(town)) if latin else (full, "", town)


def _romaniser(country):
    """The function that spells the country's Cyrillic in Latin letters."""
    letters = country["latin"]
    table = str.maketrans(
        {**letters, **{old.upper(): new.capitalize() for old, new in letters.items()}}
    )

    def latin(text):
        for old, new in country.get("latin_endings", {}).items():
            text = re.sub(rf"{old}\b", new, text)
        return text.translate(table)

    return latin


def _give_sizes(firms, plan, rng):
    sizes = [SizeClass.LARGE] * plan["large"] + [SizeClass.UNKNOWN] * plan["size_unknown"]
    sizes += rng.choices([*SIZES], [*SIZES.values()], k=len(firms) - len(sizes))
    rng.shuffle(sizes)
    for firm, size in zip(firms, sizes, strict=True):
        firm.size_class = size


def _give_numbers(project, firms):
    """Codes, and registration numbers that nobody takes for real ones."""
    of_country = Counter()
    for number, firm in zip(Numbering.take(project, SME.PREFIX, len(firms)), firms, strict=True):
        firm.project = project
        firm.code = SME.code_for(number)
        firm.demonstration = True
        of_country[firm.country.code] += 1
        if number % UNREGISTERED:
            firm.registration_number = (
                f"DEMO-{firm.country.code}-{of_country[firm.country.code]:04d}"
            )


def _join(firms, homes, in_two, rng):
    """Make each firm a member of its home cluster, and `in_two` of them of a second one."""
    pairs = list(zip(firms, homes, strict=True))
    clusters = list(dict.fromkeys(homes))
    for firm, home in rng.sample(pairs, in_two):
        pairs.append((firm, rng.choice([cluster for cluster in clusters if cluster != home])))
    ClusterMembership.objects.bulk_create(
        ClusterMembership(sme=firm, cluster=cluster, since=_joined(cluster.project, rng))
        for firm, cluster in pairs
    )
    members = defaultdict(list)
    for firm, cluster in pairs:
        members[cluster].append(firm)
    return members


def _joined(project, rng):
    """Most firms belong to their cluster before the project; one in eight joins during its first months."""
    if rng.random() < 1 / 8:
        return project.start + timedelta(days=rng.randrange(150))
    return project.start - timedelta(days=rng.randrange(1, 8 * 365))
