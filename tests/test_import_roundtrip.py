"""What is taken out for editing comes back as it was: a property of every text that a record can hold."""

import csv
import datetime
import io
import subprocess

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusters.importing.columns import CONTACTS, MANAGERS, OF_CLUSTERS, RECORDS, SERVICES, SMES
from clusters.models import SME, Contact, Manager, Service, ServiceRecord
from projects.importing import checking, writing
from projects.models import Import
from tests import make

pytestmark = pytest.mark.django_db

NASTY = [
    "=1+1",
    "+359 32 123",
    "-5",
    "@SUM(A1)",
    "'=quoted",
    "''twice",
    "'t Hooft",
    "000123",
    "1e5",
    "TRUE",
    "31.12.2017",
    "43100",
    "12345.0",
    'say "hello"; and, so on',
    "two\nlines",
    "two\r\nlines",
    " spaces at both ends ",
    "\ttab first",
    "Слънце и Ђурђевак",
    "Őrség – Țară",
    "emoji 🌻",
    "_x0041_",
    "EXAMPLE Ltd",
    "100%",
    "n/a",
    "0",
    "a | b ; c",
]
texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(
        alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")),
        min_size=1,
        max_size=40,
    ),
)


def exported(kind, person, as_format):
    rows = kind.model.objects.editable_by(person)
    project = rows.first().project
    return writing.for_editing(kind, rows, user=person, project=project, as_format=as_format)


def preview(scene, person, content, kind):
    source = make.imported(scene.bulgaria, person, content, kind=kind.name)
    assert checking.work(source.pk)
    source.refresh_from_db()
    assert source.state == "done", source.failure
    return source


@pytest.mark.parametrize("as_format", ["xlsx", "csv"])
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(name=texts, town=texts, number=texts, outcome=texts)
def test_an_import_of_an_export_changes_nothing(
    as_format, scene, cast, name, town, number, outcome
):
    SME.objects.filter(pk=scene.sme.pk).update(
        name=name, town=town, registration_number=number, native_name=outcome
    )
    ServiceRecord.objects.filter(pk=scene.record.pk).update(outcome=outcome, effort="2.50")
    Service.objects.filter(pk=scene.service.pk).update(
        title=name, description=outcome, since=datetime.date(2017, 3, 4)
    )
    Manager.objects.filter(pk=scene.manager.pk).update(name=name, role=town, phone=number[:40])
    SME.objects.filter(pk=scene.sme.pk).update(turnover=480_000, staff="9.5", figures_year=2017)
    Contact.objects.all().delete()
    make.contact(scene.sme, scene.bulgaria, name=name, position=town, phone=number[:40])
    make.contact(scene.other_sme, scene.serbia, name="Not for others")
    for kind in (SMES, SERVICES, RECORDS, MANAGERS, CONTACTS):
        source = preview(scene, cast.manager, exported(kind, cast.manager, as_format), kind)
        assert [(row.outcome, row.changes, row.errors) for row in source.rows.all()] == [
            ("unchanged", [], [])
        ]
    Import.objects.all().delete()


@pytest.mark.parametrize("nasty", NASTY)
def test_no_cell_of_an_export_is_a_formula(nasty, scene, cast):
    SME.objects.filter(pk=scene.sme.pk).update(name=nasty, town=nasty)
    book = openpyxl.load_workbook(io.BytesIO(exported(SMES, cast.manager, "xlsx")))
    assert {cell.data_type for row in book["SMEs"].rows for cell in row} <= {"s", "n"}
    lines = exported(SMES, cast.manager, "csv").decode("utf-8-sig")
    for row in csv.reader(io.StringIO(lines)):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


@pytest.mark.parametrize("as_format", ["xlsx", "csv"])
def test_only_the_edited_cell_changes(as_format, scene, cast):
    SME.objects.filter(pk=scene.sme.pk).update(
        name=" Слънце ", registration_number="00012", town="=1"
    )
    content = exported(SMES, cast.manager, as_format)
    if as_format == "csv":
        content = content.replace(b"'=1", "Карлово".encode())
    else:
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheet = book["SMEs"]
        at = [cell.value for cell in sheet[1]].index("Town") + 1
        sheet.cell(2, at).value = "Карлово"
        out = io.BytesIO()
        book.save(out)
        content = out.getvalue()
    source = preview(scene, cast.manager, content, SMES)
    assert source.rows.get().changes == [["Town", "=1", "Карлово"]]
    Import.objects.update(stage="apply", state="queued", applied_by=cast.manager)
    assert checking.work(source.pk)
    scene.sme.refresh_from_db()
    assert (scene.sme.name, scene.sme.town, scene.sme.registration_number) == (
        " Слънце ",
        "Карлово",
        "00012",
    )


def test_libreoffice_opens_and_saves_an_export_and_nothing_changes(scene, cast, tmp_path):
    SME.objects.filter(pk=scene.sme.pk).update(registration_number="000123", town="=1+1")
    (tmp_path / "smes.xlsx").write_bytes(exported(SMES, cast.manager, "xlsx"))
    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless"),
            *("--convert-to", "ods", "--outdir", tmp_path, tmp_path / "smes.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    source = preview(scene, cast.manager, (tmp_path / "smes.ods").read_bytes(), SMES)
    assert [(row.outcome, row.changes) for row in source.rows.all()] == [("unchanged", [])]


def test_one_gets_for_editing_only_what_one_may_edit(scene, cast, as_):
    make.contact(scene.sme, scene.bulgaria)
    make.contact(scene.other_sme, scene.serbia, name="Not for others")
    for kind, address in [
        (SMES, "smes"),
        (SERVICES, "services"),
        (RECORDS, "deliveries"),
        (MANAGERS, "managers"),
        (CONTACTS, "contacts"),
    ]:
        answer = as_("manager").get(f"/p/trace/{address}/?edit=csv")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [row[0] for row in rows[1:]] == [
            record.code for record in kind.model.objects.editable_by(cast.manager)
        ]
        assert "Not for others" not in answer.content.decode("utf-8-sig")
        assert scene.other_manager.email not in answer.content.decode("utf-8-sig")
        assert as_("viewer").get(f"/p/trace/{address}/?edit=csv").status_code == 403
    filtered = as_("manager").get("/p/trace/smes/?edit=csv&q=nothing-like-it")
    assert len(filtered.content.decode().splitlines()) == 1


@pytest.mark.parametrize("kind", OF_CLUSTERS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("as_format", ["xlsx", "csv"])
def test_a_template_is_read_without_questions_and_its_example_is_left_out(
    kind, as_format, scene, cast, as_
):
    answer = as_("manager").get(f"/p/trace/imports/template/{kind.name}.{as_format}")
    source = preview(scene, cast.manager, answer.content, kind)
    assert source.mapping == {column.name: at for at, column in enumerate(kind.own)}
    assert source.rows.count() == 0
    assert "The example row of the template was left out." in source.notes


def test_a_template_has_lists_to_choose_from_and_explains_its_columns(scene, cast):
    content = writing.template(SMES, user=cast.manager, project=scene.project, as_format="xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames[0] == "SMEs"
    assert book["Lists"].sheet_state == "hidden"
    lists = book["SMEs"].data_validations.dataValidation
    assert {item.type for item in lists} == {"list"}
    assert len(lists) >= 2
    said = {row[0].value: [cell.value for cell in row] for row in book["Explanations"].rows}
    assert said["Legal name"][1] == "yes"
    assert "Micro (under 10 staff)" in said["Size"][3]
