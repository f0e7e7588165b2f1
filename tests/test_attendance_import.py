"""Who was at an event, from a spreadsheet: linked, entered once, confirmed afterwards."""

import datetime

import pytest

from events.actions.attendance import confirm
from events.models import Attendance
from projects.importing import checking
from projects.models import Import
from tests import make
from tests.browsing import filled, words
from tests.test_imports import csv_file

pytestmark = pytest.mark.django_db

DAY = datetime.date(2017, 6, 28)
NEW = "/p/trace/imports/new/attendances/?within=EVT-001"


@pytest.fixture
def event(scene):
    return make.event(
        scene.bulgaria, "Foresight in Bari", DAY, days=2, kind="joint_training", state="held"
    )


def previewed(browser, content, address=NEW):
    form = filled(browser.get(address))
    answer = browser.post(address, {**form, "file": csv_file(content, "people.csv")}, follow=True)
    source = Import.objects.latest("pk")
    checking.work(source.pk)
    source.refresh_from_db()
    return answer, source


def applied(browser, source):
    browser.post(f"/p/trace/imports/{source.pk}/apply/")
    checking.work(source.pk)
    source.refresh_from_db()
    return source


SIGNED = """Participant;Company;Land;Category;Day
Petar Petrov;Green Synergy;;manager;28.06.2017
Ana Ilieva;Đurđevak d.o.o.;;firm;28.06.2017
Maria Regione;Region of Puglia;Italy;Public authority;28.06.2017
Maria Regione;Region of Puglia;Italy;Public authority;29.06.2017
"""


def test_a_signed_list_comes_in_once_and_is_linked(event, scene, as_):
    browser = as_("staff")
    source = previewed(browser, SIGNED)[1]
    assert source.counts["new"] == 4, [row.errors for row in source.rows.all()]
    assert applied(browser, source).is_applied
    rows = list(Attendance.objects.order_by("date", "category"))
    assert [(row.category, row.source, row.is_confirmed) for row in rows] == [
        ("manager", "imported", False),
        ("policymaker", "imported", False),
        ("sme", "imported", False),
        ("policymaker", "imported", False),
    ]
    manager, policymaker, firm, _again = rows
    assert (manager.manager, manager.name, manager.country) == (scene.manager, "", "BG")
    assert (firm.sme.name, firm.name, firm.organisation) == ("Đurđevak d.o.o.", "Ana Ilieva", "")
    assert policymaker.country == "IT"
    assert len(confirm(user=source.created_by, attendances=rows)[0]) == 4
    again = previewed(browser, SIGNED)[1]
    assert again.counts["unchanged"] == sum(again.counts.values()) == 4


def test_an_event_of_one_day_needs_no_day(scene, as_):
    make.event(scene.bulgaria, first_day=DAY, state="held")
    browser = as_("staff")
    source = previewed(browser, "Name;Organisation;Category\nIvan Ivanov;University;other\n")[1]
    applied(browser, source)
    assert Attendance.objects.get().date == DAY


@pytest.mark.parametrize(
    ("row", "outcome", "sentence"),
    [
        ("Ivan;University;;other;2017-07-05", "error", "from 28 Jun 2017 to 29 Jun 2017"),
        ("Ivan;University;;other;", "error", "is required"),
        ("Ivan;University;;astronaut;2017-06-28", "error", "is not among"),
        (";;Italy;other;2017-06-28", "error", "Say who it was"),
        ("Ivan;University;Atlantis;other;2017-06-28", "error", "country"),
        ("maria REGIONE;region of puglia;Italy;policymaker;28.06.2017", "duplicate", "Row 2"),
    ],
)
def test_what_is_wrong_with_a_row_is_said(row, outcome, sentence, event, as_):
    first = "Maria Regione;Region of Puglia;Italy;Policymaker;28.06.2017"
    source = previewed(as_("staff"), f"Name;Organisation;Country;Category;Day\n{first}\n{row}\n")[1]
    found = source.rows.get(number=3)
    assert (found.outcome, sentence in found.errors[0][2]) == (outcome, True), found.errors


def test_a_cancelled_event_had_nobody(event, as_):
    event.state, event.cancelled_because = "cancelled", "Snow"
    event.save()
    source = previewed(as_("staff"), SIGNED)[1]
    assert source.counts["error"] == 4
    assert "cancelled" in source.rows.first().errors[0][2]


def test_only_who_keeps_the_event_brings_its_people(event, scene, as_):
    other = make.event(scene.serbia, "In Novi Sad")
    assert as_("staff").get(NEW).status_code == 200
    assert as_("viewer").get(NEW).status_code == 403
    for browser, within in (("staff", other.code), ("staff", "EVT-999"), ("staff", "")):
        address = f"/p/trace/imports/new/attendances/?within={within}"
        assert as_(browser).get(address).status_code == 404
    assert as_("coordinator").get(f"{NEW[:-7]}{other.code}").status_code == 200


def test_the_list_leads_to_the_import_and_it_leads_back(event, as_):
    browser = as_("staff")
    assert f'href="{NEW}"' in browser.get("/p/trace/events/EVT-001/people/").content.decode()
    template = browser.get("/p/trace/imports/template/attendances.csv?within=EVT-001")
    page, source = previewed(browser, template.content.decode("utf-8-sig"))
    assert not sum(source.counts.values())
    assert "People at an event" in words(page)
