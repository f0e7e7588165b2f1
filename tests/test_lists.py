"""Lists: search, filters, sorting, pages, and the export of what is shown."""

import csv
import datetime
import io
import re

import openpyxl
import pytest

from clusters.models import Novelty, ServiceRecord, State
from common.exporting import as_csv, as_xlsx
from tests import make
from tests.browsing import words

LISTS = ["smes", "services", "deliveries", "managers"]
SMES, DELIVERIES = "/p/trace/smes/", "/p/trace/deliveries/"


def codes(response):
    """The codes of the rows, as the page shows them."""
    return [str(row.record.code) for row in response.context["table"].paginated_rows]


def rows_of(response):
    """An exported file's rows, the first with the headings."""
    if response["Content-Type"].startswith("text/csv"):
        return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


@pytest.fixture
def many(scene):
    """Sixty firms more than one page holds, every second of them in another country."""
    return [
        make.sme(scene.cluster, name=f"Firm {n:02d}", country=("BG", "RS")[n % 2], town="Ниш")
        for n in range(60)
    ]


# --- Search ----------------------------------------------------------------------------------------


FOUND = [
    ("Слънце", ["SME-0001"]),
    ("слънце", ["SME-0001"]),
    ("Đurđevak", ["SME-0002"]),
    ("durdevak", ["SME-0002"]),
    ("SME-0002", ["SME-0002"]),
    ("Пловдив", ["SME-0001"]),
    ("", ["SME-0002", "SME-0001"]),
    ("   ", ["SME-0002", "SME-0001"]),
    ("no such firm", []),
]


def test_a_search_finds_what_holds_the_text_in_any_spelling(as_):
    browser = as_("viewer")
    for text, found in FOUND:
        assert sorted(codes(browser.get(SMES, {"q": text}))) == sorted(found), text


NONSENSE = (
    "%",
    "_",
    "\\",
    "'",
    '"',
    "*",
    "😀",
    "\x00",
    "a\x00b",
    "x" * 100_000,
    "\u202e",
    "%s%n",
    "'; DROP TABLE clusters_sme; --",
    "<script>",
    "{{ 7*191 }}",
)


def test_a_search_for_nonsense_gives_a_page(as_):
    browser = as_("viewer")
    for place, text in enumerate(NONSENSE):
        kind = LISTS[place % len(LISTS)]
        response = browser.get(f"/p/trace/{kind}/", {"q": text})
        assert response.status_code == 200
        assert "1337" not in words(response)
    for kind in LISTS:
        for text in ("%", "x" * 100_000):
            assert browser.get(f"/p/trace/{kind}/", {"q": text}).status_code == 200


def test_a_percent_sign_is_no_wildcard(as_, scene):
    make.sme(scene.cluster, name="100% Sun")
    assert codes(as_("viewer").get(SMES, {"q": "100%"})) == ["SME-0003"]


# --- Filters ---------------------------------------------------------------------------------------

NOT_OFFERED = [
    ("smes", "cluster", "999999"),
    ("smes", "cluster", "abc"),
    ("smes", "cluster", "\x00"),
    ("smes", "cluster", "9" * 50),
    ("smes", "country", "XX"),
    ("smes", "size_class", "huge"),
    ("smes", "served", "perhaps"),
    ("services", "category", "-1"),
    ("services", "novelty", "old"),
    ("deliveries", "state", "lost"),
    ("deliveries", "since", "yesterday"),
    ("deliveries", "until", "2017-02-31"),
    ("deliveries", "proof", "1"),
    ("managers", "cluster", "'"),
]


def test_a_filter_that_is_not_offered_is_said_and_narrows_nothing(as_):
    browser = as_("viewer")
    for kind, name, value in NOT_OFFERED:
        response = browser.get(f"/p/trace/{kind}/", {name: value})
        assert response.status_code == 200
        assert response.context["filter"].form.errors[name], (kind, name)
        assert f'id="error_1_id_{name}"' in response.content.decode(), (kind, name)
        assert len(codes(response)) == 2


def test_a_cluster_of_another_project_is_not_offered_as_a_filter(as_, cast):
    foreign = make.cluster(cast.stranger.memberships.get().partner, "Elsewhere cluster")
    response = as_("coordinator").get(SMES, {"cluster": foreign.pk})
    assert "cluster" in response.context["filter"].form.errors
    assert "Elsewhere cluster" not in words(response)


def test_filters_narrow_together(as_, scene):
    make.sme(scene.cluster, name="Third", country="RS")
    browser = as_("viewer")
    own = codes(browser.get(SMES, {"cluster": scene.cluster.pk}))
    assert sorted(own) == ["SME-0001", "SME-0003"]
    both = {"cluster": scene.cluster.pk, "country": "RS"}
    assert codes(browser.get(SMES, both)) == ["SME-0003"]
    assert codes(browser.get(SMES, {**both, "served": "yes"})) == []
    assert codes(browser.get(SMES, {**both, "served": "no"})) == ["SME-0003"]
    assert codes(browser.get(SMES, {**both, "served": "no", "q": "Слънце"})) == []


# --- The own cluster first ------------------------------------------------------------------------


OWN = {"smes": "SME-0001", "services": "SV-001", "deliveries": "SR-00001", "managers": "MG-001"}


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_opens_on_the_cluster_of_a_manager_who_has_one(kind, as_, scene):
    browser, address = as_("manager"), f"/p/trace/{kind}/"
    response = browser.get(address, follow=True)
    assert response.redirect_chain == [(f"{address}?cluster={scene.cluster.pk}", 302)]
    assert codes(response) == [OWN[kind]]
    assert response.context["filter"].form["cluster"].value() == str(scene.cluster.pk)
    assert response.context["clearing"] == (f"{address}?cluster=", "All clusters")
    everywhere = browser.get(response.context["clearing"][0])
    assert len(codes(everywhere)) == 2
    assert everywhere.context["clearing"] is None
    for query in ("?q=", "?export=csv", "?sort=code"):
        assert browser.get(address + query).status_code == 200


@pytest.mark.parametrize("person", ["viewer", "staff", "coordinator"])
def test_a_list_opens_on_all_clusters_for_everybody_else(person, as_):
    browser = as_(person)
    for kind in LISTS:
        assert len(codes(browser.get(f"/p/trace/{kind}/"))) == 2


def test_who_keeps_two_clusters_or_none_sees_all(as_, scene, cast):
    second = make.cluster(scene.bulgaria, "Second cluster")
    browser = as_("manager")
    assert len(codes(browser.get(SMES))) == 2
    second.delete()
    assert browser.get(SMES).status_code == 302
    cast.manager.memberships.update(partner=scene.italy)
    assert len(codes(browser.get(SMES))) == 2


def test_a_manager_finds_all_firms_from_the_top_and_in_a_lookup(as_, scene):
    browser = as_("manager")
    assert codes(browser.get(SMES, {"q": "durdevak"})) == ["SME-0002"]
    lookup = {"HX-Request": "true", "HX-Target": "sme-proposals"}
    assert scene.other_sme.code in browser.get(SMES, {"sme": "durde"}, headers=lookup).text


def test_the_own_cluster_is_kept_in_pages_sorting_and_export(as_, scene, many):
    browser = as_("manager")
    response = browser.get(SMES, follow=True)
    own = f"cluster={scene.cluster.pk}"
    links = re.findall(r'href="\?([^"]*)"', response.text)
    kept = [link for link in links if re.search("page=|sort=|export=", link)]
    assert len(kept) > 4
    assert all(own in link for link in kept)
    exported = next(link for link in kept if "export=csv" in link).replace("&amp;", "&")
    assert len(rows_of(browser.get(f"{SMES}?{exported}"))) == 1 + 61  # and not the other cluster's
    parts = browser.get(SMES, headers={"HX-Request": "true"})
    assert parts["Location"] == f"{SMES}?{own}"


def test_a_firm_in_two_clusters_is_one_row(as_, scene):
    make.sme(scene.cluster, scene.other_cluster, name="In both")
    response = as_("viewer").get(SMES, {"q": "In both"})
    assert codes(response) == ["SME-0003"]
    response = as_("viewer").get(SMES, {"cluster": scene.other_cluster.pk, "q": "In both"})
    assert codes(response) == ["SME-0003"]
    assert "Green cluster" in words(response)


def test_served_means_delivered(as_, scene):
    planned = make.sme(scene.cluster, name="Only planned")
    make.record(scene.service, planned, state=State.PLANNED)
    assert planned.code in codes(as_("viewer").get(SMES, {"served": "no"}))
    assert planned.code not in codes(as_("viewer").get(SMES, {"served": "yes"}))


def test_deliveries_are_told_apart_by_their_proof_and_counted_once(as_, scene):
    for content in (b"one", b"two"):
        scene.record.evidence.add(make.evidence(scene.bulgaria, content=content))
    browser = as_("viewer")
    assert codes(browser.get(DELIVERIES, {"proof": "yes"})) == ["SR-00001"]
    assert codes(browser.get(DELIVERIES, {"proof": "no"})) == ["SR-00002"]
    proven = rows_of(browser.get(DELIVERIES, {"proof": "yes", "export": "csv"}))
    assert proven[1][proven[0].index("Proofs")] == "2"


def test_deliveries_are_found_from_and_until_a_day(as_, scene):
    day = scene.record.date
    ServiceRecord.objects.filter(code="SR-00002").update(date=day + datetime.timedelta(days=1))
    browser = as_("viewer")
    assert codes(browser.get(DELIVERIES, {"since": day, "until": day})) == ["SR-00001"]
    assert codes(browser.get(DELIVERIES, {"until": day})) == ["SR-00001"]
    assert len(codes(browser.get(DELIVERIES, {"since": day}))) == 2
    assert codes(browser.get(DELIVERIES, {"since": "2018-01-01", "until": "2017-01-01"})) == []


def test_a_part_of_the_page_is_the_results_alone(as_):
    response = as_("viewer").get(SMES, {"q": "Слънце"}, headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()
    assert "SME-0001" in response.content.decode()


# --- Sorting and pages -----------------------------------------------------------------------------


NO_PAGE = [
    "page=0",
    "page=-1",
    "page=abc",
    "page=1000000000",
    "page=" + "9" * 5000,
    "page=",
    "page=1.5",
    "page=%00",
]


def test_a_page_that_does_not_exist_is_the_nearest_one(as_, many):
    browser = as_("viewer")
    for query in NO_PAGE:
        response = browser.get(f"{SMES}?{query}")
        assert response.status_code == 200
        assert codes(response), query[:20]


def test_how_many_rows_a_page_has_is_not_the_readers_choice(as_, many):
    browser = as_("viewer")
    for per_page in ("0", "-1", "abc", "1000000000"):
        assert len(codes(browser.get(f"{SMES}?per_page={per_page}"))) == 25, per_page


NO_COLUMN = [
    "nothing",
    "-",
    "--name",
    "clusters",
    "project",
    "name,code",
    "\x00",
    "password",
    "folded",
]


def test_sorting_by_what_is_no_column_changes_nothing(as_, many):
    browser = as_("viewer")
    for sort in NO_COLUMN:
        response = browser.get(SMES, {"sort": sort})
        assert response.status_code == 200
        assert len(codes(response)) == 25, sort


def test_pages_and_sorting_together_show_every_row_once(as_, many):
    browser = as_("viewer")
    shown = [
        code
        for page in (1, 2, 3)
        for code in codes(browser.get(SMES, {"sort": "-code", "page": page}))
    ]
    assert shown == sorted(shown, reverse=True)
    assert len(shown) == 62


def test_the_links_of_pages_keep_search_and_sorting(as_, many):
    page = as_("viewer").get(SMES, {"q": "Firm", "sort": "-name", "country": "RS"})
    following = page.content.decode().split('rel="next" href="')[1].split('"')[0]
    for part in ("q=Firm", "sort=-name", "country=RS", "page=2"):
        assert part in following


# --- Export ----------------------------------------------------------------------------------------


def test_an_export_holds_what_is_filtered_and_sorted_on_all_pages(as_, many):
    browser = as_("viewer")
    query = {"country": "RS", "q": "Firm", "sort": "-name", "page": "2"}
    for as_format in ("csv", "xlsx"):
        response = browser.get(SMES, {**query, "export": as_format})
        heads, *rows = rows_of(response)
        names = [row[heads.index("Name")] for row in rows]
        assert names == sorted((firm.name for firm in many if firm.country == "RS"), reverse=True)
        assert {row[heads.index("Country")] for row in rows} == {"Serbia"}
        assert {row[heads.index("Town")] for row in rows} == {"Ниш"}
        assert response["Content-Disposition"].startswith('attachment; filename="smes-')
        assert response["Content-Disposition"].endswith(f'.{as_format}"')


def test_every_list_is_exported_in_both_formats(as_):
    browser = as_("viewer")
    for kind in LISTS:
        for as_format in ("csv", "xlsx"):
            response = browser.get(f"/p/trace/{kind}/", {"export": as_format})
            heads, *rows = rows_of(response)
            assert "Code" in heads
            assert len(rows) == 2
            assert all("<" not in str(value) for row in rows for value in row)


def test_an_export_of_nothing_has_its_headings(as_):
    browser = as_("viewer")
    for as_format in ("csv", "xlsx"):
        response = browser.get(SMES, {"q": "nobody", "export": as_format})
        assert len(rows_of(response)) == 1


def test_another_format_is_refused_with_a_sentence(as_):
    browser = as_("viewer")
    for as_format in ("pdf", "XLSX", "../etc", "\x00", "xls"):
        response = browser.get(SMES, {"export": as_format})
        assert response.status_code == 400
        assert response.content.decode() == "Lists are exported as xlsx or csv."


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://x")',
    "=cmd|'/c calc'!A1",
]


def test_a_name_that_begins_like_a_formula_is_none(as_, scene):
    for text in FORMULAS:
        make.sme(scene.cluster, name=text)
    browser = as_("viewer")
    query = {"country": "BG", "sort": "code"}
    book = openpyxl.load_workbook(
        io.BytesIO(browser.get(SMES, {**query, "export": "xlsx"}).content)
    )
    cells = list(book.active["B"])[2:]
    assert len(cells) == len(FORMULAS)
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.hyperlink for cell in cells} == {None}
    lines = rows_of(browser.get(SMES, {**query, "export": "csv"}))[2:]
    assert [line[1][0] for line in lines] == ["'"] * len(FORMULAS)
    assert [line[1][1:].strip() for line in lines] == [text.strip() for text in FORMULAS]


def test_numbers_and_days_are_numbers_and_days_in_a_spreadsheet(as_, scene):
    ServiceRecord.objects.filter(code="SR-00001").update(effort="2.50", satisfaction=4)
    response = as_("viewer").get(DELIVERIES, {"export": "xlsx", "sort": "code"})
    heads, row, _other = rows_of(response)
    assert row[heads.index("Date")] == datetime.datetime(2016, 12, 16)
    assert row[heads.index("Hours")] == 2.5
    assert row[heads.index("SME")] == "Слънце ЕООД"


def test_a_delivery_long_before_spreadsheets_and_a_very_long_outcome_are_exported(as_, scene):
    ServiceRecord.objects.filter(code="SR-00001").update(
        date=datetime.date(1, 1, 1), outcome="Много " * 20_000, state=State.CANCELLED
    )
    for as_format in ("xlsx", "csv"):
        query = {"export": as_format, "sort": "code"}
        heads, row, _other = rows_of(as_("viewer").get(DELIVERIES, query))
        assert "0001" in str(row[heads.index("Date")])
        assert row[heads.index("Outcome")].startswith("Много Много")


def test_odd_signs_do_not_break_a_spreadsheet():
    rows = [["Head"], ["bell \x07, escape \x1b, line\nbreak"], ["😀 Ћ ß"], [None], [True], [-5]]
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(rows)))
    assert book.active["A3"].value == "😀 Ћ ß"
    assert book.active["A6"].value == -5
    assert as_csv(rows).decode("utf-8-sig").splitlines()[-1] == "-5"


def test_another_novelty_is_another_row_of_the_portfolio(as_, scene):
    make.service(scene.cluster, "Old advice", novelty=Novelty.EXISTING)
    response = as_("viewer").get("/p/trace/services/", {"novelty": "existing"})
    assert codes(response) == ["SV-003"]
