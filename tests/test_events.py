"""Events: what is entered, whether they take place, who writes, and what was promised against what was held."""

import datetime
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from events.actions import event as actions
from events.models import Event, EventKind
from events.promises import promises
from events.zones import all_zones, zone_of
from tests import make
from tests.browsing import beside, filled, words

LIST, NEW = "/p/trace/events/", "/p/trace/events/new/"


def plan(browser, scene, **entered):
    """What comes of filling the form for a new event in."""
    typed = {
        "kind": "joint_training",
        "title": "Foresight in Bari",
        "partner": scene.bulgaria.pk,
        "first_day": "2017-06-28",
        **entered,
    }
    return browser.post(NEW, filled(browser.get(NEW), **typed), follow=True)


# --- What is entered -------------------------------------------------------------------------------


def test_staff_plan_an_event_of_their_partner(as_, scene, cast):
    page = plan(as_("staff"), scene, last_day="2017-06-29", agenda="9:00 Doors open", country="IT")
    event = Event.objects.get()
    assert event.code == "EVT-001"
    assert event.days == [date(2017, 6, 28), date(2017, 6, 29)]
    assert event.created_by == cast.staff
    assert "9:00 Doors open" in words(page)
    assert "28–29 June 2017" in words(page)


def test_an_event_without_a_last_day_lasts_one(as_, scene):
    plan(as_("staff"), scene)
    assert Event.objects.get().days == [date(2017, 6, 28)]


@pytest.mark.parametrize(("country", "zone"), [("IT", "Europe/Rome"), ("", "Europe/Sofia")])
def test_the_time_zone_is_that_of_the_country_or_else_of_the_host(as_, scene, country, zone):
    plan(as_("staff"), scene, country=country)
    assert Event.objects.get().time_zone == zone


def test_every_country_of_the_union_has_a_zone_that_can_be_chosen():
    assert {zone_of(country) for country in ("IT", "PT", "RS", "ES", "")} <= set(all_zones())
    assert zone_of("nowhere") == "Europe/Brussels"


@pytest.mark.parametrize(
    ("field", "entered", "sentence"),
    [
        ("last_day", {"last_day": "2018-08-01"}, "An event lasts 31 days at most"),
        ("last_day", {"last_day": "2017-06-27"}, "The last day is not to come before the first."),
        ("ends_at", {"ends_at": "12:00"}, "Say when it begins, too."),
        ("ends_at", {"starts_at": "12:00", "ends_at": "11:00"}, "It ends after it begins"),
        ("first_day", {"first_day": "31 June"}, "Enter a valid date."),
        ("time_zone", {"time_zone": "Mars/Olympus"}, "not one of the available choices"),
        ("first_day", {"first_day": "2999-01-01", "state": "held"}, "does not lie in the future"),
        ("title", {"title": "x" * 201}, "at most 200 characters"),
        ("agenda", {"agenda": "x" * 20_001}, "at most 20000 characters"),
        ("title", {"title": "a\x00b"}, "Null characters are not allowed."),
        ("competences", {"competences": ["9" * 30]}, "Select a valid choice"),
        ("partner", {"partner": "9" * 30}, "Select a valid choice"),
    ],
)
def test_what_can_not_be_is_a_sentence_beside_its_field(as_, scene, field, entered, sentence):
    make.competence(scene.project)
    page = plan(as_("staff"), scene, **entered)
    assert sentence in beside(page, field)
    assert 'value="Foresight in Bari"' in page.content.decode() or field == "title"
    assert not Event.objects.exists()


def test_a_workshop_says_in_whose_region_it_is(as_, scene):
    """The host's only cluster is meant unless another is chosen; of several, one is to be chosen."""
    plan(as_("staff"), scene, kind="regional_workshop")
    assert Event.objects.get().cluster == scene.cluster
    make.cluster(scene.bulgaria)
    page = plan(as_("staff"), scene, kind="regional_workshop")
    assert "in whose region" in beside(page, "cluster")


def test_markup_in_a_title_stays_text(as_, scene):
    page = plan(as_("staff"), scene, title="<script>alert(1)</script>", speakers="<b>Ana</b>\n\n")
    assert "<script>alert" not in page.content.decode()
    assert "&lt;b&gt;Ana&lt;/b&gt;" in page.content.decode()


def test_who_hosts_nothing_plans_nothing_and_nobody_plans_for_others(as_, scene):
    assert as_("viewer").get(NEW).status_code == 403
    page = plan(as_("staff"), scene, partner=scene.serbia.pk)
    assert "Select a valid choice" in beside(page, "partner")
    assert plan(as_("coordinator"), scene, partner=scene.serbia.pk).status_code == 200
    assert Event.objects.get().partner == scene.serbia


def test_another_like_this_takes_everything_but_the_days(as_, scene):
    event = make.event(scene.serbia, "Rookies meet experts", agenda="Questions", country="RS")
    event.competences.add(make.competence(scene.project))
    page = as_("coordinator").get(f"{NEW}?like={event.code}")
    form = filled(page)
    assert form["title"] == ["Rookies meet experts"]
    assert form["agenda"] == ["Questions"]
    assert form["first_day"] == [""]
    assert len(form["competences"]) == 1


@pytest.mark.parametrize(
    "query", ["?like=%00", "?like=EVT-999", "?kind=%00", "?cluster=" + "9" * 40]
)
def test_a_form_that_is_prefilled_with_nonsense_is_a_form(as_, scene, query):
    assert as_("coordinator").get(NEW + query).status_code == 200


def test_two_edits_at_once_show_both(as_, scene):
    event = make.event(scene.bulgaria, cluster=scene.cluster)
    browser, address = as_("staff"), f"/p/trace/events/{event.code}/edit/"
    first, second = browser.get(address), browser.get(address)
    browser.post(address, filled(first, title="Theirs"))
    page = browser.post(address, filled(second, title="Mine"))
    assert "Someone else saved this record" in words(page)
    assert "Theirs" in words(page)
    assert 'value="Mine"' in page.content.decode()
    assert Event.objects.get().title == "Theirs"


def test_an_event_outside_the_project_is_kept_with_a_warning(as_, scene):
    page = plan(as_("staff"), scene, first_day="2015-01-05", state="held")
    assert "lies outside the project" in words(page)


# --- Whether it takes place ------------------------------------------------------------------------


def test_an_event_is_held_cancelled_and_planned_again(as_, scene):
    event = make.event(scene.bulgaria)
    browser, at = as_("staff"), f"/p/trace/events/{event.code}/"
    assert "Its last day is over." in words(browser.get(at))
    assert "Held: EVT-001" in words(browser.post(f"{at}held/", follow=True))
    assert "It was held already." in words(browser.post(f"{at}held/", follow=True))
    assert "It was held already." in words(browser.post(f"{at}cancel/", {"reason": "Snow"}))
    browser.post(f"{at}planned/")
    page = browser.post(f"{at}cancel/", {"reason": "  Snow <b>  "}, follow=True)
    assert "Cancelled: Snow <b>" in words(page)
    event.refresh_from_db()
    assert (event.state, event.cancelled_because, event.version) == ("cancelled", "Snow <b>", 4)
    assert "Plan it again first." in words(browser.post(f"{at}held/", follow=True))


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_a_cancellation_has_a_reason(as_, scene, reason):
    event = make.event(scene.bulgaria)
    page = as_("staff").post(f"/p/trace/events/{event.code}/cancel/", {"reason": reason})
    assert beside(page, "reason")
    event.refresh_from_db()
    assert event.state == "planned"


def test_the_database_holds_cancelled_events_without_a_reason_for_impossible(scene):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.event(scene.bulgaria, state="cancelled", cancelled_because="")


def test_nothing_is_held_before_its_first_day_where_it_is(scene, cast):
    day = timezone.localdate() + datetime.timedelta(days=3)
    event = make.event(scene.bulgaria, first_day=day)
    with pytest.raises(ValidationError, match="not begun yet"):
        actions.hold(user=cast.staff, event=event)


def test_others_neither_hold_nor_cancel_it(scene, cast):
    event = make.event(scene.serbia)
    for action, more in [
        (actions.hold, {}),
        (actions.cancel, {"reason": "No"}),
        (actions.plan_again, {}),
    ]:
        with pytest.raises(PermissionDenied):
            action(user=cast.staff, event=event, **more)


def test_a_form_opened_before_the_cancellation_overwrites_nothing(as_, scene, cast):
    event = make.event(scene.bulgaria, cluster=scene.cluster)
    browser, address = as_("staff"), f"/p/trace/events/{event.code}/edit/"
    opened = browser.get(address)
    actions.cancel(user=cast.staff, event=event, reason="Snow")
    assert "Someone else saved" in words(browser.post(address, filled(opened, title="Late")))
    event.refresh_from_db()
    assert (event.state, event.title) == ("cancelled", "Workshop in Plovdiv")


# --- The list --------------------------------------------------------------------------------------


def test_the_list_is_searched_filtered_and_exported(as_, scene):
    make.event(scene.bulgaria, "Семинар за биогаз", country="BG", state="held")
    make.event(scene.serbia, "Mentoring in Novi Sad", kind=EventKind.MENTORING_VISIT, country="RS")
    browser = as_("viewer")
    for query, there, not_there in [
        ("?q=biogaz", "Семинар", "Mentoring in"),
        ("?kind=mentoring_visit", "Mentoring in", "Семинар"),
        ("?country=RS", "Mentoring in", "Семинар"),
        ("?state=held", "Семинар", "Mentoring in"),
        (f"?partner={scene.serbia.pk}", "Mentoring in", "Семинар"),
        ("?since=2017-01-15&until=2017-01-15", "Семинар", "zz"),
    ]:
        page = browser.get(LIST + query).content.decode()
        assert there in page, query
        assert not_there not in page, query
    assert "Семинар" not in browser.get(LIST + "?until=2017-01-14").content.decode()
    sheet = browser.get(LIST + "?export=csv").content.decode("utf-8-sig")
    assert sheet.startswith(
        "Code,From,To,Title,Kind,Place,Country,Host,Region of,Task,Online,State"
    )
    assert "EVT-001,2017-01-15,2017-01-15,Семинар за биогаз,Regional workshop" in sheet


# --- Promised against held -------------------------------------------------------------------------


@pytest.fixture
def promised(scene):
    make.promised(scene.project, EventKind.JOINT_TRAINING, 2)
    make.promised(scene.project, EventKind.REGIONAL_WORKSHOP, 1, in_each_region=True)


def stand(scene, cast, day=date(2018, 12, 1)):
    found = promises(user=cast.viewer, project=scene.project, day=day)
    return {one.kind.value: (one.kept, one.planned, one.needed) for one in found}


def held(scene, kind=EventKind.REGIONAL_WORKSHOP, state="held", **fields):
    return make.event(scene.bulgaria, kind=kind, state=state, **fields)


def test_a_second_workshop_in_one_region_makes_up_for_no_other(promised, scene, cast):
    for _i in range(2):
        held(scene, cluster=scene.cluster)
    assert stand(scene, cast)["regional_workshop"] == (1, 0, 2)
    held(scene, cluster=scene.other_cluster)
    assert stand(scene, cast)["regional_workshop"] == (2, 0, 2)


def test_only_what_was_held_inside_the_project_keeps_a_promise(promised, scene, cast):
    kind = EventKind.JOINT_TRAINING
    held(scene, kind, first_day=date(2019, 1, 1))
    held(scene, kind, first_day=scene.project.end, days=2)
    held(scene, kind, "cancelled")
    assert stand(scene, cast)["joint_training"] == (0, 0, 2)
    held(scene, kind, "planned")
    held(scene, kind)
    assert stand(scene, cast)["joint_training"] == (1, 1, 2)


def test_on_a_past_day_what_came_later_was_planned(promised, scene, cast):
    held(scene, EventKind.JOINT_TRAINING, first_day=date(2017, 6, 28), days=2)
    assert stand(scene, cast, date(2017, 6, 28))["joint_training"] == (0, 1, 2)
    assert stand(scene, cast, date(2017, 6, 29))["joint_training"] == (1, 0, 2)


def test_a_workshop_in_nobodys_region_keeps_no_promise(promised, scene, cast):
    held(scene)
    assert stand(scene, cast)["regional_workshop"] == (0, 0, 2)


@pytest.mark.parametrize("address", ["/p/trace/", LIST])
def test_the_checklist_says_what_is_held_planned_and_missing(promised, as_, scene, address):
    held(scene, cluster=scene.cluster, first_day=date(2017, 3, 1))
    held(scene, EventKind.JOINT_TRAINING, "planned", title="Foresight in Bari")
    page = as_("staff").get(address)
    said = words(page)
    assert "in each reference region 1 of 2 held" in said
    assert "Held 1 Mar 2017" in said
    assert "Foresight in Bari" in said
    assert said.count("1 missing") == 2
    assert (
        f"{NEW}?kind=regional_workshop&amp;cluster={scene.other_cluster.pk}"
        in page.content.decode()
    )
    assert "Plan it" not in words(as_("viewer").get(address))
