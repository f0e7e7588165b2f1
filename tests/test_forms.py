"""What every form does: once sent is once saved, nobody overwrites unseen, no input makes it stumble."""

from itertools import count

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from clusters.models import SME, ServiceRecord
from projects.models import Partner, Project
from tests import make
from tests.browsing import filled, words

LOG = "/p/trace/deliveries/new/"
EDIT = "/p/trace/deliveries/SR-00001/edit/"
SME_EDIT = "/p/trace/smes/SME-0001/edit/"


@pytest.fixture
def manager(as_):
    return as_("manager")


# --- Sent twice ------------------------------------------------------------------------------------


def test_a_form_sent_twice_makes_one_record_and_says_so(manager, scene):
    entered = filled(manager.get(LOG), service=scene.service.pk, sme="SME-0001")
    first = manager.post(LOG, entered)
    second = manager.post(LOG, entered, follow=True)
    assert second.redirect_chain == [(first["Location"], 302)]
    assert "This was saved already; it is there once." in words(second)
    assert ServiceRecord.objects.count() == 3


def test_the_second_sending_changes_nothing_whatever_it_holds(manager, scene):
    entered = filled(manager.get(LOG), service=scene.service.pk, sme="SME-0001", outcome="First")
    manager.post(LOG, entered)
    response = manager.post(LOG, {**entered, "outcome": "Second", "effort": "9"}, follow=True)
    assert "it is there once" in words(response)
    record = ServiceRecord.objects.get(code="SR-00003")
    assert (record.outcome, record.effort) == ("First", None)


def test_a_second_sending_that_the_first_made_invalid_leads_to_the_record(manager, scene):
    address = "/p/trace/smes/new/"
    entered = filled(manager.get(address), name="Нова", registration_number="175074752")
    manager.post(address, entered)
    response = manager.post(address, entered, follow=True)
    assert response.redirect_chain == [("/p/trace/smes/SME-0003/", 302)]
    assert SME.objects.filter(name="Нова").count() == 1


def test_a_sending_under_the_number_of_somebody_elses_is_asked_for_again(manager, scene):
    entered = filled(manager.get(LOG), service=scene.service.pk, sme="SME-0001", outcome="Mine")
    taken = str(scene.other_record.submission)
    response = manager.post(LOG, {**entered, "submission": taken})
    assert "Please send this again." in words(response)
    assert filled(response)["outcome"] == ["Mine"]
    assert filled(response)["submission"] != [taken]
    manager.post(LOG, filled(response))
    assert ServiceRecord.objects.get(code="SR-00003").outcome == "Mine"


def test_what_the_database_refuses_at_the_last_moment_is_a_sentence_and_leaves_nothing(
    manager, scene, monkeypatch
):
    """Two who save the same at once: the second one's form was valid when it was checked."""

    def too_late(self, *args, **kwargs):
        raise IntegrityError("somebody was faster")

    address = "/p/trace/smes/new/"
    new = filled(manager.get(address), name="Нова")
    changed = filled(manager.get(SME_EDIT), town="Варна")
    monkeypatch.setattr(SME, "save", too_late)
    for place, entered in ((address, new), (SME_EDIT, changed)):
        response = manager.post(place, entered)
        assert "Please send this again." in words(response)
        assert filled(response)["name"] == (
            [entered["name"]] if place == address else entered["name"]
        )
    monkeypatch.undo()
    scene.sme.refresh_from_db()
    assert (scene.sme.town, scene.sme.version) == ("Пловдив", 1)
    manager.post(SME_EDIT, changed)
    scene.sme.refresh_from_db()
    assert scene.sme.town == "Варна"


def test_a_form_without_a_number_of_its_own_is_a_form_still(manager, scene):
    entered = filled(manager.get(LOG), service=scene.service.pk, sme="SME-0001")
    for submission in ("abc", "\x00", "1" * 5000):
        assert manager.post(LOG, {**entered, "submission": submission}).status_code == 200
    assert manager.post(LOG, {**entered, "submission": ""}).status_code == 302
    entered.pop("submission")
    assert manager.post(LOG, entered).status_code == 302


# --- Two editors -----------------------------------------------------------------------------------


@pytest.fixture
def two(client, cast):
    """The pages of two people who open the same record; `two(address)` sends for either."""

    class Two:
        def open(self, address, first="manager", second="coordinator"):
            self.address = address
            self.people = {"first": getattr(cast, first), "second": getattr(cast, second)}
            self.pages = {}
            for name in self.people:
                self.reopen(name)

        def reopen(self, name):
            client.force_login(self.people[name])
            self.pages[name] = client.get(self.address)

        def send(self, name, **changes):
            client.force_login(self.people[name])
            self.pages[name] = client.post(self.address, filled(self.pages[name], **changes))
            return self.pages[name]

    return Two()


def test_the_second_of_two_editors_sees_both_versions_and_loses_nothing(two, scene, cast):
    two.open(EDIT)
    assert two.send("first", outcome="Theirs", satisfaction="4").status_code == 302
    response = two.send("second", outcome="Mine", effort="3")
    assert response.status_code == 200
    page = words(response)
    assert "Someone else saved this record while you were writing." in page
    assert str(cast.manager) in page
    assert "Outcome Theirs Mine" in page
    kept = filled(response)
    assert (kept["outcome"], kept["effort"]) == (["Mine"], ["3"])
    assert kept["version"] == ["2"]
    scene.record.refresh_from_db()
    assert (scene.record.outcome, scene.record.effort, scene.record.version) == ("Theirs", None, 2)


def test_the_second_editor_may_save_the_own_version(two, scene):
    two.open(EDIT)
    two.send("first", outcome="Theirs")
    two.send("second", outcome="Mine")
    assert two.send("second").status_code == 302
    scene.record.refresh_from_db()
    assert (scene.record.outcome, scene.record.version) == ("Mine", 3)


def test_keeping_theirs_is_a_link_that_changes_nothing(two, scene):
    two.open(EDIT)
    two.send("first", outcome="Theirs")
    response = two.send("second", outcome="Mine")
    assert 'href="/p/trace/deliveries/SR-00001/">Keep theirs' in response.content.decode()


def test_changes_of_different_fields_stand_together(two, scene):
    two.open(EDIT)
    two.send("first", satisfaction="4")
    two.send("second", outcome="Mine")
    two.send("second")
    scene.record.refresh_from_db()
    assert (scene.record.satisfaction, scene.record.outcome) == (4, "Mine")


def test_a_third_change_while_one_decides_is_shown_again(two, scene):
    two.open(EDIT)
    two.send("first", outcome="Theirs")
    two.send("second", outcome="Mine")
    two.reopen("first")
    two.send("first", outcome="Theirs once more")
    response = two.send("second", outcome="Mine after all")
    assert "Outcome Theirs once more Mine after all" in words(response)
    assert two.send("second").status_code == 302
    scene.record.refresh_from_db()
    assert (scene.record.outcome, scene.record.version) == ("Mine after all", 4)


CONFLICTS = {
    "/p/trace/smes/SME-0001/edit/": ("town", "Варна", "Ниш"),
    "/p/trace/clusters/CL-01/edit/": ("region", "North", "South"),
    "/p/trace/managers/MG-001/edit/": ("role", "Director", "Adviser"),
    "/p/trace/services/SV-001/edit/": ("description", "Line\r\none", "Line\r\ntwo"),
    "/p/trace/settings/": ("summary", "A", "B"),
    "/p/trace/partners/2/edit/": ("town", "Plovdiv", "Sofia"),
    "/p/trace/periods/1/edit/": ("last_month", "11", "10"),
}


def test_no_kind_of_record_is_overwritten_unseen(two, scene, cast):
    for address, (field, theirs, mine) in CONFLICTS.items():
        two.open(address, "coordinator", "coordinator")
        assert two.send("first", **{field: theirs}).status_code == 302, address
        response = two.send("second", **{field: mine})
        assert response.status_code == 200
        assert "Someone else saved this record" in words(response), address
        assert " ".join(f"{theirs} {mine}".split()) in words(response), address
        assert two.send("second").status_code == 302, address


def test_who_coordinates_is_not_overwritten_unseen(two, scene):
    two.open("/p/trace/partners/2/edit/", "coordinator", "coordinator")
    two.send("first", coordinates="on")
    response = two.send("second", town="Sofia")
    assert "Someone else saved this record" in words(response)
    two.send("second")
    assert scene.project.partners.get(coordinates=True) == scene.bulgaria
    assert Partner.objects.get(pk=scene.bulgaria.pk).town == "Sofia"


def test_a_choice_of_several_is_compared_by_what_it_names(two, scene):
    two.open(SME_EDIT, "coordinator", "coordinator")
    both = [scene.cluster.pk, scene.other_cluster.pk]
    two.send("first", members_of=both, town="Варна")
    response = two.send("second", members_of=[scene.other_cluster.pk], town="Варна")
    assert "Green cluster, ENEF cluster ENEF cluster" in words(response)
    two.send("second")
    today = timezone.localdate()
    assert dict(scene.sme.memberships.values_list("cluster", "until")) == {
        scene.cluster.pk: today,
        scene.other_cluster.pk: None,
    }


NO_VERSION = ["", "abc", "-1", "0", "999999999999999999999999", "9" * 5000, "\x00", "2"]


def test_a_version_that_was_never_shown_saves_nothing(manager, scene):
    page = manager.get(EDIT)
    for version in NO_VERSION:
        response = manager.post(EDIT, filled(page, outcome="Forced", version=version))
        assert response.status_code == 200, version
        assert filled(response)["outcome"] == ["Forced"]
    entered = filled(page, outcome="Forced")
    del entered["version"]
    assert manager.post(EDIT, entered).status_code == 200
    scene.record.refresh_from_db()
    assert (scene.record.outcome, scene.record.version) == ("", 1)


SEEN = ["", "abc", "[]", "7", "null", '{"outcome": 7}', "[" * 100_000, "9" * 5000, "\x00"]


def test_what_the_page_remembers_of_the_record_may_be_anything(manager, scene):
    page = manager.get(EDIT)
    ServiceRecord.objects.filter(pk=scene.record.pk).update(version=2, outcome="Theirs")
    for seen in SEEN:
        response = manager.post(EDIT, filled(page, outcome="Mine", seen=seen))
        assert response.status_code == 200, seen[:20]
        assert filled(response)["outcome"] == ["Mine"]
    scene.record.refresh_from_db()
    assert scene.record.outcome == "Theirs"


def test_a_record_deleted_meanwhile_is_not_there_to_be_saved(manager, scene):
    page = manager.get(EDIT)
    scene.record.delete()
    assert manager.post(EDIT, filled(page, outcome="Mine")).status_code == 404


def test_rights_that_ended_while_one_wrote_are_asked_for_again(manager, scene, cast):
    page = manager.get(EDIT)
    cast.manager.memberships.update(role="viewer", partner=None)
    assert manager.post(EDIT, filled(page, outcome="Mine")).status_code == 403
    scene.record.refresh_from_db()
    assert scene.record.outcome == ""


# --- No input makes it stumble ---------------------------------------------------------------------

FORMS = [
    ("project_create", []),
    ("project_edit", ["trace"]),
    ("partner_create", ["trace"]),
    ("partner_edit", ["trace", 2]),
    ("period_create", ["trace"]),
    ("period_edit", ["trace", 1]),
    ("sector_create", ["trace"]),
    ("category_create", ["trace"]),
    ("invitation_create", ["trace"]),
    ("member_edit", ["trace", "{member}"]),
    ("cluster_create", ["trace"]),
    ("cluster_edit", ["trace", "CL-01"]),
    ("manager_create", ["trace"]),
    ("manager_edit", ["trace", "MG-001"]),
    ("sme_create", ["trace"]),
    ("sme_edit", ["trace", "SME-0001"]),
    ("service_create", ["trace"]),
    ("service_edit", ["trace", "SV-001"]),
    ("servicerecord_create", ["trace"]),
    ("servicerecord_edit", ["trace", "SR-00001"]),
    ("servicerecord_proof", ["trace", "SR-00001"]),
]
JUNK = [
    "\x00",
    "x" * 100_000,
    "-1",
    "9" * 30,
    "1e400",
    "NaN",
    "'\"><script>alert(1)</script>",
    "{{ 7 }}{% now %}",
    "😀\u202eЋ\ud7ff",
    "a\r\nb: c",
    "0000-00-00",
    "9999-12-31",
    "../../../etc/passwd",
    "[]",
]


@pytest.fixture
def coordinator(as_, cast):
    cast.coordinator.user_permissions.add(Permission.objects.get(codename="add_project"))
    return as_("coordinator")


@pytest.mark.parametrize(("name", "arguments"), FORMS, ids=[name for name, _args in FORMS])
def test_junk_in_every_field_of_a_form_is_answered_with_the_form(
    coordinator, cast, name, arguments
):
    member = cast.viewer.memberships.get().pk
    address = reverse(name, args=[member if a == "{member}" else a for a in arguments])
    page = coordinator.get(address)
    fields = [field for field in page.context["form"].fields if field not in ("version", "seen")]
    mixed = [
        {field: JUNK[(turn + place) % len(JUNK)] for place, field in enumerate(fields)}
        for turn in (2, 9)
    ]
    for junk in (dict.fromkeys(fields, "\x00"), dict.fromkeys(fields, "x" * 100_000), *mixed):
        response = coordinator.post(address, filled(page, **junk))
        assert response.status_code == 200
        assert response.context["form"].errors
        assert b"<script>alert" not in response.content


SPOILED = [
    ("/p/trace/settings/", {}),
    ("/p/trace/partners/2/edit/", {}),
    ("/p/trace/periods/1/edit/", {}),
    (SME_EDIT, {}),
    (LOG, {"sme": "SME-0001"}),
]
ONE = ["9999-12-31", "x" * 5000, "0001-01-01", "-1", "\x00"]


def test_one_field_of_junk_in_a_form_that_is_right_is_mended_or_kept(coordinator, scene):
    """Goes further than a form that is wrong all over."""
    turn = count()
    for address, entered in SPOILED:
        page = coordinator.get(address)
        right = {**entered, **({"service": scene.service.pk} if address == LOG else {})}
        for field in page.context["form"].fields:
            junk = ONE[next(turn) % len(ONE)]
            if field == "slug":  # may well become the project's new address
                continue
            response = coordinator.post(address, filled(page, **{**right, field: junk}))
            assert response.status_code in (200, 302), (address, field)
            if response.status_code == 302:
                page = coordinator.get(address)
    for name in ("overview", "period_list", "servicerecord_list", "manager_list", "report_list"):
        assert coordinator.get(reverse(name, args=["trace"])).status_code == 200


def test_files_where_texts_belong_and_texts_where_files_belong(manager, scene):
    entered = filled(manager.get(LOG), service=scene.service.pk, sme="SME-0001")
    file = SimpleUploadedFile("x.txt", b"x")
    for field in ("service", "sme", "date", "state", "outcome", "effort"):
        assert manager.post(LOG, {**entered, field: file}).status_code in (200, 302)
    assert manager.post(LOG, {**entered, "evidence_file": "no file"}).status_code == 302


REQUESTS = [
    ("application/json", b"{}", 200),
    ("multipart/form-data", b"no boundary", 400),
    ("multipart/form-data; boundary=x", b"--x\r\nbroken", 200),
    ("application/x-www-form-urlencoded", b"effort=%ff%fe&sme=%", 200),
    ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 1500), 400),
    ("application/x-www-form-urlencoded", b"outcome=" + b"x" * 3_000_000, 200),
    ("application/x-www-form-urlencoded", b"outcome=" + b"x" * 13_000_000, 400),
]


def test_requests_that_no_form_makes_are_answered(manager):
    for content_type, body, status in REQUESTS:
        response = manager.post(LOG, body, content_type=content_type)
        assert response.status_code == status, body[:20]
    assert ServiceRecord.objects.count() == 2


NOWHERE = [
    "deliveries/%00/",
    "deliveries/SR-00001%00/edit/",
    "smes/'/",
    "smes/%F0%9F%98%80/delete/",
    "clusters/..%2f/",
    "services/" + "9" * 3000 + "/",
    "evidence/%00/",
    "periods/99999999999999999999/edit/",
    "members/99999999999999999999/edit/",
]


def test_addresses_that_name_nothing_are_not_found(manager):
    for address in NOWHERE:
        assert manager.get(f"/p/trace/{address}").status_code == 404, address[:30]


def test_the_pages_after_the_junk_still_open(coordinator, scene):
    Project.objects.filter(pk=scene.project.pk).update(name="😀" * 100)
    make.sme(scene.cluster, name="'\"><script>alert(1)</script>")
    for name in ("overview", "sme_list", "partner_list", "period_list", "member_list"):
        response = coordinator.get(reverse(name, args=["trace"]))
        assert response.status_code == 200
        assert b"<script>alert" not in response.content
