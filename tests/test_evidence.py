"""Files and links that prove a delivery: what is kept, what is refused, who reads it."""

import codecs
import hashlib
import io
import re
import zipfile
from urllib.parse import unquote

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from clusters.models import ServiceRecord
from projects.content import KINDS, download_name, kind_of
from projects.models import Evidence
from projects.models.evidence import Audience
from tests import make
from tests.browsing import beside, filled, words

PROOF = "/p/trace/deliveries/SR-00001/proof/"
LOG = "/p/trace/deliveries/new/"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
HEIC = b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic" + bytes(64)
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(64) + b"PE\x00\x00"
ELF = b"\x7fELF\x02\x01\x01" + bytes(64)


def picture(kind):
    out = io.BytesIO()
    Image.new("RGB", (2, 2), "red").save(out, kind)
    return out.getvalue()


def archive(*names, **contents):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in {**dict.fromkeys(names, "<x/>"), **contents}.items():
            made.writestr(name, content)
    return out.getvalue()


def sheet():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write(0, 0, "Подпис")
    return out.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
DOCM = archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")


def upload(browser, content=b"Signed: Petar Petrov", called="list.txt", address=PROOF, **entered):
    """Sends `content` as the proof of a delivery; the answer, after any redirection."""
    file = SimpleUploadedFile(called, content, "application/octet-stream")
    return browser.post(address, filled(browser.get(address), files=file, **entered), follow=True)


@pytest.fixture
def manager(as_):
    return as_("manager")


# --- What is kept and what is refused --------------------------------------------------------------


PROOFS = [
    ("signed.pdf", PDF, "application/pdf"),
    ("photo.png", picture("PNG"), "image/png"),
    ("photo.jpg", picture("JPEG"), "image/jpeg"),
    ("photo.webp", picture("WEBP"), "image/webp"),
    ("photo.heic", HEIC, "image/heic"),
    ("photo.heic", HEIC.replace(b"ftypheic", b"ftypmif1"), "image/heic"),
    ("minutes.docx", DOCX, WORD),
    ("list.xlsx", sheet(), SHEET),
    ("minutes.odt", archive("content.xml", mimetype=ODT), ODT),
    ("list.txt", "Đurđevak, Čačak, Niš".encode(), "text/plain"),
    ("list.txt", codecs.BOM_UTF8 + "Списък на присъствалите".encode(), "text/plain"),
    ("list.txt", "х".encode() * 2048 + b"!", "text/plain"),
    ("lista.csv", "Ime;Grad\r\nĐurđevak;Čačak\r\n".encode("cp1250"), "text/plain"),
    ("списък.csv", "Име;Град\r\nИван;Пловдив\r\n".encode("cp1251"), "text/plain"),
    ("unicode.txt", "Име\tГрад\r\n".encode("utf-16"), "text/plain"),
    ("short.txt", "Š".encode("cp1250"), "text/plain"),
]


def test_proofs_as_people_have_them_are_kept_with_kind_size_and_digest(manager):
    page = manager.get(PROOF)
    for name, content, kind in PROOFS:
        file = SimpleUploadedFile(name, content, "application/octet-stream")
        response = manager.post(PROOF, filled(page, files=file))
        assert response.status_code == 302, name
        evidence = Evidence.objects.order_by("code").last()
        told = (evidence.name, evidence.content_type, evidence.size)
        assert told == (name, kind, len(content))
        assert evidence.sha256 == hashlib.sha256(content).hexdigest()
        assert evidence.file.read() == content
    assert Evidence.objects.count() == len(PROOFS)
    assert evidence.sha256 in manager.get(response["Location"]).content.decode()


DISGUISED = [
    ("signed.pdf", EXE),
    ("signed.pdf", b"MZ" + b"A" * 200 + PDF),
    ("photo.jpg", ELF),
    ("signed.pdf", archive("a.txt")),
    ("minutes.docx", archive("a.txt", "run.exe")),
    ("minutes.docx", DOCM),
    ("minutes.odt", archive("word/document.xml", "word/VBAProject.bin", mimetype=ODT)),
    ("minutes.odt", archive(mimetype="application/x-msdownload")),
    ("minutes.docx", DOCX[:-30]),
    ("photo.png", b"<!doctype html><script>alert(1)</script>"),
    ("photo.png", b"\n  <svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ("photo.png", codecs.BOM_UTF8 + b"<html><script>alert(1)</script>"),
    ("photo.png", "<html><script>alert(1)</script>".encode("utf-16")),
    ("list.txt", b"#!/bin/sh\nrm -rf /\n"),
    ("list.txt", b"ordinary\x00not"),
    ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)),
    ("shortcut.pdf", b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(80)),
    ("library.pdf", b"\x1f\x8b\x08\x00" + bytes(30)),
]


def test_what_is_disguised_or_could_run_is_refused_with_a_sentence(manager):
    page = manager.get(PROOF)
    for name, content in DISGUISED:
        file = SimpleUploadedFile(name, content, "application/pdf")
        response = manager.post(PROOF, filled(page, files=file))
        sentence = f"{name} is not a kind of file that proves a record"
        assert sentence in beside(response, "files"), content[:20]
    assert not Evidence.objects.exists()


def test_an_empty_file_is_refused(manager):
    assert "empty" in beside(upload(manager, b""), "files")


def test_too_large_a_file_is_refused_with_both_sizes(manager, settings):
    settings.EVIDENCE_MAX_MB = 1
    response = upload(manager, bytes(1024 * 1024 + 1), "big.pdf")
    assert "big.pdf has 2 MB; a file may have 1 MB at most." in beside(response, "files")
    assert not Evidence.objects.exists()


def test_an_upload_of_200_mb_is_refused_and_what_was_typed_stays(manager, monkeypatch):
    # As large as it says, without the test writing 200 MB.
    monkeypatch.setattr(
        "django.core.files.uploadedfile.InMemoryUploadedFile.size",
        property(lambda self: 200 * 1024 * 1024, lambda self, value: None),
        raising=False,
    )
    file = SimpleUploadedFile("film.pdf", PDF)
    entered = filled(
        manager.get(LOG), evidence_file=file, outcome="Typed at length", sme="SME-0001"
    )
    response = manager.post(LOG, entered)
    assert "film.pdf has 200 MB; a file may have 25 MB" in beside(response, "evidence_file")
    assert filled(response)["outcome"] == ["Typed at length"]
    assert not Evidence.objects.exists()
    assert ServiceRecord.objects.count() == 2


@given(
    content=st.binary(max_size=200), start=st.sampled_from([b"", b"PK\x03\x04", DOCX, DOCX[:80]])
)
def test_no_content_at_all_makes_the_portal_stumble(content, start):
    kind_of(io.BytesIO(start + content))


@given(place=st.integers(0, len(DOCX) - 1), value=st.integers(0, 255), data=st.data())
@settings(max_examples=200, suppress_health_check=[HealthCheck.data_too_large])
def test_no_damage_to_an_archive_makes_the_portal_stumble(place, value, data):
    whole = data.draw(st.sampled_from([DOCX, archive("content.xml", mimetype=ODT)]))
    broken = bytearray(whole)
    broken[place % len(whole)] = value
    kind_of(io.BytesIO(bytes(broken)))


# --- Names -----------------------------------------------------------------------------------------


NAMES = [
    ("Подписан списък.txt", "Подписан списък.txt"),
    ('the "signed" list\\.txt', 'the "signed" list\\.txt'),
    ("two\r\nlines.txt", "two lines.txt"),
    ("tab\tand\x01bell.txt", "tab and bell.txt"),
    ("Signed list", "Signed list.txt"),
    ("x" * 255, "x" * 255 + ".txt"),
    ("../../etc/passwd", "passwd.txt"),
    ("run.bat", "run.bat.txt"),
    ("evil\u202etxt.exe", "evil txt.exe.txt"),
    ("😀.csv", "😀.csv"),
]


def test_a_file_downloads_under_its_name_whatever_that_is(manager):
    page = manager.get(PROOF)
    for number, (name, saved_as) in enumerate(NAMES):
        content = f"Signed: {number}".encode()
        file = SimpleUploadedFile("list.txt", content)
        manager.post(PROOF, filled(page, files=file, name=name))
        response = manager.get(f"/p/trace/evidence/EV-{number + 1:05d}/file/")
        assert response.getvalue() == content
        assert name_in(response["Content-Disposition"]) == saved_as


def name_in(header):
    """The name under which a browser saves the file."""
    if encoded := re.search(r"^attachment; filename\*=utf-8''(.+)", header):
        return unquote(encoded[1])
    quoted = re.search(r'^attachment; filename="(.+)"$', header)[1]
    return re.sub(r"\\(.)", r"\1", quoted)


def test_a_name_of_more_than_255_characters_is_refused_beside_it(manager):
    response = upload(manager, name="x" * 300)
    assert "at most 255 characters" in beside(response, "name")


ODD = ["н" * 300 + ".txt", "a" * 300, "'\";&<script>.txt", ".txt", "con"]


def test_odd_names_of_files_are_kept(manager):
    page = manager.get(PROOF)
    for number, name in enumerate(ODD, 1):
        file = SimpleUploadedFile(name, f"{number}".encode())
        response = manager.post(PROOF, filled(page, files=file))
        assert response.status_code == 302, name
        assert manager.get(f"/p/trace/evidence/EV-{number:05d}/file/").status_code == 200
    assert b"<script>" not in manager.get(response["Location"]).content.split(b"<main")[1]


@given(name=st.text(min_size=1, max_size=40), kind=st.sampled_from([*KINDS, ""]))
def test_a_download_has_one_line_and_a_true_ending(name, kind):
    saved_as = download_name(name, kind)
    assert saved_as.isprintable()
    assert saved_as.lower().endswith(KINDS.get(kind, ".bin"))


# --- Links -----------------------------------------------------------------------------------------


NO_LINK = [
    "javascript:alert(1)",
    "JavaScript:alert(1)//https://example.org",
    "data:text/html,<script>alert(1)</script>",
    "ftp://example.org/list.pdf",
    "file:///etc/passwd",
    "http://",
    "http://[::1",
    "https://example.org/\nX: y",
    "no link at all",
]


def test_a_link_that_is_none_or_could_run_is_refused(manager):
    page = manager.get(PROOF)
    for link in NO_LINK:
        response = manager.post(PROOF, filled(page, link=link, name="Minutes"))
        assert "Write a web address, such as www.firm.eu." in beside(response, "link"), link
        assert filled(response)["name"] == ["Minutes"]
    assert not Evidence.objects.exists()


def test_a_link_is_kept_and_leads_there(manager):
    link = "https://example.org/события?ден=1"
    page = manager.post(PROOF, filled(manager.get(PROOF), link=link), follow=True)
    assert link in words(page)
    response = manager.get("/p/trace/evidence/EV-00001/file/")
    assert response.status_code == 302
    assert response["Location"].startswith("https://example.org/")


def test_neither_file_nor_link_is_refused_and_both_are_kept(manager, scene):
    response = manager.post(PROOF, filled(manager.get(PROOF), name="Only a name"))
    assert "Choose a file or give a link." in beside(response, "files")
    assert filled(response)["name"] == ["Only a name"]
    upload(manager, link="https://example.org/minutes", name="Minutes")
    assert {one.name for one in scene.record.evidence.all()} == {"list.txt", "Minutes"}


def test_a_link_sent_twice_is_there_once(manager, scene):
    entered = filled(manager.get(PROOF), link="https://example.org/minutes")
    manager.post(PROOF, entered)
    response = manager.post(PROOF, entered, follow=True)
    assert "This file was here already" in words(response)
    assert scene.record.evidence.get().link == "https://example.org/minutes"


def test_the_same_file_twice_is_one_piece_of_evidence(manager, scene):
    second = make.record(scene.service, scene.sme)
    upload(manager)
    page = upload(manager, called="the same again.txt")
    assert "This file was here already: EV-00001 list.txt" in words(page)
    upload(manager, called="and here.txt", address=f"/p/trace/deliveries/{second.code}/proof/")
    evidence = Evidence.objects.get()
    assert list(scene.record.evidence.all()) == list(second.evidence.all()) == [evidence]


def test_the_same_file_of_another_partner_stays_theirs(as_, scene):
    theirs = make.evidence(scene.serbia)
    scene.other_record.evidence.add(theirs)
    upload(as_("manager"), b"Signed: Petar Petrov")
    assert scene.record.evidence.get().partner == scene.bulgaria
    assert theirs not in scene.record.evidence.all()


# --- The proof chosen while logging a service ------------------------------------------------------


def logging(browser, scene, **entered):
    return filled(browser.get(LOG), service=scene.service.pk, sme="SME-0001", **entered)


def proof_file(content=b"Signed: Petar Petrov"):
    return SimpleUploadedFile("list.txt", content)


def test_a_file_chosen_while_logging_proves_the_record(manager, scene):
    manager.post(LOG, logging(manager, scene, evidence_file=proof_file()))
    evidence = ServiceRecord.objects.get(code="SR-00003").evidence.get()
    assert evidence.partner == scene.bulgaria
    assert evidence.created_by.email == "manager@example.org"


def test_a_file_is_not_lost_by_an_error_elsewhere_in_the_form(manager, scene):
    entered = logging(manager, scene, evidence_file=proof_file(), satisfaction="7", outcome="Typed")
    response = manager.post(LOG, entered)
    assert "Kept from before: list.txt" in words(response)
    assert filled(response)["outcome"] == ["Typed"]
    again = manager.post(LOG, filled(response, effort="x"))  # a second error
    assert "Kept from before: list.txt" in words(again)
    manager.post(LOG, filled(again, satisfaction="5", effort="2"))
    assert ServiceRecord.objects.get(code="SR-00003").evidence.get().name == "list.txt"
    assert Evidence.objects.count() == 1


def test_a_file_kept_for_a_coordinator_becomes_the_partners_whose_service_it_was(as_, scene, cast):
    browser = as_("coordinator")
    entered = logging(browser, scene, evidence_file=proof_file(), satisfaction="7")
    response = browser.post(LOG, entered)
    browser.post(LOG, filled(response, satisfaction="5"))
    evidence = ServiceRecord.objects.get(code="SR-00003").evidence.get()
    assert evidence.partner == scene.bulgaria
    assert Evidence.objects.visible_to(cast.manager).exists()


@pytest.mark.parametrize("audience", Audience.values)
def test_evidence_of_somebody_else_is_not_taken_by_its_code(manager, scene, audience):
    theirs = make.evidence(scene.serbia, audience=audience)
    response = manager.post(LOG, logging(manager, scene, kept=theirs.code))
    assert "Select a valid choice" in words(response)
    assert "Kept from before" not in words(response)
    assert ServiceRecord.objects.count() == 2
    theirs.refresh_from_db()
    assert theirs.partner == scene.serbia


def test_codes_of_evidence_that_does_not_exist_are_refused(manager, scene):
    entered = logging(manager, scene)
    for kept in ("EV-99999", "\x00", "'", ["EV-1", "EV-2"], "9" * 50):
        assert manager.post(LOG, {**entered, "kept": kept}).status_code == 200
    assert ServiceRecord.objects.count() == 2


def test_evidence_that_proves_something_keeps_its_partner(as_, scene):
    theirs = make.evidence(scene.serbia)
    scene.other_record.evidence.add(theirs)
    browser = as_("coordinator")
    browser.post(LOG, logging(browser, scene, kept=theirs.code))
    theirs.refresh_from_db()
    assert theirs.partner == scene.serbia
    assert theirs.service_records.count() == 2


# --- Who reads it ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (Audience.PARTNER, {"coordinator", "staff", "manager"}),
        (Audience.PROJECT, {"coordinator", "staff", "manager", "viewer", "serbian"}),
    ],
)
def test_a_proof_is_read_by_its_audience_and_is_not_there_for_others(
    client, cast, scene, audience, readers
):
    cast.serbian = make.member(scene.project, "cluster_manager", scene.serbia)
    evidence = make.evidence(scene.bulgaria, name="Secret minutes.txt", audience=audience)
    scene.record.evidence.add(evidence)
    for person in ("coordinator", "staff", "manager", "viewer", "serbian", "stranger"):
        client.force_login(getattr(cast, person))
        response = client.get("/p/trace/evidence/EV-00001/file/")
        assert response.status_code == (200 if person in readers else 404), person
        page = client.get("/p/trace/deliveries/SR-00001/")
        assert ("Secret minutes" in page.content.decode()) == (person in readers), person


def test_a_proof_is_a_download_that_no_browser_runs(manager, scene):
    make.evidence(scene.bulgaria)
    response = manager.get("/p/trace/evidence/EV-00001/file/")
    assert response["Content-Disposition"] == 'attachment; filename="signed list.txt"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "text/plain"
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_a_file_that_is_gone_from_the_disk_is_not_found(manager, scene):
    evidence = make.evidence(scene.bulgaria)
    evidence.file.storage.delete(evidence.file.name)
    assert manager.get("/p/trace/evidence/EV-00001/file/").status_code == 404


def test_files_lie_under_names_that_tell_nothing(manager, settings):
    upload(manager, called="Secret minutes.txt")
    (path,) = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert "Secret" not in str(path)
    assert manager.get(f"/{path.relative_to(settings.MEDIA_ROOT)}").status_code == 404
