"""Who was at an event: entering, confirming, who reads names, forgetting them, and firms that are merged."""

import datetime
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from clusters.actions.merge import merge_firms, undo_merge
from events.actions import attendance as actions
from events.models import Attendance, Category
from events.presence import presence
from tests import make
from tests.browsing import beside, filled, words

FIRST, SECOND = date(2017, 6, 28), date(2017, 6, 29)
PEOPLE = "/p/trace/events/EVT-001/people/"


@pytest.fixture
def event(scene):
    return make.event(
        scene.bulgaria, "Foresight in Bari", FIRST, days=2, kind="joint_training", state="held"
    )


def line(n=0, **said):
    said = {"name": "", "organisation": "", "category": "", "country": "", **said}
    return {f"line-{n}-{name}": value for name, value in said.items()}


def enter(browser, **typed):
    page = browser.get(f"{PEOPLE}new/")
    return browser.post(f"{PEOPLE}new/", filled(page, **typed), follow=True)


# --- What the database says ------------------------------------------------------------------------


@pytest.mark.parametrize("whose", ["manager", "sme", "name"])
def test_nobody_is_there_twice_on_one_day(event, scene, whose):
    who = {"name": "Maria Regione"} if whose == "name" else {whose: getattr(scene, whose)}
    make.attendance(event, **who)
    make.attendance(event, SECOND, **who)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.attendance(event, **who)


def test_two_people_of_one_firm_and_two_of_one_name_are_two(event, scene):
    make.attendance(event, sme=scene.sme, name="Ana Ilieva")
    make.attendance(event, sme=scene.sme, name="Boris Iliev")
    make.attendance(event, name="Ivan Ivanov", organisation="Region of Plovdiv")
    make.attendance(event, name="Ivan Ivanov", organisation="Region of Pleven")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.attendance(event, name="ИВАН Ivanov", organisation="region of plovdiv")


@pytest.mark.parametrize(
    "wrong",
    [
        {"category": "manager", "name": "Somebody"},
        {"category": "other", "name": "", "organisation": ""},
    ],
)
def test_a_confirmed_manager_is_known_and_everybody_is_somebody(event, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.attendance(event, **wrong)


def test_whoever_comes_for_a_cluster_or_firm_has_its_category_and_country(event, scene):
    assert make.attendance(event, manager=scene.other_manager).country == "RS"
    assert make.attendance(event, sme=scene.other_sme).country == "RS"
    with pytest.raises(IntegrityError), transaction.atomic():
        make.attendance(event, SECOND, manager=scene.manager, category="other")


# --- Entering --------------------------------------------------------------------------------------


def test_one_form_takes_managers_firms_and_others_for_both_days(as_, event, scene, cast):
    page = enter(
        as_("staff"),
        days=[FIRST.isoformat(), SECOND.isoformat()],
        managers=[scene.manager.code, scene.other_manager.code],
        firms=[scene.sme.code],
        confirm="on",
        **line(
            0, name="Maria Regione", organisation="Region", category="policymaker", country="IT"
        ),
        **line(1, name="Ana Ilieva", organisation=scene.sme.code.lower(), category="sme"),
    )
    assert "10 lines are on the list." in words(page)
    rows = Attendance.objects.filter(date=SECOND)
    assert {row.who for row in rows} == {
        *("Petar Petrov", "Jovana Jović", scene.sme.name, "Maria Regione", "Ana Ilieva")
    }
    assert rows.filter(sme=scene.sme).count() == 2
    assert {(row.confirmed_by, row.created_by) for row in rows} == {(cast.staff, cast.staff)}


def test_who_is_on_the_list_already_is_there_once(as_, event, scene):
    make.attendance(event, manager=scene.manager, confirmed=False)
    typed = {"days": [FIRST.isoformat()], "managers": [scene.manager.code], "confirm": "on"}
    page = enter(as_("staff"), **typed)
    assert "1 was on the list of that day already and is there once." in words(page)
    assert Attendance.objects.get().is_confirmed
    assert "there once" in words(enter(as_("staff"), **typed))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Tick somebody, or write a line."),
        ({"days": ["2017-06-30"]}, "not one of the available choices"),
        ({"days": ["\x00"]}, "not one of the available choices"),
        ({"managers": ["MG-999"]}, "Select a valid choice"),
        ({"managers": ["x\x00"]}, "Select a valid choice"),
        (line(0, country="IT"), "Write a name, or an organisation."),
        (line(0, name="Ana"), "Choose one."),
        (line(0, name="a\x00b", category="other"), "Null characters are not allowed."),
        (line(0, name="x" * 151, category="other"), "at most 150 characters"),
        (line(0, name="Ana", category="king"), "Select a valid choice"),
        (line(0, name="Ana", category="other", country="XX"), "Select a valid choice"),
        (
            {**line(0, name="Ana", category="other"), **line(1, name="ANA", category="sme")},
            "This person is in another line already.",
        ),
        ({"line-TOTAL_FORMS": "9" * 30}, "Mend the lines"),
        ({"line-TOTAL_FORMS": "x"}, "Mend the lines"),
    ],
)
def test_nothing_is_half_written_and_what_was_typed_stays(as_, event, typed, sentence):
    page = enter(as_("staff"), **{"days": [FIRST.isoformat()], **typed})
    assert sentence in words(page)
    assert not Attendance.objects.exists()
    if typed.get("line-0-name") == "Ana":
        assert 'value="Ana"' in page.content.decode()


def test_more_lines_and_a_search_keep_what_was_typed(as_, event, scene):
    firm = make.sme(scene.cluster, name="Zora OOD")
    typed = {"managers": [scene.manager.code], **line(0, name="Ana")}
    for button in ("more", "find"):
        page = enter(as_("staff"), **typed, **{button: "1"}, search="zora")
        form = filled(page)
        assert form["managers"] == [scene.manager.code]
        assert form["line-0-name"] == ["Ana"]
        assert firm.name in words(page)
        assert "Choose one." not in words(page)
        assert len([name for name in form if name.endswith("-name")]) == (
            8 if button == "more" else 4
        )
    assert scene.other_sme.name not in words(page)


def test_who_is_expected_at_a_coming_event_is_not_confirmed_yet(as_, scene, cast):
    coming = make.event(scene.bulgaria, first_day=timezone.localdate() + datetime.timedelta(days=3))
    page = enter(as_("staff"), managers=[scene.manager.code], confirm="on")
    row = Attendance.objects.get()
    assert not row.is_confirmed
    assert "Who is expected" in words(page)
    ready, refused = actions.confirm(user=cast.staff, attendances=[row])
    assert not ready
    assert "is still to come" in refused[0][1]
    with pytest.raises(ValidationError, match="no day of the event"):
        actions.enter(user=cast.staff, event=coming, days=[FIRST], people=[])


def test_a_day_is_copied_without_its_confirmations(as_, event, scene):
    make.attendance(event, manager=scene.manager)
    make.attendance(event, name="Maria Regione")
    make.attendance(event, SECOND, name="Maria Regione")
    make.attendance(event, name="", erased_at=timezone.now(), person="erased 1")
    sent = {"source": FIRST.isoformat(), "target": SECOND.isoformat()}
    page = as_("staff").post(f"{PEOPLE}copy/", sent, follow=True)
    assert "1 line was copied" in words(page)
    copied = Attendance.objects.get(date=SECOND, manager=scene.manager)
    assert not copied.is_confirmed
    page = as_("staff").post(f"{PEOPLE}copy/", {"source": "x", "target": "\x00"}, follow=True)
    assert "no day of the event" in words(page)


# --- Confirming ------------------------------------------------------------------------------------


def test_the_host_confirms_one_or_all_and_twice_changes_nothing(as_, event, scene, cast):
    rows = [make.attendance(event, name=f"Person {n}", confirmed=False) for n in range(3)]
    browser, at = as_("staff"), f"{PEOPLE}confirm/"
    assert "1 is confirmed." in words(browser.post(at, {"record": rows[0].pk}, follow=True))
    first = Attendance.objects.get(pk=rows[0].pk)
    browser.post(at, {"record": rows[0].pk})
    again = Attendance.objects.get(pk=rows[0].pk)
    assert (again.confirmed_at, again.version) == (first.confirmed_at, first.version)
    assert again.confirmed_by == cast.staff
    assert "2 are confirmed." in words(browser.post(at, {"all": "1"}, follow=True))
    assert Attendance.objects.confirmed().count() == 3
    assert "Nobody was chosen" in words(browser.post(at, {"record": ["x", "9" * 30]}, follow=True))


def test_others_confirm_nothing(event, scene, cast):
    row = make.attendance(event, confirmed=False)
    for person in (cast.viewer, make.member(scene.project, partner=scene.serbia)):
        with pytest.raises(PermissionDenied):
            actions.confirm(user=person, attendances=[row])
    with pytest.raises(PermissionDenied):
        actions.enter(user=cast.viewer, event=event, days=[FIRST], people=[])


def test_who_checked_in_by_name_is_matched_to_a_manager_when_confirmed(as_, event, scene):
    row = make.attendance(
        event, name="Petrov Petar", category="manager", confirmed=False, source="checked_in"
    )
    browser = as_("staff")
    assert "is Petar Petrov, manager of" in words(browser.get(PEOPLE))
    page = browser.post(f"{PEOPLE}confirm/", {"record": row.pk}, follow=True)
    assert "Petrov Petar: say which cluster manager it was" in words(page)
    match = f"{row.pk}:{scene.manager.pk}"
    browser.post(f"{PEOPLE}confirm/", {"record": row.pk, "match": match})
    row.refresh_from_db()
    assert (row.manager, row.name, row.country) == (scene.manager, "", "BG")


def test_a_match_with_a_manager_who_is_on_the_list_already_is_one_person(event, scene, cast):
    known = make.attendance(event, manager=scene.manager, confirmed=False)
    row = make.attendance(event, name="Petar Petrov", confirmed=False)
    actions.confirm(user=cast.staff, attendances=[row], managers={row.pk: scene.manager})
    assert Attendance.objects.get() == known
    assert Attendance.objects.get().is_confirmed


def test_nobody_was_at_a_cancelled_event(event, cast):
    row = make.attendance(event, confirmed=False)
    event.state, event.cancelled_because = "cancelled", "Snow"
    event.save()
    _ready, refused = actions.confirm(user=cast.staff, attendances=[row])
    assert "nobody was there" in refused[0][1]


def test_a_confirmation_is_taken_back(as_, event):
    row = make.attendance(event)
    as_("staff").post(f"{PEOPLE}{row.pk}/back/")
    assert not Attendance.objects.get().is_confirmed


# --- One line --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("date", {"date": "2017-06-30"}, "The event is from 28 Jun 2017 to 29 Jun 2017."),
        ("name", {"name": "Ana Ilieva", "organisation": ""}, "on the list of this day already"),
        ("name", {"name": "", "organisation": ""}, "a name, or an organisation"),
        ("manager", {"category": "manager"}, "Say which cluster manager it was."),
        ("sme", {"sme": "Nobody Ltd"}, "No firm of this project is called"),
    ],
)
def test_a_line_is_mended_with_the_same_rules(as_, event, field, typed, sentence):
    make.attendance(event, name="Ana Ilieva", organisation="")
    row = make.attendance(event, name="Boris", organisation="Region")
    address = f"{PEOPLE}{row.pk}/edit/"
    page = as_("staff").post(address, filled(as_("staff").get(address), **typed))
    assert sentence in beside(page, field)


def test_two_edits_of_a_line_at_once_show_both(as_, event):
    row = make.attendance(event, name="Boris")
    browser, address = as_("staff"), f"{PEOPLE}{row.pk}/edit/"
    one, two = browser.get(address), browser.get(address)
    browser.post(address, filled(one, name="Boris A."))
    assert "Someone else saved" in words(browser.post(address, filled(two, name="Boris B.")))
    assert Attendance.objects.get().name == "Boris A."


# --- Who reads names -------------------------------------------------------------------------------


def test_names_are_read_by_the_host_the_persons_own_partner_and_the_coordinator(as_, event, scene):
    make.attendance(event, manager=scene.manager)
    make.attendance(event, manager=scene.other_manager)
    make.attendance(event, sme=scene.other_sme, name="Zoran Firmić")
    make.attendance(event, name="Maria Regione", country="IT")
    serbian = make.member(scene.project, partner=scene.serbia)
    everybody = {"Petar Petrov", "Jovana Jović", "Zoran Firmić", "Maria Regione"}
    browser = as_("viewer")
    for person, names in [
        ("viewer", set()),
        ("staff", everybody),
        ("coordinator", everybody),
        (serbian, {"Jovana Jović", "Zoran Firmić"}),
    ]:
        if isinstance(person, str):
            browser = as_(person)
        else:
            browser.force_login(person)
        page = words(browser.get(PEOPLE))
        assert {name for name in everybody if name in page} == names, person
        assert "4 persons, each counted once. Serbia 2, Bulgaria 1, Italy 1." in page
        sheet = browser.get(f"{PEOPLE}?export=csv").content.decode()
        assert {name for name in everybody if name in sheet} == names, person


def test_a_search_finds_no_name_that_may_not_be_read(as_, event, scene):
    make.attendance(event, name="Maria Regione")
    assert "Maria" in words(as_("staff").get(f"{PEOPLE}?q=regione"))
    assert "Maria" not in words(as_("viewer").get(f"{PEOPLE}?q=regione"))
    assert "Maria" not in words(as_("staff").get(f"{PEOPLE}?q=%D1%88%D1%88"))


def test_no_history_and_no_refusal_tells_a_name(as_, event, scene):
    make.attendance(event, name="Maria Regione")
    page = as_("coordinator").get("/p/trace/events/EVT-001/delete/")
    assert "1 attendance rests on it" in words(page)
    assert "Maria" not in words(page)


# --- Forgetting ------------------------------------------------------------------------------------


def test_an_erased_name_is_gone_and_the_counts_are_true(as_, event, scene, cast):
    for day in (FIRST, SECOND):
        make.attendance(event, day, name="Maria Regione", organisation="Region", country="IT")
    other = make.event(scene.bulgaria, first_day=FIRST)
    make.attendance(other, name="Maria Regione", organisation="Region")
    make.attendance(other, name="Maria Regione", organisation="Elsewhere")
    before = presence(event)
    row = Attendance.objects.filter(event=event).first()
    page = as_("staff").post(f"{PEOPLE}{row.pk}/erase/", follow=True)
    assert "The name is erased on 3 lines." in words(page)
    assert presence(event) == before
    assert before["people"] == 1
    assert Attendance.objects.filter(name="Maria Regione").count() == 1
    assert not Attendance.objects.exclude(erased_at=None).filter(person__contains="maria").exists()
    assert "erased already" in words(as_("staff").post(f"{PEOPLE}{row.pk}/erase/", follow=True))


def test_the_history_holds_no_name_to_erase(event, scene):
    from auditlog.models import LogEntry

    row = make.attendance(event, name="Maria Regione")
    row.name = "Maria Regioni"
    row.save()
    assert LogEntry.objects.get_for_object(row).exists()
    assert "Region" not in str(list(LogEntry.objects.get_for_object(row).values()))


# --- Counting --------------------------------------------------------------------------------------


def test_one_person_on_two_days_is_two_presences_and_one_person(event, scene):
    for day in (FIRST, SECOND):
        make.attendance(event, day, manager=scene.manager)
    make.attendance(event, name="Maria Regione")
    make.attendance(event, name="Nobody yet", confirmed=False)
    numbers = presence(event)
    assert (numbers["presences"], numbers["people"], numbers["waiting"]) == (3, 2, 1)
    assert [(row["category"], row["days"], row["sum"]) for row in numbers["rows"]] == [
        (Category.MANAGER, [1, 1], 2),
        (Category.POLICYMAKER, [1, 0], 1),
    ]
    assert numbers["totals"] == [2, 1]


# --- Firms that are merged -------------------------------------------------------------------------


def test_attendance_follows_a_merge_of_firms_and_comes_back(event, scene, cast):
    twin = make.sme(scene.cluster, name="Slantse Ltd")
    own = make.attendance(event, sme=scene.sme, name="Ana Ilieva", confirmed=False)
    same = make.attendance(event, sme=twin, name="Ana Ilieva")
    other = make.attendance(event, sme=twin, name="Boris Iliev")
    merge = merge_firms(user=cast.coordinator, kept=scene.sme, merged=twin, taken=[])
    rows = Attendance.objects.filter(sme=scene.sme)
    assert {row.pk for row in rows} == {own.pk, other.pk}
    assert rows.get(pk=own.pk).is_confirmed, "the confirmed presence of the one is that of both"
    undo_merge(user=cast.coordinator, merge=merge)
    assert set(Attendance.objects.filter(sme=twin).values_list("pk", "person")) == {
        (same.pk, "ana ilieva"),
        (other.pk, "boris iliev"),
    }
    assert not Attendance.objects.get(pk=own.pk).is_confirmed
