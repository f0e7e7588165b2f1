"""A report in other forms: texts, summary, tables for the EU portal, target against actual; all of one snapshot."""

import io
import subprocess

import docx
import openpyxl
import pikepdf
import pytest
from django.utils import timezone, translation

from reports import hashing, snapshot
from reports.other_forms import FORMS, made_as
from tests import make
from tests.browsing import words
from workpackages.models import RiskState

pytestmark = pytest.mark.django_db
TEXT = (
    "<h3>Heading</h3><p>Ђорђе met <strong>{KPI-01}</strong> firms &amp; more.</p><ul><li>One</li></ul>"
    "<table><tbody><tr><th>What</th></tr><tr><td>Cell</td></tr></tbody></table>"
)


@pytest.fixture
def document(scene, cast):
    make.chapter(scene.period, cast.coordinator, text=TEXT, ready=True)
    make.chapter(scene.period, cast.staff, package=scene.task.work_package, ready=True)
    make.deliverable(scene.project)
    make.milestone(scene.project)
    risk = make.risk(scene.project)
    RiskState.objects.create(risk=risk, period=scene.period, comment="Quiet.", materialised=False)
    with translation.override("en-gb"):
        return snapshot.collect(scene.project, scene.period)


def pdf_text(content):
    made = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
    )
    return made.stdout.decode()


def test_the_texts_come_as_a_document_with_headings_lists_and_tables(document):
    made = docx.Document(io.BytesIO(made_as("narrative", document, timezone.now())))
    said = [(each.style.name, each.text) for each in made.paragraphs if each.text]
    assert ("Title", "TRACE: texts of the progress report M1-M12") in said
    assert ("Heading 1", "Publishable summary") in said
    assert ("Heading 2", "Heading") in said
    assert any(text == "Ђорђе met 2 firms & more." for _style, text in said)
    assert any("List" in style and text == "One" for style, text in said)
    assert made.tables[0].cell(1, 0).text.strip() == "Cell"
    assert made.core_properties.language == "en-GB"


def test_the_summary_is_one_page_of_its_own_and_a_tagged_pdf(document):
    page = made_as("summary-page", document, timezone.now()).decode()
    assert "Ђорђе met <strong>2</strong> firms" in page
    for address in ("src=", "href=", "url(", "<script"):
        assert address not in page
    content = made_as("summary", document, timezone.now())
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert opened.Root.MarkInfo.Marked
    assert "Ђорђе met 2 firms" in pdf_text(content)


def test_the_eu_portals_tables_stand_in_its_order(document):
    book = openpyxl.load_workbook(io.BytesIO(made_as("continuous", document, timezone.now())))
    assert book.sheetnames == [
        *("Summary for publication", "Deliverables", "Milestones", "Critical risks"),
        *("State of play of risks", "Communication and dissemination", "Indicators"),
    ]
    assert [cell.value for cell in book["Deliverables"][1]][:6] == [
        *("Number", "Work package", "Title", "Lead beneficiary", "Type", "Dissemination level")
    ]
    said = [row[0].value for row in book["Summary for publication"].iter_rows()]
    assert said[0:2] == ["Text", "Heading"]  # a paragraph a row
    assert "Ђорђе met 2 firms & more." in said
    assert [cell.value for cell in book["State of play of risks"][2]][1:] == [
        *("M1-M12", "no", "Quiet.")
    ]


@pytest.mark.parametrize("indicators", [1, 8, 25])
def test_target_against_actual_is_one_page_however_many_there_are(indicators, document):
    row = document["indicators"][0]
    document["indicators"] = [
        {**row, "code": f"KPI-{n:02}", "name": f"A name of some length for number {n}"}
        for n in range(indicators)
    ]
    content = made_as("sheet", document, timezone.now())
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert len(opened.pages) == 1
    text = pdf_text(content)
    for each in document["indicators"]:
        assert each["code"] in text


def test_a_project_with_nothing_written_offers_what_there_is(scene):
    with translation.override("en-gb"):
        bare = snapshot.collect(scene.project, scene.period)
    offered = {name for name, form in FORMS.items() if form.offers(bare)}
    assert offered == {"annex", "sheet", "continuous", "snapshot"}
    for name in offered:
        assert made_as(name, bare, timezone.now())


def test_a_member_takes_each_form_from_the_page_of_a_report(document, scene, cast, as_):
    row = make.rendering(
        scene.period,
        cast.coordinator,
        state="done",
        file="reports/x.pdf",
        snapshot=document,
        snapshot_sha256=hashing.digest(document),
    )
    browser = as_("viewer")
    page = browser.get(row.get_absolute_url())
    for name, form in FORMS.items():
        assert str(form.label) in words(page)
        answer = browser.get(f"{row.get_absolute_url()}as/{name}/")
        assert answer.status_code == 200
        assert f"-{name}.{form.extension}" in answer["Content-Disposition"]
    assert browser.get(f"{row.get_absolute_url()}as/nonsense/").status_code == 404
