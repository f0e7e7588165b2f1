"""The sign-in sheet of a day and the certificate of a person, as PDF."""

import io
import subprocess
from datetime import date, time

import pikepdf
import pytest

from events import rendering
from tests import make

FIRST, SECOND = date(2017, 6, 28), date(2017, 6, 29)
AT = "/p/trace/events/EVT-001/"


@pytest.fixture
def event(scene):
    made = make.event(
        scene.bulgaria,
        "Предвиждане в Бари <b>",
        FIRST,
        days=2,
        country="IT",
        place="Bari",
        state="held",
    )
    make.attendance(made, manager=scene.manager)
    make.attendance(made, SECOND, manager=scene.manager)
    make.attendance(made, name="Мария Регионална", organisation="Region <i>", country="IT")
    make.attendance(made, SECOND, name="Somebody Else")
    return made


def text_of(content, tmp_path):
    (tmp_path / "paper.pdf").write_bytes(content)
    said = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "paper.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()
    return " ".join(said.split())


def test_the_sheet_names_who_is_expected_that_day_and_leaves_lines(event, scene, tmp_path):
    scene.project.privacy_notice = "Kept for five years & no longer."
    event.project = scene.project
    text = text_of(rendering.sign_in_sheet(event, FIRST), tmp_path)
    for said in (
        *("Предвиждане в Бари <b>", "Wednesday, 28 June 2017", "Bari, Italy", "TRACE in full"),
        *("Funded by the European Union.", "Kept for five years & no longer.", "Page 1 of 1"),
        *("Petar Petrov", "Мария Регионална", "Region <i>", "Policymaker", "Signature"),
    ):
        assert said in text
    assert "Somebody Else" not in text
    assert " 10 " in text


def test_a_full_room_goes_on_with_the_head_repeated(event, tmp_path):
    for n in range(30):
        make.attendance(event, name=f"Guest {n:02}", confirmed=False)
    text = text_of(rendering.sign_in_sheet(event, FIRST), tmp_path)
    assert "Guest 29" in text
    assert text.count("Signature") == 3
    assert "Page 3 of 3" in text


def test_a_room_too_large_for_one_sheet_has_several_by_the_alphabet(
    as_, event, tmp_path, monkeypatch
):
    monkeypatch.setattr(rendering, "NAMES", 4)
    for n in range(6):
        make.attendance(event, name=f"Guest {n}", confirmed=False)
    page = as_("staff").get(f"{AT}people/").content.decode()
    assert "Sign-in sheet 2 of 2 (PDF)" in " ".join(page.split())
    first, second = (
        text_of(as_("staff").get(f"{AT}sheet/2017-06-28/?part={part}").content, tmp_path)
        for part in (1, 2)
    )
    assert "SIGN-IN SHEET 1 of 2" in first
    assert "Guest 3" in first
    assert "Guest 3" not in second
    assert "5 Guest 4" in second, "the numbers go on"
    for part, status in {"3": 404, "0": 404, "x1": 200, "9" * 30: 200}.items():
        asked = as_("staff").get(f"{AT}sheet/2017-06-28/?part={part}")
        assert asked.status_code == status, part


def test_a_sheet_without_names_has_none(as_, event, tmp_path):
    response = as_("staff").get(f"{AT}sheet/2017-06-28/?blank=1")
    assert response["Content-Type"] == "application/pdf"
    assert "Petrov" not in text_of(response.content, tmp_path)
    assert as_("viewer").get(f"{AT}sheet/2017-06-28/?blank=1").status_code == 403


@pytest.mark.parametrize("day", ["2017-06-30", "2017-02-31", "0000-00-00"])
def test_a_day_that_is_not_the_events_has_no_sheet(as_, event, day):
    assert as_("staff").get(f"{AT}sheet/{day}/").status_code == 404


def test_an_erased_name_is_on_no_paper(event, scene, tmp_path):
    row = event.attendances.get(name="Мария Регионална")
    row.erase()
    row.save()
    assert "Region <i>" not in text_of(rendering.sign_in_sheet(event, FIRST), tmp_path)


def test_a_certificate_tells_the_days_and_hours_that_are_confirmed(event, scene, tmp_path):
    event.starts_at, event.ends_at = time(9), time(16, 30)
    event.save()
    event.competences.add(make.competence(scene.project, "Foresight"))
    row = event.attendances.filter(manager=scene.manager).first()
    content = rendering.certificate(row)
    text = text_of(content, tmp_path)
    for said in (
        *("Certificate of attendance", "Petar Petrov", "took part in the regional workshop"),
        *("28 June 2017 and 29 June 2017 (15 hours)", "Bari, Italy", "Foresight"),
        *("Green Synergy Ltd", "Funded by the European Union."),
    ):
        assert said in text
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        assert "Petar Petrov" in str(pdf.docinfo["/Title"])


def test_only_who_was_there_gets_one(as_, event):
    waiting = make.attendance(event, name="Not yet", confirmed=False)
    response = as_("staff").get(f"{AT}people/{waiting.pk}/certificate/", follow=True)
    assert "confirm the attendance first" in response.content.decode()
    there = event.attendances.get(name="Somebody Else")
    response = as_("staff").get(f"{AT}people/{there.pk}/certificate/")
    assert response["Content-Disposition"].endswith('certificate-EVT-001-somebody-else.pdf"')
    assert as_("viewer").get(f"{AT}people/{there.pk}/certificate/").status_code == 404


def test_the_coordinator_words_the_privacy_notice(as_, scene):
    from tests.browsing import filled

    browser = as_("coordinator")
    assert "to prove to its funder who took part" in str(scene.project.notice)
    page = browser.get("/p/trace/settings/")
    browser.post("/p/trace/settings/", filled(page, privacy_notice="Our own words."))
    scene.project.refresh_from_db()
    assert scene.project.notice == "Our own words."
