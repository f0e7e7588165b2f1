"""Comments on records of every kind, and what people are told of records of theirs."""

import pytest
from django.db import IntegrityError

from clusters.actions import verification
from projects.actions.comment import resolve
from projects.models import Comment, Evidence, Happening, Notice, spoken_of
from tests import make
from tests.browsing import beside, filled, words

PAGE = "/p/trace/deliveries/SR-00001/"
NEW = "/p/trace/comments/on/servicerecord/SR-00001/"


def aside(response):
    page = response.content.decode()
    return page[page.index('<aside class="comments"') :] if "comments-head" in page else ""


def say(browser, text, address=NEW, **changes):
    return browser.post(address, filled(browser.get(address), text=text, **changes))


def told(user):
    return [(notice.what, notice.record.code) for notice in Notice.objects.filter(user=user)]


# --- Writing ---------------------------------------------------------------------------------------


def test_who_sees_a_record_comments_on_it_and_a_viewer_reads(as_, scene, cast):
    assert say(as_("staff"), "Is the date right?").url.startswith(f"{PAGE}#comment-")
    comment = Comment.objects.get()
    assert (comment.created_by, comment.record, comment.is_open) == (cast.staff, scene.record, True)
    page = aside(as_("viewer").get(PAGE))
    assert "Is the date right?" in page
    assert "Write a comment" not in page
    assert as_("viewer").post(NEW, {"text": "I, too"}).status_code == 403
    assert as_("stranger").post(NEW, {"text": "I, too"}).status_code == 404
    assert Comment.objects.count() == 1


def test_script_is_text(as_, scene, cast):
    say(as_("staff"), "<script>alert(1)</script>\n<b>bold</b>")
    page = aside(as_("manager").get(PAGE))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>" not in page
    assert "&lt;b&gt;bold" in as_("manager").get("/p/trace/comments/").content.decode()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "This field is required."),
        ("   \n ", "This field is required."),
        ("x" * 4001, "at most 4000 characters"),
        ("x" * 5_000_000, "at most 4000 characters"),
        ("nul \x00", "Null characters are not allowed."),
    ],
)
def test_what_can_not_be_a_comment_gets_a_sentence_and_comes_back(text, sentence, as_, scene):
    page = say(as_("staff"), text)
    assert page.status_code == 200
    assert sentence in beside(page, "text")
    if len(text.strip()) in range(1, 5000):
        assert text[:50].replace("\x00", "") in page.content.decode().replace("\x00", "")
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "servicerecord/SR-99999",
        "servicerecord/x'--",
        "user/1",
        "nothing/SR-00001",
        "contact/CT-0001",
    ],
)
def test_what_one_does_not_see_is_not_commented_on(address, as_, scene):
    make.contact(scene.other_sme, scene.serbia)
    assert as_("staff").post(f"/p/trace/comments/on/{address}/", {"text": "x"}).status_code == 404
    assert as_("staff").get(f"/p/trace/comments/on/{address}/").status_code == 404


def test_sent_twice_it_is_there_once(as_, scene):
    browser = as_("staff")
    typed = filled(browser.get(NEW), text="Once")
    browser.post(NEW, typed)
    browser.post(NEW, typed)
    assert Comment.objects.count() == 1
    assert Notice.objects.filter(what="commented").count() <= 1


def test_its_author_alone_edits_and_withdraws_it(as_, scene, cast):
    comment = make.comment(scene.record, cast.staff, "Frist words")
    for verb in ("edit", "withdraw"):
        address = f"/p/trace/comments/{comment.pk}/{verb}/"
        for name, status in (("manager", 403), ("coordinator", 403), ("stranger", 404)):
            assert as_(name).post(address, {"text": "Mine now"}).status_code == status
    browser = as_("staff")
    edit = f"/p/trace/comments/{comment.pk}/edit/"
    browser.post(edit, filled(browser.get(edit), text="First words"))
    assert "First words" in aside(browser.get(PAGE))
    assert "edited" in aside(browser.get(PAGE))
    browser.post(f"/p/trace/comments/{comment.pk}/withdraw/")
    assert not Comment.objects.exists()


def test_two_who_edit_at_once_lose_nothing(as_, scene, cast):
    comment = make.comment(scene.record, cast.staff, "First")
    browser, edit = as_("staff"), f"/p/trace/comments/{comment.pk}/edit/"
    here, there = filled(browser.get(edit), text="Here"), filled(browser.get(edit), text="There")
    browser.post(edit, there)
    assert "Someone else saved this record" in words(browser.post(edit, here))
    assert Comment.objects.get().text == "There"


# --- Open and resolved -----------------------------------------------------------------------------


def test_who_may_change_the_record_resolves_and_opens_again(as_, scene, cast):
    comment = make.comment(scene.record, cast.coordinator)
    address = f"/p/trace/comments/{comment.pk}/"
    assert as_("staff").post(f"{address}resolve/").status_code == 403
    assert as_("viewer").post(f"{address}resolve/").status_code == 403
    for _twice in range(2):
        as_("manager").post(f"{address}resolve/")
    comment.refresh_from_db()
    assert comment.resolved_by == cast.manager
    assert "Resolved by Elena Petrova" in aside(as_("viewer").get(PAGE))
    assert "No comment is open" in words(as_("viewer").get("/p/trace/comments/"))
    assert [what for what, _code in told(cast.coordinator)] == ["resolved"]
    as_("coordinator").post(f"{address}reopen/")
    comment.refresh_from_db()
    assert comment.is_open
    assert comment.resolved_by is None
    assert as_("manager").get(f"{address}resolve/").status_code == 405


def test_a_resolved_comment_says_by_whom(scene, cast):
    comment = make.comment(scene.record, cast.coordinator)
    resolve(user=cast.manager, comment=comment)
    with pytest.raises(IntegrityError):
        Comment.objects.update(resolved_by=None)


# --- On each kind of record ------------------------------------------------------------------------


def test_the_names_of_the_kinds_are_all_different():
    assert len({model._meta.label for model in spoken_of().values()}) == len(spoken_of())
    assert {"activity", "event", "deliverable", "risk", "sme", "strategy"} <= set(spoken_of())


def test_each_records_own_page_shows_what_was_said(as_, scene, cast):
    package = scene.project.work_packages.get()
    strategy = make.strategy(scene.cluster)
    aim = make.objective(strategy)
    outside = make.outside_cluster(scene.bulgaria)
    together = make.collaboration(scene.bulgaria, outside)
    records = [
        scene.sme,
        scene.cluster,
        scene.manager,
        scene.service,
        scene.task,
        package,
        make.deliverable(scene.project),
        make.milestone(scene.project),
        make.risk(scene.project),
        make.event(scene.bulgaria),
        make.activity(scene.bulgaria, scene.task),
        make.dissemination(scene.bulgaria),
        make.label(scene.cluster),
        strategy,
        strategy.stages.first(),
        aim,
        make.action(aim),
        outside,
        together,
        make.agreement(together),
        make.meeting(together),
        make.acquaintance(scene.bulgaria),
        make.contact(scene.sme, scene.bulgaria),
        make.evidence(scene.bulgaria),
    ]
    browser = as_("manager")
    for record in records:
        kind, code = record._meta.model_name, record.code
        response = say(browser, f"About {code}", f"/p/trace/comments/on/{kind}/{code}/")
        assert response.status_code == 302, record
        assert f"About {code}" in aside(browser.get(record.get_absolute_url())), record
    listed = words(browser.get("/p/trace/comments/"))
    assert all(f"About {record.code}" in listed for record in records)


def test_other_pages_of_a_record_do_not_repeat_it(as_, scene, cast):
    make.comment(scene.record, cast.staff)
    assert not aside(as_("manager").get(f"{PAGE}edit/"))
    assert not aside(as_("manager").get("/p/trace/clusters/CL-01/services/"))


def test_comments_on_what_one_partner_keeps_are_read_there_alone(as_, scene, cast):
    contact = make.contact(scene.other_sme, scene.serbia)
    make.comment(contact, cast.coordinator, "Calls back on Monday")
    seen = {
        name: "Calls back" in as_(name).get("/p/trace/comments/").content.decode()
        for name in ("viewer", "staff", "manager", "coordinator")
    }
    assert seen == {"viewer": False, "staff": False, "manager": False, "coordinator": True}


def test_what_was_said_goes_with_its_record(scene, cast):
    event = make.event(scene.bulgaria)
    make.comment(event, cast.staff)
    make.notice(cast.manager, event, cast.staff)
    make.comment(scene.record, cast.staff)
    event.delete()
    assert [comment.record for comment in Comment.objects.all()] == [scene.record]
    assert not Notice.objects.exists()


# --- Told in the portal ----------------------------------------------------------------------------


@pytest.fixture
def record(scene, cast):
    """A delivery that the manager logged."""
    type(scene.record).objects.filter(pk=scene.record.pk).update(created_by=cast.manager)
    scene.record.refresh_from_db()
    return scene.record


def test_who_entered_a_record_is_told_and_never_of_their_own_doing(as_, record, cast):
    say(as_("manager"), "My own words")
    assert Notice.objects.count() == 0
    say(as_("coordinator"), "Is the date right?")
    assert told(cast.manager) == [("commented", "SR-00001")]
    say(as_("manager"), "Yes.")
    assert told(cast.coordinator) == [("commented", "SR-00001")]  # who spoke before
    assert told(cast.staff) == []


def test_the_bell_counts_and_a_notice_leads_to_its_record(as_, record, cast):
    say(as_("coordinator"), "Is the date right?")
    browser = as_("manager")
    assert "1 new notice" in browser.get("/p/trace/").content.decode()
    page = browser.get("/notices/")
    assert "Giulia Rossi commented on SR-00001 Energy audit" in words(page)
    notice = Notice.objects.get(user=cast.manager)
    assert as_("staff").get(f"/notices/{notice.pk}/").status_code == 404
    assert as_("manager").get(f"/notices/{notice.pk}/").url == PAGE
    assert "new notice" not in as_("manager").get("/p/trace/").content.decode()
    notice.refresh_from_db()
    assert notice.read_at


def test_all_are_read_by_one_press_and_nobody_elses(as_, record, cast):
    for person in (cast.manager, cast.staff):
        make.notice(person, record, cast.coordinator)
    as_("manager").post("/notices/read/")
    assert list(Notice.objects.unread().values_list("user", flat=True)) == [cast.staff.pk]


def test_nobody_is_told_of_what_they_may_not_see(scene, cast):
    contact = make.contact(scene.other_sme, scene.serbia)
    type(contact).objects.update(created_by=cast.manager)  # who worked for that partner once
    contact.refresh_from_db()
    from projects.actions.notice import tell

    tell(record=contact, what=Happening.COMMENTED, actor=cast.coordinator)
    assert not Notice.objects.exists()
    make.notice(cast.manager, contact, cast.coordinator)  # told when they still saw it
    assert not Notice.objects.visible_to(cast.manager).exists()


def test_without_an_author_the_partners_people_are_told(as_, scene, cast):
    item = make.deliverable(scene.project, lead=scene.bulgaria)
    say(as_("coordinator"), "When?", f"/p/trace/comments/on/deliverable/{item.code}/")
    assert told(cast.staff) == told(cast.manager) == [("commented", "D1.1")]


def test_verified_taken_back_and_sent_back(as_, record, cast):
    verification.verify(user=cast.staff, record=record, version=record.version)
    verification.take_back(user=cast.coordinator, record=record)
    verification.send_back(
        user=cast.staff, record=record, version=record.version, reason="The date is wrong."
    )
    assert told(cast.manager) == [
        ("returned", "SR-00001"),
        ("unverified", "SR-00001"),
        ("verified", "SR-00001"),
    ]


def test_a_deliverable_that_moves_on_tells_its_lead(as_, scene, cast):
    from workpackages import actions

    item = make.deliverable(scene.project, lead=scene.bulgaria, files=1, state="draft")
    lead = scene.project.start
    actions.submit_deliverable(user=cast.coordinator, deliverable=item, day=lead)
    actions.reject_deliverable(user=cast.coordinator, deliverable=item, reason="Not complete")
    assert {what for what, _code in told(cast.staff)} == {"submitted", "returned"}
    assert told(cast.coordinator) == []


# --- Sent back for correction ----------------------------------------------------------------------

BACK = f"{PAGE}send-back/"


def test_a_delivery_is_sent_back_with_a_reason_and_a_change_settles_it(as_, record, cast):
    browser = as_("staff")
    page = browser.post(BACK, filled(browser.get(BACK), reason="no"), follow=True)
    assert "Say in a few words what is to be mended." in words(page)
    browser.post(BACK, filled(browser.get(BACK), reason="The date is a Sunday."))
    assert "Todor Todorov sent it back" in words(as_("manager").get(PAGE))
    assert "Delivery to be mended" in words(as_("manager").get("/p/trace/due/"))
    manager = as_("manager")
    manager.post(f"{PAGE}edit/", filled(manager.get(f"{PAGE}edit/"), outcome="Mended"))
    record.refresh_from_db()
    assert record.returned_at is None
    assert "Delivery to be mended" not in words(manager.get("/p/trace/due/"))


def test_verifying_settles_it_too(record, cast):
    verification.send_back(
        user=cast.staff, record=record, version=record.version, reason="The date is wrong."
    )
    verification.verify(user=cast.coordinator, record=record, version=record.version)
    record.refresh_from_db()
    assert record.returned_because == ""


def test_nobody_sends_back_what_they_logged_or_what_changed_meanwhile(as_, record, cast):
    manager = as_("manager")
    page = manager.post(BACK, filled(manager.get(BACK), reason="My own record"))
    assert "You logged it" in words(page)
    staff = as_("staff")
    typed = filled(staff.get(BACK), reason="The date is wrong.")
    type(record).objects.update(version=7)
    assert "was changed a moment ago" in words(staff.post(BACK, typed))
    typed["version"] = "99999999999999999999"
    assert staff.post(BACK, typed).status_code == 200
    record.refresh_from_db()
    assert record.returned_at is None


def test_evidence_of_a_kind_is_reached_by_its_own_rule(scene, cast):
    hidden = make.evidence(scene.serbia)
    make.comment(hidden, cast.coordinator)
    assert Evidence.objects.visible_to(cast.manager).filter(pk=hidden.pk).exists() is False
    assert Comment.objects.visible_to(cast.manager).count() == 0
    assert Comment.objects.visible_to(cast.coordinator).count() == 1
