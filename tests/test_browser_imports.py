"""A cluster manager brings in spreadsheets, in Chromium, with a real worker behind it."""

import datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from clusters.models import SME, ServiceRecord
from tests.test_browser import page, sign_in, worker  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILES = Path(__file__).parent / "files"


def upload(page, list_name, file):  # noqa: F811
    page.get_by_role("navigation", name="Project").get_by_role("link", name=list_name).click()
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("Choose a spreadsheet").set_input_files(file)
    assert page.locator("[data-chosen]").inner_text() == Path(file).name
    page.get_by_role("button", name="Upload").click()


def bring_in(page, number):  # noqa: F811
    page.get_by_role("button", name=f"Import {number} record").click(timeout=60_000)
    page.get_by_text("written.").wait_for(timeout=60_000)


def test_a_workbook_and_two_csvs_go_the_whole_way(page, worker, scene, cast):  # noqa: F811
    axe, problems = Axe(), {}

    def look(name):
        found = axe.run(
            page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
        )
        if found.violations_count:
            problems[name] = found.generate_report()

    sign_in(page, "manager@example.org")
    upload(page, "SMEs", FILES / "members.xlsx")
    page.get_by_role("link", name="New 3").wait_for(timeout=60_000)
    look("a preview")
    bring_in(page, 3)
    look("a result")
    assert SME.objects.get(name="Ябълка и син ООД").registration_number == "000123451"
    page.get_by_role("link", name="To the list: SMEs").click()
    page.get_by_text("4 records", exact=True).wait_for()

    upload(page, "SMEs", FILES / "members-1251.csv")
    page.get_by_text("The portal has all of this already.").wait_for(timeout=60_000)
    page.get_by_text("The file was read as Windows-1251").wait_for()

    upload(page, "SMEs", FILES / "members-1250.csv")
    page.get_by_role("link", name="New 3").wait_for(timeout=60_000)
    page.get_by_text("Őrség Fűszer Kft.").first.wait_for()
    bring_in(page, 3)
    assert SME.objects.get(country="HU", town="Pécs").size_class == "micro"

    upload(page, "Deliveries", FILES / "deliveries-1252.csv")
    page.get_by_role("link", name="New 2").wait_for(timeout=60_000)
    bring_in(page, 2)
    record = ServiceRecord.objects.get(date=datetime.date(2017, 12, 31))
    assert (float(record.effort), record.satisfaction) == (2.5, 4)
    assert "größte" in record.outcome

    page.get_by_role("navigation", name="Project").get_by_role("link", name="Imports").click()
    assert page.get_by_role("row").count() == 5
    look("past imports")
    assert problems == {}
    assert page.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_person_names_columns_and_mends_rows_on_a_phone(scheme, page, worker, scene, cast):  # noqa: F811
    axe, problems = Axe(), {}

    def look(name):
        found = axe.run(
            page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
        )
        if found.violations_count:
            problems[name] = found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name

    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "manager@example.org")
    page.goto("/p/trace/imports/new/smes/")
    look("upload")
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("alert").get_by_text("Choose the file.").wait_for()
    look("upload refused")
    rows = "Wie;Wo\nAlpha GmbH;Bulgaria\nBeta GmbH;Atlantis\n"
    file = {"name": "liste.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.get_by_label("Choose a spreadsheet").set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("heading", name="What do your columns hold?").wait_for()
    look("columns")
    page.get_by_role("button", name="Show the preview").click()
    page.get_by_role("alert").get_by_text("Choose the column that holds this").first.wait_for()
    look("columns refused")
    page.get_by_label("Legal name").select_option(label="Wie – Alpha GmbH")
    page.get_by_label("Country").select_option(label="Wo – Bulgaria")
    page.get_by_role("button", name="Show the preview").click()
    page.get_by_text("1 row is to be mended.").wait_for(timeout=60_000)
    page.get_by_text("“Atlantis” is no country.").wait_for()
    look("errors")
    with page.expect_download() as download:
        page.get_by_role("link", name="List of errors, XLSX").click()
    assert download.value.suggested_filename == "errors-listecsv.xlsx"
    assert problems == {}
    assert SME.objects.filter(name="Alpha GmbH").count() == 0
    assert page.complaints == []
