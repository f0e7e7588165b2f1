"""Audit boxes: what is in them for whom, that they can be checked without the portal, and that they are true."""

import csv
import datetime
import io
import json
import subprocess
import uuid
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from common.jobs import Progress
from projects.models import Evidence
from projects.models.evidence import Audience
from reports import actions, boxing, hashing, rendering
from reports.models import AuditBox
from tests import make
from tests.browsing import filled, words

pytestmark = pytest.mark.django_db
LIST = "/p/trace/reports/boxes/"


@pytest.fixture
def paper(scene):
    paper = make.evidence(scene.bulgaria, content=b"signed by zzperson", name="zzfile.txt")
    scene.record.evidence.add(paper)
    return paper


def box_of(user, project, named=False, **subject):
    box = actions.request_box(user=user, project=project, subject=subject, named=named)
    assert boxing.make(box.pk)
    box.refresh_from_db()
    return box


def unpacked(box, tmp_path):
    """The folder of a finished box, whose sums are right."""
    with zipfile.ZipFile(box.file.path) as packed:
        assert packed.testzip() is None
        packed.extractall(tmp_path)
    folder = tmp_path / box.filename.removesuffix(".zip")
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    names = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert names == {line.split(": ")[0] for line in checked.stdout.splitlines()} | {"SHA256SUMS"}
    return folder


def table(folder, name):
    return list(csv.DictReader(io.StringIO((folder / name).read_text("utf-8-sig"))))


def test_the_box_of_a_report_has_its_evidence_its_records_and_its_content(
    scene, cast, paper, tmp_path
):
    edition = make.locked(scene.period, cast.coordinator)
    assert rendering.make(edition.renderings.get().pk)
    box = box_of(cast.coordinator, scene.project, edition=edition)
    assert box.filename.startswith("trace-audit-box-report-M1-M12-v1-")
    folder = unpacked(box, tmp_path)
    assert (folder / f"evidence/{paper.code}.txt").read_bytes() == b"signed by zzperson"
    assert hashing.digest(edition.snapshot) == edition.snapshot_sha256
    assert (folder / "snapshot.json").read_bytes() == hashing.canonical(edition.snapshot)
    assert (folder / "trace-progress-report-M1-M12-v1-draft.pdf").read_bytes()[:4] == b"%PDF"
    assert table(folder, "tables/indicators.csv")[0]["Value"] == "2"
    (row,) = table(folder, "evidence.csv")
    assert (row["Code"], row["SHA-256"], row["Proves"]) == (
        paper.code,
        paper.sha256,
        scene.record.code,
    )
    assert row["State"] == "As uploaded"
    records = {each["Code"]: each for each in table(folder, "records.csv")}
    assert set(records) == {scene.record.code, scene.other_record.code}
    assert records[scene.record.code]["Evidence"] == paper.code
    assert records[scene.record.code]["Firm"] == scene.sme.code


def test_without_names_there_are_codes_and_with_them_names(scene, cast, paper, tmp_path):
    names = [scene.sme.name, "zzfile.txt", str(paper.created_by or "zznobody")]
    codes = unpacked(box_of(cast.manager, scene.project, indicator=scene.indicator), tmp_path / "a")
    said = "".join(
        path.read_text("utf-8-sig")
        for path in codes.rglob("*")
        if path.is_file() and path.parent.name != "evidence"
    )
    for name in names:
        assert name not in said
    assert scene.sme.code in said
    box = box_of(cast.coordinator, scene.project, named=True, indicator=scene.indicator)
    folder = unpacked(box, tmp_path / "b")
    assert scene.sme.name in (folder / "records.csv").read_text("utf-8-sig")
    index = (folder / "index.html").read_text()
    assert "zzfile.txt" in index
    (stated,) = json.loads((folder / "figures.json").read_text())["figures"]
    assert f'class="code">{stated["code"]}</th><td>SMEs benefitting</td>' in index
    assert f"<b>{stated['value']}</b></td>" in index
    assert f'data-label="Target">{int(stated["target"])}</td>' in index
    for person in (cast.manager, cast.staff):
        with pytest.raises(PermissionDenied, match="with names"):
            box_of(person, scene.project, named=True, indicator=scene.indicator)


def test_files_that_one_may_not_read_are_named_and_not_in_the_box(scene, cast, paper, tmp_path):
    other = make.partner(scene.project, "Other")
    far = make.evidence(other, content=b"not for all", audience=Audience.PARTNER)
    scene.record.evidence.add(far)
    folder = unpacked(box_of(cast.staff, scene.project, indicator=scene.indicator), tmp_path)
    rows = {row["Code"]: row for row in table(folder, "evidence.csv")}
    assert rows[far.code]["File"] == ""
    assert rows[far.code]["SHA-256"] == far.sha256
    assert rows[far.code]["State"] == "Kept by its partner; not in this box"
    assert rows[paper.code]["File"] == f"evidence/{paper.code}.txt"


def test_the_boxes_of_a_package_and_of_a_partner(scene, cast, paper, tmp_path):
    package = scene.task.work_package
    type(scene.record).objects.update(task=scene.task)
    event = make.event(scene.bulgaria, "Held", state="held", task=scene.task)
    other = make.evidence(scene.bulgaria, content=b"list", name="list.txt")
    event.evidence.add(other)
    loose = make.evidence(scene.bulgaria, content=b"loose", name="loose.txt")
    folder = unpacked(box_of(cast.coordinator, scene.project, package=package), tmp_path / "a")
    assert {row["Code"] for row in table(folder, "evidence.csv")} == {paper.code, other.code}
    assert {row["Code"] for row in table(folder, "records.csv")} == {scene.record.code, event.code}
    folder = unpacked(
        box_of(cast.coordinator, scene.project, partner=scene.bulgaria), tmp_path / "b"
    )
    rows = {row["Code"]: row for row in table(folder, "evidence.csv")}
    assert set(rows) == {paper.code, other.code, loose.code}
    assert rows[loose.code]["Proves"] == ""


def test_an_altered_and_a_missing_file_are_told(scene, cast, paper, tmp_path):
    gone = make.evidence(scene.bulgaria, content=b"gone")
    link = Evidence.objects.create(
        project=scene.project, partner=scene.bulgaria, name="x", link="https://example.org/minutes"
    )
    scene.record.evidence.add(gone, link)
    default_storage.delete(gone.file.name)
    with open(paper.file.path, "wb") as file:
        file.write(b"altered")
    folder = unpacked(box_of(cast.coordinator, scene.project, indicator=scene.indicator), tmp_path)
    states = {row["Code"]: row["State"] for row in table(folder, "evidence.csv")}
    assert states[paper.code] == "Not as it was uploaded: its hash differs"
    assert states[gone.code] == "The portal's file is missing"
    assert states[link.code] == "A link: https://example.org/minutes"


def test_a_box_is_asked_for_watched_and_taken_out_in_the_browser(scene, cast, paper, as_):
    browser = as_("manager")
    page = browser.get(f"{LIST}?of=indicator:{scene.indicator.pk}")
    assert "With names" not in words(page)
    asked = browser.post(LIST, filled(page), follow=True)
    box = AuditBox.objects.get()
    assert box.indicator == scene.indicator
    assert "In the queue" in words(asked)
    assert browser.post(LIST, filled(page))["Location"] == box.get_absolute_url()  # sent twice
    assert AuditBox.objects.count() == 1
    assert boxing.make(box.pk)
    part = browser.get(box.get_absolute_url(), headers={"hx-request": "true"})
    assert "Download the box" in words(part)
    assert "<html" not in part.content.decode()
    file = browser.get(f"{box.get_absolute_url()}file/")
    assert file["Content-Type"] == "application/zip"
    assert b"".join(file.streaming_content)[:2] == b"PK"
    assert as_("coordinator").get(box.get_absolute_url()).status_code == 200
    for person in ("staff", "viewer", "stranger"):
        assert as_(person).get(f"{box.get_absolute_url()}file/").status_code == 404


@pytest.mark.parametrize(
    "of", ["", "indicator:0", "nonsense", "edition:1", "\x00", "partner:" + "9" * 40]
)
def test_a_subject_that_is_not_there_is_refused_beside_the_field(of, scene, as_):
    page = as_("manager").post(LIST, {"of": of})
    assert page.status_code == 200
    assert page.context["form"].errors["of"]
    assert not AuditBox.objects.exists()


def test_viewers_take_nothing_out(scene, cast, as_):
    assert as_("viewer").post(LIST, {"of": f"indicator:{scene.indicator.pk}"}).status_code == 403
    with pytest.raises(PermissionDenied):
        box_of(cast.viewer, scene.project, indicator=scene.indicator)


def test_a_box_that_is_made_twice_is_one_and_old_ones_go(scene, cast, settings):
    box = box_of(cast.coordinator, scene.project, indicator=scene.indicator)
    assert not boxing.make(box.pk)
    assert boxing.forget_old(timezone.now()) == 0
    settings.BOX_DAYS = 0
    name = box.file.name
    assert boxing.forget_old(timezone.now()) == 1
    assert not default_storage.exists(name)


def test_a_box_that_is_cancelled_leaves_no_file(scene, cast, paper, monkeypatch):
    box = actions.request_box(
        user=cast.manager, project=scene.project, subject={"indicator": scene.indicator}
    )
    pack = boxing.Packing.add_evidence

    def cancelled(*args):
        actions.cancel_box(user=cast.manager, box=box)
        return pack(*args)

    monkeypatch.setattr(boxing.Packing, "add_evidence", cancelled)
    assert not boxing.make(box.pk)
    box.refresh_from_db()
    assert box.state == Progress.CANCELLED
    assert "cancelled" in box.failure
    assert default_storage.listdir("boxes")[1] == []


def test_a_box_is_of_one_thing(scene, cast):
    for subject in ({}, {"indicator": scene.indicator, "partner": scene.bulgaria}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AuditBox.objects.create(
                project=scene.project,
                requested_by=cast.manager,
                submission=uuid.uuid4(),
                **subject,
            )


# --- Whose it is -------------------------------------------------------------------------------------


def test_a_link_that_one_may_not_read_is_not_told(scene, cast, tmp_path):
    link = Evidence.objects.create(
        project=scene.project,
        partner=make.partner(scene.project, "Other"),
        name="x",
        link="https://share.example.org/?token=SECRET",
        audience=Audience.PARTNER,
    )
    scene.record.evidence.add(link)
    folder = unpacked(box_of(cast.staff, scene.project, indicator=scene.indicator), tmp_path)
    said = "".join(path.read_text("utf-8-sig") for path in folder.rglob("*.*"))
    assert link.code in said
    assert "SECRET" not in said


@pytest.mark.parametrize("change", ["viewer", "other partner", "gone", "expired"])
def test_a_box_is_open_no_longer_than_the_role_in_which_it_was_asked_for(
    change, scene, cast, paper, as_
):
    box = box_of(cast.manager, scene.project, indicator=scene.indicator)
    address = f"{box.get_absolute_url()}file/"
    assert as_("manager").get(address).status_code == 200
    member = cast.manager.memberships.get()
    if change == "viewer":
        member.role = "viewer"
    elif change == "other partner":
        member.partner = scene.serbia
    elif change == "expired":
        member.expires_on = timezone.localdate() - datetime.timedelta(days=1)
    member.delete() if change == "gone" else member.save()
    assert as_("manager").get(address).status_code == 404
    assert as_("coordinator").get(address).status_code == 200


def test_who_no_longer_coordinates_gets_no_names(scene, cast, paper, tmp_path):
    box = actions.request_box(
        user=cast.coordinator,
        project=scene.project,
        subject={"indicator": scene.indicator},
        named=True,
    )
    cast.coordinator.memberships.update(role="viewer")
    assert boxing.make(box.pk)
    box.refresh_from_db()
    folder = unpacked(box, tmp_path)
    assert scene.sme.name not in (folder / "records.csv").read_text("utf-8-sig")


def test_a_form_that_was_gone_back_to_asks_for_another_box(scene, cast, paper):
    asked = {"user": cast.manager, "project": scene.project, "submission": uuid.uuid4()}
    first = actions.request_box(**asked, subject={"indicator": scene.indicator})
    assert actions.request_box(**asked, subject={"indicator": scene.indicator}) == first
    second = actions.request_box(**asked, subject={"partner": scene.bulgaria})
    assert second != first
    assert second.partner == scene.bulgaria


def test_a_version_that_protects_nothing_any_more_is_not_offered(scene, cast, as_):
    edition = make.locked(scene.period, cast.coordinator)
    offered = f"edition:{edition.pk}"
    assert offered in as_("coordinator").get(LIST).content.decode()
    actions.open_report(user=cast.coordinator, edition=edition, texts_only=False, reason="x")
    assert offered not in as_("coordinator").get(LIST).content.decode()


def test_a_box_made_before_the_report_says_so(scene, cast, paper, tmp_path):
    edition = make.locked(scene.period, cast.coordinator)
    folder = unpacked(box_of(cast.coordinator, scene.project, edition=edition), tmp_path)
    assert "was not finished" in (folder / "REPORT-MISSING.txt").read_text()
    assert (folder / "snapshot.schema.json").exists()


def test_no_cell_of_a_table_is_a_formula(scene, cast, paper, tmp_path):
    make.risk(scene.project, '=HYPERLINK("http://evil.example","x")')
    edition = make.locked(scene.period, cast.coordinator)
    folder = unpacked(box_of(cast.coordinator, scene.project, edition=edition), tmp_path)
    (row,) = table(folder, "tables/risks.csv")
    assert row["Risk"].startswith("'=HYPERLINK")
