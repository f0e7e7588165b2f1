"""Every kind of measure against a second computation: plain Python over the rows of random projects."""

import datetime
from contextlib import contextmanager
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from clusters.actions.merge import merge_firms
from clusters.models import SME, Cluster, Novelty, ServiceRecord
from events.models import Attendance, Category, Event
from indicators.figures import Figure, explained, split_by, split_by_cluster
from indicators.measures import MEASURES
from indicators.models import Indicator, Reading
from projects.models import Role, Sector
from tests import make

START, END = datetime.date(2016, 11, 16), datetime.date(2018, 11, 15)
DAYS = (END - START).days
NOON = datetime.datetime(2018, 1, 1, 12, tzinfo=datetime.UTC)


def on(days):
    return START + datetime.timedelta(days=days)


days = some.integers(-40, DAYS + 40).map(on)
SIZES = ["micro", "small", "medium", "large", "unknown", "small"]
COUNTRIES = ["BG", "RS", "BG", "IT", "RS", "BG"]

deliveries = some.lists(
    some.fixed_dictionaries(
        {
            "firm": some.integers(0, 5),
            "service": some.integers(0, 5),
            "state": some.sampled_from(["delivered"] * 4 + ["planned", "cancelled"]),
            "day": days,
            "effort": some.sampled_from([None, Decimal("0"), Decimal("1.5"), Decimal("7.25")]),
            "satisfaction": some.sampled_from([None, 1, 3, 4, 5]),
            "verified": some.booleans(),
        }
    ),
    max_size=14,
)
gatherings = some.lists(
    some.fixed_dictionaries(
        {
            "kind": some.sampled_from(["joint_training", "study_visit"]),
            "state": some.sampled_from(["held", "held", "planned", "cancelled"]),
            "day": days,
            "cluster": some.sampled_from([None, 0, 1]),
            "firms": some.lists(
                some.tuples(some.integers(0, 5), some.booleans()),
                max_size=3,
                unique_by=lambda came: came[0],
            ),
        }
    ),
    max_size=5,
)
readings = some.lists(
    some.fixed_dictionaries(
        {
            "cluster": some.sampled_from([None, 0, 1]),
            "day": days.map(lambda day: min(day, END)),
            "value": some.decimals(min_value=-50, max_value=500, places=2),
            "accepted": some.sampled_from([True, True, False, None]),
        }
    ),
    max_size=8,
)


@pytest.fixture
def market(db):
    project = make.project("RECKON")
    partner = make.partner(project)
    coordinator = make.member(project, Role.COORDINATOR, partner)
    clusters = [make.cluster(partner, name) for name in ("Here", "There")]
    sectors = [Sector.objects.create(project=project, name=name) for name in ("ICT", "energy")]
    clusters[0].sectors.set(sectors)
    clusters[1].sectors.set(sectors[:1])
    categories = [make.category(project, name) for name in ("Advice", "Training")]
    services = [
        make.service(clusters[n % 2], f"S{n}", novelty=novelty, category=categories[n // 3])
        for n, novelty in enumerate([*Novelty.values, *Novelty.values])
    ]
    firms = [
        make.sme(clusters[0], name=f"Firm {n}", size_class=size, country=country, town=f"T{n}")
        for n, (size, country) in enumerate(zip(SIZES, COUNTRIES, strict=True))
    ]
    return SimpleNamespace(
        project=project,
        partner=partner,
        coordinator=coordinator,
        clusters=clusters,
        categories=categories,
        services=services,
        firms=firms,
        sector_names=[["ICT", "energy"], ["ICT"]],
        indicators={
            key: make.indicator(project, number, measure=key, target=None, name=key)
            for number, key in enumerate(MEASURES, 1)
        },
    )


@contextmanager
def filled(market, sent, met, read):
    """Inside it the project holds these rows; after it, none. Yields the plain rows of each kind of record."""
    with transaction.atomic():
        for n, row in enumerate(sent, 1):
            service = market.services[row["service"]]
            ServiceRecord.objects.create(
                project=market.project,
                code=f"SR-{n:05d}",
                service=service,
                cluster=service.cluster,
                sme=market.firms[row["firm"]],
                date=row["day"],
                state=row["state"],
                effort=row["effort"],
                satisfaction=row["satisfaction"],
                verified_by=market.coordinator if row["verified"] else None,
                verified_at=NOON if row["verified"] else None,
            )
        for n, row in enumerate(met, 1):
            event = Event.objects.create(
                project=market.project,
                code=f"EVT-{n:03d}",
                partner=market.partner,
                kind=row["kind"],
                title=f"Event {n}",
                state=row["state"],
                cancelled_because="Rain" if row["state"] == "cancelled" else "",
                first_day=row["day"],
                last_day=row["day"],
                country="BG",
                cluster=None if row["cluster"] is None else market.clusters[row["cluster"]],
            )
            for firm, confirmed in row["firms"]:
                Attendance.objects.create(
                    event=event,
                    date=row["day"],
                    category=Category.SME,
                    sme=market.firms[firm],
                    confirmed_by=market.coordinator if confirmed else None,
                    confirmed_at=NOON if confirmed else None,
                )
        for key in [key for key in MEASURES if MEASURES[key].is_typed]:
            for n, row in enumerate(read, 1):
                Reading.objects.create(
                    project=market.project,
                    code=f"RD-{key[6:]}{n:04d}"[:20],
                    indicator=market.indicators[key],
                    partner=market.partner,
                    cluster=None if row["cluster"] is None else market.clusters[row["cluster"]],
                    date=row["day"],
                    value=row["value"],
                    note="Table 4",
                    accepted=row["accepted"],
                    decided_by=None if row["accepted"] is None else market.coordinator,
                    decided_at=None if row["accepted"] is None else NOON,
                )
        yield
        transaction.set_rollback(True)


# --- The second computation: no model, no measure, no query ------------------------------------------


def plain_rows(key, market, sent, met, read):
    """The rows of a measure as dictionaries: day, cluster, groups, unit, amount, holds (its conditions in order)."""
    rows = []
    if key in (
        "smes_benefitting",
        "deliveries",
        "hours_of_service",
        "satisfaction",
        "share_verified",
    ):
        for n, row in enumerate(sent):
            cluster = row["service"] % 2
            inside = START <= row["day"] <= END
            done = row["state"] == "delivered"
            novel = ["existing", "improved", "new"][row["service"] % 3] != "existing"
            assert novel == (market.services[row["service"]].novelty != "existing")
            small = SIZES[row["firm"]] in ("micro", "small", "medium")
            holds = {
                "smes_benefitting": [done, inside, novel, small],
                "deliveries": [done, inside],
                "hours_of_service": [done, inside, row["effort"] is not None],
                "satisfaction": [done, inside, row["satisfaction"] is not None],
                "share_verified": [done, inside, row["verified"]],
            }[key]
            rows.append(
                {
                    "day": row["day"],
                    "cluster": cluster,
                    "country": [COUNTRIES[row["firm"]]],
                    "size": [SIZES[row["firm"]]],
                    "sector": market.sector_names[cluster],
                    "unit": row["firm"] if key == "smes_benefitting" else n,
                    "amount": row["satisfaction"] if key == "satisfaction" else row["effort"],
                    "holds": holds,
                }
            )
    elif key == "events_held":
        for n, row in enumerate(met):
            rows.append(
                {
                    "day": row["day"],
                    "cluster": row["cluster"],
                    "country": ["BG"],
                    "unit": n,
                    "amount": None,
                    "holds": [row["state"] == "held", START <= row["day"] <= END],
                }
            )
    elif key == "firms_at_events":
        for row in met:
            for firm, confirmed in row["firms"]:
                rows.append(
                    {
                        "day": row["day"],
                        "cluster": row["cluster"],
                        "country": [COUNTRIES[firm]],
                        "size": [SIZES[firm]],
                        "unit": firm,
                        "amount": None,
                        "holds": [row["state"] == "held", confirmed, START <= row["day"] <= END],
                    }
                )
    else:
        for n, row in enumerate(read):
            rows.append(
                {
                    "day": row["day"],
                    "cluster": row["cluster"],
                    "unit": n,
                    "amount": row["value"],
                    "holds": [row["accepted"] is True],
                }
            )
    return rows


WHOLE = {"share_verified": 2}


def plain_value(key, rows, day):
    """The value as of a day, from the rows alone."""
    known = [row for row in rows if row["day"] <= day]
    counting = [row for row in known if all(row["holds"])]
    if key in ("hours_of_service", "typed_sum"):
        return sum((row["amount"] for row in counting), 0)
    if key in ("satisfaction", "typed_average"):
        amounts = [row["amount"] for row in counting]
        return Decimal(sum(amounts)) / len(amounts) if amounts else None
    if key == "share_verified":
        whole = [row for row in known if all(row["holds"][: WHOLE[key]])]
        return Decimal(len(counting)) * 100 / len(whole) if whole else None
    if key == "typed_latest":
        last = {}
        for row in sorted(counting, key=lambda row: row["day"]):  # a stable sort: as entered
            last[row["cluster"]] = row["amount"]
        return sum(last.values()) if last else None
    if key == "typed_yes_no":
        return 1 if counting else 0
    return len({row["unit"] for row in counting})


COMPUTED = [
    *("smes_benefitting", "deliveries", "hours_of_service", "satisfaction", "share_verified"),
    *("events_held", "firms_at_events"),
    *("typed_latest", "typed_sum", "typed_average", "typed_yes_no"),
]


def figure_of(market, key, as_of):
    return Figure(Indicator.objects.get(pk=market.indicators[key].pk), market.project, as_of, None)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(sent=deliveries, met=gatherings, read=readings, as_of=days)
def test_every_kind_of_measure_says_what_plain_python_says(market, sent, met, read, as_of):
    clusters = Cluster.objects.filter(project=market.project).order_by("code")
    with filled(market, sent, met, read):
        for key in COMPUTED:
            rows = plain_rows(key, market, sent, met, read)
            figure = figure_of(market, key, as_of)
            assert figure.value == plain_value(key, rows, as_of), key
            for point in figure.months:
                assert point.value == plain_value(key, rows, point.day), (key, point)
            split = split_by_cluster(figure, clusters)
            for number, share in enumerate(split.shares):
                own = [row for row in rows if row["cluster"] == number]
                assert share.value == plain_value(key, own, as_of), (key, number)
            for by in figure.measure.groups:
                said = {part.key: part.value for part in split_by(figure, by).parts}
                for group in {each for row in rows for each in row[by]}:
                    own = [row for row in rows if group in row[by]]
                    expected = plain_value(key, own, as_of)
                    assert said.get(group, figure.measure.how.start) == expected, (key, by, group)
            (source,) = figure.measure.sources
            left = rows
            for step in explained(source, market.project, as_of)[1:]:
                if step.number == 0:
                    left = [row for row in left if row["day"] <= as_of]
                else:
                    left = [row for row in left if row["holds"][step.number - 1]]
                assert step.records == len(left), (key, step)
                assert step.units == len({row["unit"] for row in left}), (key, step)
            counting = [row for row in rows if row["day"] <= as_of and all(row["holds"])]
            assert len(figure.first_days) == len({row["unit"] for row in counting})


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    sent=deliveries,
    as_of=days,
    categories=some.sets(some.integers(0, 1)),
    countries=some.sets(some.sampled_from(["BG", "RS", "IT", "FR"])),
    sectors=some.booleans(),
    merged=some.lists(some.tuples(some.integers(0, 5), some.integers(0, 5)), max_size=2),
)
def test_a_narrowed_measure_counts_what_was_chosen_after_merges_too(
    market, sent, as_of, categories, countries, sectors, merged
):
    energy = Sector.objects.get(project=market.project, name="energy")
    chosen = {
        "categories": [{"key": str(market.categories[n].pk), "name": ""} for n in categories],
        "countries": [{"key": code, "name": ""} for code in countries],
        "sectors": [{"key": str(energy.pk), "name": ""}] if sectors else [],
    }
    with filled(market, sent, [], []):
        stands = list(range(6))
        for kept, gone in merged:
            one, other = (SME.objects.get(pk=market.firms[n].pk) for n in (kept, gone))
            try:
                merge_firms(user=market.coordinator, kept=one, merged=other, taken=[])
            except ValidationError:
                continue
            stands = [kept if each == gone else each for each in stands]
        for key in ("smes_benefitting", "share_verified", "hours_of_service"):
            figure = figure_of(market, key, as_of)
            figure.indicator.parameters = chosen
            figure = Figure(figure.indicator, market.project, as_of, None)
            rows = []
            for row, given_row in zip(plain_rows(key, market, sent, [], []), sent, strict=True):
                firm = stands[given_row["firm"]]
                fits = (
                    (not categories or given_row["service"] // 3 in categories)
                    and (not countries or COUNTRIES[firm] in countries)
                    and (not sectors or "energy" in row["sector"])
                )
                if not fits:
                    continue
                if key == "smes_benefitting":
                    row["unit"] = firm
                    row["holds"][-1] = SIZES[firm] in ("micro", "small", "medium")
                rows.append(row)
            assert figure.value == plain_value(key, rows, as_of), key


def test_every_measure_is_asked_in_as_many_queries_with_many_rows_as_with_few(market):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            for key in MEASURES:
                figure = figure_of(market, key, END)
                assert figure.months
                split_by_cluster(figure, list(Cluster.objects.filter(project=market.project)))
                for by in figure.measure.groups:
                    split_by(figure, by)
        return len(asked)

    before = queries()
    for n in range(20):
        make.record(market.services[n % 6], market.firms[n % 6], on(n))
    assert queries() == before
