"""Strategies side by side: counts that lead to their objectives, overlap, complement, and common ground."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clusters import matching
from clusters.models import StrategyObjective
from tests import make
from tests.browsing import filled, words

PAGE = "/p/trace/strategies/matching/"


@pytest.fixture
def two(scene):
    """Two strategies that share a theme; one is strong where the other has a gap."""
    one, other = make.strategy(scene.cluster), make.strategy(scene.other_cluster, "Theirs")
    make.objective(one, "Trace fruit", "Traceability", "Processing")
    make.objective(one, "Trace milk", "Traceability")
    make.objective(one, "Learn", "Skills")
    make.objective(one, "Untagged")
    make.objective(other, "Trace meat", "Traceability")
    make.chain_link(one, "Processing", "strong")
    make.chain_link(other, "Processing", "gap")
    make.chain_link(one, "Sales", "gap")
    make.chain_link(other, "Sales", "present")
    return one, other


def test_cells_count_each_objective_once(scene, cast, two):
    make.objective(make.strategy(project=scene.project, title="J"), "Joint", "Traceability")
    matched = matching.match(scene.project, cast.viewer)
    counts = [
        [cell.count for cell in row.cells] + [row.untagged, row.total] for row in matched.rows
    ]
    assert counts == [[1, 2, 1, 4], [0, 1, 0, 1]]
    assert matched.total == 5
    assert [cell.shade for cell in matched.rows[0].cells] == [2, 4]


def test_overlap_is_a_theme_of_several_clusters(scene, cast, two):
    matched = matching.match(scene.project, cast.viewer)
    (common,) = matched.common
    assert common.theme.name == "Traceability"
    assert common.clusters == [scene.cluster, scene.other_cluster]
    assert common.count == 3
    assert [column.theme.name for column in matched.alone] == ["Skills"]


def test_a_complement_needs_strength_here_and_a_gap_there(scene, cast, two):
    (complement,) = matching.match(scene.project, cast.viewer).complements
    assert complement.step.name == "Processing"
    assert complement.strong == [scene.cluster]
    assert complement.gaps == [scene.other_cluster]


def test_partners_are_ranked_by_what_they_share_and_complete(scene, cast, two):
    third = make.strategy(make.cluster(scene.italy, "Third cluster"))
    make.objective(third, "Trace wheat", "Traceability")
    first, *rest = matching.match(scene.project, cast.viewer).suggestions
    assert (first.one, first.other, first.score) == (scene.cluster, scene.other_cluster, 3)
    assert first.gives[0][1:] == (scene.cluster, scene.other_cluster)
    assert [one.score for one in rest] == [1, 1]


def test_who_could_join_is_strong_where_those_inside_have_a_gap(scene, cast, two):
    third = make.strategy(make.cluster(scene.italy, "Third cluster"))
    make.chain_link(third, "Sales", "strong")
    matched = matching.match(scene.project, cast.viewer)
    (found,) = matching.who_could_join(make.theme(scene.project), matched)
    assert (found[0].name, found[1], found[2]) == ("Sales", third.cluster, [scene.cluster])


def test_each_number_opens_to_the_objectives(as_, scene, two):
    browser = as_("viewer")
    theme = make.theme(scene.project)
    address = f"/p/trace/strategies/objectives/?cluster={scene.cluster.pk}&theme={theme.pk}"
    page = browser.get(PAGE).content.decode()
    assert address.replace("&", "&amp;") in page
    shown = words(browser.get(address))
    assert "2 records" in shown
    assert "Trace fruit" in shown
    assert "Trace meat" not in shown


def test_the_page_says_in_words_what_the_matrix_shows(as_, two):
    page = words(as_("viewer").get(PAGE))
    assert "Both want: Traceability" in page
    assert "Green cluster is strong at “Processing”, where ENEF cluster has a gap" in page


def test_more_strategies_take_no_more_queries(scene, cast, two):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            matching.match(scene.project, cast.viewer)
        return len(queries)

    before = asked()
    for i in range(5):
        strategy = make.strategy(make.cluster(scene.italy, f"C{i}"), f"S{i}")
        make.objective(strategy, f"O{i}", f"Theme {i}")
        make.chain_link(strategy, "Processing", "gap")
    assert asked() == before <= 8


def test_an_empty_project_says_what_comes_first(as_, scene):
    assert "No cluster has a strategy yet" in words(as_("viewer").get(PAGE))


# --- Common ground ----------------------------------------------------------------------------------


def _address(scene):
    return f"{PAGE}common/?theme={make.theme(scene.project).pk}"


def test_common_ground_becomes_a_joint_objective_that_keeps_where_it_comes_from(as_, scene, two):
    joint = make.strategy(project=scene.project, title="Together")
    browser = as_("coordinator")
    sent = filled(browser.get(_address(scene)), title="One record for all food")
    assert len(sent["sources"]) == 3
    answer = browser.post(_address(scene), sent, follow=True)
    objective = joint.objectives.get()
    assert objective.theme.name == "Traceability"
    assert {one.strategy.cluster for one in objective.sources.all()} == {
        scene.cluster,
        scene.other_cluster,
    }
    page = words(answer)
    assert "Who carries it Green cluster : Trace fruit" in page
    assert "ENEF cluster : Trace meat" in page
    source = objective.sources.get(title="Trace meat")
    assert "One record for all food" in words(browser.get(source.get_absolute_url()))


def test_pressing_twice_makes_one(as_, scene, two):
    joint = make.strategy(project=scene.project, title="Together")
    browser = as_("coordinator")
    sent = filled(browser.get(_address(scene)), title="One record")
    browser.post(_address(scene), sent)
    answer = browser.post(_address(scene), sent, follow=True)
    assert "it is there once" in answer.content.decode()
    assert joint.objectives.count() == 1


def test_what_is_joint_already_is_said(as_, scene, two):
    joint = make.strategy(project=scene.project, title="Together")
    make.objective(joint, "One record", "Traceability")
    page = words(as_("coordinator").get(_address(scene)))
    assert "has an objective in “Traceability” already: One record" in page


def test_without_a_joint_strategy_it_is_begun_first(as_, scene, two):
    answer = as_("coordinator").get(_address(scene), follow=True)
    assert "Begin the joint strategy first" in answer.content.decode()


def test_a_joint_objective_takes_no_source_from_another_project(as_, scene, two):
    make.strategy(project=scene.project, title="Together")
    elsewhere = make.cluster(make.partner(make.project("OTHER"), "X", "AT"))
    foreign = make.objective(make.strategy(elsewhere), "Foreign")
    browser = as_("coordinator")
    for wrong in (str(foreign.pk), "9" * 30, "x"):
        sent = filled(browser.get(_address(scene)), title="One record", sources=[wrong])
        assert browser.post(_address(scene), sent).status_code == 200
    assert StrategyObjective.objects.filter(title="One record").count() == 0


@pytest.mark.parametrize("theme", ["x", "9" * 40, "0", "%00"])
def test_a_theme_that_is_not_there_is_no_error(as_, scene, two, theme):
    make.strategy(project=scene.project, title="Together")
    assert as_("coordinator").get(f"{PAGE}common/?theme={theme}").status_code == 200
