"""Cooperation: what counts and since when, what is refused, and who reads whom one met."""

import datetime

import pytest
from auditlog.models import LogEntry
from django.utils import timezone

from events.models import (
    Acquaintance,
    Agreement,
    Collaboration,
    MarketStep,
    Meeting,
    OutsideCluster,
    PolicyMeeting,
    Synergy,
)
from tests import make
from tests.browsing import beside, filled, words

ROOM = "/p/trace/cooperation/"
PERSON = {
    "name": "Pilar Puig",
    "organisation": "FEMAC",
    "country": "ES",
    "legal_basis": "consent",
    "notice_version": "1.0",
    "informed_on": "2018-03-20",
}


@pytest.fixture
def staff(as_):
    return as_("staff")


@pytest.fixture
def outside(scene):
    return make.outside_cluster(scene.serbia)


@pytest.fixture
def together(scene, outside):
    return make.collaboration(scene.bulgaria, outside, scene.cluster)


def enter(browser, where, query="", **typed):
    address = f"{ROOM}{where}/new/"
    return browser.post(address, filled(browser.get(address + query), **typed), follow=True)


# --- What counts, and since when -------------------------------------------------------------------


def since(collaboration):
    return Collaboration.objects.with_first_day().get(pk=collaboration.pk).counts_since


def test_a_collaboration_counts_from_its_first_agreement_or_meeting(together):
    assert since(together) is None
    assert not Collaboration.objects.counting().exists()
    make.agreement(together, date=datetime.date(2017, 6, 1))
    assert since(together) == datetime.date(2017, 6, 1)
    make.meeting(together, date=datetime.date(2017, 7, 1))
    assert since(together) == datetime.date(2017, 6, 1)
    make.meeting(together, date=datetime.date(2017, 5, 1))
    assert since(together) == datetime.date(2017, 5, 1)
    Agreement.objects.all().delete()
    assert since(together) == datetime.date(2017, 5, 1)


def test_a_meeting_ahead_and_a_visit_that_was_not_held_make_nothing_count(scene, together):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    make.meeting(together, date=tomorrow)
    event = make.event(scene.bulgaria, "Visit", state="planned")
    make.meeting(together, event=event)
    assert since(together) is None
    event.state = "held"
    event.save()
    assert since(together) == event.first_day


# --- What is entered -------------------------------------------------------------------------------


def test_staff_walks_from_a_cluster_to_its_agreement_and_visit(staff, scene):
    page = enter(staff, "outside-clusters", name="FEMAC", country="ES", level="gold")
    assert OutsideCluster.objects.get().partner == scene.bulgaria
    page = enter(
        staff, "collaborations", "?outside_cluster=OC-001", subject="Mentoring", state="active"
    )
    together = Collaboration.objects.get()
    assert (together.cluster, together.outside_cluster.code) == (scene.cluster, "OC-001")
    assert "It counts from the day of its first agreement or meeting." in words(page)
    enter(
        staff,
        "agreements",
        "?collaboration=CO-001",
        subject="Exchange",
        date="2017-10-02",
        valid_until="2019-10-01",
        link="https://www.mou.example/1",
    )
    assert Agreement.objects.get().evidence.get().partner == scene.bulgaria
    page = enter(
        staff,
        "meetings",
        "?collaboration=CO-001",
        kind="mentoring_visit",
        subject="Two days",
        date="2017-10-20",
        point_0="Fees",
        agreed_0="A table is sent",
        point_1="Labels",
    )
    said = words(page)
    assert "Fees A table is sent" in said
    assert "Labels Nothing noted as agreed." in said
    assert "It counts as a collaboration since 2 Oct 2017" in words(
        staff.get(f"{ROOM}collaborations/CO-001/")
    )


def test_a_visit_that_was_an_event_reads_subject_day_and_place_from_it(staff, scene, together):
    event = make.event(
        scene.bulgaria, "Visit", datetime.date(2017, 10, 9), place="Plovdiv", state="held"
    )
    page = enter(
        staff,
        "meetings",
        collaboration=together.pk,
        event=event.pk,
        subject="Other",
        date="2017-01-01",
    )
    assert "This is the event's: “Visit”." in beside(page, "subject")
    assert "This is the event's: 9 Oct 2017." in beside(page, "date")
    page = enter(staff, "meetings", collaboration=together.pk, event=event.pk, point_0="Fees")
    meeting = Meeting.objects.get()
    assert (meeting.subject, meeting.date, meeting.place) == ("", None, "")
    assert "Plovdiv" in words(page)
    assert "Visit" in words(staff.get(f"{ROOM}meetings/"))


def test_points_of_an_agenda_follow_the_form(staff, together):
    meeting = make.meeting(together, points=[("One", ""), ("Two", "Yes"), ("Three", "")])
    edit = f"{ROOM}meetings/{meeting.code}/edit/"
    sent = filled(staff.get(edit), point_0="", point_2="Third", agreed_2="No")
    staff.post(edit, sent)
    assert list(meeting.points.values_list("position", "text", "agreed")) == [
        (1, "Two", "Yes"),
        (2, "Third", "No"),
    ]


def test_two_edits_of_an_agenda_at_once_show_both(staff, together):
    meeting = make.meeting(together, points=[("One", "")])
    edit = f"{ROOM}meetings/{meeting.code}/edit/"
    mine, theirs = filled(staff.get(edit)), filled(staff.get(edit))
    staff.post(edit, {**theirs, "agreed_0": "Theirs"})
    page = staff.post(edit, {**mine, "agreed_0": "Mine"})
    assert "Someone else saved this record while you were writing" in words(page)
    assert "Theirs" in words(page)
    assert "Mine" in page.content.decode()
    assert meeting.points.get().agreed == "Theirs"


@pytest.mark.parametrize(
    ("kind", "typed", "field", "sentence"),
    [
        ("outside-clusters", {"name": ""}, "name", "This field is required."),
        ("outside-clusters", {"name": "femac\x00"}, "name", "Null characters"),
        ("outside-clusters", {"website": "no address"}, "website", "Write a web address"),
        ("outside-clusters", {"note": "x" * 5_000_000}, "note", "at most 2000 characters"),
        ("agreements", {"valid_until": "2017-01-01"}, "valid_until", "from the day it is signed."),
        ("agreements", {"date": "2999-01-01"}, "date", "entered when it is signed."),
        ("agreements", {"date": "31 June"}, "date", "Enter a valid date."),
        ("agreements", {"collaboration": "99999999999999999999"}, "collaboration", "valid choice"),
        ("meetings", {"agreed_1": "Yes"}, "point_1", "Name the point that this was agreed on."),
        ("meetings", {"subject": ""}, "subject", "Say what it is about"),
        ("contacts-made", {"informed_on": "2999-01-01"}, "informed_on", "still to come"),
        ("contacts-made", {"legal_basis": ""}, "legal_basis", "This field is required."),
        ("contacts-made", {"phone": "call me"}, "phone", "A telephone number has digits"),
        ("contacts-made", {"due_on": "2018-05-01"}, "follow_up", "Say what is to follow, too."),
        ("policymakers", {"date": "2999-01-01"}, "date", "entered when it was held."),
        ("policymakers", {"level": "galactic"}, "level", "valid choice"),
        ("outside-eu", {"country": "FR"}, "country", "France is in the European Union."),
        ("outside-eu", {"date": "2999-01-01"}, "date", "entered when it is done."),
    ],
)
def test_bad_input_is_a_sentence_beside_its_field(staff, together, kind, typed, field, sentence):
    good = {
        "outside-clusters": {"name": "Another", "country": "FR"},
        "agreements": {"collaboration": together.pk, "subject": "It", "date": "2017-10-02"},
        "meetings": {"collaboration": together.pk, "subject": "It", "date": "2017-10-02"},
        "contacts-made": PERSON,
        "policymakers": {
            "organisation": "Ministry",
            "level": "national",
            "date": "2017-10-02",
            "subject": "Audits",
        },
        "outside-eu": {"country": "TR", "kind": "fair", "title": "Fair", "date": "2017-10-02"},
    }[kind]
    models = [OutsideCluster, Agreement, Meeting, Acquaintance, PolicyMeeting, MarketStep]
    before = [model.objects.count() for model in models]
    page = enter(staff, kind, **{**good, **typed})
    assert sentence in beside(page, field)
    assert [model.objects.count() for model in models] == before
    enter(staff, kind, **good)
    assert [model.objects.count() for model in models] != before


def test_the_same_cluster_and_the_same_collaboration_are_entered_once(staff, scene, together):
    page = enter(staff, "outside-clusters", name="FEMAC", country="ES")
    assert "This cluster is in the list already." in words(page)
    again = {"outside_cluster": together.outside_cluster_id, "subject": "Again"}
    page = enter(staff, "collaborations", cluster=scene.cluster.pk, **again)
    assert "This collaboration is in the list already." in words(page)
    enter(staff, "collaborations", cluster="", **again)
    page = enter(staff, "collaborations", cluster="", **again)
    assert "This collaboration is in the list already." in words(page)
    assert Collaboration.objects.count() == 2


def test_a_link_has_two_sides_that_differ(staff, scene):
    typed = {"step": "Packaging", "description": "Boxes"}
    page = enter(staff, "links", **typed)
    assert "Say from which cluster or sector it comes." in words(page)
    page = enter(
        staff, "links", from_cluster=scene.cluster.pk, to_cluster=scene.cluster.pk, **typed
    )
    assert "A link leads from one cluster to another." in words(page)
    page = enter(
        staff, "links", from_cluster=scene.cluster.pk, to_cluster=scene.other_cluster.pk, **typed
    )
    assert "Bulgaria – Serbia" in words(page)
    assert Synergy.objects.get().crosses_border


def test_another_policymaker_at_the_same_meeting_is_entered_with_a_press(staff, scene):
    make.policy_meeting(scene.bulgaria, place="Sofia", function="Minister", confirmed=True)
    page = staff.get(f"{ROOM}policymakers/new/?like=PM-001")
    sent = filled(page)
    assert sent["place"] == ["Sofia"]
    assert sent["function"] == [""]
    assert "confirmed" not in sent
    staff.post(f"{ROOM}policymakers/new/", {**sent, "function": "Adviser"})
    assert PolicyMeeting.objects.count() == 2
    assert PolicyMeeting.objects.confirmed().count() == 1


def test_a_collaboration_with_meetings_is_not_deleted_silently(staff, together):
    make.meeting(together)
    page = staff.get(f"{ROOM}collaborations/CO-001/delete/")
    assert "stays, because 1 meeting or visit rests on it" in words(page)
    staff.post(f"{ROOM}collaborations/CO-001/delete/")
    assert Collaboration.objects.exists()


def test_script_in_texts_is_shown_as_text(staff, together):
    make.meeting(together, "<script>alert(1)</script>", points=[("<b>x</b>", "<img src=x>")])
    for page in (staff.get(f"{ROOM}meetings/MT-001/"), staff.get(ROOM)):
        content = page.content.decode()
        assert "<script>alert" not in content
        assert "<b>x" not in content
        assert "<img src=x" not in content


# --- Persons ---------------------------------------------------------------------------------------


def test_staff_keeps_a_contact_and_says_when_the_follow_up_is_done(staff, scene):
    page = enter(
        staff, "contacts-made", **PERSON, met_at="TCI", follow_up="Send a list", due_on="2018-05-01"
    )
    person = Acquaintance.objects.get()
    assert person.partner == scene.bulgaria
    assert "Overdue" in words(page)
    assert "Send a list" in words(staff.get(ROOM))
    page = staff.post(f"{ROOM}contacts-made/AQ-0001/done/", follow=True)
    person.refresh_from_db()
    assert person.done_on == timezone.localdate()
    assert "Send a list" not in words(staff.get(ROOM))
    again = staff.post(f"{ROOM}contacts-made/AQ-0001/done/", follow=True)
    assert "Nothing is open with this contact." in words(again)


@pytest.mark.parametrize("who", ["staff", "manager", "viewer", "stranger"])
def test_a_contact_of_another_partner_is_nowhere(who, as_, scene, outside):
    make.acquaintance(
        *(scene.serbia, "Secret Sanja", "Hidden House"),
        outside_cluster=outside,
        email="sanja@hidden.example",
        follow_up="Call Sanja",
    )
    browser = as_(who)
    for address in (
        ROOM,
        f"{ROOM}outside-clusters/{outside.code}/",
        f"{ROOM}contacts-made/",
        f"{ROOM}contacts-made/?q=sanja",
        f"{ROOM}contacts-made/?export=csv",
        f"{ROOM}contacts-made/?export=xlsx",
        f"{ROOM}contacts-made/AQ-0001/",
        f"{ROOM}contacts-made/AQ-0001/edit/",
        f"{ROOM}policymakers/new/",
    ):
        content = browser.get(address).content
        for word in (b"Sanja", b"Hidden House", b"hidden.example"):
            assert word not in content, address
    assert browser.post(f"{ROOM}contacts-made/AQ-0001/done/").status_code == 404
    if who in ("staff", "manager"):
        assert "1 contact is kept by another partner" in words(
            browser.get(f"{ROOM}outside-clusters/{outside.code}/")
        )


def test_the_coordinator_reads_every_contact(as_, scene, outside):
    make.acquaintance(scene.serbia, "Sanja", outside_cluster=outside)
    assert "Sanja" in words(as_("coordinator").get(f"{ROOM}contacts-made/"))


def test_whom_a_policymakers_record_points_to_is_told_to_its_partner_alone(as_, scene):
    person = make.acquaintance(scene.serbia, "Secret Sanja")
    make.policy_meeting(scene.serbia, person=person)
    address = f"{ROOM}policymakers/PM-001/"
    assert "Sanja" not in words(as_("staff").get(address))
    assert "Sanja" in words(as_("coordinator").get(address))
    for query in ("", "?export=csv"):
        page = as_("viewer").get(f"{ROOM}policymakers/{query}")
        assert b"Sanja" not in page.content
    mine = make.policy_meeting(scene.bulgaria)
    edit = f"{ROOM}policymakers/{mine.code}/edit/"
    browser = as_("coordinator")
    page = browser.post(edit, filled(browser.get(edit), person=person.pk))
    assert "This contact belongs to another partner." in beside(page, "person")


def test_erasing_a_person_clears_the_history_and_leaves_the_presence(staff, scene):
    enter(staff, "contacts-made", **PERSON)
    person = Acquaintance.objects.get()
    met = make.policy_meeting(scene.bulgaria, person=person, confirmed=True)
    page = staff.get(f"{ROOM}contacts-made/AQ-0001/delete/")
    assert "Erase what is kept of Pilar Puig?" in words(page)
    staff.post(f"{ROOM}contacts-made/AQ-0001/delete/")
    assert not Acquaintance.objects.exists()
    met.refresh_from_db()
    assert met.confirmed
    assert met.person is None
    told = LogEntry.objects.values_list("object_repr", "changes_text", "changes")
    assert "Pilar" not in str(list(told))
    assert LogEntry.objects.filter(object_repr="AQ-0001").count() >= 2


# --- Lists -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "found", "missing"),
    [
        ("collaborations/?counts=yes", "CO-001", "CO-002"),
        ("collaborations/?counts=no", "CO-002", "CO-001"),
        ("collaborations/?q=femac", "CO-001", "CO-002"),
        ("collaborations/?sort=own_side", "CO-001", "nothing"),
        ("outside-clusters/?country=FR", "OC-002", "OC-001"),
        ("outside-clusters/?together=yes&country=", "OC-001", "OC-003"),
        ("outside-clusters/?together=no", "OC-003", "OC-001"),
        ("meetings/?q=femac", "MT-001", "nothing"),
        ("meetings/?since=2018-01-01", "No meeting here", "MT-001"),
        ("agreements/?kind=letter", "No agreement here", "AG-001"),
        ("contacts-made/?follow_up=overdue", "AQ-0001", "AQ-0002"),
        ("contacts-made/?follow_up=open", "AQ-0001", "AQ-0002"),
        ("contacts-made/?follow_up=none", "AQ-0002", "AQ-0001"),
        ("policymakers/?confirmed=no", "PM-002", "PM-001"),
        ("policymakers/?level=eu", "PM-002", "PM-001"),
        ("links/?cluster=1", "SY-001", "nothing"),
        ("links/?state=running", "No link here", "SY-001"),
        ("outside-eu/?country=TR", "MS-001", "nothing"),
    ],
)
def test_lists_are_narrowed(staff, scene, together, address, found, missing):
    make.agreement(together)
    make.meeting(together, date=datetime.date(2017, 10, 9))
    other = make.outside_cluster(scene.bulgaria, "Loire", "FR")
    make.collaboration(scene.bulgaria, other)
    make.outside_cluster(scene.bulgaria, "Nobody", "IE")
    make.acquaintance(scene.bulgaria, follow_up="Write", due_on=datetime.date(2018, 1, 1))
    make.acquaintance(scene.bulgaria, "Other", email="")
    make.policy_meeting(scene.bulgaria, confirmed=True)
    make.policy_meeting(scene.bulgaria, level="eu")
    make.synergy(scene.bulgaria, scene.cluster, scene.other_cluster)
    make.market_step(scene.bulgaria)
    said = words(staff.get(ROOM + address.replace("cluster=1", f"cluster={scene.cluster.pk}")))
    assert found in said
    assert missing not in said


def test_lists_are_exported_in_plain_words(staff, scene, together):
    make.agreement(together, valid_until=datetime.date(2019, 1, 1))
    make.synergy(scene.bulgaria, scene.cluster, scene.other_cluster)
    make.policy_meeting(scene.bulgaria)
    make.acquaintance(scene.bulgaria, follow_up="Write", due_on=datetime.date(2018, 1, 1))
    for address, cells in (
        ("collaborations", ",Spain,Green cluster,Peer learning,In talks,1,0,2017-02-14,"),
        ("links", ",Bulgaria – Serbia,Idea,"),
        ("policymakers", ",Not confirmed,0"),
        ("contacts-made", ",Write,2018-01-01,Overdue,"),
    ):
        text = staff.get(f"{ROOM}{address}/?export=csv").content.decode()
        assert cells in text, text


# --- Events ----------------------------------------------------------------------------------------


def test_policymakers_at_events_are_counted_once_a_person_and_not_entered_again(staff, scene):
    event = make.event(scene.bulgaria, "Workshop", days=2, state="held")
    for day in event.days:
        make.attendance(event, day, category="policymaker", name="Mayor", organisation="Town")
    waiting = {"category": "policymaker", "name": "Minister", "organisation": "Land"}
    make.attendance(event, event.first_day, confirmed=False, **waiting)
    make.policy_meeting(scene.bulgaria, confirmed=True)
    said = words(staff.get(f"{ROOM}policymakers/"))
    assert "Workshop 1 policymaker, confirmed" in said
    assert "Mayor" not in said
    assert "2 policymakers' presences confirmed" in words(staff.get(ROOM))


def test_an_events_page_leads_to_its_dissemination_and_its_collaborations(staff, scene, together):
    event = make.event(scene.bulgaria, "Visit", state="held", country="GR")
    page = staff.get(event.get_absolute_url())
    assert "Record as dissemination" in words(page)
    made = make.dissemination(scene.bulgaria, "", "ES", event=event)
    make.meeting(together, event=event)
    said = words(staff.get(event.get_absolute_url()))
    assert f"{made.code} Press" in said
    assert "MT-001 Green cluster – FEMAC" in said
