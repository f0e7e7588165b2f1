"""Anyone with a file learns whether it is a submitted report, and nothing else."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from reports import actions, hashing, verifying
from reports.models import Rendering
from tests import make
from tests.browsing import words
from tests.test_browser import page  # noqa: F401
from tests.test_submission import proof, report  # noqa: F401

FILE = b"%PDF-1.7 the report as it was submitted"


@pytest.fixture
def handed_in(report, cast):  # noqa: F811
    actions.submit_report(user=cast.coordinator, edition=report)
    filed(report)
    return report


def filed(edition):
    final = Rendering.objects.filter(edition=edition, final=True)
    assert final.update(file_sha256=hashlib.sha256(FILE).hexdigest()) == 1


def asked(client, **data):
    answer = client.post("/verify/", data)
    assert answer.status_code == 200
    return words(answer)


def sent(content):
    return SimpleUploadedFile("report.pdf", content, "application/pdf")


def test_the_submitted_file_is_known_by_its_hash_and_by_itself(handed_in, client):
    for said in (
        asked(client, sha256=hashlib.sha256(FILE).hexdigest().upper()),
        asked(client, file=sent(FILE)),
        asked(client, file=sent(hashing.canonical(handed_in.snapshot))),
    ):
        assert "Yes, this is a submitted report." in said
        assert "TRACE, Periodic report M1-M12, version 1, submitted on" in said
        assert "Giulia" not in said


def test_a_file_altered_by_a_byte_is_not(handed_in, client):
    assert "No, this is not a submitted report" in asked(client, file=sent(FILE[:-1] + b"D"))


def test_a_draft_is_not(report, client):  # noqa: F811
    Rendering.objects.update(file_sha256=hashlib.sha256(FILE).hexdigest())
    assert "No, this is not a submitted report" in asked(
        client, sha256=report.snapshot_sha256
    )  # locked only
    assert "No, this is not a submitted report" in asked(client, file=sent(FILE))


@pytest.mark.parametrize(
    "digest", ["", "x", "0" * 63, "\x00" * 64, "g" * 64, "'; --", "0" * 10_000]
)
def test_what_is_no_hash_asks_for_the_file(digest, db, client):
    assert "Choose the file that is to be checked." in asked(client, sha256=digest)


def test_a_file_that_is_too_large_is_refused_with_a_sentence(db, client, monkeypatch):
    monkeypatch.setattr(verifying, "LARGEST", 10)
    assert "larger than any report" in asked(client, file=sent(FILE))


def test_the_code_in_the_address_tells_nothing(handed_in, client):
    code = verifying.code_of(handed_in.snapshot_sha256)
    said = words(client.get(f"/verify/?code={code}"))
    assert code in said
    assert "TRACE" not in said
    assert client.get("/verify/?code=%00<b>").status_code == 200
    assert client.put("/verify/").status_code == 405


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_browser_sends_the_hash_and_keeps_the_file(page, scene, cast, tmp_path):  # noqa: F811
    row = make.locked(scene.period, cast.coordinator)
    filed(actions.submit_report(user=cast.coordinator, edition=row))
    path = tmp_path / "report.pdf"
    path.write_bytes(FILE)
    bodies = []
    page.on("request", lambda request: bodies.append(request.post_data_buffer or b""))
    page.goto("/verify/")
    page.get_by_label("The file as you received it").set_input_files(path)
    page.get_by_role("button", name="Check it").click()
    page.get_by_text("Yes, this is a submitted report.").wait_for()
    assert not any(FILE in body for body in bodies)
    path.write_bytes(FILE + b" ")
    page.get_by_label("The file as you received it").set_input_files(path)
    page.get_by_role("button", name="Check it").click()
    page.get_by_text("No, this is not a submitted report").wait_for()
    assert page.complaints == []
