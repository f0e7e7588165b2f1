"""Strategies: whose they are, where they stand, their value chain and their words."""

import datetime

import pytest
from django.db import IntegrityError
from django.utils import timezone

from clusters.models import ChainLink, StageKind, Strategy, StrategyStage, Theme
from tests import make
from tests.browsing import beside, filled, words

NEW = "/p/trace/strategies/new/"


@pytest.fixture
def strategy(scene):
    return make.strategy(scene.cluster, "Energy used wisely", vision="A quarter less.")


def _done(strategy, *kinds, day=None):
    strategy.stages.filter(kind__in=kinds).update(done_on=day or datetime.date(2017, 3, 1))


# --- One for each cluster, and one joint -----------------------------------------------------------


def test_a_strategy_begins_with_all_its_stages(as_, scene):
    browser = as_("manager")
    answer = browser.post(NEW, filled(browser.get(NEW), title="Less waste"), follow=True)
    strategy = Strategy.objects.get()
    assert strategy.cluster == scene.cluster
    assert [stage.kind for stage in strategy.stages.all()] == StageKind.values
    assert "Saved: ST-01 Less waste" in words(answer)


def test_a_form_sent_twice_begins_one(as_, scene):
    browser = as_("manager")
    sent = filled(browser.get(NEW), title="Less waste")
    browser.post(NEW, sent)
    browser.post(NEW, sent)
    assert Strategy.objects.count() == 1
    assert StrategyStage.objects.count() == 9


def test_a_cluster_has_one_strategy(as_, scene, strategy):
    browser = as_("coordinator")
    sent = filled(browser.get(NEW), title="Another", cluster=str(scene.cluster.pk))
    answer = browser.post(NEW, sent)
    assert "has a strategy already" in beside(answer, "cluster")
    assert Strategy.objects.count() == 1


def test_a_second_joint_strategy_is_refused_by_the_form_and_the_database(as_, scene):
    browser = as_("coordinator")
    sent = filled(browser.get(NEW), title="Together", cluster="")
    assert browser.post(NEW, sent).status_code == 302
    again = filled(browser.get(NEW), title="Together again", cluster="")
    answer = browser.post(NEW, again)
    assert "has its joint strategy already" in beside(answer, "cluster")
    assert "Together again" in answer.content.decode()
    with pytest.raises(IntegrityError):
        make.strategy(project=scene.project, title="A third")


def test_a_manager_begins_no_joint_strategy_and_none_of_another_cluster(as_, scene):
    browser = as_("manager")
    for cluster in ("", str(scene.other_cluster.pk)):
        sent = filled(browser.get(NEW), title="Mine", cluster=cluster)
        assert beside(browser.post(NEW, sent), "cluster")
    assert not Strategy.objects.exists()


def test_the_joint_strategy_is_changed_by_the_coordinator_alone(as_, scene):
    joint = make.strategy(project=scene.project, title="Together")
    assert as_("manager").get(f"{joint.get_absolute_url()}edit/").status_code == 403
    assert as_("coordinator").get(f"{joint.get_absolute_url()}edit/").status_code == 200


def test_five_megabytes_of_text_come_back_with_a_sentence(as_, strategy):
    browser = as_("manager")
    address = f"{strategy.get_absolute_url()}edit/"
    sent = filled(browser.get(address), context="Ж" * 2_500_000)
    answer = browser.post(address, sent)
    assert "8000" in beside(answer, "context")
    strategy.refresh_from_db()
    assert strategy.context == ""


@pytest.mark.parametrize("years", [("2022", "2018"), ("18", "22"), ("9" * 30, "2022")])
def test_years_that_cannot_be_are_refused_beside_the_field(as_, strategy, years):
    browser = as_("manager")
    address = f"{strategy.get_absolute_url()}edit/"
    first, last = years
    answer = browser.post(address, filled(browser.get(address), first_year=first, last_year=last))
    assert answer.status_code == 200
    assert beside(answer, "first_year") or beside(answer, "last_year")


def test_a_script_in_a_text_is_shown_as_it_was_typed(as_, strategy):
    Strategy.objects.update(vision="<script>alert(1)</script>")
    page = as_("viewer").get(strategy.get_absolute_url()).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_two_who_edit_a_strategy_at_once_are_shown_both_texts(as_, strategy):
    browser = as_("manager")
    address = f"{strategy.get_absolute_url()}edit/"
    sent = filled(browser.get(address), vision="Mine")
    browser.post(address, filled(browser.get(address), vision="Theirs"))
    answer = browser.post(address, sent)
    assert "Nothing is lost" in words(answer)
    strategy.refresh_from_db()
    assert strategy.vision == "Theirs"


# --- Where it stands --------------------------------------------------------------------------------


def test_the_stage_is_told_from_the_dates(strategy):
    today = timezone.localdate()

    def standing():
        return Strategy.objects.for_list().get(pk=strategy.pk).standing_on(today)

    assert standing().label == "Not begun"
    _done(strategy, StageKind.CONTEXT)
    assert standing().kind == StageKind.NEEDS
    _done(strategy, StageKind.DRAFT)  # out of order: what is still missing is under way
    assert standing().kind == StageKind.NEEDS
    _done(strategy, *[kind for kind in StageKind if kind != StageKind.ADOPTED])
    assert standing().label == "Ready to be adopted"


def test_a_stage_past_its_planned_day_is_late_until_it_is_done(strategy, scene):
    day = datetime.date(2017, 6, 1)
    strategy.stages.filter(kind=StageKind.CONTEXT).update(planned_on=day)
    after = day + datetime.timedelta(days=1)
    assert [stage.kind for stage in StrategyStage.objects.overdue(after)] == ["context"]
    assert not StrategyStage.objects.overdue(day).exists()
    assert StrategyStage.objects.due_between(day, day).count() == 1
    _done(strategy, StageKind.CONTEXT)
    assert not StrategyStage.objects.overdue(after).exists()


def test_a_stage_done_tomorrow_is_refused(as_, strategy):
    browser = as_("manager")
    stage = strategy.stages.first()
    address = f"{stage.get_absolute_url()}edit/"
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    answer = browser.post(address, filled(browser.get(address), done_on=tomorrow.isoformat()))
    assert "has not come yet" in beside(answer, "done_on")


def test_adoption_is_not_entered_as_a_stage(as_, strategy):
    stage = strategy.stages.get(kind=StageKind.ADOPTED)
    page = as_("manager").get(f"{stage.get_absolute_url()}edit/").content.decode()
    assert 'name="done_on"' not in page
    with pytest.raises(IntegrityError):
        StrategyStage.objects.filter(pk=stage.pk).update(done_on=datetime.date(2018, 1, 1))


def test_a_stage_has_its_proof(as_, strategy):
    stage = strategy.stages.first()
    browser = as_("manager")
    address = f"{stage.get_absolute_url()}proof/"
    answer = browser.post(address, filled(browser.get(address), link="https://s3.example/"))
    assert answer.status_code == 302
    assert stage.evidence.get().partner == strategy.cluster.partner
    evidence = stage.evidence.get()
    browser.post(f"/p/trace/evidence/{evidence.code}/detach/{stage.code}/")
    assert not stage.evidence.exists()


def test_the_list_says_how_many_are_adopted(as_, scene, cast, strategy):
    make.adopted(strategy, cast.manager)
    page = words(as_("viewer").get("/p/trace/strategies/"))
    assert "1 of 2 clusters have an adopted strategy" in page


# --- The value chain --------------------------------------------------------------------------------


def test_members_at_a_step_are_counted(as_, scene, strategy):
    make.chain_step(scene.project, "Processing")
    browser = as_("manager")
    address = f"{strategy.get_absolute_url()}chain/new/"
    sent = filled(browser.get(address), step=str(make.chain_step(scene.project).pk))
    answer = browser.post(address, {**sent, "smes": [scene.sme.code], "others": "4"}, follow=True)
    assert ChainLink.objects.get().members == 5
    assert "5 members 1 named" in words(answer)


def test_a_firm_of_another_cluster_is_refused_in_the_value_chain(as_, scene, strategy):
    browser = as_("manager")
    address = f"{strategy.get_absolute_url()}chain/new/"
    sent = filled(browser.get(address), step=str(make.chain_step(scene.project).pk))
    answer = browser.post(address, {**sent, "told": "Kept", "smes": [scene.other_sme.code]})
    assert "Not a member of Green cluster" in answer.content.decode()
    assert "Kept" in answer.content.decode()
    assert not ChainLink.objects.exists()


def test_a_step_is_in_a_value_chain_once(as_, scene, strategy):
    make.chain_link(strategy, "Processing")
    browser = as_("manager")
    address = f"{strategy.get_absolute_url()}chain/new/"
    sent = filled(browser.get(address), step=str(make.chain_step(scene.project).pk))
    assert "in the value chain already" in words(browser.post(address, sent))


def test_a_part_is_reached_through_its_own_strategy_alone(as_, scene, strategy):
    other = make.strategy(scene.other_cluster, "Theirs")
    trend = make.trend(other)
    address = f"{strategy.get_absolute_url()}trends/{trend.pk}/edit/"
    assert as_("manager").get(address).status_code == 404


def test_the_joint_strategy_has_no_value_chain_of_its_own(as_, scene):
    joint = make.strategy(project=scene.project, title="Together")
    assert as_("coordinator").get(f"{joint.get_absolute_url()}chain/new/").status_code == 403


# --- Themes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["traceability", " TRACEABILITY ", "Tráceability"])
def test_a_theme_is_there_once_however_it_is_written(as_, scene, name):
    make.theme(scene.project, "Traceability")
    browser = as_("coordinator")
    address = "/p/trace/strategies/themes/new/"
    answer = browser.post(address, filled(browser.get(address), name=name))
    assert "in the list already, as “Traceability”" in beside(answer, "name")
    assert Theme.objects.count() == 1


def test_a_theme_without_letters_is_refused(as_, scene):
    browser = as_("coordinator")
    address = "/p/trace/strategies/themes/new/"
    assert beside(browser.post(address, filled(browser.get(address), name="…!")), "name")


def test_a_theme_in_use_stays(as_, scene, strategy):
    objective = make.objective(strategy, theme_name="Traceability")
    address = f"/p/trace/strategies/themes/{objective.theme_id}/delete/"
    answer = as_("coordinator").post(address)
    assert objective.code in words(answer)
    assert Theme.objects.exists()
