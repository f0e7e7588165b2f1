"""Strategies as files: a draft is marked, a version stays, and what was written comes out as text."""

import io
import subprocess
from zipfile import ZipFile

import pytest
from docx import Document

from clusters.actions import strategy as actions
from clusters.models import Strategy
from tests import make

AT = "/p/trace/strategies/"


@pytest.fixture
def strategy(scene):
    made = make.strategy(
        scene.cluster,
        "Слънце за всички <b>&amp;",
        vision="A quarter less.\x0bBy 2020.\n\nPlăcintă.",
        first_year=2018,
        last_year=2022,
    )
    make.chain_link(made, smes=[scene.sme], told="They pack fruit", gap="No cold store")
    make.trend(made, meaning="Energy costs more")
    make.market(made)
    aim = make.objective(made, "Save a quarter", "Traceability", "Processing")
    first = make.action(aim)
    make.action(aim, "Report", depends_on=first, begins_on=None, carried_by="University of Bari")
    return made


def pdf_text(response, tmp_path):
    (tmp_path / "strategy.pdf").write_bytes(response.content)
    said = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "strategy.pdf", "-"], capture_output=True, check=True
    )
    return " ".join(said.stdout.decode().split())


def docx_of(response):
    return Document(io.BytesIO(response.content))


def docx_text(document):
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    places = [document.paragraphs, *(cell.paragraphs for cell in cells)]
    return " ".join(paragraph.text for place in places for paragraph in place)


def test_a_draft_says_so_and_has_all_that_was_written(as_, scene, strategy, tmp_path):
    browser = as_("viewer")
    pdf = browser.get(f"{AT}{strategy.code}/document.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert f'filename="trace-{strategy.code.lower()}-draft.pdf"' in pdf["Content-Disposition"]
    docx = browser.get(f"{AT}{strategy.code}/document.docx")
    printed, written = pdf_text(pdf, tmp_path), docx_text(docx_of(docx))
    assert "DRAFT" in printed
    assert "Draft of" in written
    for said in (
        *(
            "Слънце за всички <b>&amp;",
            "A quarter less.",
            "Plăcintă.",
            "2018–2022",
            "They pack fruit",
        ),
        *("No cold store", "1 member", "Energy costs more", "Romania", "Save a quarter"),
        *("Traceability", "Audit ten plants", "after RA-001", "University of Bari"),
    ):
        assert said in printed, said
        assert said in written, said
    assert scene.sme.name not in printed + written, "a member is not named"


def test_the_word_document_is_one_that_people_and_screen_readers_can_use(as_, strategy):
    strategy.project.funding_statement = "Funded by the Union."
    strategy.project.save()
    response = as_("viewer").get(f"{AT}{strategy.code}/document.docx")
    document = docx_of(response)
    heads = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert heads == ["Vision", "Value chain", "Trends", "Markets", "Objectives and roadmap"]
    assert document.core_properties.title == strategy.title
    with ZipFile(io.BytesIO(response.content)) as parts:
        body = parts.read("word/document.xml").decode()
        assert 'w:lang w:val="en-GB"' in parts.read("word/styles.xml").decode()
    assert body.count("<w:tblHeader/>") == 4
    assert 'descr="Emblem of the European Union"' in body


def test_a_version_says_what_it_said(as_, cast, strategy, tmp_path):
    version = make.adopted(strategy, cast.manager)
    Strategy.objects.update(vision="Half as much.")
    strategy.objectives.update(title="Save half")
    browser = as_("viewer")
    address = f"{AT}versions/{version.code}/document"
    printed = pdf_text(browser.get(f"{address}.pdf"), tmp_path)
    written = docx_text(docx_of(browser.get(f"{address}.docx")))
    for said in ("A quarter less.", "Save a quarter", version.sha256, "Board"):
        assert said in printed, said
        assert said in written, said
    assert "Half as much" not in printed + written
    assert "ADOPTED" in printed
    assert "DRAFT" not in printed
    actions.withdraw_adoption(user=cast.manager, version=version, reason="It was the wrong text.")
    again = pdf_text(browser.get(f"{address}.pdf"), tmp_path)
    assert "ADOPTION WITHDRAWN" in again


def test_a_strategy_of_a_title_alone_is_a_document_too(as_, scene, tmp_path):
    bare = make.strategy(scene.cluster)
    browser = as_("viewer")
    printed = pdf_text(browser.get(f"{AT}{bare.code}/document.pdf"), tmp_path)
    assert "Nothing but the title is written yet." in printed
    assert "Energy used wisely" in docx_text(docx_of(browser.get(f"{AT}{bare.code}/document.docx")))


@pytest.mark.parametrize("form", ["odt", "PDF", "exe"])
def test_other_forms_are_not_there(form, as_, strategy):
    assert as_("viewer").get(f"{AT}{strategy.code}/document.{form}").status_code == 404
