"""Versions: frozen, compared, adopted with minutes, and an adoption taken back for a reason."""

import datetime
import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from clusters import snapshot
from clusters.actions import strategy as actions
from clusters.models import Strategy, StrategyVersion
from projects.models import Evidence
from tests import make
from tests.browsing import beside, filled, words


@pytest.fixture
def strategy(scene):
    strategy = make.strategy(scene.cluster, vision="A quarter less.")
    make.chain_link(strategy, smes=[scene.sme], told="They pack fruit")
    make.trend(strategy)
    make.market(strategy)
    make.action(make.objective(strategy, theme_name="Traceability", step="Processing"))
    return strategy


def _minutes(name="minutes.txt"):
    return SimpleUploadedFile(name, b"The board adopts.", "text/plain")


def _adopt(browser, strategy, **typed):
    address = f"{strategy.get_absolute_url()}adopt/"
    sent = filled(browser.get(address), adopted_on="2018-03-01", files=[_minutes()])
    sent.pop("files") if typed.get("files", 1) is None else None
    typed = {key: value for key, value in typed.items() if value is not None}
    return browser.post(address, {**sent, **typed}, follow=True)


# --- Versions --------------------------------------------------------------------------------------


def test_a_version_stays_as_it_was_kept(as_, cast, strategy):
    version = actions.freeze(user=cast.manager, strategy=strategy)
    Strategy.objects.update(vision="Half as much.")
    strategy.objectives.update(title="Save half")
    page = words(as_("viewer").get(version.get_absolute_url()))
    assert "A quarter less." in page
    assert "Save a quarter" in page
    assert "Half as much" not in page


def test_the_same_text_is_kept_once(as_, cast, strategy):
    browser = as_("manager")
    address = f"{strategy.get_absolute_url()}versions/new/"
    browser.post(address, filled(browser.get(address)))
    answer = browser.post(address, filled(browser.get(address)), follow=True)
    assert "Nothing changed since version 1" in answer.content.decode()
    assert StrategyVersion.objects.count() == 1


def test_what_became_of_an_action_is_no_new_text(cast, strategy):
    before = actions.digest_of(strategy)
    action = strategy.objectives.get().actions.get()
    action.status, action.done_on = "done", datetime.date(2018, 1, 1)
    action.save()
    assert actions.digest_of(strategy) == before
    action.title = "Audit twenty plants"
    action.save()
    assert actions.digest_of(strategy) != before


def test_the_content_is_canonical(strategy):
    content = snapshot.content_of(strategy)
    again = json.loads(json.dumps(dict(reversed(content.items()))))
    assert snapshot.digest(again) == snapshot.digest(content)


def test_a_version_names_no_member_of_the_cluster(cast, scene, strategy):
    version = actions.freeze(user=cast.manager, strategy=strategy)
    assert scene.sme.name not in json.dumps(version.content, ensure_ascii=False)
    assert version.content["chain"][0]["members"] == [scene.sme.code]


def test_two_versions_are_set_side_by_side(as_, cast, strategy):
    actions.freeze(user=cast.manager, strategy=strategy)
    Strategy.objects.update(vision="Half as much.")
    strategy.trends.all().delete()
    make.objective(strategy, "Train technicians")
    strategy = Strategy.objects.get(pk=strategy.pk)
    version = actions.freeze(user=cast.manager, strategy=strategy, note="After the workshop")
    found = {
        row["what"]: (row["before"], row["after"])
        for row in snapshot.differences(strategy.versions.get(number=1).content, version.content)
    }
    assert found["Vision"] == ("A quarter less.", "Half as much.")
    assert found["Trend: Prices rise"][1] == ""
    assert found["Objective SO-002"][0] == ""
    assert len(found) == 3
    page = words(as_("viewer").get(version.get_absolute_url()))
    assert "What is new since version 1" in page
    assert "After the workshop" in page


@pytest.mark.parametrize("query", ["with=99", "with=x", "with=" + "9" * 40, "with=%00"])
def test_a_version_that_is_not_there_to_compare_with_is_the_one_before(as_, cast, strategy, query):
    version = actions.freeze(user=cast.manager, strategy=strategy)
    assert as_("viewer").get(f"{version.get_absolute_url()}?{query}").status_code == 200


def test_an_empty_strategy_is_not_kept(cast, scene):
    empty = make.strategy(scene.other_cluster, "Nothing yet")
    with pytest.raises(ValidationError, match="nothing in it yet"):
        actions.freeze(user=cast.coordinator, strategy=empty)


def test_a_strategy_with_versions_is_not_deleted(as_, cast, strategy):
    actions.freeze(user=cast.manager, strategy=strategy)
    answer = as_("manager").post(f"{strategy.get_absolute_url()}delete/")
    assert answer.status_code == 200
    assert Strategy.objects.filter(pk=strategy.pk).exists()


# --- Adoption --------------------------------------------------------------------------------------


def test_adoption_freezes_the_text_with_its_minutes(as_, scene, strategy):
    answer = _adopt(as_("manager"), strategy)
    version = StrategyVersion.objects.get()
    assert version.is_adopted
    assert version.adopted_on == datetime.date(2018, 3, 1)
    assert version.evidence.get().name == "minutes.txt"
    assert version.evidence.get().partner == scene.bulgaria
    assert "Adopted: version 1." in words(answer)
    adopted = Strategy.objects.adopted().get()
    assert adopted.adopted_on == version.adopted_on
    assert Strategy.objects.for_list().get().standing.label == "Adopted"


def test_adoption_without_minutes_is_refused_beside_the_field(as_, strategy):
    answer = _adopt(as_("manager"), strategy, files=None, note="We all agreed")
    assert "Attach the minutes" in beside(answer, "files")
    assert "We all agreed" in answer.content.decode()
    assert not StrategyVersion.objects.exists()


def test_minutes_stay_while_the_day_has_to_be_mended(as_, strategy):
    browser = as_("manager")
    tomorrow = (timezone.localdate() + datetime.timedelta(days=1)).isoformat()
    answer = _adopt(browser, strategy, adopted_on=tomorrow)
    assert "has not come yet" in beside(answer, "adopted_on")
    assert not StrategyVersion.objects.exists()
    sent = filled(answer, adopted_on="2018-03-01")
    browser.post(f"{strategy.get_absolute_url()}adopt/", sent)
    assert StrategyVersion.objects.get().evidence.count() == 1
    assert Evidence.objects.count() == 1


def test_the_same_text_is_adopted_once(as_, strategy):
    browser = as_("manager")
    _adopt(browser, strategy)
    answer = _adopt(browser, strategy)
    assert "Version 1 says just this and was adopted" in words(answer)
    assert StrategyVersion.objects.count() == 1


def test_a_changed_text_is_adopted_as_a_new_version_and_counts_once(cast, strategy):
    make.adopted(strategy, cast.manager, datetime.date(2018, 3, 1))
    Strategy.objects.update(vision="Half as much.")
    strategy = Strategy.objects.get(pk=strategy.pk)
    make.adopted(strategy, cast.manager, datetime.date(2018, 9, 1))
    assert StrategyVersion.objects.adopted().count() == 2
    assert Strategy.objects.adopted().get().adopted_on == datetime.date(2018, 3, 1)


def test_withdrawing_asks_why_and_keeps_the_version(as_, cast, strategy):
    version = make.adopted(strategy, cast.manager)
    browser = as_("manager")
    address = f"{version.get_absolute_url()}withdraw/"
    answer = browser.post(address, filled(browser.get(address), reason=" x "))
    assert "Say in a few words why" in words(answer)
    assert Strategy.objects.adopted().exists()
    browser.post(address, filled(browser.get(address), reason="The quorum was missing"))
    version.refresh_from_db()
    assert not version.is_adopted
    assert version.withdrawn_by == cast.manager
    assert not Strategy.objects.adopted().exists()
    assert "The quorum was missing" in words(browser.get(version.get_absolute_url()))
    answer = browser.post(address, filled(browser.get(address), reason="Once more, please"))
    assert "This version is not adopted" in words(answer)


def test_what_was_withdrawn_can_be_adopted_anew_as_a_version_of_its_own(cast, strategy):
    first = make.adopted(strategy, cast.manager)
    actions.withdraw_adoption(user=cast.manager, version=first, reason="The quorum was missing")
    again = make.adopted(strategy, cast.manager)
    assert again.number == 2
    assert again.sha256 == first.sha256
    assert Strategy.objects.adopted().count() == 1


def test_only_who_keeps_the_strategy_adopts_it(cast, scene, strategy):
    joint = make.strategy(project=scene.project, title="Together", vision="One.")
    for user, what in ((cast.staff, strategy), (cast.viewer, strategy), (cast.manager, joint)):
        with pytest.raises(PermissionDenied):
            make.adopted(what, user)
    make.adopted(joint, cast.coordinator)
    assert Strategy.objects.adopted().get() == joint


def test_the_page_says_when_the_adopted_text_was_changed(as_, cast, strategy):
    make.adopted(strategy, cast.manager)
    browser = as_("viewer")
    assert "was changed since version 1" not in words(browser.get(strategy.get_absolute_url()))
    make.objective(strategy, "Something new")
    assert "was changed since version 1" in words(browser.get(strategy.get_absolute_url()))
