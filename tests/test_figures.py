"""Figures against a plain recount: what a measure says is what a person with the records and a pencil finds."""

import datetime
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as settings_of_django
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from clusters.models import Cluster, Novelty, ServiceRecord, SizeClass, State
from indicators.figures import (
    AT_RISK,
    BEHIND,
    NOT_REACHED,
    ON_TRACK,
    REACHED,
    WAITING,
    Figure,
    counting_rows,
    explained,
    figures,
    first_days,
    overall_target,
    percent,
    planned_value,
    rows_falling_out,
    split_by_cluster,
    status_of,
    units_by_cluster,
)
from indicators.measures import MEASURES, SMES_BENEFITTING, Condition
from indicators.models import Indicator, Target
from projects.models import Project
from tests import make

SOURCE = SMES_BENEFITTING.sources[0]
START, END = datetime.date(2016, 11, 16), datetime.date(2018, 11, 15)
DAYS = (END - START).days

# What the database holds: numeric(12, 2).
numbers = st.decimals(min_value=-10_000, max_value=10_000, places=2)
counts = st.integers(min_value=0, max_value=100_000)


# --- Percentages and words -----------------------------------------------------------------------


def test_a_target_that_equals_its_baseline_has_no_percentage():
    assert percent(5, baseline=Decimal(5), target=Decimal(5)) is None
    assert percent(0, baseline=0, target=0) is None


def test_a_target_of_zero_is_reached_by_falling_to_it():
    assert percent(10, baseline=10, target=0) == 0
    assert percent(4, baseline=10, target=0) == 60
    assert percent(0, baseline=10, target=0) == 100


def test_percentages_are_whole_and_rounded_down():
    assert percent(283, baseline=0, target=284) == 99
    assert percent(284, baseline=0, target=284) == 100
    assert percent(426, baseline=0, target=284) == 150
    assert percent(-1, baseline=0, target=284) == -1
    assert isinstance(percent(Decimal("1.5"), baseline=Decimal(0), target=Decimal(3)), int)


@given(value=numbers, baseline=numbers, target=numbers)
def test_a_hundred_percent_is_said_exactly_when_the_target_is_reached(value, baseline, target):
    assume(target != baseline)
    reached = value >= target if target > baseline else value <= target
    assert (percent(value, baseline=baseline, target=target) >= 100) == reached


@given(value=numbers, baseline=numbers, target=numbers)
def test_a_percentage_is_the_exact_share_of_the_way_rounded_down(value, baseline, target):
    assume(target != baseline)
    said = percent(value, baseline=baseline, target=target)
    come, way = int((value - baseline) * 100), int((target - baseline) * 100)
    assert said == come * 100 // way


@given(value=numbers, baseline=numbers, target=numbers, by=numbers)
def test_a_figure_that_is_to_fall_fares_as_its_mirror_image_that_is_to_rise(
    value, baseline, target, by
):
    assert percent(value, baseline=baseline, target=target) == percent(
        -value, baseline=-baseline, target=-target
    )
    planned = baseline + (target - baseline) / 2
    over = by > 0
    assume(target != baseline)
    assert status_of(
        value, baseline=baseline, target=target, planned=planned, over=over
    ) == status_of(-value, baseline=-baseline, target=-target, planned=-planned, over=over)


@pytest.mark.parametrize(
    ("value", "over", "word"),
    [
        (100, False, REACHED),
        (140, True, REACHED),
        (99, True, NOT_REACHED),
        (50, False, ON_TRACK),
        (49, False, BEHIND),
        (43, False, BEHIND),  # 85 % of 50 is 42.5
        (42, False, AT_RISK),
        (0, False, AT_RISK),
    ],
)
def test_a_status_says_where_a_value_stands(value, over, word):
    way = {"baseline": Decimal(0), "target": Decimal(100), "planned": Decimal(50)}
    assert status_of(value, over=over, **way) == word


def test_a_figure_that_has_not_begun_to_fall_is_not_reached():
    way = {"baseline": Decimal(100), "target": Decimal(10), "planned": Decimal(55)}
    assert status_of(100, over=False, **way) == AT_RISK
    assert status_of(60, over=False, **way) == BEHIND
    assert status_of(55, over=False, **way) == ON_TRACK
    assert status_of(10, over=False, **way) == REACHED
    assert status_of(11, over=True, **way) == NOT_REACHED


def test_a_high_baseline_does_not_make_up_for_no_progress():
    way = {"baseline": Decimal(100), "target": Decimal(110), "planned": Decimal(105)}
    assert status_of(100, over=False, **way) == AT_RISK


@given(
    baseline=numbers,
    target=numbers,
    days=st.integers(-400, DAYS + 400),
    more=st.integers(0, 400),
)
def test_the_planned_line_runs_straight_from_baseline_to_target(baseline, target, days, more):
    project = Project(start=START, end=END)

    def planned(day):
        return planned_value(project, day, baseline=baseline, target=target)

    day = START + datetime.timedelta(days=days)
    later = day + datetime.timedelta(days=more)
    if target >= baseline:
        assert planned(day) <= planned(later)
    else:
        assert planned(day) >= planned(later)
    assert planned(START - datetime.timedelta(days=1)) == baseline
    assert planned(END) == planned(END + datetime.timedelta(days=more)) == target
    gone = min(max(days + 1, 0), DAYS + 1)
    assert planned(day) == baseline + (target - baseline) * gone / (DAYS + 1)


# --- The SME figure against a recount ------------------------------------------------------------


@pytest.fixture
def market(db):
    """A project with two clusters, a service of each novelty in each, and a firm of every size."""
    project = make.project()
    elsewhere = make.project("OTHER")
    coordinator = make.partner(project, "D.A.Re.", "IT")
    clusters = [make.cluster(coordinator, name) for name in ("Green", "Blue")]
    services = [
        make.service(cluster, f"{cluster} {novelty}", novelty=novelty)
        for cluster in clusters
        for novelty in Novelty.values
    ]
    sizes = [*SizeClass.values, SizeClass.SMALL, SizeClass.MICRO]
    firms = [make.sme(clusters[0], name=f"Firm {n}", size_class=s) for n, s in enumerate(sizes)]
    other = make.cluster(make.partner(elsewhere, "Somebody", "AT"), "Red")
    make.record(make.service(other), make.sme(other, name="Not ours"))
    indicator = make.indicator(project, target=Decimal(10))
    Target.objects.create(indicator=indicator, cluster=clusters[0], value=4)
    return SimpleNamespace(
        project=project,
        clusters=clusters,
        services=services,
        firms=firms,
        indicator=indicator,
    )


deliveries = st.lists(
    st.tuples(
        st.integers(0, 6),  # which firm
        st.integers(0, 5),  # which service
        st.sampled_from([State.DELIVERED] * 4 + [State.PLANNED, State.CANCELLED]),
        st.integers(-30, DAYS + 30),  # days after the project's first
    ),
    max_size=30,
)
reading_days = st.integers(-60, DAYS + 60).map(lambda n: START + datetime.timedelta(days=n))

in_the_database = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@contextmanager
def logged(market, rows):
    """Inside it, the market's project holds these deliveries; after it, none."""
    with transaction.atomic():
        yield ServiceRecord.objects.bulk_create(
            ServiceRecord(
                project=market.project,
                code=f"SR-{number:05d}",
                service=market.services[service],
                cluster=market.services[service].cluster,
                sme=market.firms[firm],
                date=START + datetime.timedelta(days=day),
                state=state,
            )
            for number, (firm, service, state, day) in enumerate(rows, 1)
        )
        transaction.set_rollback(True)


REASONS = [
    lambda record, as_of: record.date <= as_of,
    lambda record, as_of: record.state == "delivered",
    lambda record, as_of: START <= record.date <= END,
    lambda record, as_of: record.service.novelty in ("new", "improved"),
    lambda record, as_of: record.sme.size_class in ("micro", "small", "medium"),
]


def recount(records, as_of, reasons=REASONS):
    return [record for record in records if all(reason(record, as_of) for reason in reasons)]


def figure_of(market, as_of):
    indicator = Indicator.objects.prefetch_related("targets").get(pk=market.indicator.pk)
    return Figure(indicator, market.project, as_of, overall_target(indicator))


@in_the_database
@given(rows=deliveries, as_of=reading_days)
def test_the_value_is_the_number_of_distinct_firms(market, rows, as_of):
    with logged(market, rows) as records:
        first = {}
        for record in sorted(recount(records, as_of), key=lambda record: record.date):
            first.setdefault(record.sme_id, record.date)
        figure = figure_of(market, as_of)
        assert figure.value == len(first)
        assert figure.first_days == first


@in_the_database
@given(rows=deliveries, as_of=reading_days)
def test_the_months_rise_to_the_value_and_each_says_what_its_day_said(market, rows, as_of):
    with logged(market, rows) as records:
        figure = figure_of(market, as_of)
        months = figure.months
        assert [point.month for point in months] == list(range(1, len(months) + 1))
        assert all(a.value <= b.value for a, b in pairwise(months))
        for point in months:
            assert START <= point.day <= min(as_of, END)
            assert point.value == len({r.sme_id for r in recount(records, point.day)})
        if as_of >= START:
            assert months[-1].value == figure.value
            assert months[-1].day == min(as_of, END)
        else:
            assert not months
            assert figure.value == 0


@in_the_database
@given(rows=deliveries, as_of=reading_days)
def test_the_split_gives_each_cluster_its_firms_and_counts_the_shared_ones(market, rows, as_of):
    with logged(market, rows) as records:
        figure = figure_of(market, as_of)
        split = split_by_cluster(figure, Cluster.objects.filter(project=market.project))
        counting = recount(records, as_of)
        firms = {
            cluster.pk: {r.sme_id for r in counting if r.cluster_id == cluster.pk}
            for cluster in market.clusters
        }
        assert {share.cluster.pk: share.value for share in split.shares} == {
            pk: len(found) for pk, found in firms.items()
        }
        green, blue = firms.values()
        assert split.shared == len(green & blue)
        assert split.total == len(green) + len(blue)
        assert split.total - split.shared == figure.value


@in_the_database
@given(rows=deliveries, as_of=reading_days)
def test_the_explained_count_loses_no_record_on_its_way(market, rows, as_of):
    with logged(market, rows) as records:
        steps = explained(SOURCE, market.project, as_of)
        assert [step.number for step in steps] == [-1, 0, 1, 2, 3, 4]
        assert steps[0].records == len(records)
        assert steps[0].fell_out == 0
        left = {record.code for record in records}
        for before, step in pairwise(steps):
            assert step.records + step.fell_out == before.records
            held = recount(records, as_of, REASONS[: step.number + 1])
            assert step.records == len(held)
            assert step.units == len({record.sme_id for record in held})
            out = rows_falling_out(SOURCE, market.project, as_of, step.number)
            gone = set(out.values_list("code", flat=True))
            assert len(gone) == step.fell_out
            assert gone <= left
            left -= gone
        counting = counting_rows(SOURCE, market.project, as_of)
        assert set(counting.values_list("code", flat=True)) == left
        assert steps[-1].units == figure_of(market, as_of).value


@pytest.mark.parametrize("step", [-2, -1, 5, 99])
def test_a_step_that_a_source_does_not_have_is_an_error(step, market):
    with pytest.raises(IndexError):
        rows_falling_out(SOURCE, market.project, END, step)


def test_a_unit_of_two_sources_counts_once_from_the_earlier_day(scene):
    def source(novelty):
        condition = Condition(
            "of one kind", "of another", lambda project: Q(service__novelty=novelty)
        )
        return replace(SOURCE, conditions=(condition,))

    existing = make.service(scene.cluster, novelty=Novelty.EXISTING)
    early, late = START + datetime.timedelta(days=5), START + datetime.timedelta(days=30)
    make.record(existing, scene.sme, early)
    for order in ([Novelty.NEW, Novelty.EXISTING], [Novelty.EXISTING, Novelty.NEW]):
        measure = replace(SMES_BENEFITTING, sources=tuple(source(novelty) for novelty in order))
        assert first_days(measure, scene.project, END) == {
            scene.sme.pk: early,
            scene.other_sme.pk: late,
        }
        shares = units_by_cluster(measure, scene.project, END)
        assert shares[scene.cluster.pk] == {scene.sme.pk}


# --- Each reason by its name ---------------------------------------------------------------------


def _existing(scene):
    return make.record(make.service(scene.cluster, novelty=Novelty.EXISTING), scene.sme)


def _large(scene):
    return make.record(scene.service, make.sme(scene.cluster, size_class=SizeClass.LARGE))


def _of_unknown_size(scene):
    return make.record(scene.service, make.sme(scene.cluster, size_class=SizeClass.UNKNOWN))


def _planned(scene):
    return make.record(scene.service, scene.sme, state=State.PLANNED)


def _cancelled(scene):
    return make.record(scene.service, scene.sme, state=State.CANCELLED)


def _before(scene):
    return make.record(scene.service, scene.sme, START - datetime.timedelta(days=1))


def _after(scene):
    return make.record(scene.service, scene.sme, END + datetime.timedelta(days=1))


def _later(scene):
    return make.record(scene.service, scene.sme, datetime.date(2019, 6, 1))


@pytest.mark.parametrize(
    ("logged_by", "step", "why"),
    [
        (_later, 0, "dated later"),
        (_planned, 1, "planned or cancelled, not delivered"),
        (_cancelled, 1, "planned or cancelled, not delivered"),
        (_before, 2, "dated outside the project"),
        (_after, 2, "dated outside the project"),
        (_existing, 3, "an existing service"),
        (_large, 4, "a large enterprise, or of unknown size"),
        (_of_unknown_size, 4, "a large enterprise, or of unknown size"),
    ],
)
def test_a_record_falls_out_at_its_step_with_its_reason(logged_by, step, why, scene):
    as_of = datetime.date(2019, 1, 1)
    record = logged_by(scene)
    found = [s for s in explained(SOURCE, scene.project, as_of) if s.fell_out]
    assert [(s.number, s.fell_out, str(s.unmet)) for s in found] == [(step, 1, why)]
    assert list(rows_falling_out(SOURCE, scene.project, as_of, step)) == [record]


@pytest.mark.parametrize("day", [START, END])
def test_a_record_of_the_first_and_of_the_last_day_counts(day, scene):
    ServiceRecord.objects.filter(project=scene.project).delete()
    make.record(scene.service, scene.sme, day)
    assert figure_of_scene(scene, END).value == 1


def figure_of_scene(scene, as_of):
    (figure, _waiting) = figures(
        scene.project, Indicator.objects.filter(project=scene.project), as_of
    )
    return figure


def test_a_firm_counts_once_however_many_services_and_clusters(scene):
    for service in (scene.service, scene.other_service):
        for day in (40, 50, 60):
            make.record(service, scene.sme, START + datetime.timedelta(days=day))
    figure = figure_of_scene(scene, END)
    assert figure.value == 2  # this firm and the other partner's
    split = split_by_cluster(figure, Cluster.objects.filter(project=scene.project))
    assert (split.total, split.shared) == (3, 1)


@pytest.mark.parametrize(
    ("as_of", "value"),
    [
        (START - datetime.timedelta(days=1), 0),
        (datetime.date(1, 1, 1), 0),
        (START + datetime.timedelta(days=29), 0),
        (START + datetime.timedelta(days=30), 2),
        (END, 2),
        (END + datetime.timedelta(days=1000), 2),
    ],
)
def test_a_figure_stands_as_of_its_day(as_of, value, scene):
    figure = figure_of_scene(scene, as_of)
    assert figure.value == value
    assert sum(point.value for point in figure.months[-1:]) == value
    assert figure.status  # says something on any day
    assert figure.planned is not None
    assert figure.forecast is None or figure.forecast >= value


def test_the_forecast_carries_the_pace_of_the_last_six_months_on(scene):
    for number in range(12):
        firm = make.sme(scene.cluster, name=f"Firm {number}")
        make.record(scene.service, firm, START + datetime.timedelta(days=200 + number))
    figure = figure_of_scene(scene, START + datetime.timedelta(days=240))
    assert figure.value == 14
    left = (END - figure.as_of).days
    assert figure.forecast == 14 + 12 * left // 182
    assert figure_of_scene(scene, END).forecast is None
    assert figure_of_scene(scene, START + datetime.timedelta(days=10)).forecast is None


# --- Null is not zero ----------------------------------------------------------------------------


def test_an_indicator_that_waits_has_no_value_and_says_so(scene):
    (_figure, waiting) = figures(
        scene.project, Indicator.objects.filter(project=scene.project), END
    )
    assert waiting.value is None
    assert waiting.percent is None
    assert waiting.months == []
    assert waiting.forecast is None
    assert waiting.status == WAITING


def test_an_indicator_without_a_target_has_a_value_and_no_percentage(scene):
    Target.objects.filter(indicator=scene.indicator).delete()
    figure = figure_of_scene(scene, END)
    assert figure.value == 2
    assert figure.percent is figure.planned is figure.planned_percent is None


def test_a_clusters_own_target_is_held_against_its_own_pace(scene):
    Target.objects.create(indicator=scene.indicator, cluster=scene.cluster, value=2)
    middle = START + datetime.timedelta(days=(DAYS + 1) // 2 - 1)

    def share(as_of):
        figure = figure_of_scene(scene, as_of)
        split = split_by_cluster(figure, Cluster.objects.filter(project=scene.project))
        return next(s for s in split.shares if s.cluster == scene.cluster)

    assert (share(middle).value, share(middle).percent) == (1, 50)
    assert share(middle).status == ON_TRACK
    assert share(END).status == NOT_REACHED
    # It does so too in a project that set no target for the whole.
    Target.objects.filter(indicator=scene.indicator, cluster=None).delete()
    assert share(START + datetime.timedelta(days=DAYS - 5)).status == AT_RISK


# --- Cost ----------------------------------------------------------------------------------------


def test_a_figure_takes_as_many_queries_with_many_records_as_with_one(scene):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            figure = figure_of_scene(scene, END)
            assert figure.value and figure.months and figure.percent is not None
            split_by_cluster(figure, list(Cluster.objects.filter(project=scene.project)))
            explained(SOURCE, scene.project, END)
        return len(asked)

    before = queries()
    for number in range(30):
        make.record(scene.service, make.sme(scene.cluster, name=f"Firm {number}"))
    assert queries() == before


def test_every_measure_is_found_by_its_own_key():
    assert all(key == measure.key for key, measure in MEASURES.items())
    for measure in MEASURES.values():
        for source in measure.sources:
            assert source.conditions
            assert all(c.sentence and c.unmet for c in source.conditions)


@pytest.mark.parametrize("key", MEASURES)
def test_the_guide_says_of_each_measure_what_it_counts(key):
    guide = " ".join((Path(settings_of_django.BASE_DIR) / "docs/figures.md").read_text().split())
    measure = MEASURES[key]
    assert f"### {measure.name} {str(measure.how.label).capitalize()}." in guide
    for source in measure.sources:
        conditions = ", ".join(str(condition.sentence) for condition in source.conditions)
        assert f"- from {source.records}: {conditions}." in guide


def test_records_that_fell_out_are_listed_in_as_many_queries_however_many_they_are(scene, as_):
    """Each row links to the service where it is mended."""

    def queries():
        with CaptureQueriesContext(connection) as asked:
            page = browser.get("/p/trace/indicators/1/records/?step=3")
        return page.content.decode(), len(asked)

    browser = as_("coordinator")
    old = make.service(scene.cluster, "Old audit", novelty=Novelty.EXISTING)
    make.record(old, scene.sme)
    browser.get("/p/trace/indicators/1/records/?step=3")
    first, asked = queries()
    assert old.get_absolute_url() in first
    for n in range(5):
        each = make.service(scene.cluster, f"Old audit {n}", novelty=Novelty.EXISTING)
        make.record(each, make.sme(scene.cluster, name=f"Firm {n}"))
    page, more = queries()
    assert each.get_absolute_url() in page
    assert more == asked
