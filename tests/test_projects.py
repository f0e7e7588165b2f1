"""A project made and kept by hand: its dates, partners, periods and members."""

import datetime
from itertools import pairwise

import pytest
from django.contrib.auth.models import Permission
from hypothesis import given
from hypothesis import strategies as st

from projects.models import Membership, Partner, Project, ReportingPeriod, Role
from tests import make
from tests.browsing import beside, filled, words

NEW = "/projects/new/"


@pytest.fixture
def founder(client, db):
    """A browser in which somebody with the right to create projects is signed in."""
    user = make.user("founder@example.org", "Franka Founder")
    user.user_permissions.add(Permission.objects.get(codename="add_project"))
    client.force_login(user)
    client.user = user
    return client


def typed(founder, **changes):
    entered = {
        "acronym": "BRIDGE-2",
        "name": "Bridging clusters",
        "start": "2025-01-31",
        "end": "2026-12-31",
        "partner_name": "Cluster House Ltd",
        "partner_short_name": "Cluster House",
        "partner_country": "SI",
    }
    return filled(founder.get(NEW), **{**entered, **changes})


# --- The months of a project -----------------------------------------------------------------------

DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2040, 12, 31))


@given(start=DAYS, length=st.integers(1, 1500), data=st.data())
def test_every_day_of_a_project_is_in_exactly_one_month(start, length, data):
    project = Project(acronym="X", start=start, end=start + datetime.timedelta(days=length))
    months = [project.month(number) for number in range(1, project.months + 1)]
    assert months[0][0] == project.start
    assert months[-1][1] == project.end
    for (first, last), (following, _end) in pairwise(months):
        assert first <= last
        assert following == last + datetime.timedelta(days=1)
    assert months[-1][0] <= months[-1][1]
    day = start + datetime.timedelta(days=data.draw(st.integers(0, length)))
    first, last = project.month(project.month_of(day))
    assert first <= day <= last


@pytest.mark.parametrize("day", [28, 29, 30, 31])
def test_every_day_counts_once_when_a_project_starts_late_in_a_month(day):
    start = datetime.date(2023, 12, day)  # with the leap day of 2024 ahead
    project = Project(acronym="X", start=start, end=start + datetime.timedelta(days=800))
    numbers = [project.month_of(start + datetime.timedelta(days=passed)) for passed in range(801)]
    assert numbers[0] == 1
    assert numbers[-1] == project.months
    assert all(after - before in (0, 1) for before, after in pairwise(numbers))


def test_the_reference_project_has_24_months():
    project = Project(
        acronym="X", start=datetime.date(2016, 11, 16), end=datetime.date(2018, 11, 15)
    )
    assert project.months == 24
    assert project.month(1) == (datetime.date(2016, 11, 16), datetime.date(2016, 12, 15))
    assert project.month(24) == (datetime.date(2018, 10, 16), datetime.date(2018, 11, 15))
    assert project.month_of(datetime.date(2016, 11, 15)) is None
    assert project.month_of(datetime.date(2018, 11, 16)) is None
    with pytest.raises(ValueError, match="months 1 to 24"):
        project.month(25)


# --- Making a project ------------------------------------------------------------------------------


def test_who_makes_a_project_coordinates_it(founder):
    response = founder.post(NEW, typed(founder), follow=True)
    assert response.redirect_chain == [("/p/bridge-2/", 302)]
    project = Project.objects.get()
    partner = project.partners.get()
    assert (partner.number, partner.coordinates, partner.short_name) == (1, True, "Cluster House")
    member = project.memberships.get()
    assert (member.user, member.role, member.partner) == (founder.user, Role.COORDINATOR, partner)
    assert project.created_by == partner.created_by == founder.user


def test_a_project_sent_twice_is_there_once(founder):
    entered = typed(founder)
    founder.post(NEW, entered)
    response = founder.post(NEW, entered, follow=True)
    assert "saved already" in words(response)
    assert Project.objects.count() == Partner.objects.count() == 1


def test_an_acronym_in_cyrillic_asks_for_an_address_in_latin_letters(founder):
    response = founder.post(NEW, typed(founder, acronym="Мостове"))
    assert "small Latin letters" in beside(response, "slug")
    assert filled(response)["acronym"] == ["Мостове"]
    assert not Project.objects.exists()
    founder.post(NEW, filled(response, slug="mostove"))
    assert Project.objects.get().slug == "mostove"


def test_an_address_that_another_project_has_is_refused_beside_its_field(founder):
    make.project("BRIDGE-2")
    made_from_acronym = founder.post(NEW, typed(founder))
    assert "Another project has the address bridge-2" in beside(made_from_acronym, "slug")
    typed_in = founder.post(NEW, typed(founder, slug="bridge-2"))
    assert "Another project has this address already" in beside(typed_in, "slug")
    assert Project.objects.count() == 1


NO_PROJECT = [
    ("end", "2025-01-31", "The last day is to come after the first day."),
    ("end", "2024-01-01", "The last day is to come after the first day."),
    ("end", "9999-12-31", "A project lasts 20 years at most"),
    ("end", "31.2.2026", "Enter a valid date."),
    ("start", "0216-11-16", "Is the year right?"),
    ("slug", "no spaces please", "Enter a valid"),
    ("acronym", "", "This field is required."),
    ("acronym", "A" * 41, "at most 40 characters"),
    ("partner_country", "XX", "Select a valid choice"),
    ("partner_name", "", "This field is required."),
]


def test_a_project_that_cannot_be_says_why_beside_the_field(founder):
    entered = typed(founder)
    for field, value, sentence in NO_PROJECT:
        response = founder.post(NEW, {**entered, field: value})
        assert sentence in beside(response, field), value
        assert filled(response)["name"] == ["Bridging clusters"]
    assert not Project.objects.exists()


def test_without_the_right_one_makes_no_project(as_):
    response = as_("coordinator").post(NEW, {"acronym": "MINE"})
    assert response.status_code == 403
    assert Project.objects.count() == 2


# --- Its texts and dates ---------------------------------------------------------------------------

SETTINGS = "/p/trace/settings/"


def test_a_coordinator_writes_the_funding_texts(as_, scene):
    browser = as_("coordinator")
    statement = "Funded by the European Union.\r\nViews are the authors' only – Изгледите."
    entered = filled(browser.get(SETTINGS), funding_statement=statement, total_budget="1234567,50")
    browser.post(SETTINGS, entered)
    scene.project.refresh_from_db()
    assert scene.project.funding_statement == statement
    assert scene.project.total_budget == 1234567.50
    assert scene.project.version == 2
    assert filled(browser.get(SETTINGS))["funding_statement"] == [statement]


NO_SETTING = [
    ("total_budget", "-1", "greater than or equal to 0"),
    ("total_budget", "1,500,000", "Enter a number."),
    ("total_budget", "1e40", "no more than"),
    ("eu_contribution", "NaN", "Enter a number."),
    ("website", "javascript:alert(1)", "Write a web address, such as www.firm.eu."),
    ("report_due_days", "99999999999", "365"),
    ("report_due_days", "-5", "greater than or equal to 0"),
    ("end", "2016-01-01", "The last day is to come after the first day."),
    ("end", "2217-11-15", "A project lasts 20 years at most"),
    ("slug", "", "This field is required."),
]


def test_a_setting_that_cannot_be_is_refused_and_nothing_typed_is_lost(as_, scene):
    browser = as_("coordinator")
    page = browser.get(SETTINGS)
    for field, value, sentence in NO_SETTING:
        response = browser.post(SETTINGS, filled(page, summary="What I typed", **{field: value}))
        assert sentence in beside(response, field), value
        assert filled(response)[field] == [value]
        assert filled(response)["summary"] == ["What I typed"]
    scene.project.refresh_from_db()
    assert scene.project.version == 1


def test_a_new_address_moves_the_project(as_, scene):
    browser = as_("coordinator")
    response = browser.post(SETTINGS, filled(browser.get(SETTINGS), slug="trace-kei"), follow=True)
    assert response.redirect_chain == [("/p/trace-kei/", 302)]
    assert browser.get("/p/trace/").status_code == 404


def test_the_way_back_from_a_form_with_errors_is_the_project_as_it_is(as_, scene):
    browser = as_("coordinator")
    entered = filled(browser.get(SETTINGS), slug="not-saved", end="2016-01-01")
    response = browser.post(SETTINGS, entered)
    assert 'href="/p/trace/">Cancel' in response.content.decode()
    assert "/p/not-saved/" not in response.content.decode()


def test_a_project_is_not_cut_shorter_than_its_periods(as_, scene):
    browser = as_("coordinator")
    response = browser.post(SETTINGS, filled(browser.get(SETTINGS), end="2017-03-01"))
    assert "Period M1-M12 needs 12 months" in beside(response, "end")
    assert browser.get("/p/trace/periods/").status_code == 200


# --- Partners --------------------------------------------------------------------------------------


def test_a_partner_is_added_and_changed(as_, scene):
    browser = as_("coordinator")
    address = "/p/trace/partners/new/"
    entered = filled(
        browser.get(address), number="4", short_name="Madan", name="Madan Parque", country="PT"
    )
    browser.post(address, entered)
    partner = scene.project.partners.get(number=4)
    assert partner.short_name == "Madan"
    address = "/p/trace/partners/4/edit/"
    response = browser.post(address, filled(browser.get(address), town="Caparica"), follow=True)
    assert "Caparica" in words(response)


def test_two_partners_do_not_share_a_number(as_, scene):
    browser = as_("coordinator")
    address = "/p/trace/partners/3/edit/"
    response = browser.post(address, filled(browser.get(address), number="2"))
    assert "Another partner of this project has this number." in beside(response, "number")
    assert Partner.objects.filter(project=scene.project, number=2).count() == 1


def test_another_partner_takes_over_the_coordination(as_, scene):
    browser = as_("coordinator")
    address = "/p/trace/partners/2/edit/"
    response = browser.post(address, filled(browser.get(address), coordinates="on"))
    assert response.status_code == 302
    assert scene.project.partners.get(coordinates=True) == scene.bulgaria


def test_a_new_partner_can_coordinate_at_once(as_, scene):
    browser = as_("coordinator")
    address = "/p/trace/partners/new/"
    entered = {"number": "4", "short_name": "M", "name": "Madan", "country": "PT"}
    browser.post(address, filled(browser.get(address), coordinates="on", **entered))
    assert scene.project.partners.get(coordinates=True).number == 4


def test_a_project_is_not_left_without_a_coordinating_partner(as_, scene):
    browser = as_("coordinator")
    address = "/p/trace/partners/1/edit/"
    entered = filled(browser.get(address))
    assert entered.pop("coordinates") == ["on"]
    response = browser.post(address, entered)
    assert "Mark the partner that coordinates instead" in beside(response, "coordinates")
    assert scene.project.partners.get(coordinates=True) == scene.italy


def test_the_coordinating_partner_is_not_deleted(as_, scene):
    Membership.objects.update(partner=None, role=Role.COORDINATOR)
    response = as_("coordinator").post("/p/trace/partners/1/delete/")
    assert "coordinates the project" in words(response)
    assert Partner.objects.filter(pk=scene.italy.pk).exists()


def test_a_partner_with_clusters_and_members_stays_and_says_why(as_, scene):
    response = as_("coordinator").post("/p/trace/partners/2/delete/")
    assert "Green Synergy stays, because 2 members and 1 cluster rest on it." in words(response)
    assert Partner.objects.filter(pk=scene.bulgaria.pk).exists()


def test_a_partner_on_which_nothing_rests_is_deleted(as_, scene):
    make.partner(scene.project, "Short Stay", "PT")
    response = as_("coordinator").post("/p/trace/partners/4/delete/", follow=True)
    assert "Deleted: Short Stay" in words(response)
    assert not scene.project.partners.filter(number=4).exists()


def test_a_partner_of_another_project_is_not_reached_by_its_number(as_, scene):
    assert as_("coordinator").get("/p/elsewhere/partners/1/edit/").status_code == 404
    assert as_("coordinator").get("/p/trace/partners/99999999999999999999/edit/").status_code == 404


# --- Periods ---------------------------------------------------------------------------------------


NO_PERIOD = [
    ({"first_month": "12", "last_month": "18"}, "first_month", "M1-M12 has some of these"),
    ({"first_month": "13", "last_month": "25"}, "last_month", "The project has 24 months."),
    ({"first_month": "13", "last_month": "99999"}, "last_month", "The project has 24 months."),
    ({"first_month": "20", "last_month": "13"}, "last_month", "not to come before the first"),
    ({"first_month": "0", "last_month": "13"}, "first_month", "greater than or equal to 1"),
    ({"first_month": "-1", "last_month": "13"}, "first_month", "greater than or equal to"),
    ({"first_month": "x", "last_month": "13"}, "first_month", "Enter a whole number."),
    ({"number": "1"}, "number", "Another period of this project has this number."),
]


def test_a_period_that_cannot_be_says_why(as_, scene):
    browser = as_("coordinator")
    address = "/p/trace/periods/new/"
    page = browser.get(address)
    for changes, field, sentence in NO_PERIOD:
        entered = {"number": "2", "first_month": "13", "last_month": "24", **changes}
        response = browser.post(address, filled(page, **entered))
        assert sentence in beside(response, field), changes
    assert ReportingPeriod.objects.count() == 1


def test_a_period_is_added_and_shows_its_dates(as_, scene):
    browser = as_("coordinator")
    address = "/p/trace/periods/new/"
    entered = filled(browser.get(address), number="2", first_month="13", last_month="24")
    response = browser.post(address, entered, follow=True)
    assert "16 Nov 2017" in words(response)
    assert "15 Nov 2018" in words(response)


def test_a_period_on_which_reports_rest_stays_and_says_why(as_, scene, cast):
    make.rendering(scene.period, cast.coordinator)
    response = as_("coordinator").post("/p/trace/periods/1/delete/")
    assert "M1-M12 stays, because" in words(response)
    assert ReportingPeriod.objects.exists()


def test_a_period_without_reports_is_deleted(as_, scene):
    as_("coordinator").post("/p/trace/periods/1/delete/")
    assert not ReportingPeriod.objects.exists()


# --- Members ---------------------------------------------------------------------------------------


def member(user):
    return user.memberships.get().pk


def test_a_coordinator_changes_the_role_of_a_member(as_, scene, cast):
    browser = as_("coordinator")
    address = f"/p/trace/members/{member(cast.viewer)}/edit/"
    browser.post(address, filled(browser.get(address), role="staff", partner=scene.serbia.pk))
    changed = cast.viewer.memberships.get()
    assert (changed.role, changed.partner) == (Role.STAFF, scene.serbia)


def test_staff_without_a_partner_is_refused_beside_the_partner(as_, cast):
    browser = as_("coordinator")
    address = f"/p/trace/members/{member(cast.viewer)}/edit/"
    response = browser.post(address, filled(browser.get(address), role="staff"))
    assert "Staff and cluster managers work for a partner" in beside(response, "partner")
    assert cast.viewer.memberships.get().role == Role.VIEWER


@pytest.mark.parametrize(
    "change", [{"role": "viewer"}, {"expires_on": "2018-01-01"}, {"expires_on": "2090-01-01"}]
)
def test_the_last_coordinator_stays_one(as_, cast, change):
    browser = as_("coordinator")
    address = f"/p/trace/members/{member(cast.coordinator)}/edit/"
    response = browser.post(address, filled(browser.get(address), **change))
    assert "A project needs a coordinator without a last day" in words(response)
    kept = cast.coordinator.memberships.get()
    assert (kept.role, kept.expires_on) == (Role.COORDINATOR, None)


def test_the_last_coordinator_is_not_removed(as_, cast):
    response = as_("coordinator").post(f"/p/trace/members/{member(cast.coordinator)}/remove/")
    assert "A project needs a coordinator" in words(response)
    assert cast.coordinator.memberships.exists()


def test_a_coordinator_whose_account_is_closed_does_not_count(as_, scene, cast):
    closed = make.user(is_active=False)
    make.member(scene.project, Role.COORDINATOR, scene.italy, closed)
    response = as_("coordinator").post(f"/p/trace/members/{member(cast.coordinator)}/remove/")
    assert "A project needs a coordinator" in words(response)


def test_with_two_coordinators_one_may_go_and_is_led_out(as_, scene, cast):
    make.member(scene.project, Role.COORDINATOR, scene.italy)
    address = f"/p/trace/members/{member(cast.coordinator)}/remove/"
    response = as_("coordinator").post(address, follow=True)
    assert response.status_code == 200
    assert not cast.coordinator.memberships.exists()


def test_a_removed_member_sees_the_project_no_more(as_, cast, client):
    as_("coordinator").post(f"/p/trace/members/{member(cast.viewer)}/remove/")
    client.force_login(cast.viewer)
    assert client.get("/p/trace/").status_code == 404


def test_a_member_of_another_project_is_not_reached_by_number(as_, cast):
    address = f"/p/trace/members/{member(cast.stranger)}/remove/"
    assert as_("coordinator").post(address).status_code == 404
    assert cast.stranger.memberships.exists()
