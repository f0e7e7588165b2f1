"""The size of an enterprise: Recommendation 2003/361/EC, Annex, Article 2."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from clusters.models import SME, SizeClass
from clusters.models.size import millions, reason, size_of
from tests import make

M = 1_000_000
MICRO, SMALL, MEDIUM, LARGE, UNKNOWN = SizeClass
ORDER = [MICRO, SMALL, MEDIUM, LARGE]

# staff, turnover and balance sheet total in EUR -> size
TABLE = [
    (9, 2 * M, 2 * M, MICRO),
    (10, 2 * M, 2 * M, SMALL),
    (Decimal("9.99"), 1, 1, MICRO),
    (0, 0, 0, MICRO),
    (9, 2 * M + 1, 2 * M, MICRO),
    (9, 2 * M, 2 * M + 1, MICRO),
    (9, 2 * M + 1, 2 * M + 1, SMALL),
    (9, Decimal("2000000.01"), 3 * M, SMALL),
    (49, 10 * M, 90 * M, SMALL),
    (49, 90 * M, 10 * M, SMALL),
    (50, 10 * M, 10 * M, MEDIUM),
    (49, 10 * M + 1, 10 * M + 1, MEDIUM),
    (249, 50 * M, 44 * M, MEDIUM),
    (249, 51 * M, 43 * M, MEDIUM),
    (249, 50 * M + 1, 43 * M + 1, LARGE),
    (249, 44 * M, 44 * M, MEDIUM),  # the two ceilings differ: 50 and 43
    (5, 60 * M, 50 * M, LARGE),
    (250, 1, 1, LARGE),
    # what is not known
    (None, None, None, UNKNOWN),
    (8, None, None, UNKNOWN),
    (249, None, None, UNKNOWN),
    (250, None, None, LARGE),
    (300, 1, None, LARGE),
    (None, 60 * M, 50 * M, LARGE),
    (None, 60 * M, None, UNKNOWN),
    (None, 1, 1, UNKNOWN),
    (38, 6_200_000, None, SMALL),
    (38, None, 6_200_000, SMALL),
    (8, 1 * M, None, MICRO),
    (8, 6 * M, None, SMALL),  # micro if its balance sheet total is small; small by what is known
    (8, 60 * M, None, UNKNOWN),
    (8, None, 45 * M, UNKNOWN),
]


@pytest.mark.parametrize(("staff", "turnover", "balance", "size"), TABLE)
def test_the_size_by_the_recommendation(staff, turnover, balance, size):
    assert size_of(staff, turnover, balance) == size


staffs = st.one_of(st.sampled_from([0, 9, 10, 49, 50, 249, 250]), st.integers(0, 400))
borders = st.sampled_from([2, 10, 43, 50]).flatmap(lambda m: st.integers(m * M - 1, m * M + 1))
amounts = st.one_of(st.integers(0, 80 * M), borders)
maybe = st.none()


@given(staffs, staffs, maybe | amounts, maybe | amounts)
def test_more_staff_never_makes_a_firm_smaller(one, other, turnover, balance):
    few, many = sorted((one, other))
    smaller, larger = size_of(few, turnover, balance), size_of(many, turnover, balance)
    if UNKNOWN not in (smaller, larger):
        assert ORDER.index(smaller) <= ORDER.index(larger)
    assert (smaller != LARGE) or larger == LARGE


@given(staffs, amounts, amounts, amounts)
def test_more_money_never_makes_a_firm_smaller(staff, one, other, balance):
    little, much = sorted((one, other))
    for size in (
        lambda amount: size_of(staff, amount, balance),
        lambda amount: size_of(staff, balance, amount),
    ):
        assert ORDER.index(size(little)) <= ORDER.index(size(much))


@given(staffs, amounts, amounts, st.sampled_from(range(1, 8)))
def test_what_is_learnt_later_never_contradicts_what_was_said(staff, turnover, balance, hidden):
    known = [
        None if hidden & bit else figure
        for bit, figure in ((1, staff), (2, turnover), (4, balance))
    ]
    said, truth = size_of(*known), size_of(staff, turnover, balance)
    if said == LARGE:
        assert truth == LARGE
    elif said != UNKNOWN:
        assert ORDER.index(truth) <= ORDER.index(said)  # a micro enterprise is a small one too


@given(staffs, amounts, amounts)
def test_who_gives_all_figures_gets_a_size_as_the_article_words_it(staff, turnover, balance):
    size = MICRO
    if staff >= 10 or (turnover > 2 * M and balance > 2 * M):
        size = SMALL
    if staff >= 50 or (turnover > 10 * M and balance > 10 * M):
        size = MEDIUM
    if staff >= 250 or (turnover > 50 * M and balance > 43 * M):
        size = LARGE
    assert size_of(staff, turnover, balance) == size


WORDS = [
    ((38, 6_200_000, None), "38 staff and 6.2 M EUR turnover", ""),
    (
        (8, 6 * M, None),
        "8 staff and 6 M EUR turnover",
        "With a balance sheet total of at most 2 M EUR it would be micro.",
    ),
    (
        (8, None, 6 * M),
        "8 staff and 6 M EUR balance sheet total",
        "With a turnover of at most 2 M EUR it would be micro.",
    ),
    ((8, None, None), "8 staff", "Turnover or balance sheet total is missing."),
    ((None, M, M), "1 M EUR turnover and 1 M EUR balance sheet total", "The staff is missing."),
    (
        (Decimal("9.50"), M, 480_000),
        "9.5 staff, 1 M EUR turnover and 0.48 M EUR balance sheet total",
        "",
    ),
    ((300, None, None), "300 staff", "No SME whatever turnover and balance sheet total are."),
    (
        (5, 60 * M, 50 * M),
        "5 staff, 60 M EUR turnover and 50 M EUR balance sheet total",
        "No SME whatever the staff is: both amounts are above the ceilings.",
    ),
    ((None, None, None), "", "The staff is missing."),
]


@pytest.mark.parametrize(("figures", "words", "further"), WORDS)
def test_the_reasoning_is_said_in_words(figures, words, further):
    reasoning = reason(*figures)
    assert (str(reasoning.figures), str(reasoning.further)) == (words, further)


def test_amounts_at_a_border_are_never_rounded_over_it():
    assert millions(2 * M) == "2 M EUR"
    assert millions(Decimal("2000000.01")) == "2,000,000.01 EUR"
    assert millions(9_999_000) == "9.999 M EUR"
    assert millions(48_000) == "48,000 EUR"


def test_a_firm_keeps_the_size_that_its_figures_give(scene):
    firm = make.sme(scene.cluster, size_class=UNKNOWN, staff=38, turnover=6_200_000)
    assert firm.size_class == SMALL
    firm.staff = 300
    firm.save()
    assert SME.objects.get(pk=firm.pk).size_class == LARGE
    firm.staff = firm.turnover = None
    firm.save()
    assert SME.objects.get(pk=firm.pk).size_class == UNKNOWN


def test_a_size_that_comes_without_figures_is_one_set_by_hand(scene):
    firm = make.sme(scene.cluster, size_class=MEDIUM)
    assert (firm.size_override, firm.size_reason) == (
        MEDIUM,
        "Entered by hand, without figures.",
    )
    firm.save()
    assert SME.objects.get(pk=firm.pk).size_class == MEDIUM


def test_many_firms_at_once_get_their_sizes_too(scene):
    SME.objects.bulk_create(
        SME(project=scene.project, code=f"SME-1{n}", name="Many", country="BG", staff=n)
        for n in (249, 250)
    )
    sizes = SME.objects.filter(name="Many").order_by("code").values_list("size_class", flat=True)
    assert list(sizes) == [UNKNOWN, LARGE]


def test_sizes_chosen_before_figures_were_kept_stay_as_set_by_hand(scene):
    SME.objects.update(size_override="", size_reason="", size_class=SMALL)
    SME.objects.filter(pk=scene.other_sme.pk).update(size_class=UNKNOWN)
    import_module("clusters.migrations.0006_sizes_set_by_hand").keep_as_set_by_hand(apps, None)
    kept = SME.objects.order_by("code").values_list("size_class", "size_override", "size_reason")
    assert list(kept) == [
        (SMALL, SMALL, "Entered by hand, without figures."),
        (UNKNOWN, "", ""),
    ]
