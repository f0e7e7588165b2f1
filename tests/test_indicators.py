"""The pages of the figures: they say what the figures say, and each number opens to as many rows."""

import csv
import datetime
import html
import re

import pytest
from django.urls import reverse

from clusters.models import Cluster, Novelty, ServiceRecord, SizeClass, State
from indicators.figures import explained, figures, split_by_cluster
from indicators.measures import SMES_BENEFITTING
from indicators.models import Indicator, Target
from tests import make

START, END = datetime.date(2016, 11, 16), datetime.date(2018, 11, 15)
SPRING = datetime.date(2017, 3, 1)


@pytest.fixture
def busy(scene):
    """The scene with firms that several clusters served, several times, and with records that fall out."""
    firms = [make.sme(scene.cluster, name=f"Firm {n}") for n in range(4)]
    for n, firm in enumerate(firms):
        for times in range(n + 1):
            make.record(
                scene.service, firm, START + datetime.timedelta(days=60 + 90 * n + 20 * times)
            )
    for firm in firms[:2]:
        make.record(scene.other_service, firm, START + datetime.timedelta(days=200))
        make.record(scene.other_service, firm, START + datetime.timedelta(days=201))
    large = make.sme(scene.cluster, name="Large", size_class=SizeClass.LARGE)
    existing = make.service(scene.cluster, "As ever", novelty=Novelty.EXISTING)
    make.record(scene.service, large)
    make.record(existing, firms[0])
    make.record(existing, large)
    make.record(scene.service, firms[0], state=State.PLANNED)
    make.record(scene.service, firms[0], state=State.CANCELLED)
    make.record(scene.service, firms[0], START - datetime.timedelta(days=3))
    make.record(scene.service, firms[3], END + datetime.timedelta(days=3))
    Target.objects.create(indicator=scene.indicator, cluster=scene.cluster, value=8)
    return scene


def page(browser, address):
    response = browser.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def rows_behind(browser, address):
    """How many rows the list at `address` has: as it says, and as its export has."""
    text = page(browser, address)
    (said,) = re.findall(r"([\d,]+) records?</p>", text)
    joined = "&" if "?" in address else "?"
    exported = browser.get(f"{address}{joined}export=csv").content.decode("utf-8-sig")
    assert len(list(csv.reader(exported.splitlines()))) - 1 == int(said.replace(",", ""))
    return int(said.replace(",", ""))


def links(text, pattern):
    """The (address, number) of each link on a page whose address matches `pattern`."""
    found = re.findall(r'<a href="([^"]+)"[^>]*>\s*−?([\d,]+)</a>', text)
    return [
        (html.unescape(address), int(number.replace(",", "")))
        for address, number in found
        if re.search(pattern, html.unescape(address))
    ]


def figure_of(scene, as_of=END):
    return figures(
        scene.project,
        Indicator.objects.filter(pk=scene.indicator.pk).prefetch_related("targets"),
        as_of,
    )[0]


@pytest.mark.parametrize("address", ["/p/trace/", "/p/trace/indicators/", "/p/trace/indicators/1/"])
@pytest.mark.parametrize("day", [None, SPRING, START - datetime.timedelta(days=1), END])
def test_every_page_states_the_same_number(address, day, busy, as_):
    figure = figure_of(busy, day or END)
    text = page(as_("viewer"), address + (f"?as_of={day}" if day else ""))
    assert (
        f'<span class="num">{figure.value}</span>' in text
        or f"<strong>{figure.value}</strong>" in text
    )
    assert str(figure.status.label) in text


@pytest.mark.parametrize(
    ("person", "query"),
    [("viewer", ""), ("manager", "?as_of=2017-09-01"), ("coordinator", "?as_of=2019-06-01")],
)
def test_every_number_opens_to_as_many_rows(person, query, busy, as_):
    browser = as_(person)
    text = page(browser, f"/p/trace/indicators/1/{query}")
    as_of = datetime.date.fromisoformat(query[-10:]) if query else END
    figure = figure_of(busy, as_of)

    steps = explained(SMES_BENEFITTING.sources[0], busy.project, as_of)
    fell_out = links(text, r"records/\?step=")
    assert [number for _, number in fell_out] == [s.fell_out for s in steps if s.fell_out]

    shares = links(text, r"units/\?cluster=")
    split = split_by_cluster(figure, Cluster.objects.filter(project=busy.project))
    assert [number for _, number in shares] == [share.value for share in split.shares]

    whole = links(text, r"units/(\?as_of=|$)")
    assert [number for _, number in whole] == [figure.value]

    for address, number in [*fell_out, *shares, *whole]:
        assert rows_behind(browser, address) == number, address
    records = reverse("indicator_records", args=["trace", 1]) + query
    assert rows_behind(browser, records) == steps[-1].records


@pytest.mark.parametrize(
    "query", ["", "?as_of=2017-07-01", "?cluster=CL-01", "?cluster=CL-02&as_of=2017-08-01"]
)
def test_the_count_of_a_firms_records_opens_to_these_records(query, busy, as_):
    browser = as_("manager")
    address = reverse("indicator_units", args=["trace", 1]) + query
    firms = links(page(browser, address), r"records/\?unit=")
    assert len(firms) == rows_behind(browser, address)
    assert any(number > 1 for _, number in firms)
    for records, number in firms:
        assert rows_behind(browser, records) == number, records


def test_the_overviews_shares_open_to_as_many_rows(busy, as_):
    browser = as_("viewer")
    shares = links(page(browser, "/p/trace/?as_of=2017-09-01"), r"units/\?cluster=")
    assert len(shares) == 2
    for address, number in shares:
        assert rows_behind(browser, address) == number


def test_the_page_says_that_shares_need_not_add_up(busy, as_):
    text = page(as_("viewer"), "/p/trace/indicators/1/")
    split = split_by_cluster(figure_of(busy), Cluster.objects.filter(project=busy.project))
    assert split.shared == 2
    assert f"Shares sum to {split.total}, the project's figure is {figure_of(busy).value}" in (
        html.unescape(text)
    )


def test_logging_a_first_delivery_moves_the_figure_everywhere(scene, as_):
    browser = as_("viewer")
    assert '<span class="num">2</span>' in page(browser, "/p/trace/")
    make.record(scene.service, make.sme(scene.cluster, name="Нова фирма"))
    assert '<span class="num">3</span>' in page(browser, "/p/trace/")
    assert "Нова фирма" in page(browser, "/p/trace/indicators/1/units/")
    make.record(scene.service, scene.sme)  # a second one to the same firm does not
    assert '<span class="num">3</span>' in page(browser, "/p/trace/")


def test_the_series_on_the_page_ends_with_the_value(busy, as_):
    text = page(as_("viewer"), "/p/trace/indicators/1/?as_of=2017-10-20")
    months = re.findall(
        r'<th scope="row">M(\d+)</th><td>[^<]*</td><td class="number">[\d,]+</td>'
        r'<td class="number">(\d+)',
        text,
    )
    figure = figure_of(busy, datetime.date(2017, 10, 20))
    assert [(int(m), int(v)) for m, v in months] == [(p.month, p.value) for p in figure.months]
    assert int(months[-1][1]) == figure.value


# --- Null is not zero ----------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/p/trace/", "/p/trace/indicators/", "/p/trace/indicators/2/"])
def test_an_indicator_that_waits_shows_a_dash_and_no_zero(address, scene, as_):
    ServiceRecord.objects.all().delete()
    text = page(as_("viewer"), address)
    assert "No records yet" in text
    assert '<span class="num">–</span>' in text or "<strong>–</strong>" in text
    if address == "/p/trace/indicators/2/":
        assert '<span class="num">0</span>' not in text
        assert "confirmed attendances" in text
    else:
        # The one that can be counted is at zero, and says zero.
        assert '<span class="num">0</span>' in text or "<strong>0</strong>" in text


@pytest.mark.parametrize("name", ["indicator_units", "indicator_records"])
def test_an_indicator_that_waits_has_no_records_to_open(name, scene, as_):
    assert as_("viewer").get(reverse(name, args=["trace", 2])).status_code == 404


@pytest.mark.parametrize(("baseline", "target"), [(0, None), (0, 0), (300, 20)])
def test_pages_stand_with_any_target(baseline, target, scene, as_):
    Target.objects.filter(indicator=scene.indicator).delete()
    Indicator.objects.filter(pk=scene.indicator.pk).update(baseline=baseline)
    if target is not None:
        Target.objects.create(indicator=scene.indicator, value=target)
        Target.objects.create(indicator=scene.indicator, cluster=scene.cluster, value=target)
    browser = as_("viewer")
    for day in ["?as_of=2016-11-15", "?as_of=2017-03-01"]:
        page(browser, "/p/trace/" + day)
        for address in ["/p/trace/indicators/", "/p/trace/indicators/1/"]:
            assert "None" not in page(browser, address + day)


# --- Bad input -----------------------------------------------------------------------------------

FIGURE_PAGES = [
    "/p/trace/",
    "/p/trace/indicators/",
    "/p/trace/indicators/1/",
    "/p/trace/indicators/1/units/",
    "/p/trace/indicators/1/records/",
]


NO_DAYS = [
    "abc",
    "9999-99-99",
    "0000-00-00",
    "2018-02-30",
    "%00",
    "<script>alert(1)</script>",
    "9" * 5000,
]


@pytest.mark.parametrize("address", FIGURE_PAGES)
def test_what_is_no_day_gets_a_sentence_and_the_usual_figures(address, scene, as_):
    browser = as_("viewer")
    for day in NO_DAYS:
        text = page(browser, f"{address}?as_of={day}")
        assert "is not a day. Figures are shown as of 15 Nov 2018." in text
        assert "<script>alert" not in text


@pytest.mark.parametrize("address", FIGURE_PAGES)
def test_a_day_to_come_gets_a_sentence(address, scene, as_):
    assert "has not come yet" in page(as_("viewer"), f"{address}?as_of=9999-12-31")


@pytest.mark.parametrize("address", FIGURE_PAGES)
def test_the_first_day_of_the_calendar_is_a_day_that_links_keep(address, scene, as_):
    text = page(as_("viewer"), f"{address}?as_of=0001-01-01")
    assert "is not a day" not in text
    for found in re.findall(r"as_of=([^\"&]+)", text):
        assert found == "0001-01-01"


NOT_THERE = [
    "1/units/?cluster=CL-99",
    "1/units/?cluster=%00x",
    "1/units/?cluster=CL-0" + "1" * 3000,
    "1/records/?unit=SME-9999",
    "1/records/?unit=%00x",
    "1/records/?unit=1%27%20OR%201",
    "1/records/?cluster=nobody",
    "1/records/?step=5",
    "1/records/?step=-1",
    "1/records/?step=-2",
    "1/records/?step=",
    "1/records/?step=abc",
    "1/records/?step=%00",
    "1/records/?step=1.0",
    "1/records/?step=" + "9" * 400,
    "9/",
    "99999999999999999999/",
    "99999999999999999999/units/",
]


def test_what_is_not_there_is_not_found(scene, as_):
    browser = as_("coordinator")
    for address in NOT_THERE:
        assert browser.get(f"/p/trace/indicators/{address}").status_code == 404, address


def test_another_projects_cluster_and_firm_are_not_found(scene, as_):
    other = make.project("HIDDEN")
    partner = make.partner(other, "Hidden", "SK")
    clusters = [make.cluster(partner) for _ in range(3)]
    firms = [make.sme(clusters[0], name=f"Hidden {n}") for n in range(3)]
    browser = as_("coordinator")
    assert clusters[2].code == "CL-03"
    assert browser.get("/p/trace/indicators/1/units/?cluster=CL-03").status_code == 404
    assert firms[2].code == "SME-0003"
    assert browser.get("/p/trace/indicators/1/records/?unit=SME-0003").status_code == 404


ODD = ["page=1000000000", "page=0", "page=-1", "page=abc", "sort=nothing", "sort=-first"]


@pytest.mark.parametrize("address", ["units/?", "records/?", "records/?step=3&"])
def test_odd_pages_and_orders_show_the_list(address, busy, as_):
    browser = as_("viewer")
    for query in ODD:
        assert "record" in page(browser, f"/p/trace/indicators/1/{address}{query}")


@pytest.mark.parametrize("address", ["units", "records"])
def test_an_unknown_form_of_export_is_refused_in_words(address, scene, as_):
    response = as_("viewer").get(f"/p/trace/indicators/1/{address}/?export=pdf")
    assert response.status_code == 400
    assert b"xlsx or csv" in response.content


def test_figures_take_a_name_with_markup_as_text(scene, as_):
    Indicator.objects.filter(pk=scene.indicator.pk).update(name='"><script>alert(1)</script>&')
    for address in FIGURE_PAGES:
        assert "<script>alert" not in page(as_("viewer"), address)


def test_a_project_without_indicators_says_so(scene, as_):
    Indicator.objects.all().delete()
    assert "has no indicators yet" in page(as_("viewer"), "/p/trace/indicators/")
    assert "has no indicators yet" in page(as_("viewer"), "/p/trace/")


def test_what_fell_out_says_why_and_where_it_is_mended(scene, as_):
    large = make.sme(scene.cluster, name="Huge", size_class="large")
    make.record(scene.service, large)
    text = page(as_("viewer"), "/p/trace/indicators/1/records/?step=4")
    assert "a large enterprise, or of unknown size" in text
    assert f'<a class="nowrap" href="{large.get_absolute_url()}">Open {large.code}</a>' in text
    kept = make.record(scene.service, scene.sme, state="planned")
    text = page(as_("viewer"), "/p/trace/indicators/1/records/?step=1")
    assert f'<a class="nowrap" href="{kept.get_absolute_url()}">Open {kept.code}</a>' in text
