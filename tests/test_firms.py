"""Firms: the numbers of their countries, what they do, how large they are, where they belong."""

import datetime
import random

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from clusters.models import ClusterMembership
from clusters.nace import SECTION_OF, SECTIONS, nace_code, title_of
from clusters.numbers import REGISTER, VAT, registration_number, shown, vat_number
from tests import make
from tests.browsing import beside, filled, words

NEW = "/p/trace/smes/new/"
EDIT = "/p/trace/smes/SME-0001/edit/"
PAGE = "/p/trace/smes/SME-0001/"


@pytest.fixture
def manager(as_):
    return as_("manager")


def edited(browser, **changes):
    return browser.post(EDIT, filled(browser.get(EDIT), **changes), follow=True)


# --- Numbers ---------------------------------------------------------------------------------------

VALID = [
    ("BG", "BG 175 074 752", "BG175074752"),
    ("BG", "175074752", "BG175074752"),
    ("BG", "bg175.074-752", "BG175074752"),
    ("BG", "ВG175074752", "BG175074752"),  # a Cyrillic В
    ("BG", "１７５０７４７５２", "BG175074752"),
    ("GR", "EL094259216", "EL094259216"),
    ("GR", "GR 094259216", "EL094259216"),
    ("GR", "94259216", "EL094259216"),
    ("GB", "XI 980 780 684", "XI980780684"),
    ("GB", "980780684", "GB980780684"),
    ("FR", "Fr 40 303 265 045", "FR40303265045"),
    ("FR", "K7399859412", "FRK7399859412"),
    ("RO", "RO 185 472 90", "RO18547290"),
    ("HU", "HU-12892312", "HU12892312"),
    ("HU", "12892312-2-41", "HU12892312"),
    ("IT", "IT 00743110157", "IT00743110157"),
    ("PT", "501 964 843", "PT501964843"),
    ("DE", "de 136,695 976".replace(",", " "), "DE136695976"),
    ("AT", "U13585627", "ATU13585627"),
    ("ES", "B-58378431", "ESB58378431"),
    ("NL", "NL4495445B01", "NL004495445B01"),
    ("RS", "RS 101134702", "101134702"),
    ("RS", "101134702", "101134702"),
    ("CH", "CHE-107.787.577 IVA", "CHE107787577IVA"),
    ("RS", "ПИБ: 101134702", "101134702"),
    ("PT", "NIPC 501964843", "PT501964843"),
    ("IT", "P.IVA IT00743110157", "IT00743110157"),
    ("DE", "USt-IdNr. DE 136 695 976", "DE136695976"),
    ("KZ", " 12 / 7a ", "12 / 7a"),  # no rule is known: as typed
]


@pytest.mark.parametrize(("country", "typed", "stored"), VALID)
def test_vat_numbers_are_understood_as_people_write_them(country, typed, stored):
    assert vat_number(country, typed) == stored
    assert vat_number(country, stored) == stored
    assert vat_number(country, shown(country, stored)) == stored


INVALID = [
    ("BG", "175074751", "check digit does not fit"),
    ("BG", "175074751", "Bulgaria (ИН по ЗДДС) has 9 or 10 digits"),
    ("BG", "БГ175074752", "Bulgaria"),
    ("BG", "17507475", "has 9 or 10 digits"),
    ("RS", "ПИБ 101134703", "Serbia (ПИБ / PIB)"),
    ("BG", "DE136695976", "VAT number of Germany, and the firm's country is Bulgaria"),
    ("IT", "RCCMNL83S18D969H", "Italy (partita IVA)"),
    ("RS", "101134703", "Serbia (ПИБ / PIB)"),
    ("DE", "1" * 40, "Germany (USt-IdNr.) has 9 digits"),
    ("PT", "😀", "Portugal"),
    ("HU", "\x00", "Hungary"),
    ("RO", "'; DROP TABLE", "Romania"),
    ("BG", "BG", "Bulgaria"),
]


@pytest.mark.parametrize(("country", "typed", "sentence"), INVALID)
def test_a_vat_number_that_fails_is_told_the_rule_of_its_country(country, typed, sentence):
    with pytest.raises(ValidationError) as refused:
        vat_number(country, typed)
    assert sentence in refused.value.messages[0]


REGISTERED = [
    ("BG", "BG175074752", "175074752", True),
    ("BG", "77", "77", False),
    ("BG", "ЕИК 175074752", "175074752", True),
    ("BG", "eik: 175074752", "175074752", True),
    ("BG", "Булстат № BG175074752", "175074752", True),
    ("BG", "ЕИК 77", "ЕИК 77", False),
    ("BG", "ЕИК", "ЕИК", False),
    ("HU", "cégjegyzékszám: 01-09-123456", "0109123456", True),
    ("RS", "0123 4567", "01234567", True),
    ("DE", "Ulm  HRB 12345", "Ulm HRB 12345", True),
    ("DE", "HRB 12345", "HRB 12345", False),
    ("HU", "01-09-123456", "0109123456", True),
    ("RO", "J12/345/2015", "J12/345/2015", True),
    ("RO", "18547290", "18547290", True),
    ("AT", "FN 122119 m", "122119M", True),
    ("IT", "fg - 123456", "FG123456", True),
    ("IT", "00743110157", "00743110157", True),
    ("SI", "9331310000", "9331310", True),
    ("PT", "501964842", "501964842", False),
    ("KZ", " 7  7 ", "7 7", True),
]


@pytest.mark.parametrize(("country", "typed", "stored", "fits"), REGISTERED)
def test_registration_numbers_are_stored_compact_if_they_fit(country, typed, stored, fits):
    number, doubt = registration_number(country, typed)
    assert (number, doubt == "") == (stored, fits)


def test_no_text_at_all_makes_a_rule_stumble():
    """Each rule with 400 texts of the signs that numbers are made of, and of some that they are not."""
    rng = random.Random(20161116)
    signs = "0123456789ABCHEUXYKLM /-.'\x00😀Вé٣²"
    for country in {*VAT, *REGISTER, "KZ"}:
        for _time in range(400):
            text = "".join(rng.choices(signs, k=rng.randrange(16)))
            for typed in (text, country + text, "".join(filter(str.isdigit, text))):
                registration_number(country, typed)
                try:
                    stored = vat_number(country, typed)
                except ValidationError:
                    continue
                assert vat_number(country, stored) == stored


def test_a_wrong_vat_number_is_refused_beside_its_field_and_nothing_is_lost(manager, scene):
    for typed, sentence in (
        ("175074751", "check digit does not fit"),
        ("1" * 40, "9 or 10 digits"),
        ("1" * 41, "at most 40"),
        ("😀", "9 or 10 digits"),
        ("17507\x004752", "Null characters"),
    ):
        response = edited(manager, vat_number=typed, town="Typed")
        assert sentence in beside(response, "vat_number"), typed
        assert filled(response)["town"] == ["Typed"]
    scene.sme.refresh_from_db()
    assert (scene.sme.vat_number, scene.sme.town) == ("", "Пловдив")


def test_a_vat_number_is_stored_compact_and_shown_with_its_verdict(manager, scene):
    response = edited(manager, vat_number="175 074 752")
    scene.sme.refresh_from_db()
    assert scene.sme.vat_number == "BG175074752"
    assert "BG 175074752 Fits the country's rule" in words(response)


def test_a_vat_number_is_in_the_project_once_and_its_firm_is_named(manager, scene, cast):
    make.sme(scene.other_cluster, name="Twin", vat_number="BG175074752")
    response = edited(manager, vat_number="bg 175 074 752")
    assert "SME-0003 · Twin (BG) has this number" in beside(response, "vat_number")
    elsewhere = make.cluster(make.partner(make.project("OTHER"), "Somebody", "BG"))
    make.sme(elsewhere, name="zzhidden", vat_number="BG831641791")
    assert "zzhidden" not in words(edited(manager, vat_number="BG831641791"))


def test_a_registration_number_unlike_the_rule_is_asked_about_once(manager, scene):
    response = edited(manager, registration_number="77")
    assert "Bulgaria (ЕИК) has 9 digits" in beside(response, "registration_number")
    assert "confirm it below" in beside(response, "registration_number")
    response = manager.post(EDIT, filled(response, number_confirmed="on"), follow=True)
    scene.sme.refresh_from_db()
    assert scene.sme.registration_number == "77"
    assert "77 Unlike the country's rule" in words(response)
    edited(manager, town="Варна")
    scene.sme.refresh_from_db()
    assert scene.sme.town == "Варна"


def test_the_form_says_what_the_country_calls_its_numbers(manager, scene):
    assert "ЕИК in Bulgaria: 9 digits" in words(manager.get(EDIT))
    page = manager.get(NEW)
    response = manager.post(NEW, filled(page, country="RO", name=""))
    assert "CUI in Romania" in words(response)


# --- Activity --------------------------------------------------------------------------------------

CODES = [
    ("10.89", "10.89"),
    ("c10.89", "10.89"),
    ("C 10,89", "10.89"),
    ("1089", "10.89"),
    ("10.8", "10.8"),
    ("10", "10"),
    ("c", "C"),
    ("С", "C"),  # a Cyrillic С
    ("01.1", "01.1"),
    ("", ""),
]
NO_CODES = ["04", "10.899", "A10", "V", "8", "abc", "😀", "1" * 20, "10.x", "٣٣", "."]


def test_nace_codes_are_understood_as_people_write_them():
    assert [nace_code(typed) for typed, _stored in CODES] == [stored for _typed, stored in CODES]


def test_a_website_that_is_none_is_told_by_an_example(manager, scene):
    said = beside(edited(manager, website="no address"), "website")
    assert "Write a web address, such as www.firm.eu." in said


@pytest.mark.parametrize("typed", NO_CODES)
def test_what_is_no_nace_code_is_refused(typed, manager, scene):
    response = edited(manager, nace=typed)
    assert beside(response, "nace")
    scene.sme.refresh_from_db()
    assert scene.sme.nace == ""


def test_nace_has_21_sections_and_88_divisions():
    assert len(SECTIONS) == 21
    assert len(SECTION_OF) == 88
    assert (str(title_of("10.89")), str(title_of("C")), title_of("")) == (
        "Food",
        "Manufacturing",
        "",
    )


def test_firms_are_filtered_by_their_division(manager, scene):
    make.sme(scene.cluster, name="Baker", nace="10.71")
    make.sme(scene.cluster, name="Miner", nace="08.1")
    page = words(manager.get("/p/trace/smes/?nace=10"))
    assert "1 record" in page and "Baker" in page and "10.71 Food" in page


# --- Size ------------------------------------------------------------------------------------------

AMOUNTS = [
    ("6,2", "6200000.00"),
    ("6.2", "6200000.00"),
    ("6.2 M EUR", "6200000.00"),
    ("6,2 Mio. €", "6200000.00"),
    ("2 млн", "2000000.00"),
    ("6 200 000", "6200000.00"),
    ("6.200.000", "6200000.00"),
    ("6,200,000.50", "6200000.50"),
    ("6.200.000,50", "6200000.50"),
    ("1'234'567 EUR", "1234567.00"),
    ("480.000 EUR", "480000.00"),
    ("480 eur", "480.00"),
    ("0", "0.00"),
    ("", None),
]
NO_AMOUNTS = [
    ("1001", "Write “1001 EUR” or “1001 M”"),
    ("-1", "can't be negative"),
    ("abc", "An amount is a number"),
    ("😀", "An amount is a number"),
    ("1e5", "An amount is a number"),
    ("NaN", "An amount is a number"),
    ("1.2.3", "An amount is a number"),
    ("9" * 40, "An amount is a number"),
    ("9" * 20, "at most 13 digits"),
    ("9" * 61, "at most 60"),
    ("1\x000", "Null characters"),
]


@pytest.mark.parametrize(("typed", "euros"), AMOUNTS)
def test_amounts_are_typed_in_millions_or_in_euros(typed, euros, manager, scene):
    edited(manager, turnover=typed, figures_year="2015")
    scene.sme.refresh_from_db()
    assert scene.sme.turnover == (euros and type(scene.sme.turnover)(euros))


@pytest.mark.parametrize(("typed", "sentence"), NO_AMOUNTS)
def test_what_is_no_amount_is_refused_beside_it(typed, sentence, manager, scene):
    response = edited(manager, turnover=typed, figures_year="2015")
    assert sentence in beside(response, "turnover")
    assert filled(response)["turnover"] == [typed]


def test_a_size_is_worked_out_and_explained(manager, scene):
    response = edited(
        manager,
        staff="38",
        turnover="6,2",
        figures_year="2015",
        size_override="",
        size_reason="",
    )
    scene.sme.refresh_from_db()
    assert scene.sme.size_class == "small"
    assert "38 staff and 6.2 M EUR turnover (2015): small." in words(response)


def test_figures_need_their_year(manager, scene):
    response = edited(manager, staff="38")
    assert "Say which year" in beside(response, "figures_year")
    for year in ("1066", "3000", "last"):
        assert beside(edited(manager, staff="38", figures_year=year), "figures_year"), year


def test_a_size_set_by_hand_needs_a_reason_and_names_who_set_it(manager, scene, cast):
    response = edited(manager, size_override="large", size_reason="")
    assert "Say why the size is set by hand." in beside(response, "size_reason")
    response = edited(
        manager,
        staff="8",
        turnover="1",
        figures_year="2015",
        size_override="large",
        size_reason="Owned by a city.",
    )
    scene.sme.refresh_from_db()
    assert (scene.sme.size_class, scene.sme.size_set_by) == ("large", cast.manager)
    assert "Set by hand by Elena Petrova" in words(response)
    assert "Owned by a city." in words(response)
    assert "The figures alone: 8 staff and 1 M EUR turnover (2015): micro." in words(response)
    edited(manager, size_override="", size_reason="")
    scene.sme.refresh_from_db()
    assert (scene.sme.size_class, scene.sme.size_set_by) == ("micro", None)


def test_a_reason_without_a_size_is_asked_about(manager, scene):
    response = edited(manager, size_override="", size_reason="Because")
    assert "Choose the size that this is the reason for" in beside(response, "size_override")


# --- Memberships -----------------------------------------------------------------------------------


def membership(scene):
    return scene.sme.memberships.get(cluster=scene.cluster)


def test_a_firm_that_leaves_keeps_its_membership_with_a_last_day(manager, scene):
    entered = filled(manager.get(EDIT))
    del entered["members_of"]
    manager.post(EDIT, entered)
    assert membership(scene).until == timezone.localdate()


def test_days_of_a_membership_are_typed_on_the_form(manager, scene):
    pk = scene.cluster.pk
    response = edited(manager, **{f"since_{pk}": "2016-01-01", f"until_{pk}": "2017-06-30"})
    assert membership(scene).since == datetime.date(2016, 1, 1)
    assert membership(scene).until == datetime.date(2017, 6, 30)
    assert "1 Jan 2016 to 30 Jun 2017 Former" in words(response)
    assert "members_of" not in filled(manager.get(EDIT))


def test_a_membership_does_not_end_before_it_begins(manager, scene):
    pk = scene.cluster.pk
    response = edited(manager, **{f"since_{pk}": "2017-01-01", f"until_{pk}": "2016-12-31"})
    assert "not to come before the first" in beside(response, f"until_{pk}")
    assert beside(edited(manager, **{f"since_{pk}": "31.02.2017"}), f"since_{pk}")
    assert membership(scene).since is None


def test_a_firm_comes_back_when_its_last_day_is_cleared(manager, scene):
    scene.sme.memberships.update(until=datetime.date(2017, 1, 1))
    pk = scene.cluster.pk
    response = edited(manager, members_of=pk)
    assert "Clear the last day" in beside(response, f"until_{pk}")
    edited(manager, **{"members_of": pk, f"until_{pk}": ""})
    assert membership(scene).until is None


def test_days_without_a_tick_are_asked_about(as_, scene):
    browser = as_("coordinator")
    pk = scene.other_cluster.pk
    response = edited(browser, **{f"since_{pk}": "2017-01-01"})
    assert "Tick the cluster too" in beside(response, f"since_{pk}")
    assert scene.sme.memberships.count() == 1


def test_another_partners_membership_is_not_changed_by_its_fields(manager, scene):
    ClusterMembership.objects.create(cluster=scene.other_cluster, sme=scene.sme)
    pk = scene.other_cluster.pk
    edited(manager, **{f"until_{pk}": "2017-01-01", "town": "Варна"})
    assert scene.sme.memberships.get(cluster=scene.other_cluster).until is None
    assert "ENEF cluster" in words(manager.get(PAGE))


def test_former_members_are_found_and_not_taken_for_members(manager, scene):
    left = make.sme(scene.cluster, name="Gone")
    left.memberships.update(until=datetime.date(2017, 1, 1))
    both = f"/p/trace/smes/?cluster={scene.cluster.pk}"
    assert "2 records" in words(manager.get(both))
    assert "1 record " in words(manager.get(f"{both}&member=now"))
    former = words(manager.get(f"{both}&member=former"))
    assert "Gone" in former and "formerly Green cluster" in former
    exported = manager.get(f"{both}&export=csv").content.decode()
    assert exported.count("Green cluster") == 1  # the clusters of today


def test_each_number_and_figure_is_exported(manager, scene):
    edited(manager, vat_number="175074752", staff="9,5", turnover="1,5", figures_year="2015")
    exported = manager.get("/p/trace/smes/?export=csv&q=SME-0001").content.decode()
    for value in ("BG175074752", "9.50", "1500000.00", "2015", "Слънце ЕООД"):
        assert value in exported
