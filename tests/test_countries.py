"""Countries reached: which count, since when, what the page and its map say of each, and that the map is whole."""

import datetime
import json
import re

import pytest
from django.conf import settings
from django_countries import countries

from events import map as maps
from events.countries import Reach, lands_of
from events.models import Dissemination
from tests import make
from tests.browsing import words

PAGE = "/p/trace/countries/"
END = datetime.date(2018, 11, 15)


@pytest.fixture
def viewer(as_):
    return as_("viewer")


def reach(project, as_of=END):
    """{code: Reach} of the countries that the project's activities address, partners' own left out."""
    rows = Dissemination.objects.filter(project=project).for_list().with_countries().with_proof()
    return {
        land.code: land.reach
        for land in lands_of(project, rows, as_of)
        if land.reach != Reach.PARTNER
    }


def test_a_country_counts_from_its_first_delivered_activity(scene):
    first = datetime.date(2017, 3, 1)
    make.dissemination(scene.bulgaria, "Later", "ES", date=datetime.date(2017, 5, 1))
    make.dissemination(scene.bulgaria, "First", "ES", "FR", date=first)
    make.dissemination(scene.bulgaria, "Planned", "GR", state="ongoing", date=first)
    assert reach(scene.project) == {
        "ES": Reach.UNPROVEN,
        "FR": Reach.UNPROVEN,
        "GR": Reach.ADDRESSED,
    }
    assert reach(scene.project, first) == reach(scene.project)
    before = reach(scene.project, first - datetime.timedelta(days=1))
    assert set(before.values()) == {Reach.ADDRESSED}


def test_one_proven_activity_proves_a_country_and_so_does_its_events_list(scene):
    make.dissemination(scene.bulgaria, "Without", "ES")
    proven = make.dissemination(scene.serbia, "With", "ES")
    proven.evidence.add(make.evidence(scene.serbia))
    event = make.event(scene.bulgaria, country="GR", state="held")
    event.evidence.add(make.evidence(scene.bulgaria, "list.txt", b"list"))
    make.dissemination(scene.bulgaria, "", event=event)
    assert reach(scene.project) == {"ES": Reach.PROVEN, "GR": Reach.PROVEN}


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "postponed"},
        {"state": "ongoing"},
        {"date": datetime.date(2016, 11, 15)},
        {"date": datetime.date(2018, 11, 16)},
    ],
)
def test_what_was_not_delivered_inside_the_project_reaches_nobody(scene, fields):
    make.dissemination(scene.bulgaria, "Note", "ES", **fields)
    assert reach(scene.project, datetime.date(2020, 1, 1)) == {"ES": Reach.ADDRESSED}


def test_a_partners_country_is_never_reached_also_when_it_joins_later(scene, viewer):
    make.dissemination(scene.bulgaria, "Note", "BG", "SK")
    assert reach(scene.project) == {"SK": Reach.UNPROVEN}
    make.partner(scene.project, "Newcomer", "SK")
    assert reach(scene.project) == {}
    said = words(viewer.get(PAGE))
    assert "No country outside the consortium is reached yet." in said
    assert "Bulgaria, Italy, Serbia, Slovakia" in said


def test_a_cancelled_event_reaches_nobody(scene):
    event = make.event(scene.bulgaria, country="GR", state="cancelled", cancelled_because="Snow")
    make.dissemination(scene.bulgaria, "", "ES", event=event)
    assert reach(scene.project) == {"ES": Reach.ADDRESSED, "GR": Reach.ADDRESSED}


def test_the_page_tells_the_map_in_words_and_exports_its_list(scene, viewer):
    make.dissemination(scene.bulgaria, "<b>Note</b>", "ES", "MT", "BR")
    make.dissemination(scene.bulgaria, "Planned", "GR", state="ongoing")
    page = viewer.get(PAGE)
    content = page.content.decode()
    assert "Reached, proof missing: Brazil, Malta, Spain." in content
    assert "Addressed, not reached yet: Greece." in content
    assert "<b>Note" not in content
    assert content.count("<svg class=") >= 2  # Brazil is beyond Europe's map
    text = viewer.get(f"{PAGE}?export=csv").content.decode()
    assert 'Spain,ES,"Reached, proof missing",2016-12-26,DA-001 <b>Note</b>' in text
    assert "Bulgaria" not in text


def test_the_page_takes_any_day_and_any_format_it_is_asked_for(scene, viewer):
    make.dissemination(scene.bulgaria, "Note", "ES")
    assert "0 countries" in words(viewer.get(f"{PAGE}?as_of=2016-12-01"))
    assert "is not a day" in words(viewer.get(f"{PAGE}?as_of=yesterday\x00"))
    assert viewer.get(f"{PAGE}?export=exe").status_code == 400


def test_every_country_of_europe_and_nearly_every_one_of_the_world_is_on_a_map():
    outlines = json.loads((settings.BASE_DIR / "data/map.json").read_text())
    assert "Natural Earth" in outlines["source"]
    europe = set(outlines["europe"]["lands"])
    assert {"MT", "LU", "CY", "IS", "TR", "UA", "RU", "GE", "ME", "MK", "AD", "SM"} <= europe
    missing = {code for code, _name in countries} - set(outlines["world"]["lands"])
    assert len(missing) < 70  # islands too small to be drawn, and the Antarctic
    for drawn in (outlines["europe"], outlines["world"]):
        for land in drawn["lands"].values():
            assert re.fullmatch(r"(M-?[\d.]+ -?[\d.]+l[-\d. ]+z)+", land["d"])
            assert 0 < land["x"] < drawn["width"]


def test_a_land_is_drawn_with_its_state_or_else_in_one_shape_with_all_others():
    drawn = maps.drawing("europe", {"ES": "proven", "MT": "unproven"})
    assert {land["code"]: land["state"] for land in drawn["lands"]} == {
        "ES": "proven",
        "MT": "unproven",
    }
    assert drawn["lands"][-1]["small"]  # Malta has its mark, above its neighbours
    assert drawn["lands"][0]["d"] not in drawn["plain"]
    assert maps.beyond_europe(["ES", "BR", "JP"]) == ["BR", "JP"]
