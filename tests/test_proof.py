"""Proof on a record: several files, each by itself; what a script gets; what is shown, detached, deleted, swept."""

import datetime
import io
import os
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from PIL import Image

from projects import storage
from projects.models import Evidence
from tests import make
from tests.browsing import beside, filled, words

PROOF = "/p/trace/deliveries/SR-00001/proof/"
RECORD = "/p/trace/deliveries/SR-00001/"
LIST = "/p/trace/evidence/"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def manager(as_):
    return as_("manager")


def file(name="list.txt", content=None):
    return SimpleUploadedFile(name, content or f"Signed: {name}".encode())


def send(browser, *files, **entered):
    return browser.post(
        PROOF, {"files": list(files), "audience": "partner", **entered}, follow=True
    )


def on_disk(settings):
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


# --- Several files ---------------------------------------------------------------------------------


def test_several_files_are_each_a_proof(manager, scene):
    page = send(manager, file("a.txt"), file("b.txt"), file("c.pdf", PDF))
    assert "3 proofs added." in words(page)
    assert {one.name for one in scene.record.evidence.all()} == {"a.txt", "b.txt", "c.pdf"}


def test_a_refused_file_does_not_keep_the_others_back(manager, scene):
    page = send(manager, file("a.txt"), file("run.exe", b"MZ\x90\x00" + bytes(80)), file("b.txt"))
    assert "2 proofs added." in words(page)
    assert "run.exe is not a kind of file that proves a record" in beside(page, "files")
    assert {one.name for one in scene.record.evidence.all()} == {"a.txt", "b.txt"}


def test_an_error_elsewhere_loses_no_chosen_file(manager, scene):
    page = send(manager, file("a.txt"), file("b.txt"), link="no link", name="Typed")
    assert "Write a web address, such as www.firm.eu." in beside(page, "link")
    assert scene.record.evidence.count() == 0
    sent = filled(page, link="https://example.org/minutes")
    assert sent["kept"] == ["EV-00001", "EV-00002"]
    manager.post(PROOF, sent)
    assert {one.name for one in scene.record.evidence.all()} == {"a.txt", "b.txt", "Typed"}


def test_a_kept_file_can_be_dropped_again(
    manager, scene, settings, django_capture_on_commit_callbacks
):
    page = send(manager, file("a.txt"), file("b.txt"), link="no link")
    with django_capture_on_commit_callbacks(execute=True):
        manager.post(PROOF, filled(page, link="", kept=["EV-00002"]))
    assert scene.record.evidence.get().name == "b.txt"
    assert Evidence.objects.count() == len(on_disk(settings)) == 1


def test_only_own_files_that_prove_nothing_are_dropped_through_a_form(manager, scene, cast):
    others = make.evidence(scene.bulgaria, created_by=cast.coordinator)
    proving = make.evidence(scene.bulgaria, content=b"x", created_by=cast.manager)
    scene.record.evidence.add(proving)
    send(manager, file(), offered=[others.code, proving.code, "EV-9999", "'"])
    assert Evidence.objects.filter(pk__in=[others.pk, proving.pk]).count() == 2


def test_who_reads_it_is_chosen_with_the_files(manager, scene):
    send(manager, file(), audience="project", name="The signed list")
    evidence = scene.record.evidence.get()
    assert (evidence.audience, evidence.name) == ("project", "The signed list")


def test_a_script_gets_the_answer_for_one_file_and_the_list_as_it_is(manager, scene):
    def answer(*files):
        data = {"files": list(files), "audience": "partner"}
        return manager.post(PROOF, data, headers={"Accept": "application/json"}).json()

    told = answer(file("a.txt"))
    assert told["accepted"]
    assert told["sentence"] == "Added as EV-00001."
    assert "a.txt" in told["list"]
    told = answer(file("other name.txt", b"Signed: a.txt"))
    assert "was here already: EV-00001 a.txt" in told["sentence"]
    told = answer(file("run.exe", b"MZ\x90\x00" + bytes(80)))
    assert not told["accepted"]
    assert "run.exe is not a kind of file" in told["sentence"]
    assert scene.record.evidence.count() == 1


# --- How it looks ----------------------------------------------------------------------------------


def photo():
    """A photo with a place in it, taken with the camera held upright."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it by 90 degrees
    exif[0x010F] = "Camera of Petar"
    exif.get_ifd(0x8825)[1] = "N"
    return make.picture("JPEG", (3000, 2000), exif=exif)


def test_a_photo_is_shown_small_upright_and_without_its_place(manager, scene, settings):
    content = photo()
    evidence = make.evidence(scene.bulgaria, "p.jpg", content, content_type="image/jpeg")
    page = manager.get(evidence.get_absolute_url())
    assert f"{evidence.get_absolute_url()}preview/" in page.content.decode()
    response = manager.get(f"{evidence.get_absolute_url()}preview/")
    assert response["Content-Type"] == "image/webp"
    shown = b"".join(response.streaming_content)
    small = Image.open(io.BytesIO(shown))
    assert small.size == (1067, 1600)
    assert not small.getexif()
    assert b"Camera of Petar" in content
    assert b"Camera of Petar" not in shown
    assert manager.get(f"{evidence.get_absolute_url()}file/").getvalue() == content
    assert len(on_disk(settings)) == 2  # drawn once, kept
    manager.get(f"{evidence.get_absolute_url()}preview/")
    assert len(on_disk(settings)) == 2


def test_a_pdf_is_shown_inside_the_portal_alone(manager, scene):
    evidence = make.evidence(scene.bulgaria, "p.pdf", PDF, content_type="application/pdf")
    page = manager.get(evidence.get_absolute_url())
    assert "<iframe" in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    response = manager.get(f"{evidence.get_absolute_url()}preview/")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("inline")
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "script-src" not in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<html><script>alert(1)</script>", "text/html"),
        (b"<svg onload='alert(1)'/>", "image/svg+xml"),
        (b"Signed", "text/plain"),
        (bytes(100), "image/heic"),
        (make.picture()[:40], "image/png"),
        (b"not a picture", "image/jpeg"),
    ],
)
def test_nothing_else_is_ever_shown_inline(manager, scene, content, kind):
    evidence = make.evidence(scene.bulgaria, "x", content, content_type=kind)
    assert manager.get(evidence.get_absolute_url()).status_code == 200
    assert manager.get(f"{evidence.get_absolute_url()}preview/").status_code == 404
    download = manager.get(f"{evidence.get_absolute_url()}file/")
    assert download["Content-Disposition"].startswith("attachment")


def test_a_picture_of_too_many_pixels_is_a_download(manager, scene, monkeypatch):
    monkeypatch.setattr("projects.preview.MOST_PIXELS", 3)
    evidence = make.evidence(scene.bulgaria, "p.png", make.picture(), content_type="image/png")
    assert "can't be shown here" in words(manager.get(evidence.get_absolute_url()))


# --- The list --------------------------------------------------------------------------------------


def test_the_list_finds_by_title_record_kind_uploader_and_use(manager, scene, cast):
    list_ = make.evidence(scene.bulgaria, "Подписан списък.txt", created_by=cast.manager)
    make.evidence(scene.bulgaria, "plan.pdf", PDF, content_type="application/pdf")
    make.evidence(scene.serbia, "theirs.txt", b"t")
    scene.record.evidence.add(list_)

    def names(query):
        page = words(manager.get(f"{LIST}?{query}"))
        return {name for name in ("списък", "plan.pdf", "theirs.txt") if name in page}

    assert names("") == {"списък", "plan.pdf"}
    assert names("q=ПОДПИСАН") == names("q=SR-00001") == {"списък"}
    assert names("kind=pdf") == names("proves=nothing") == {"plan.pdf"}
    assert names("kind=text") == names("proves=service_records") == {"списък"}
    assert names(f"created_by={cast.manager.pk}") == {"списък"}
    assert names(f"partner={scene.serbia.pk}") == set()


def test_the_list_is_exported_as_it_is_shown(manager, scene):
    scene.record.evidence.add(make.evidence(scene.bulgaria))
    export = manager.get(f"{LIST}?export=csv").content.decode("utf-8-sig")
    (head, row) = export.splitlines()
    assert head.startswith("Code,Title,Kind,Proves,Partner,Read by")
    assert row.startswith("EV-00001,signed list.txt,Text,1,Green Synergy,Partner,")


# --- Changing --------------------------------------------------------------------------------------


def test_title_and_readers_are_changed(manager, as_, scene):
    evidence = make.evidence(scene.bulgaria)
    address = f"{evidence.get_absolute_url()}edit/"
    manager.post(address, filled(manager.get(address), name="Minutes", audience="project"))
    evidence.refresh_from_db()
    assert (evidence.name, evidence.audience) == ("Minutes", "project")
    assert as_("viewer").get(evidence.get_absolute_url()).status_code == 200
    assert as_("viewer").get(address).status_code == 403


def test_evidence_is_detached_from_one_record_and_proves_the_other(manager, scene):
    second = make.record(scene.service, scene.sme)
    evidence = make.evidence(scene.bulgaria)
    scene.record.evidence.add(evidence)
    second.evidence.add(evidence)
    page = manager.post(f"{evidence.get_absolute_url()}detach/SR-00001/", follow=True)
    assert "EV-00001 no longer proves SR-00001." in words(page)
    assert list(evidence.service_records.all()) == [second]


def test_evidence_is_detached_from_a_record_whose_code_has_no_prefix(as_, scene):
    milestone = make.milestone(scene.project)
    evidence = make.evidence(scene.bulgaria)
    milestone.evidence.add(evidence)
    address = f"{evidence.get_absolute_url()}detach/{milestone.code}/"
    assert "no longer proves" in words(as_("coordinator").post(address, follow=True))
    assert not milestone.evidence.exists()


def test_a_version_of_a_deliverable_is_not_detached(as_, scene):
    deliverable = make.deliverable(scene.project, files=1)
    evidence = deliverable.evidence.get()
    address = f"{evidence.get_absolute_url()}detach/{deliverable.code}/"
    assert "detach" not in as_("coordinator").get(evidence.get_absolute_url()).content.decode()
    assert "Versions stay: add a newer one" in words(as_("coordinator").post(address, follow=True))
    assert deliverable.evidence.exists()


def test_evidence_is_not_detached_from_a_record_of_somebody_else(manager, scene):
    evidence = make.evidence(scene.bulgaria)
    scene.other_record.evidence.add(evidence)
    address = f"{evidence.get_absolute_url()}detach/"
    assert manager.post(f"{address}SR-00002/").status_code == 403
    for nothing in ("SR-00001", "SR-99999", "XX-1"):
        assert manager.post(f"{address}{nothing}/").status_code == 404
    assert evidence.service_records.count() == 1


def test_deleted_evidence_is_gone_from_the_disk(
    manager, scene, settings, django_capture_on_commit_callbacks
):
    evidence = make.evidence(scene.bulgaria)
    scene.record.evidence.add(evidence)
    address = f"{evidence.get_absolute_url()}delete/"
    assert "It proves 1 record, which loses this proof." in words(manager.get(address))
    with django_capture_on_commit_callbacks(execute=True):
        manager.post(address)
    assert not Evidence.objects.exists()
    assert on_disk(settings) == []


# --- Files and rows --------------------------------------------------------------------------------


def test_a_file_whose_save_was_rolled_back_is_swept_after_a_day(scene, settings):
    kept = make.evidence(scene.bulgaria)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make.evidence(scene.bulgaria, content=b"rolled back")
        raise ZeroDivisionError
    assert len(on_disk(settings)) == 2
    assert storage.sweep() == []  # it might belong to an upload that is not finished
    old = time.time() - 90_000
    for path in on_disk(settings):
        os.utime(path, (old, old))
    (gone,) = storage.sweep()
    assert gone.startswith("evidence/")
    assert [path.name for path in on_disk(settings)] == [Path(kept.file.name).name]
    assert storage.sweep(datetime.timedelta()) == []


def test_each_file_is_compared_with_what_was_uploaded(scene, capsys):
    good = make.evidence(scene.bulgaria)
    call_command("verify_evidence")
    assert "1 files checked: each is what was uploaded." in capsys.readouterr().out
    changed = make.evidence(scene.bulgaria, content=b"as it was")
    Path(changed.file.path).write_bytes(b"as it is now")
    gone = make.evidence(scene.bulgaria, content=b"here today")
    Path(gone.file.path).unlink()
    with pytest.raises(CommandError, match="2 of 3 files"):
        call_command("verify_evidence", project="trace")
    said = capsys.readouterr().out
    assert good.code not in said
    assert f"{changed}: The file is another than the one uploaded" in said
    assert f"{gone}: The file is gone." in said
