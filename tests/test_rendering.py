"""The making of a report: its snapshot, its pages, and what happens when a worker dies on the way."""

import contextlib
import csv
import datetime
import hashlib
import io
import itertools
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings as portal
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from clusters.models import SizeClass
from common import jobs
from common.jobs import Progress
from common.pdf import to_archive, to_pdf
from projects.models import Role
from reports import hashing, rendering, snapshot
from reports.models import Rendering
from tests import make
from tests.tags import is_area, structure

pytestmark = pytest.mark.django_db

# A name in each of the consortium's scripts and alphabets.
EIGHT = [
    "Società Qualità",
    "Őrség Fűszer",
    "Straße Grün",
    "São João Ação",
    "Ţară Ănești Știință",
    "Слънце Пловдив ЪЬ",
    "Ћирилица Љубав Њива",
    "Đurđevak Žižić Ćuprija",
]
MADE_ON = parse_datetime("2018-12-01T10:00:00+00:00")


@pytest.fixture
def light(monkeypatch):
    """For tests of the row and the file: a short file instead of seconds of layout."""
    monkeypatch.setattr("reports.rendering.to_file", lambda *said: (b"%PDF-1.7 short", 1))


@pytest.fixture
def row(scene, cast):
    return make.rendering(scene.period, cast.manager)


def stored():
    return sorted(path.name for path in Path(default_storage.path("reports")).glob("*"))


def silent_since(row, **ago):
    """Its worker has not been heard of for so long."""
    Rendering.objects.filter(pk=row.pk).update(heartbeat=timezone.now() - datetime.timedelta(**ago))


def taken(row, **ago):
    """A worker took it, and was last heard of so long ago; its claim."""
    claim = jobs.take(Rendering, row.pk)
    silent_since(row, **ago)
    return claim


# --- The snapshot --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(django_db_setup, django_db_blocker):
    """One report in eight languages, made once for the tests that read it: document, HTML, PDF and its text."""
    with django_db_blocker.unblock(), transaction.atomic():
        project = make.project(
            "PRINT",
            name="Names from eight languages",
            programme="COSME",
            funding_statement="This project received funding from the European Union.",
            disclaimer="It reflects its authors' views alone.",
        )
        partners = [
            make.partner(project, name, country)
            for name, country in zip(
                EIGHT, ["IT", "HU", "DE", "PT", "RO", "BG", "RS", "HR"], strict=True
            )
        ]
        clusters = [make.cluster(partner, f"C {partner.short_name}") for partner in partners]
        firms = [make.sme(*clusters[:2], name=f"zzfirm {n} ООД") for n in range(5)]
        make.manager(clusters[0], "zzmanager Ивана", "zzmanager@private.example")
        for cluster in clusters[:2]:
            for firm in firms:
                make.record(make.service(cluster, "Audit"), firm)
        make.record(
            make.service(clusters[0], "Audit"),
            make.sme(clusters[0], name="zzlarge", size_class=SizeClass.LARGE),
        )
        person = make.user("zzperson@private.example", "zzperson")
        make.member(project, Role.COORDINATOR, partners[0], person)
        make.indicator(project, target=284, name='SMEs & "benefitting" <b>')
        make.indicator(project, 2, measure="", target=14, name="Managers involved")
        period = make.period(project)
        document = snapshot.collect(project, period)
        transaction.set_rollback(True)
    html = rendering.to_html(document, made_on=MADE_ON, version=3)
    content, _pages = rendering.to_file(document, html, MADE_ON)
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
    ).stdout.decode()
    return {"document": document, "html": html, "content": content, "text": text}


def test_a_snapshot_holds_counts_and_neither_persons_nor_firms(printed):
    for said in (json.dumps(printed["document"], ensure_ascii=False), printed["text"]):
        assert "zz" not in said
        assert "@" not in said


def test_a_snapshot_is_plain_json_and_its_digest_does_not_know_the_order_of_keys(printed):
    document = printed["document"]
    text = json.dumps(document)

    def turned(value):
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return [turned(item) for item in value] if isinstance(value, list) else value

    assert json.loads(text) == document
    again = turned(json.loads(text))
    assert json.dumps(again) != text
    assert hashing.digest(again) == hashing.digest(document)
    document = json.loads(text)
    document["leading"]["value"] += 1
    assert hashing.digest(document) != hashing.digest(again)


def test_a_snapshot_says_what_the_page_says(scene, cast, client):
    for number in range(3):
        make.record(scene.service, make.sme(scene.cluster, name=f"Firm {number}"))
    document = snapshot.collect(scene.project, scene.period)
    client.force_login(cast.viewer)
    page = client.get(f"/p/trace/indicators/1/?as_of={document['as_of']}").content.decode()
    assert document["leading"]["value"] == document["indicators"][0]["value"] == 5
    assert '<span class="num">5</span>' in page
    assert document["leading"]["months"][-1]["value"] == 5
    assert document["leading"]["explained"][-1]["records"] == 5


def test_a_period_says_what_came_before_it_and_what_it_added(scene):
    second = make.period(scene.project, 2, 13, 24)
    make.record(scene.service, make.sme(scene.cluster), second.start)
    make.record(scene.service, make.sme(scene.cluster), second.end)
    make.record(scene.service, scene.sme, second.start)  # counted already
    first, then = (
        snapshot.collect(scene.project, period)["indicators"][0]
        for period in (scene.period, second)
    )
    assert (first["previous"], first["this_period"], first["value"]) == (0, 2, 2)
    assert (then["previous"], then["this_period"], then["value"]) == (2, 2, 4)


def test_an_indicator_that_waits_is_null_and_not_zero(printed):
    waiting = printed["document"]["indicators"][1]
    for key in ("value", "previous", "this_period", "percent", "records"):
        assert waiting[key] is None
    assert re.search(
        r"Managers\s+involved\s+0\s+14\s+–\s+–\s+–\s+–\s+No records yet", printed["text"]
    )


def test_a_project_with_nothing_in_it_has_a_report(db):
    project = make.project("EMPTY")
    document = snapshot.collect(project, make.period(project))
    assert document["leading"] is None
    html = rendering.to_html(document, made_on=MADE_ON, version=1)
    assert "No category of services is defined" in html
    assert rendering.to_file(document, html, MADE_ON)[0].startswith(b"%PDF")


# --- The pages -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pdf(printed):
    with pikepdf.open(io.BytesIO(printed["content"])) as opened:
        yield opened


def test_the_pdf_is_tagged_titled_and_says_its_language(pdf):
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang).startswith("en")
    assert str(pdf.docinfo["/Title"]) == "PRINT: Periodic report M1-M12"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["dc:title"] == "PRINT: Periodic report M1-M12"


def test_the_pdfs_tags_name_headings_tables_and_figures(pdf):
    elements = list(structure(pdf.Root.StructTreeRoot))
    kinds = [str(element.get("/S", "")) for element in elements]
    assert {"/H1", "/H2", "/H3", "/P", "/Table", "/TH", "/TD", "/Figure"} <= set(kinds)
    pictures = [element for element in elements if element.get("/S") == "/Figure"]
    said = [str(picture.get("/Alt", "")) for picture in pictures]
    assert "Emblem of the European Union" in said
    assert "QR code of the page where this file is checked" in said
    assert any("by project month, beside the planned line" in each for each in said)
    assert len(said) == 4  # a chart of each figure, one of them twice


def test_the_pdfs_headings_skip_no_level_and_its_tables_have_heads(pdf):
    elements = list(structure(pdf.Root.StructTreeRoot))
    levels = [
        int(kind[2:])
        for kind in (str(each.get("/S", "")) for each in elements)
        if re.match(r"/H\d", kind)
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(then <= before + 1 for before, then in itertools.pairwise(levels))
    tables = [each for each in elements if each.get("/S") == "/Table"]
    assert len(tables) > 5
    for table in tables:
        assert any(each.get("/S") == "/TH" for each in structure(table))


def test_the_pdfs_links_are_tagged_as_such_and_its_headers_say_what_they_head(pdf):
    elements = list(structure(pdf.Root.StructTreeRoot.K))
    pressed = [annotation for page in pdf.pages for annotation in page.get("/Annots", [])]
    links = [each for each in elements if each.get("/S") == "/Link"]
    areas = [each for link in links for each in link.K if is_area(each)]
    assert len(areas) == len(pressed) > 20
    headers = [each for each in elements if each.get("/S") == "/TH"]
    assert {str(each.A.get("/Scope")) for each in headers} == {"/Column", "/Row"}


def test_the_pdfs_tables_and_figures_are_numbered_in_their_order_and_have_captions(pdf, printed):
    elements = list(structure(pdf.Root.StructTreeRoot))
    captions = [each for each in elements if each.get("/S") == "/Caption"]
    for word in ("Table", "Figure"):
        numbers = [int(n) for n in re.findall(rf"\b{word} (\d+)\s", printed["text"])]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) > 1
    tables = len(re.findall(r"<caption>", printed["html"]))
    assert len(captions) >= tables > 4
    bare = re.findall(r"<table(?![^>]*facts)[^>]*>\s*(?!<caption)<", printed["html"])
    assert bare == []


def test_each_indicator_leads_to_its_figure_as_of_the_day(pdf, printed):
    links = {
        str(note.A.URI)
        for page in pdf.pages
        for note in page.get("/Annots", ())
        if "/A" in note and "/URI" in note.A
    }
    for row in printed["document"]["indicators"]:
        assert row["url"].endswith("/?as_of=2017-11-15")
        assert row["url"] in links


def test_the_snapshot_and_its_tables_lie_in_the_pdf(pdf, printed):
    files = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
    assert hashlib.sha256(files["snapshot.json"]).hexdigest() == hashing.digest(printed["document"])
    assert files["snapshot.json"] == hashing.canonical(printed["document"])
    rows = list(csv.DictReader(io.StringIO(files["indicators.csv"].decode("utf-8-sig"))))
    stated = {row["code"]: row["value"] for row in printed["document"]["indicators"]}
    assert {row["Code"]: row["Value"] for row in rows} == {
        code: "" if value is None else str(value) for code, value in stated.items()
    }
    relations = {str(each.UF): str(each.AFRelationship) for each in pdf.Root.AF}
    assert relations["snapshot.json"] == "/Source"
    assert set(relations.values()) == {"/Source", "/Data"}
    assert str(pdf.Root.OutputIntents[0].S) == "/GTS_PDFA1"


def test_the_pdf_is_sound(printed, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(printed["content"])
    found = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr


def test_the_pdf_names_every_figure_of_its_snapshot(printed):
    text = " ".join(printed["text"].split())
    for row in printed["document"]["indicators"]:
        assert row["code"] in text
        if row["value"] is not None:
            assert re.search(rf"\b{row['value']}\b", text)
        for point in row["months"]:
            assert re.search(rf"M{point['month']} [\d ]*\b{point['value']}\b", text)


def test_a_draft_says_so_across_its_pages_and_a_submitted_one_does_not(printed):
    stamp = rendering.Stamp("Ђорђе Žižić", MADE_ON)
    document = printed["document"]
    html = rendering.to_html(document, made_on=MADE_ON, version=3, locked_at=MADE_ON, stamp=stamp)
    content, _pages = rendering.to_file(document, html, MADE_ON)
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
    ).stdout.decode()
    assert "DRAFT" not in text
    assert "FINAL" in text
    assert "Ђорђе Žižić" in text
    assert "Version 3, figures as of 15 Nov 2017" in text
    # Drawn, not written: whoever copies the text does not meet it on each page.
    assert printed["text"].count("DRAFT") == 1
    assert printed["html"].count("stroke-opacity") == 2
    assert "stroke-opacity" not in html


def test_the_pdfs_pages_are_a4_and_numbered(pdf, printed):
    sizes = [tuple(round(float(value)) for value in page.mediabox[2:]) for page in pdf.pages]
    assert set(sizes) == {(595, 842), (842, 595)}
    assert sizes.count((842, 595)) == 1  # the table of the clusters
    pages = printed["text"].rstrip("\f").split("\f")
    assert len(pages) == len(pdf.pages) > 2
    for number, text in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in text
        assert "Draft, version 3, figures as of 15 Nov 2017" in text


def test_the_pdf_states_the_figure_of_its_snapshot(printed):
    value = printed["document"]["leading"]["value"]
    assert value == 5
    assert re.search(r"\b5\b[^\n]*\n?.*\n?\s*of 284", printed["text"])
    assert re.search(r"Project, each enterprise once\s+5\s+284", printed["text"])
    assert re.search(r"Distinct enterprises\s+5", printed["text"])
    assert "The shares sum to 10: 5 enterprises were served by more than one" in " ".join(
        printed["text"].split()
    )


@pytest.mark.parametrize("name", EIGHT)
def test_the_pdf_spells_the_names_of_eight_languages(name, printed):
    assert name in " ".join(printed["text"].split())


def test_the_pdf_has_its_letters_from_the_two_families_that_its_style_names(printed, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(printed["content"])
    listed = subprocess.run(["pdffonts", path], capture_output=True, check=True, text=True).stdout
    fonts = [line.split() for line in listed.splitlines()[2:]]
    assert fonts
    for name, *rest in fonts:
        assert re.search(r"\+(Noto-Sans|DejaVu-Sans)", name), listed
        assert rest[-5:-2] == ["yes", "yes", "yes"]  # embedded, a subset, with its letters named


def test_the_pdf_carries_the_projects_funding_statement_and_disclaimer(printed):
    said = " ".join(printed["text"].split())
    assert "This project received funding from the European Union." in said
    assert "It reflects its authors' views alone." in said
    assert f"SHA-256 {hashing.digest(printed['document'])}" in said


def test_names_with_markup_are_text(printed):
    assert 'SMEs & "benefitting" <b>' in " ".join(printed["text"].split())


@pytest.mark.parametrize(
    "reference",
    [
        '<img alt="x" src="file:///etc/hostname">',
        '<img alt="x" src="http://127.0.0.1:9/a.png">',
        '<link rel="stylesheet" href="http://127.0.0.1:9/a.css">',
        '<style>@import "file:///etc/passwd";</style>',
    ],
)
def test_a_report_that_would_fetch_something_is_not_made(reference):
    from weasyprint.urls import FatalURLFetchingError

    page = f"<!doctype html><html lang=en><head><title>x</title></head><body>{reference}</body>"
    with pytest.raises(FatalURLFetchingError, match="Error fetching"):
        to_pdf(page)
    with pytest.raises(FatalURLFetchingError, match="Error fetching"):
        to_archive(page, [], MADE_ON)


def test_a_report_names_no_address_to_fetch(printed):
    links = re.findall(r'href="([^#"][^"]*)', printed["html"])
    own = tuple(f"{portal.SITE_URL}/p/print/{room}/" for room in ("evidence", "indicators"))
    assert links
    assert all(link.startswith(own) for link in links)
    assert "src=" not in printed["html"]
    assert printed["html"].count("url(") == printed["html"].count('url("data:image/svg+xml,')
    assert "@import" not in printed["html"]


def test_each_page_is_told_once_as_it_is_laid_out(printed):
    seen = []
    _content, pages = rendering.to_file(printed["document"], printed["html"], MADE_ON, seen.append)
    assert seen == list(range(1, pages + 1))


# --- The same again ------------------------------------------------------------------------------

AGAIN = """
import hashlib, json, sys
import django
django.setup()
from django.utils.dateparse import parse_datetime
from reports import rendering
asked = json.load(sys.stdin)
html = rendering.to_html(asked["document"], made_on=parse_datetime(asked["made_on"]), version=3)
made_on = parse_datetime(asked["made_on"])
print(hashlib.sha256(rendering.to_file(asked["document"], html, made_on)[0]).hexdigest())
"""


def test_the_same_snapshot_gives_the_same_bytes_also_in_another_process(printed):
    ours = hashlib.sha256(printed["content"]).hexdigest()
    again = rendering.to_html(printed["document"], made_on=MADE_ON, version=3)
    again, _pages = rendering.to_file(printed["document"], again, MADE_ON)
    assert hashlib.sha256(again).hexdigest() == ours
    theirs = subprocess.run(
        [sys.executable, "-c", AGAIN],
        input=json.dumps({"document": printed["document"], "made_on": MADE_ON.isoformat()}),
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tracekei.settings", "PYTHONHASHSEED": "7"},
        cwd=portal.BASE_DIR,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.strip()
    assert theirs == ours


def test_another_version_gives_other_bytes(printed):
    html = rendering.to_html(printed["document"], made_on=MADE_ON, version=4)
    assert html != printed["html"]


# --- The row and its file ------------------------------------------------------------------------


def test_what_is_stored_is_what_the_row_says(row):
    assert rendering.make(row.pk)
    row.refresh_from_db()
    assert (row.state, row.step, row.attempts) == (Progress.DONE, Rendering.STEPS, 1)
    content = Path(row.file.path).read_bytes()
    assert hashlib.sha256(content).hexdigest() == row.file_sha256
    assert len(content) == row.size
    assert hashing.digest(row.snapshot) == row.snapshot_sha256
    html = rendering.to_html(row.snapshot, made_on=row.requested_at, version=row.number)
    # It can be made again from what is stored.
    assert rendering.to_file(row.snapshot, html, row.requested_at)[0] == content


def test_a_task_that_is_delivered_twice_makes_one_file(row, light):
    assert rendering.make(row.pk)
    row.refresh_from_db()
    before = (row.file.name, row.finished_at, row.claim)
    assert not rendering.make(row.pk)
    row.refresh_from_db()
    assert (row.file.name, row.finished_at, row.claim) == before
    assert len(stored()) == 1


def test_a_task_for_a_report_that_is_being_made_or_is_gone_does_nothing(row, light):
    claim = taken(row)
    assert not rendering.make(row.pk)
    row.refresh_from_db()
    assert row.claim == claim
    assert not rendering.make(999_999)
    assert stored() == []


def test_what_a_living_worker_makes_is_left_to_it(row):
    claim = taken(row, seconds=10)
    assert rendering.put_back_abandoned() == []
    row.refresh_from_db()
    assert (row.state, row.claim) == (Progress.RUNNING, claim)


def test_what_nobody_works_on_goes_back_into_the_queue_without_its_remains(row, light):
    claim = taken(row, minutes=1)
    for name in (f"{row.pk}-{claim}.pdf", f"{row.pk}-{claim}.part"):
        path = Path(default_storage.path(f"reports/{name}"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF-1.7 ha")
    assert rendering.put_back_abandoned() == [row.pk]
    row.refresh_from_db()
    assert (row.state, row.claim, row.step) == (Progress.QUEUED, None, 0)
    assert stored() == []
    assert rendering.make(row.pk)
    row.refresh_from_db()
    assert row.attempts == 2
    assert stored() == [Path(row.file.name).name]


def test_a_worker_that_was_given_up_leaves_no_file_when_it_wakes(row, monkeypatch):
    def slow(*said):
        """While this worker lays out, it falls silent; another one takes over and finishes."""
        silent_since(row, minutes=1)
        assert rendering.put_back_abandoned() == [row.pk]
        with monkeypatch.context() as patch:
            patch.setattr("reports.rendering.to_file", lambda *said: (b"%PDF-1.7 the other's", 1))
            assert rendering.make(row.pk)
        return b"%PDF-1.7 too late", 1

    monkeypatch.setattr("reports.rendering.to_file", slow)
    assert not rendering.make(row.pk)
    row.refresh_from_db()
    assert row.state == Progress.DONE
    assert stored() == [Path(row.file.name).name]
    assert Path(row.file.path).read_bytes() == b"%PDF-1.7 the other's"


def test_a_worker_that_is_given_up_at_the_last_moment_takes_its_file_away(row, light):
    given_up = []

    def the_sweep_is_first(execute, sql, params, many, context):
        """The file is stored; just before it becomes the row's, the row is taken back."""
        if sql.startswith("UPDATE") and "done" in params and not given_up:
            given_up.extend(stored())
            silent_since(row, minutes=1)
            Rendering.objects.filter(pk=row.pk).update(state=Progress.QUEUED, claim=None)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(the_sweep_is_first):
        assert not rendering.make(row.pk)
    assert len(given_up) == 1
    assert stored() == []
    row.refresh_from_db()
    assert (row.state, row.file.name) == (Progress.QUEUED, "")


def test_a_worker_that_finishes_while_it_is_being_given_up_keeps_its_file(row):
    claim = taken(row, minutes=1)
    finished = []

    def it_finishes(execute, sql, params, many, context):
        """Just before the sweep takes the row back, its worker wakes and finishes it."""
        if sql.startswith("UPDATE") and not finished:
            finished.append(sql)
            name = rendering._store(row.pk, claim, b"%PDF-1.7 in time")
            Rendering.objects.filter(pk=row.pk).update(state=Progress.DONE, file=name)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(it_finishes):
        assert rendering.put_back_abandoned() == []
    assert finished
    row.refresh_from_db()
    assert row.state == Progress.DONE
    assert Path(row.file.path).read_bytes() == b"%PDF-1.7 in time"


def test_what_stopped_three_times_is_failed_with_a_sentence(row, client, cast):
    for _ in range(jobs.MOST_ATTEMPTS - 1):
        taken(row, minutes=1)
        assert rendering.put_back_abandoned() == [row.pk]
    taken(row, minutes=1)
    assert rendering.put_back_abandoned() == []
    row.refresh_from_db()
    assert row.state == Progress.FAILED
    client.force_login(cast.manager)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "The work stopped 3 times before it was finished. Try again" in page
    assert "Try again</button>" in page


def test_waiting_requests_are_handed_over_in_their_order(scene, cast, row):
    second = make.rendering(make.period(scene.project, 2, 13, 24), cast.manager)
    assert rendering.put_back_abandoned() == [row.pk, second.pk]


def test_a_row_knows_one_worker_at_a_time(row):
    assert jobs.take(Rendering, row.pk)
    assert jobs.take(Rendering, row.pk) is None
    with pytest.raises(jobs.ClaimLost):
        jobs.say(Rendering, row.pk, uuid.uuid4(), 2, "somebody else's")


def test_a_finished_row_without_a_file_is_refused_by_the_database(row):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError), transaction.atomic():
        Rendering.objects.filter(pk=row.pk).update(state=Progress.DONE)


# --- Killed for real -----------------------------------------------------------------------------


@contextlib.contextmanager
def worker(env, log):
    """A Celery worker with beat, as a group of processes of its own; gone afterwards, however it ends."""
    with log.open("a") as output:
        process = subprocess.Popen(
            [*(sys.executable, "-m", "celery", "-A", "tracekei"), "worker", "-B", "-c", "1"],
            cwd=portal.BASE_DIR,
            env=env,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(what, told, log):
    deadline = time.monotonic() + 60
    while not what(told()):
        assert time.monotonic() < deadline, f"{told()}\n{log.read_text()[-3000:]}"
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_half_way_leaves_one_finished_report_and_no_half_file(
    scene, cast, tmp_path
):
    """With PostgreSQL and Redis, or else with an SQLite file and the broker in files."""
    row = make.rendering(scene.period, cast.manager)
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "PYTEST_CURRENT_TEST")
    }
    env |= {"VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tracekei.settings"}
    if connection.vendor == "postgresql":
        it = connection.settings_dict
        env["DATABASE_URL"] = (
            f"postgres://{it['USER']}:{it['PASSWORD']}@{it['HOST']}:{it['PORT']}/{it['NAME']}"
        )
        open_database = connection.cursor
    else:
        path = tmp_path / "portal.sqlite3"
        connection.cursor().execute("VACUUM INTO %s", [str(path)])

        def open_database():
            return contextlib.closing(sqlite3.connect(path, timeout=20, isolation_level=None))

    def ask(sql):
        with open_database() as database:
            found = database.execute(sql)
            return (found or database).fetchone()

    def told():
        return ask(f"SELECT state, step, attempts, file FROM reports_rendering WHERE id = {row.pk}")

    log = tmp_path / "worker.log"
    with worker(env, log) as first:
        wait_for(lambda said: said[1] == 3, told, log)  # it lays out the pages
        os.killpg(first.pid, signal.SIGKILL)
    assert told()[:3] == ("running", 3, 1)

    # Half a minute of silence, without waiting for it.
    with open_database() as database:
        database.execute("UPDATE reports_rendering SET heartbeat = '2018-01-01 00:00:00+00:00'")
    with worker(env, log):
        wait_for(lambda said: said[0] not in ("running", "queued"), told, log)
    state, _step, attempts, name = told()
    assert (state, attempts) == ("done", 2)
    (file,) = (tmp_path / "media" / "reports").iterdir()
    assert file.name == Path(name).name
    with pikepdf.open(file) as report:
        assert len(report.pages) > 2
