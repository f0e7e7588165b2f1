"""Invented SMEs: names in their countries' manner, towns, numbers, sizes, and the clusters they belong to."""

import re
from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import islice, product
from random import Random

from django.core.exceptions import ValidationError

from clusters.models import SME, ClusterMembership, SizeClass
from clusters.numbers import registration_number, vat_number
from projects.models import Numbering

SIZES = {SizeClass.MICRO: 50, SizeClass.SMALL: 33, SizeClass.MEDIUM: 17}  # out of a hundred
UNREGISTERED = 20  # one firm in so many has no registration number yet
UNTAXED = 7  # one firm in so many has no VAT number
# staff from and to, and the most millions of turnover, by which a firm has its size
FIGURES = {
    SizeClass.MICRO: ((1, 9), 1.9),
    SizeClass.SMALL: ((10, 49), 9.5),
    SizeClass.MEDIUM: ((50, 249), 48),
    SizeClass.LARGE: ((260, 900), 180),
}
# registration and VAT number by country: {n} is the firm's number, {c} the check digits, found by trying
NUMBERS = {
    "AT": ("FN 99{n:04d}x", "ATU99{n:05d}{c}"),
    "BG": ("99{n:06d}{c}", "99{n:06d}{c}"),
    "DE": ("Ulm HRB 99{n:04d}", "99{n:06d}{c}"),
    "HR": ("99{n:08d}{c}", "99{n:08d}{c}"),
    "HU": ("99-09-{n:06d}", "99{n:05d}{c}"),
    "IT": ("99{n:05d}071{c}", "99{n:05d}071{c}"),
    "PT": ("99{n:06d}{c}", "99{n:06d}{c}"),
    "RO": ("J12/99{n:03d}/2012", "99{n:06d}{c}"),
    "RS": ("99{n:06d}", "99{n:06d}{c}"),
    "SI": ("99{n:03d}{c:02d}", "99{n:04d}{c:02d}"),
    "SK": ("99{n:06d}", "992{n:05d}{c:02d}"),
}
PUBLIC_OWNER = "A public body holds more than a quarter of it (Art. 3(4) of the Annex)."
DECLARED = "Declared by the firm; its figures are to follow."


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
    _give_sizes(project, firms, plan, rng)
    _give_numbers(project, firms)
    _give_activities(firms, homes, plan, rng)
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


def _give_sizes(project, firms, plan, rng):
    """Figures that give each firm its size; of some, the staff alone is known; one in 25 is set by hand."""
    sizes = [SizeClass.LARGE] * plan["large"] + [SizeClass.UNKNOWN] * plan["size_unknown"]
    sizes += rng.choices([*SIZES], [*SIZES.values()], k=len(firms) - len(sizes))
    rng.shuffle(sizes)
    for firm, size in zip(firms, sizes, strict=True):
        firm.figures_year = project.start.year - 1
        if size == SizeClass.UNKNOWN:
            firm.staff = rng.randint(2, 40)
        elif size == SizeClass.LARGE and rng.random() < 0.5:
            firm.staff, firm.turnover = rng.randint(30, 120), _about(12, rng)
            firm.size_override, firm.size_reason = size, PUBLIC_OWNER
        else:
            staff, turnover = FIGURES[size]
            firm.staff = rng.randint(*staff)
            firm.turnover = _about(turnover * rng.uniform(0.2, 1), rng)
            if rng.random() < 0.6:
                firm.balance_sheet = _about(
                    float(firm.turnover) / 1e6 * rng.uniform(0.4, 0.85), rng
                )
        if size in SizeClass.sme_values() and rng.random() < 1 / 25:
            firm.staff = firm.turnover = firm.balance_sheet = firm.figures_year = None
            firm.size_override, firm.size_reason = size, DECLARED
        firm.derive_size()


def _about(millions, rng):
    """An amount in EUR near `millions`, in the thousands in which small firms' accounts are told."""
    return Decimal(max(round(millions * 1000), 20) * 1000)


def _give_numbers(project, firms):
    """Codes, and registration numbers that nobody takes for real ones."""
    of_country = Counter()
    for number, firm in zip(Numbering.take(project, SME.PREFIX, len(firms)), firms, strict=True):
        firm.project = project
        firm.code = SME.code_for(number)
        firm.demonstration = True
        of_country[firm.country.code] += 1
        country, nth = firm.country.code, of_country[firm.country.code]
        firm.registration_number, firm.vat_number = invented_numbers(country, nth)
        if number % UNREGISTERED == 0:
            firm.registration_number = ""
        if number % UNTAXED == 0:
            firm.vat_number = ""


def invented_numbers(country, nth):
    """A registration and a VAT number that obey the country's rules and that nobody is known to have."""
    register, vat = NUMBERS[country]
    return _checked(partial(_registered, country), register, nth), _checked(
        partial(vat_number, country), vat, nth
    )


def _registered(country, text):
    number, doubt = registration_number(country, text)
    if doubt:
        raise ValidationError(doubt)
    return number


def _checked(read, pattern, nth):
    """The first number made of `pattern` whose check digits `read` accepts."""
    for check in range(100):
        try:
            return read(pattern.format(n=nth, c=check))
        except ValidationError:
            continue
    raise ValueError(f"{pattern} has no valid number {nth}.")


def _give_activities(firms, homes, plan, rng):
    """One of the divisions that the home cluster's firms work in; a few have not said."""
    for firm, home in zip(firms, homes, strict=True):
        codes = plan["clusters"][home.short_name].get("nace", ())
        if codes and rng.random() < 0.9:
            firm.nace = rng.choice(codes)


def _join(firms, homes, in_two, rng):
    """Make each firm a member of its home cluster, and `in_two` of them of a second one."""
    pairs = list(zip(firms, homes, strict=True))
    clusters = list(dict.fromkeys(homes))
    for firm, home in rng.sample(pairs, in_two):
        pairs.append((firm, rng.choice([cluster for cluster in clusters if cluster != home])))
    ClusterMembership.objects.bulk_create(
        ClusterMembership(
            sme=firm,
            cluster=cluster,
            since=_joined(cluster.project, rng),
            until=_left(cluster.project, rng),
        )
        for firm, cluster in pairs
    )
    members = defaultdict(list)
    for firm, cluster in pairs:
        members[cluster].append(firm)
    return members


def _left(project, rng):
    """One firm in twenty leaves its cluster in the two years after the project."""
    return project.end + timedelta(days=rng.randrange(1, 730)) if rng.random() < 1 / 20 else None


def _joined(project, rng):
    """Most firms belong to their cluster before the project; one in eight joins during its first months."""
    if rng.random() < 1 / 8:
        return project.start + timedelta(days=rng.randrange(150))
    return project.start - timedelta(days=rng.randrange(1, 8 * 365))
