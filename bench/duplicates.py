"""The search for firms that are there twice, over 10,000 and 100,000 invented firms: seconds, memory, what is found.

One firm in fifty is entered a second time, with another legal form, in another script or with a slip of the pen. Each
size is measured in a process of its own (`python -m bench.duplicates 10000`), so that its peak of memory is its own.
Beside it stand, in the same run, the plain reading of the same rows and, for 1,000 of the firms, the comparison of
each with each: what all would take that way grows with the square.
"""

import datetime
import json
import resource
import sys
import time
from random import Random

SIZES = (10_000, 100_000)
TWICE = 50  # one firm in so many is entered again
WANTED = 1.5  # times as much per firm, from the smallest size to the largest
BATCH = 10_000
EACH_WITH_EACH = 1_000

TRADES = [
    *("Agro", "Energo", "Eko", "Bio", "Solar", "Inženjering", "Trans", "Metal", "Tehno", "Invest"),
    *(
        "Konsult",
        "Invest",
        "Stroj",
        "Hemija",
        "Med",
        "Plast",
        "Tekstil",
        "Promet",
        "Medija",
        "Soft",
    ),
]
SYLLABLES = (
    *(
        "ba",
        "ra",
        "li",
        "no",
        "ve",
        "tu",
        "ko",
        "mi",
        "sa",
        "de",
        "pe",
        "go",
        "zi",
        "lu",
        "ma",
        "ri",
    ),
    *("šu", "ča", "žo", "ju"),
)
FORMS = ("d.o.o.", "a.d.", "EOOD", "OOD", "Kft.", "S.r.l.", "GmbH", "Lda.")
CYRILLIC = dict(zip("abvgdezijklmnoprstufhcšžč", "абвгдезијклмнопрстуфхцшжч", strict=True))


def invented(count):
    """Names, towns and numbers of firms, and which pairs of them are one."""
    rng = Random("firms that are there twice")
    rows, twins = [], []
    while len(rows) < count:
        words = [_word(rng, rng.choice((2, 3, 3, 4))) for _ in range(2)]
        name = f"{rng.choice(TRADES)} {words[0].title()} {words[1].title()}"
        town = _word(rng, 3).title()
        rows.append((f"{name} {rng.choice(FORMS)}", town))
        if len(rows) % TWICE == 0 and len(rows) < count:
            twins.append((len(rows) - 1, len(rows)))
            rows.append((f"{_again(rng, name)} {rng.choice(FORMS)}", town))
    return rows, twins


def _word(rng, syllables):
    return "".join(rng.choice(SYLLABLES) for _ in range(syllables))


def _again(rng, name):
    way = rng.randrange(3)
    if way == 0:
        return name.upper()
    if way == 1:
        return "".join(CYRILLIC.get(sign, sign) for sign in name.lower()).title()
    at = rng.randrange(8, len(name))
    return name[:at] + name[at + 1 :]


def measure(count):
    from django.conf import settings
    from django.db import connection
    from rapidfuzz import fuzz

    from clusters.duplicates import compare_waiting, like
    from clusters.models import SME, LikelyPair, SMEKey
    from projects.models import Project

    settings.DEBUG = False
    project = Project.objects.create(
        slug=f"twice-{count}",
        acronym=f"TWICE{count}",
        name="Firms there twice",
        start=datetime.date(2024, 1, 1),
        end=datetime.date(2026, 1, 1),
    )
    rows, twins = invented(count)
    begun = time.perf_counter()
    firms = []
    for start in range(0, count, BATCH):
        firms += SME.objects.bulk_create(
            SME(project=project, code=SME.code_for(number), name=name, town=town, country="RS")
            for number, (name, town) in enumerate(rows[start : start + BATCH], start=start + 1)
        )
    entered = time.perf_counter() - begun
    ids = [firm.pk for firm in firms]
    del firms
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")

    begun = time.perf_counter()
    for table, fields in ((SME, ("name", "town")), (SMEKey, ("key", "place", "sme"))):
        for _row in table.objects.filter(project=project).values_list(*fields).iterator(20_000):
            pass
    reading = time.perf_counter() - begun
    before = peak()

    begun = time.perf_counter()
    compare_waiting(project)
    seconds = time.perf_counter() - begun
    held = peak()

    pairs = set(LikelyPair.objects.filter(project=project).values_list("one", "other"))
    found = sum((ids[one], ids[other]) in pairs for one, other in twins)

    begun = time.perf_counter()
    for number in range(10):
        like(SME(project=project, name=rows[number * 97][0], town="", country="RS"))
    one = (time.perf_counter() - begun) / 10 * 1000

    names = [name for name, _town in rows[:EACH_WITH_EACH]]
    begun = time.perf_counter()
    for name in names:
        for other in names:
            fuzz.token_sort_ratio(name, other)
    each = time.perf_counter() - begun
    return {
        "firms": count,
        "entered": round(entered, 1),
        "reading": round(reading, 2),
        "seconds": round(seconds, 1),
        "megabytes_before": before,
        "megabytes": held,
        "pairs": len(pairs),
        "twins": len(twins),
        "twins_found": found,
        "milliseconds_for_a_new_firm": round(one, 1),
        "each_with_each_would_take": round(each * (count / EACH_WITH_EACH) ** 2),
    }


def peak():
    """The most memory that this process has held, in MB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def table(found):
    heads = "".join(f"{row['firms']:>12,}" for row in found)
    lines = ["", f"{'Firms that are there twice':40}{heads}{'× per firm':>12}"]
    growth = found[-1]["firms"] / found[0]["firms"]
    for label, key in (
        ("Entering them, with their keys, s", "entered"),
        ("Plain reading of firms and keys, s", "reading"),
        ("Looking for likely pairs, s", "seconds"),
        ("Each with each would take, s", "each_with_each_would_take"),
    ):
        values = [row[key] for row in found]
        ratio = values[-1] / max(values[0], 0.01) / growth
        lines.append(f"{label:40}{''.join(f'{value:>12,}' for value in values)}{ratio:>12.2f}")
    for label, key in (
        ("Memory at its peak, MB", "megabytes"),
        ("Memory before the search, MB", "megabytes_before"),
        ("Likely pairs", "pairs"),
        ("Entered twice", "twins"),
        ("Of these found", "twins_found"),
        ("A new firm beside all, ms", "milliseconds_for_a_new_firm"),
    ):
        lines.append(f"{label:40}{''.join(f'{row[key]:>12,}' for row in found)}")
    lines.append(f"(wanted: the search at most × {WANTED} per firm)")
    return "\n".join(lines)


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))
