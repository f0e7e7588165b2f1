"""The forms of a report's snapshot: the one of today keeps to its schema, and those of earlier years still print.

tests/files/snapshots holds what the portal itself collected when each form was its own.
"""

import io
import json
import re
import subprocess
from pathlib import Path

import jsonschema_rs
import openpyxl
import pytest
from django.utils import timezone, translation

from reports import exporting, hashing, rendering, snapshot
from reports.other_forms import FORMS, made_as
from tests import make
from tests.test_chronicle import work  # noqa: F401

OLD = sorted(Path(__file__).parent.glob("files/snapshots/format-*.json"))
MADE_ON = timezone.datetime(2026, 11, 30, 12, tzinfo=timezone.get_default_timezone())


def complaints(document):
    schema = json.loads(snapshot.schema_of(document))
    found = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    return [f"{list(e.instance_path)}: {e.message}" for e in found.iter_errors(document)]


def test_a_snapshot_with_one_of_everything_keeps_to_its_schema(work, cast):  # noqa: F811
    text = "<p>{KPI-01} firms</p>"
    work.project.objectives.create(number=1, text="Learn")
    make.competence(work.project)
    make.chapter(work.period, cast.staff, package=work.task.work_package, text=text)
    document = make.locked(work.period, cast.coordinator).snapshot
    assert document["format"] == snapshot.FORMAT
    assert [name for name, rows in document["tables"].items() if not rows] == []
    assert document["overridden"]
    assert complaints(document) == []


def test_a_snapshot_of_an_empty_project_keeps_to_its_schema(db):
    period = make.period(make.project("EMPTY"))
    assert complaints(snapshot.collect(period.project, period)) == []


def test_what_the_schema_does_not_know_is_a_complaint(db):
    period = make.period(make.project("EMPTY"))
    document = snapshot.collect(period.project, period)
    assert complaints({**document, "persons": []})
    del document["tables"]["risks"]
    assert complaints(document)


def test_each_key_is_told_in_the_guide():
    guide = Path("docs/checking-a-report.md").read_text()
    schema = json.loads((snapshot.SCHEMAS / f"format-{snapshot.FORMAT}.json").read_text())
    told = set(re.findall(r"`(\w+)`", guide))
    assert set(schema["properties"]) <= told


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_a_report_of_an_older_form_is_still_made(path, db):
    document = json.loads(path.read_text())
    digest = hashing.digest(document)
    with translation.override("en-gb"):
        html = rendering.to_html(document, made_on=MADE_ON, version=1)
        content, pages = rendering.to_file(document, html, MADE_ON)
        book = openpyxl.load_workbook(io.BytesIO(exporting.annex(document, MADE_ON)))
    said = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
    ).stdout.decode()
    assert pages > 3
    assert digest in said
    for row in document["indicators"]:
        assert row["code"] in said
        assert re.search(rf"\b{row['value']}\b", said)
    assert "Indicators" in book.sheetnames
    for name, form in FORMS.items():
        if form.offers(document):
            assert made_as(name, document, MADE_ON)
    assert hashing.digest(document) == digest


def test_all_older_forms_are_there():
    assert [path.stem for path in OLD] == [f"format-{n}" for n in range(1, snapshot.FORMAT)]
