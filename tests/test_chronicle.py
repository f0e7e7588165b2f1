"""The tables of a period's report: what stood on its last day, no later, and nobody's name."""

import datetime
import hashlib
import io
import json
import re
import subprocess

import openpyxl
import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from common.pdf import to_pdf
from events.models import Progress, Standing
from indicators.figures import Figure
from indicators.models import Indicator
from reports import exporting, hashing, rendering, snapshot
from reports.models import Passage
from tests import make
from workpackages.models import RiskState

END = datetime.date(2017, 11, 15)
LATER = END + datetime.timedelta(days=1)
HELD_ON = datetime.date(2017, 1, 15)


def collected(period):
    with translation.override("en-gb"):
        return snapshot.collect(period.project, period)


@pytest.fixture
def work(scene, cast):
    """One of everything that a report tells in a table, and the same a day too late."""
    package = scene.task.work_package
    package.lead = scene.bulgaria
    package.save()
    make.deliverable(
        scene.project,
        "In time",
        4,
        state="submitted",
        submitted_on=END - datetime.timedelta(days=300),
    )
    make.deliverable(
        scene.project, "Too late", 4, state="submitted", submitted_on=LATER, late_reason="Ill"
    )
    make.milestone(scene.project, "Reached", reached_on=END)
    make.milestone(scene.project, "Later", reached_on=LATER)
    risk = make.risk(scene.project)
    RiskState.objects.create(risk=risk, period=scene.period, comment="It is quiet.")
    make.risk(scene.project, "Silence")
    held = make.event(
        scene.bulgaria, "Held", HELD_ON, state=Standing.HELD, country="BG", place="Plovdiv"
    )
    for person in ("zzone", "zztwo"):
        make.attendance(held, name=person)
    make.attendance(held, confirmed=False, name="zzother")
    make.event(scene.bulgaria, "Planned")
    make.event(scene.bulgaria, "Afterwards", LATER, state=Standing.HELD)
    make.dissemination(scene.bulgaria, "Press", "FR", audiences={"media": 30})
    make.dissemination(scene.bulgaria, "Afterwards", "ES", date=LATER)
    make.dissemination(scene.bulgaria, "Ongoing", "AT", state=Progress.ONGOING)
    make.label(scene.cluster, awarded_on=END, valid_until=END.replace(year=2019))
    make.label(scene.other_cluster, awarded_on=LATER, valid_until=END.replace(year=2019))
    make.adopted(make.strategy(scene.cluster, vision="Less"), cast.coordinator, END)
    make.adopted(
        make.strategy(scene.other_cluster, "Later", vision="More"), cast.coordinator, LATER
    )
    scene.record.evidence.add(make.evidence(scene.bulgaria, "zzperson.txt"))
    return scene


def test_the_tables_say_what_stood_on_the_last_day(work):
    found = collected(work.period)["tables"]
    said = {
        "tasks": [(row["code"], row["state"]) for row in found["packages"][0]["tasks"]],
        "deliverables": [
            (r["title"], bool(r["handed_in"]), r["late"]) for r in found["deliverables"]
        ],
        "milestones": [(row["title"], bool(row["reached"])) for row in found["milestones"]],
        "risks": [(row["text"], row["state"]) for row in found["risks"]],
        "events": [(row["title"], row["country"], row["present"]) for row in found["events"]],
        "dissemination": [(r["title"], r["reach"], r["countries"]) for r in found["dissemination"]],
        "countries": [row["name"] for row in found["countries"]],
        "labels": [(row["cluster"], row["awarded"]) for row in found["labels"]],
        "strategies": [(row["title"], bool(row["adopted"])) for row in found["strategies"]],
        "evidence": found["evidence"],
    }
    paper = work.record.evidence.get()
    file = {"code": paper.code, "type": paper.content_type, "sha256": paper.sha256}
    assert said == {
        "tasks": [("T1.1", said["tasks"][0][1])],
        "deliverables": [("In time", True, False), ("Too late", False, True)],
        "milestones": [("Reached", True), ("Later", False)],
        "risks": [("Managers leave", "It is quiet."), ("Silence", "")],
        "events": [("Held", "Bulgaria", 2)],
        "dissemination": [("Press", 30, ["France"])],
        "countries": ["France"],
        "labels": [("Green cluster", END.isoformat())],
        "strategies": [("Energy used wisely", True), ("Later", False)],
        "evidence": [{"partner": "Green Synergy", "files": [file]}],
    }


def test_the_annex_has_a_sheet_for_each_table_with_days_and_numbers(work, as_, cast):
    document = collected(work.period)
    row = make.rendering(
        work.period,
        cast.coordinator,
        state="done",
        file="reports/none.pdf",
        snapshot=document,
        snapshot_sha256=hashing.digest(document),
    )
    browser = as_("viewer")
    answer = browser.get(f"{row.get_absolute_url()}as/annex/")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == [
        *("Report", "Indicators", "KPI-01 by cluster", "KPI-01 by month"),
        *("Figures by month", "Figures by cluster", "Units"),
        *("Deliverables", "Milestones", "Labels"),
        *("Strategies", "Events", "Dissemination", "Countries reached", "Risks", "Tasks"),
        *("Services", "Evidence"),
    ]
    for sheet in book:
        assert (sheet.freeze_panes, bool(sheet.auto_filter.ref)) == ("A2", True)
    event = [cell.value for cell in book["Events"][2]]
    assert event[:2] == [datetime.datetime.combine(HELD_ON, datetime.time()), "Held"]
    assert event[-1] == 2
    assert [cell.value for cell in book["Indicators"][2]][7] == 2
    assert exporting.annex(document, row.requested_at) == answer.content
    told = browser.get(f"{row.get_absolute_url()}as/snapshot/").content
    assert hashlib.sha256(told).hexdigest() == row.snapshot_sha256
    assert json.loads(told) == document


def test_a_snapshot_of_the_first_format_has_an_annex_too(work):
    document = collected(work.period)
    for later in ("tables", "chapters", "changes"):
        del document[later]
    for row in document["indicators"]:
        for later in ("units", "months", "clusters", "said"):
            del row[later]
    with translation.override("en-gb"):
        assert rendering.to_html(document, made_on=timezone.now(), version=1)
    book = openpyxl.load_workbook(io.BytesIO(exporting.annex(document, timezone.now())))
    assert book.sheetnames == [
        *("Report", "Indicators", "KPI-01 by cluster", "KPI-01 by month", "Services"),
    ]


def test_no_person_is_named(work):
    document = collected(work.period)
    with translation.override("en-gb"):
        page = rendering.to_html(document, made_on=timezone.now(), version=1)
    for said in (json.dumps(document, ensure_ascii=False), page):
        assert "zz" not in said
        assert "@private" not in said


def test_what_was_before_the_period_is_the_value_of_its_eve(work):
    period = make.period(work.project, 2, 13, 24)
    make.record(work.service, make.sme(work.cluster, name="New"), LATER)
    for row in collected(period)["indicators"]:
        indicator = Indicator.objects.get(project=work.project, number=int(row["code"][4:]))
        if indicator.measure:
            eve = Figure(indicator, work.project, period.start - datetime.timedelta(days=1), None)
            assert row["previous"] == eve.value
            assert row["this_period"] == row["value"] - eve.value == 1


def test_rows_do_not_add_queries(work, cast):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            collected(work.period)
        return len(queries)

    def told_of(*rows):
        codes = " ".join(f"{{{row.code}}}" for row in rows)
        Passage.objects.update(body=f"<p>{{KPI-01}} {{KPI-02}} {codes}</p>")

    deliverable, event = make.deliverable(work.project, "D"), make.event(work.bulgaria, "E")
    make.chapter(work.period, cast.staff, package=work.task.work_package)
    told_of(deliverable, event)
    before, rows = asked(), []
    for n in range(5):
        rows.append(make.deliverable(work.project, f"D {n}"))
        make.milestone(work.project, f"M {n}")
        make.risk(work.project, f"R {n}")
        event = make.event(work.bulgaria, f"E {n}", state=Standing.HELD)
        rows.append(event)
        make.attendance(event, name=f"P {n}")
        make.dissemination(work.bulgaria, f"A {n}", "FR", "ES")
        cluster = make.cluster(work.bulgaria, f"C {n}")
        make.label(cluster, awarded_on=END)
        make.strategy(cluster, f"S {n}")
        make.task(work.project, f"T1.{n + 3}")
        record = make.record(work.service, make.sme(work.cluster, name=f"F {n}"))
        record.evidence.add(make.evidence(work.bulgaria, f"list {n}.txt"))
        make.indicator(work.project, 10 + n, measure="", name=f"I {n}")
    told_of(*rows)
    assert asked() == before


def test_the_contents_lead_to_the_pages_on_which_the_parts_begin(work, cast, tmp_path):
    make.chapter(work.period, cast.coordinator, text="<p>In brief.</p>", ready=True)
    make.chapter(work.period, cast.staff, package=work.task.work_package, ready=True)
    document = collected(work.period)
    with translation.override("en-gb"):
        page = rendering.to_html(document, made_on=timezone.now(), version=1)
        parts = rendering.parts_of(document)
    path = tmp_path / "report.pdf"
    path.write_bytes(to_pdf(page))
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True
    ).stdout
    pages = text.rstrip("\f").split("\f")
    contents = re.findall(r"^\s*(\d+)\s+(.+?)\s[. ]{4,}(\d+)$", pages[1], re.MULTILINE)
    assert [(int(n), title) for n, title, _page in contents] == [
        (n, str(part.title)) for n, part in enumerate(parts, 1)
    ]
    for number, title, at in contents:
        assert re.search(rf"^\s*{number}\s+{re.escape(title)}", pages[int(at) - 1], re.MULTILINE)
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root][:2] == [
            str(parts[0].title),
            str(parts[1].title),
        ]
