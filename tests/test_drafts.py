"""Drafts: what is typed is found again by who typed it, and by nobody else."""

import datetime
import uuid

import pytest
from django.utils import timezone

from events.models import Activity
from projects.actions.draft import MOST
from projects.models import Draft
from projects.tasks import forget_drafts
from tests import make
from tests.browsing import filled, words

NEW = "/p/trace/activities/new/"
EDIT = "/p/trace/activities/AC-00001/edit/"


@pytest.fixture
def staff(as_):
    return as_("staff")


def type_into(browser, address, **entered):
    """Open a form, type, and let the page's script send it; returns what the form would send."""
    shown = filled(browser.get(address), **entered)
    answer = browser.post(address.split("?")[0], {**shown, "draft_do": "save"})
    assert answer.json() == {"kept": True}
    return shown


def offered(page):
    return "You began this on" in words(page)


def continued(browser, address=NEW):
    draft = Draft.objects.latest("saved_at")
    return browser.get(f"{address}?draft={draft.key}")


def test_what_was_typed_is_offered_and_filled_in_again(staff, scene):
    type_into(
        staff,
        NEW,
        title="Interviews in Пловдив",
        done="Line one\nLine two",
        first_day="2017-02-3",  # not a date yet
        task=scene.task.pk,
        managers=[scene.manager.pk],
        smes=[scene.sme.code],
        smes_lines="half a na",
    )
    assert not Activity.objects.exists()
    page = staff.get(NEW)
    assert offered(page)
    assert "“Interviews in Пловдив”" in words(page)
    assert filled(page)["title"] == [""]
    shown = filled(continued(staff))
    assert shown["title"] == ["Interviews in Пловдив"]
    assert shown["done"] == ["Line one\nLine two"]
    assert shown["first_day"] == ["2017-02-3"]
    assert shown["task"] == [str(scene.task.pk)]
    assert shown["managers"] == [str(scene.manager.pk)]
    assert shown["smes"] == [scene.sme.code]
    assert shown["smes_lines"] == ["half a na"]
    assert "Enter a valid date" not in words(continued(staff))


def test_a_saved_form_leaves_no_draft_behind(staff, scene):
    shown = type_into(staff, NEW, title="Visit", task=scene.task.pk, first_day="2017-03-01")
    staff.post(NEW, shown)
    assert Activity.objects.count() == 1
    assert not Draft.objects.exists()
    # The script's last sending was overtaken: it brings nothing back.
    late = staff.post(NEW, {**shown, "draft_do": "save"})
    assert late.json() == {"kept": False}
    assert not Draft.objects.exists()


def test_a_continued_draft_that_is_saved_goes_too(staff, scene):
    type_into(staff, NEW, title="Visit", task=scene.task.pk, first_day="2017-03-01")
    staff.post(NEW, filled(continued(staff)))
    assert Activity.objects.get().title == "Visit"
    assert not Draft.objects.exists()


def test_a_draft_survives_a_form_that_has_to_be_mended(staff, scene):
    shown = type_into(staff, NEW, title="Visit", task=scene.task.pk, first_day="2030-01-01")
    page = staff.post(NEW, shown)
    assert Draft.objects.count() == 1
    assert not offered(page)
    staff.post(NEW, {**filled(page), "first_day": "2017-03-01"})
    assert not Draft.objects.exists()


def test_a_new_page_does_not_overwrite_an_older_draft(staff, scene):
    type_into(staff, NEW, title="First")
    type_into(staff, NEW, title="Second")
    said = words(staff.get(NEW))
    assert "“First”" in said
    assert "“Second”" in said


def test_a_page_typed_into_twice_keeps_one_draft(staff, scene):
    shown = type_into(staff, NEW, title="First")
    staff.post(NEW, {**shown, "title": "First and more", "draft_do": "save"})
    assert Draft.objects.get().data["title"] == ["First and more"]


def test_a_draft_is_thrown_away(staff, scene):
    shown = type_into(staff, NEW, title="First")
    answer = staff.post(NEW, {"draft_do": "drop", "draft_key": shown["draft_key"][0]})
    assert answer["Location"] == NEW
    assert not offered(staff.get(NEW))


def test_an_edit_has_a_draft_of_its_own_which_shows_what_others_saved_meanwhile(
    client, cast, scene
):
    make.activity(scene.bulgaria, scene.task)
    make.activity(scene.bulgaria, scene.task, "Another")
    client.force_login(cast.staff)
    type_into(client, EDIT, title="Mine", done="Only I wrote this")
    assert not offered(client.get(NEW))
    assert not offered(client.get(EDIT.replace("1/", "2/")))
    assert offered(client.get(EDIT))
    client.force_login(cast.manager)
    client.post(EDIT, filled(client.get(EDIT), title="Theirs"))
    client.force_login(cast.staff)
    shown = filled(continued(client, EDIT))
    assert shown["title"] == ["Mine"]
    page = client.post(EDIT, shown)
    assert "Someone else saved this record" in words(page)
    client.post(EDIT, filled(page))
    activity = Activity.objects.get(code="AC-00001")
    assert (activity.title, activity.done) == ("Mine", "Only I wrote this")
    assert not Draft.objects.exists()


# --- Whose it is -----------------------------------------------------------------------------------


def test_nobody_else_reads_a_draft_not_even_the_coordinator(client, cast, scene):
    client.force_login(cast.staff)
    type_into(client, NEW, title="For me alone")
    key = Draft.objects.get().key
    for person in (cast.manager, cast.coordinator):
        client.force_login(person)
        for address in (NEW, f"{NEW}?draft={key}"):
            page = client.get(address)
            assert page.status_code == 200
            assert "For me alone" not in page.content.decode()
        assert not Draft.objects.visible_to(person).exists()


def test_nobody_writes_into_or_drops_somebody_elses(client, cast, scene):
    client.force_login(cast.staff)
    shown = type_into(client, NEW, title="Mine")
    client.force_login(cast.manager)
    theirs = {**shown, "title": "Not mine"}
    assert client.post(NEW, {**theirs, "draft_do": "save"}).status_code == 403
    client.post(NEW, {**theirs, "draft_do": "drop"})
    assert Draft.objects.get().data["title"] == ["Mine"]


def test_who_may_not_open_the_form_keeps_no_draft_of_it(as_, scene):
    make.activity(scene.serbia, scene.task)
    entered = {"draft_do": "save", "draft_key": uuid.uuid4(), "title": "X"}
    assert as_("viewer").post(NEW, entered).status_code == 403
    assert as_("staff").post(EDIT, entered).status_code == 403
    assert as_("stranger").post(NEW, entered).status_code == 404
    assert as_("staff").post(EDIT.replace("1/", "7/"), entered).status_code == 404
    assert not Draft.objects.exists()


def test_who_left_the_project_reads_the_draft_no_more(staff, cast, scene):
    type_into(staff, NEW, title="Mine")
    assert Draft.objects.visible_to(cast.staff).exists()
    cast.staff.memberships.update(expires_on=datetime.date(2020, 1, 1))
    assert not Draft.objects.visible_to(cast.staff).exists()


# --- Bad input and housekeeping ----------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "abc", "\x00", "1" * 5000])
def test_keys_that_are_none_lead_to_an_empty_form(staff, key):
    page = staff.get(NEW, {"draft": key})
    assert page.status_code == 200
    assert filled(page)["title"] == [""]
    assert staff.post(NEW, {"draft_do": "save", "draft_key": key}).json() == {"kept": True}


def test_a_draft_holds_any_text_but_not_any_amount(staff, scene):
    type_into(staff, NEW, title="a\x00b", done="<script>alert(1)</script>")
    assert filled(continued(staff))["title"] == ["ab"]
    assert "<script>alert" not in staff.get(NEW).content.decode()
    answer = staff.post(NEW, {"draft_do": "save", "done": "x" * 5_000_000})
    assert answer.status_code == 413
    assert "too long to be kept" in answer.json()["sentence"]
    assert Draft.objects.count() == 1


def test_nonsense_among_the_fields_is_filled_in_as_nothing(staff, scene):
    make.activity(scene.bulgaria, scene.task)
    for name in ("seen", "version", "task", "smes", "managers", "hours"):
        type_into(staff, EDIT, **{name: "{[nonsense"})
        assert continued(staff, EDIT).status_code == 200


def test_of_one_person_the_latest_are_kept(staff, scene):
    for i in range(MOST + 3):
        type_into(staff, NEW, title=f"Draft {i}")
    assert Draft.objects.count() == MOST
    assert not Draft.objects.filter(data__title=["Draft 0"]).exists()


def test_drafts_that_nobody_touches_go_after_sixty_days(staff, scene):
    type_into(staff, NEW, title="Old")
    type_into(staff, NEW, title="Fresh")
    old = timezone.now() - datetime.timedelta(days=61)
    Draft.objects.filter(data__title=["Old"]).update(saved_at=old)
    forget_drafts()
    assert Draft.objects.get().data["title"] == ["Fresh"]
