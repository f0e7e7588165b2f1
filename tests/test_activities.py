"""Activities: logged by the partner's people, quickly, with files that no mistake loses."""

import datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from events.models import Activity
from projects.models import Evidence
from tests import make
from tests.browsing import beside, filled, words

NEW = "/p/trace/activities/new/"
LIST = "/p/trace/activities/"
ONE = "/p/trace/activities/AC-00001/"
START = datetime.date(2016, 11, 16)


@pytest.fixture
def staff(as_):
    return as_("staff")


def photo(name="photo.png", content=None):
    return SimpleUploadedFile(name, content or make.picture(), content_type="image/png")


def log(browser, scene, **entered):
    entered = {"task": scene.task.pk, "title": "Visit", "first_day": "2017-03-01", **entered}
    return browser.post(NEW, filled(browser.get(NEW), **entered), follow=True)


# --- Logging ---------------------------------------------------------------------------------------


def test_staff_logs_what_was_done_with_whom_and_a_photo(staff, scene, cast):
    page = log(
        staff,
        scene,
        title="Interviews in Пловдив",
        done="Five talks.",
        result="A list of needs.",
        managers=scene.manager.pk,
        smes=scene.sme.code,
        bodies="University of Plovdiv\n\nChamber of Commerce",
        photo=photo(),
        files=[
            photo("a.png", make.picture(size=(3, 3))),
            photo("b.png", make.picture(size=(4, 4))),
        ],
    )
    assert "Saved: AC-00001 Interviews in Пловдив" in words(page)
    activity = Activity.objects.get()
    assert (activity.partner, activity.created_by) == (scene.bulgaria, cast.staff)
    assert activity.first_day == activity.last_day == datetime.date(2017, 3, 1)
    assert list(activity.managers.all()) == [scene.manager]
    assert list(activity.smes.all()) == [scene.sme]
    assert activity.outside == ["University of Plovdiv", "Chamber of Commerce"]
    assert {one.name for one in activity.evidence.all()} == {"photo.png", "a.png", "b.png"}
    assert {one.partner for one in activity.evidence.all()} == {scene.bulgaria}
    said = words(page)
    assert "1 Mar 2017" in said
    assert "Petar Petrov" in said
    assert "Chamber of Commerce" in said


def test_the_coordinator_chooses_whose_activity_it_was(as_, scene):
    page = log(as_("coordinator"), scene, partner=scene.serbia.pk)
    assert "Saved" in words(page)
    assert Activity.objects.get().partner == scene.serbia


def test_staff_logs_for_the_own_partner_whatever_is_sent(staff, scene):
    log(staff, scene, partner=scene.serbia.pk)
    assert Activity.objects.get().partner == scene.bulgaria


def test_a_task_is_preset_by_the_address(staff, scene):
    assert filled(staff.get(f"{NEW}?task=T1.1"))["task"] == [str(scene.task.pk)]
    for nonsense in ("T9.9", "\x00", "9" * 5000):
        assert filled(staff.get(NEW, {"task": nonsense}))["task"] == [""]


def test_the_last_one_is_copied_for_today_and_any_one_for_its_days(staff, scene, cast):
    made = make.activity(
        scene.bulgaria, scene.task, days=3, done="Talks", hours="4.5", created_by=cast.staff
    )
    made.smes.add(scene.sme)
    made.managers.add(scene.manager)
    last = filled(staff.get(f"{NEW}?like=last"))
    assert last["title"] == ["Interviews with members"]
    assert last["smes"] == [scene.sme.code]
    assert last["managers"] == [str(scene.manager.pk)]
    assert last["first_day"] == ["2018-11-15"]  # the project's last day
    copied = filled(staff.get(f"{NEW}?like=AC-00001"))
    assert copied["first_day"] == [str(made.first_day)]
    assert copied["last_day"] == [str(made.last_day)]
    assert filled(staff.get(f"{NEW}?like=AC-77777"))["title"] == [""]


def test_hours_are_asked_for_only_where_the_project_keeps_them(staff, scene):
    assert "hours" not in filled(staff.get(NEW))
    log(staff, scene, hours="4")
    assert Activity.objects.get().hours is None
    scene.project.keeps_hours = True
    scene.project.save()
    log(staff, scene, hours="2,5", title="With hours")
    assert Activity.objects.get(title="With hours").hours == 2.5
    for nonsense in ("-1", "many", "1" * 50, "NaN"):
        assert beside(log(staff, scene, hours=nonsense), "hours")
    assert Activity.objects.count() == 2


def test_the_coordinator_says_whether_hours_are_kept(as_, scene):
    browser = as_("coordinator")
    address = "/p/trace/settings/"
    browser.post(address, filled(browser.get(address), keeps_hours="on"))
    scene.project.refresh_from_db()
    assert scene.project.keeps_hours


# --- Bad input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entered", "field", "said"),
    [
        ({"last_day": "2017-02-28"}, "last_day", "The last day is not to come before the first."),
        ({"last_day": "2018-04-04"}, "last_day", "lasts 92 days at most"),
        ({"first_day": "2030-01-01"}, "first_day", "This day has not come yet."),
        ({"last_day": "2030-01-01"}, "last_day", "This day has not come yet."),
        ({"first_day": "31.02.2017"}, "first_day", "Enter a valid date."),
        ({"first_day": ""}, "first_day", "required"),
        ({"title": ""}, "title", "required"),
        ({"title": "x" * 201}, "title", "at most 200 characters"),
        ({"done": "x" * 5_000_000}, "done", "5000000 characters are too many: write 10000"),
        ({"title": "a\x00b"}, "title", "Null characters are not allowed"),
        ({"task": ""}, "task", "required"),
        ({"task": "9" * 40}, "task", "Select a valid choice"),
        ({"managers": "abc"}, "managers", "Select a valid choice"),
    ],
)
@time_machine.travel("2019-05-01")
def test_bad_input_is_a_sentence_and_nothing_typed_is_lost(staff, scene, entered, field, said):
    page = log(staff, scene, result="Typed with care", **entered)
    assert said in beside(page, field)
    assert filled(page)["result"] == ["Typed with care"]
    assert not Activity.objects.exists()


def test_records_of_another_project_are_no_choice(staff, scene):
    other = make.project("OTHER")
    partner = make.partner(other)
    cluster = make.cluster(partner)
    theirs = {
        "task": make.task(other).pk,
        "managers": make.manager(cluster, "Foreign").pk,
        "competences": make.competence(other, "Foreign").pk,
    }
    make.competence(scene.project)
    for field, value in theirs.items():
        page = log(staff, scene, **{field: value})
        assert "Select a valid choice" in beside(page, field)
    firm = make.sme(cluster, name="Foreign firm")
    page = log(staff, scene, smes_lines="Foreign firm")
    assert "No firm of this project is called “Foreign firm”." in beside(page, "smes")
    # The code names this project's own firm of that number, never the other's.
    log(staff, scene, smes=firm.code)
    assert list(Activity.objects.get().smes.all()) == [scene.sme]


def test_outside_the_project_it_is_saved_with_a_warning(staff, scene):
    page = log(staff, scene, first_day="2015-01-01")
    assert "1 Jan 2015 does not lie inside the project" in words(page)
    assert Activity.objects.get().warning


def test_firms_are_pasted_as_codes_and_names_and_what_is_not_understood_stays(staff, scene):
    make.sme(scene.cluster, name="Alpha One")
    make.sme(scene.cluster, name="Alpha Two")
    page = log(staff, scene, smes=scene.sme.code, smes_lines="Đurđevak\nalpha\nNobody at all")
    said = beside(page, "smes")
    assert "Several firms fit “alpha”" in said
    assert "No firm of this project is called “Nobody at all”." in said
    shown = filled(page)
    assert shown["smes"] == [scene.sme.code]
    assert shown["smes_lines"] == ["Đurđevak\nalpha\nNobody at all"]
    log(staff, scene, smes=scene.sme.code, smes_lines="Đurđevak\n\nalpha one")
    assert Activity.objects.get().smes.count() == 3


def test_firms_are_offered_beside_those_ticked_while_one_types(staff, scene):
    page = staff.get(
        "/p/trace/smes/",
        {"sme": "Đurđevak", "ticked_as": "smes", "smes": [scene.sme.code, "\x00"]},
        headers={"HX-Request": "true", "HX-Target": "firm-choices"},
    )
    content = page.content.decode()
    assert f'value="{scene.sme.code}" checked' in content
    assert f'value="{scene.other_sme.code}">' in content
    assert "<html" not in content


def test_script_in_texts_is_shown_and_not_run(staff, scene):
    evil = "<script>alert(1)</script>"
    log(staff, scene, title=evil, done=evil, result=evil, bodies=evil)
    for address in (ONE, LIST, f"{LIST}timeline/", f"{LIST}timeline/?by=task"):
        content = staff.get(address).content.decode()
        assert evil not in content
        assert "&lt;script&gt;alert(1)" in content, address


def test_a_photo_that_is_none_is_refused_and_the_other_file_is_kept(staff, scene):
    page = log(staff, scene, photo=photo("evil.png", b"MZ\x90\x00" + bytes(80)), files=[photo()])
    assert "evil.png is not a kind of file that proves a record" in beside(page, "photo")
    assert "Kept from before: photo.png" in words(page)
    staff.post(NEW, filled(page))
    assert [one.name for one in Activity.objects.get().evidence.all()] == ["photo.png"]


def test_a_file_survives_an_invalid_form_and_may_be_dropped_again(staff, scene):
    page = log(staff, scene, title="", files=[photo()])
    assert Evidence.objects.count() == 1
    shown = filled(page, title="Now")
    shown.pop("kept")
    staff.post(NEW, shown)
    assert not Activity.objects.get().evidence.exists()
    assert not Evidence.objects.exists()


def test_evidence_of_others_is_not_kept_by_its_code(staff, scene):
    theirs = make.evidence(scene.serbia)
    page = log(staff, scene, kept=theirs.code)
    assert not Activity.objects.exists()
    assert theirs.name not in words(page)


def test_the_database_refuses_what_no_form_lets_through(scene):
    for wrong in (
        {"last_day": START, "first_day": START + datetime.timedelta(days=1)},
        {"first_day": START, "last_day": START, "hours": -1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Activity.objects.create(
                project=scene.project, partner=scene.italy, task=scene.task, title="X", **wrong
            )


# --- Changing and deleting ---------------------------------------------------------------------------


def test_two_edits_at_once_are_laid_side_by_side(client, cast, scene):
    make.activity(scene.bulgaria, scene.task)
    address = f"{ONE}edit/"
    client.force_login(cast.staff)
    mine = filled(client.get(address), title="Mine", done="Only I wrote this")
    client.force_login(cast.manager)
    client.post(address, filled(client.get(address), title="Theirs", result="Only they wrote this"))
    client.force_login(cast.staff)
    page = client.post(address, mine)
    assert "Someone else saved this record" in words(page)
    assert Activity.objects.get().title == "Theirs"
    client.post(address, filled(page))
    activity = Activity.objects.get()
    assert activity.title == "Mine"
    assert (activity.done, activity.result) == ("Only I wrote this", "Only they wrote this")


def test_the_history_says_who_changed_what(staff, scene, cast):
    log(staff, scene)
    staff.post(f"{ONE}edit/", filled(staff.get(f"{ONE}edit/"), title="Visit to a plant"))
    said = words(staff.get(ONE))
    assert "title: Visit → Visit to a plant" in said.lower().replace("visit", "Visit")
    assert str(cast.staff) in said


def test_an_activity_longer_than_a_day_keeps_its_last_day_when_edited(staff, scene):
    made = make.activity(scene.bulgaria, scene.task, days=4)
    shown = filled(staff.get(f"{ONE}edit/"))
    assert shown["last_day"] == [str(made.last_day)]
    staff.post(f"{ONE}edit/", {**shown, "last_day": ""})
    made.refresh_from_db()
    assert made.lasts == 1


def test_a_deleted_activity_leaves_its_evidence(staff, scene):
    made = make.activity(scene.bulgaria, scene.task)
    made.evidence.add(make.evidence(scene.bulgaria))
    page = staff.post(f"{ONE}delete/", follow=True)
    assert "Deleted: AC-00001" in words(page)
    assert Evidence.objects.count() == 1


def test_a_form_sent_twice_makes_one_activity(staff, scene):
    entered = filled(staff.get(NEW), task=scene.task.pk, title="Visit", first_day="2017-03-01")
    staff.post(NEW, entered)
    assert "it is there once" in words(staff.post(NEW, entered, follow=True))
    assert Activity.objects.count() == 1


def test_files_are_added_to_an_activity_that_is_there(staff, scene):
    made = make.activity(scene.bulgaria, scene.task)
    staff.post(f"{ONE}proof/", {"files": [photo()], "audience": "partner"})
    assert made.evidence.get().name == "photo.png"


# --- The list and the timeline ------------------------------------------------------------------------


@pytest.fixture
def some(scene, cast):
    wp = make.work_package(scene.project, 2, "Strategies")
    other = wp.tasks.create(
        project=scene.project, number=1, code="T2.1", title="Regions", last_month=20
    )
    made = {
        "talks": make.activity(
            scene.bulgaria, scene.task, "Talks in Пловдив", created_by=cast.staff
        ),
        "visit": make.activity(
            scene.serbia, scene.task, "Plant visit", datetime.date(2017, 5, 30), days=4
        ),
        "draft": make.activity(
            scene.italy, other, "First draft", datetime.date(2017, 6, 20), result="Twelve pages"
        ),
    }
    made["draft"].evidence.add(make.evidence(scene.italy))
    return {**made, "other": other, "wp": wp}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"talks", "visit", "draft"}),
        ("q=plovdiv", {"talks"}),
        ("q=twelve", {"draft"}),
        ("since=2017-06-01", {"visit", "draft"}),
        ("until=2017-05-31", {"talks", "visit"}),
        ("since=2017-06-01&until=2017-06-01", {"visit"}),
        ("proof=yes", {"draft"}),
        ("proof=no", {"talks", "visit"}),
        ("mine=yes", {"talks"}),
        ("package={wp}", {"draft"}),
        ("task={other}", {"draft"}),
        ("partner={serbia}", {"visit"}),
        ("since=yesterday", {"talks", "visit", "draft"}),
        ("q=%00", {"talks", "visit", "draft"}),
    ],
)
def test_list_and_timeline_are_narrowed_alike(staff, scene, some, query, found):
    query = query.format(wp=some["wp"].pk, other=some["other"].pk, serbia=scene.serbia.pk)
    titles = {name: some[name].title for name in ("talks", "visit", "draft")}
    for address in (LIST, f"{LIST}timeline/", f"{LIST}timeline/?by=task"):
        said = words(staff.get(f"{address}{'&' if '?' in address else '?'}{query}"))
        assert {name for name, title in titles.items() if title in said} == found, address


def test_the_export_has_the_texts_and_the_names(staff, scene, some):
    some["talks"].smes.add(scene.sme)
    some["talks"].managers.add(scene.manager)
    text = staff.get(f"{LIST}?export=csv").content.decode("utf-8-sig")
    assert "Twelve pages" in text
    assert "Слънце ЕООД" in text
    assert "Petar Petrov" in text
    assert "T2.1 Regions" in text
    # Evidence that only Italy and the coordinator read is a number to others.
    assert "EV-00001" not in text
    assert staff.get(f"{LIST}?export=xlsx").status_code == 200


def test_the_timeline_goes_from_the_latest_day_back_and_page_by_page(staff, scene, some):
    for i in range(40):
        make.activity(
            scene.bulgaria, scene.task, f"Step {i:02}", START + datetime.timedelta(days=i)
        )
    first = words(staff.get(f"{LIST}timeline/"))
    assert first.index("First draft") < first.index("Plant visit") < first.index("Step 39")
    assert "Step 00" not in first
    assert "Page 1 of 2" in first
    for page in ("2", "99", "x", "9" * 400):
        assert staff.get(f"{LIST}timeline/?page={page}").status_code == 200
    assert "Step 00" in words(staff.get(f"{LIST}timeline/?page=2"))


def test_by_task_the_latest_three_are_shown_and_the_others_counted(staff, scene, some):
    for i in range(5):
        make.activity(scene.bulgaria, scene.task, f"Step {i}", START + datetime.timedelta(days=i))
    said = words(staff.get(f"{LIST}timeline/?by=task"))
    assert "7 activities" in said
    assert "and 4 more" in said
    assert "Step 1" not in said
    assert said.index("T1.1") < said.index("T2.1")


def test_a_photo_is_shown_in_the_timeline_to_its_readers_alone(as_, scene, some):
    picture = make.evidence(scene.serbia, "plant.png", make.picture(), content_type="image/png")
    some["visit"].evidence.add(picture)
    address = f"/p/trace/evidence/{picture.code}/preview/"
    assert address not in as_("staff").get(f"{LIST}timeline/").content.decode()
    assert "1 proof" in words(as_("staff").get(f"{LIST}timeline/"))
    assert address in as_("coordinator").get(f"{LIST}timeline/").content.decode()


def test_an_empty_timeline_says_what_there_is_to_do(as_, scene):
    assert "Nobody has logged an activity yet." in words(as_("viewer").get(f"{LIST}timeline/"))
    assert "Nothing fits." in words(as_("viewer").get(f"{LIST}timeline/?q=x"))


@pytest.mark.postgres  # SQLite has no such index and looks at each row
def test_a_part_of_a_text_is_found_through_the_trigrams(scene):
    from django.db import connection

    make.activity(scene.bulgaria, scene.task, "Zwetschge")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "activity_folded_trigrams" in Activity.objects.matching("zwetsch").explain()


def test_the_log_menu_offers_what_one_may_log(as_):
    def offered(person):
        page = as_(person).get("/p/trace/").content.decode()
        return {
            name: f'href="/p/trace/{path}/new/"' in page.split("</header>")[0]
            for name, path in paths.items()
        }

    paths = {"service": "deliveries", "activity": "activities", "event": "events"}
    assert offered("manager") == offered("coordinator") == dict.fromkeys(paths, True)
    assert offered("staff") == {"service": False, "activity": True, "event": True}
    assert offered("viewer") == dict.fromkeys(paths, False)


def test_a_task_shows_what_was_done_last_and_leads_to_the_form(as_, scene):
    for i in range(7):
        make.activity(scene.bulgaria, scene.task, f"Step {i}", START + datetime.timedelta(days=i))
    make.activity(scene.bulgaria, make.task(scene.project, "T1.2"), "Of another task")
    page = as_("staff").get("/p/trace/work-plan/tasks/T1.1/")
    said = words(page)
    assert "Step 6" in said
    assert "Step 1" not in said
    assert "Of another task" not in said
    assert 'href="/p/trace/activities/new/?task=T1.1"' in page.content.decode()
    seen = as_("viewer").get("/p/trace/work-plan/tasks/T1.1/")
    assert "Step 6" in words(seen)
    assert "activities/new/" not in seen.content.decode()


def test_a_clusters_page_shows_what_its_partner_did_last(as_, scene):
    make.activity(scene.bulgaria, scene.task, "Ours")
    make.activity(scene.serbia, scene.task, "Theirs")
    said = words(as_("viewer").get("/p/trace/clusters/CL-01/"))
    assert "Ours" in said
    assert "Theirs" not in said
