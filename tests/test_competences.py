"""Managers, their further roles and the assessment of their competences."""

from decimal import Decimal

import pytest
from django.urls import reverse

from clusters import skills
from clusters.models import Assessment, Competence, FurtherRole, Manager, Score
from tests import make
from tests.browsing import beside, filled, words


def page(name, *arguments):
    return reverse(name, args=["trace", *arguments])


@pytest.fixture
def competences(scene):
    return [make.competence(scene.project, name) for name in ("Foresight", "Strategy")]


def assess(person, competences, before, after, kind="self"):
    make.assessment(person, "baseline", kind, zip(competences, before, strict=False))
    make.assessment(person, "end", kind, zip(competences, after, strict=False))


class TestFillingIn:
    def test_half_a_form_is_saved_and_continued(self, as_, scene, competences):
        browser = as_("manager")
        address = page("assessment_create", "MG-001", "baseline", "self")
        first, second = competences
        browser.post(address, filled(browser.get(address), **{f"score_{first.pk}": "3"}))
        assessment = Assessment.objects.get(manager=scene.manager)
        assert list(assessment.scores.values_list("competence", "value")) == [(first.pk, 3)]

        opened = browser.get(address, follow=True)  # filling in again opens what is there
        assert opened.redirect_chain == [(page("assessment_edit", assessment.code), 302)]
        edit = page("assessment_edit", assessment.code)
        browser.post(edit, filled(opened, **{f"score_{second.pk}": "5", f"score_{first.pk}": ""}))
        assert list(assessment.scores.values_list("competence", "value")) == [(second.pk, 5)]

    @pytest.mark.parametrize("nonsense", ["0", "6", "-1", "2.5", "many", "\x00", "9" * 40])
    def test_a_score_that_is_none_is_refused_and_nothing_is_kept(
        self, nonsense, as_, scene, competences
    ):
        browser = as_("manager")
        address = page("assessment_create", "MG-001", "baseline", "self")
        field = f"score_{competences[0].pk}"
        answer = browser.post(address, filled(browser.get(address), **{field: nonsense}))
        assert answer.status_code == 200
        assert "Select a valid choice" in words(answer)
        assert not Assessment.objects.exists()

    def test_a_mentor_is_named(self, as_, scene, competences):
        browser = as_("manager")
        address = page("assessment_create", "MG-001", "end", "mentor")
        answer = browser.post(address, filled(browser.get(address)))
        assert "This field is required." in beside(answer, "mentor")
        browser.post(address, filled(answer, mentor="A. Mentor"))
        assert Assessment.objects.get().mentor == "A. Mentor"

    def test_sent_twice_it_is_there_once(self, as_, competences):
        browser = as_("manager")
        address = page("assessment_create", "MG-001", "end", "self")
        form = filled(browser.get(address), **{f"score_{competences[0].pk}": "4"})
        browser.post(address, form)
        again = browser.post(address, form, follow=True)
        assert again.status_code == 200
        assert Assessment.objects.count() == Score.objects.count() == 1

    def test_two_who_begin_the_same_assessment_get_a_sentence(self, as_, scene, competences):
        browser = as_("manager")
        address = page("assessment_create", "MG-001", "end", "self")
        form = filled(browser.get(address), **{f"score_{competences[0].pk}": "4"})
        make.assessment(scene.manager, "end", "self")
        answer = browser.post(address, form)
        assert answer.status_code == 200
        assert "This assessment is there already" in words(answer)

    @pytest.mark.parametrize("at", [("middle", "self"), ("end", "neighbour")])
    def test_waves_and_judges_that_there_are_not_are_no_pages(self, at, as_):
        assert as_("manager").get(page("assessment_create", "MG-001", *at)).status_code == 404


class TestWhoReads:
    """Scores are a person's own: they, their partner and the coordinator read them."""

    @pytest.fixture
    def assessed(self, scene, competences):
        assess(scene.manager, competences, [1, 2], [3, 4])
        return scene.manager

    @pytest.mark.parametrize(
        ("person", "reads"),
        [("coordinator", True), ("manager", True), ("staff", True), ("viewer", False)],
    )
    def test_by_role(self, person, reads, as_, assessed):
        answer = as_(person).get(assessed.get_absolute_url())
        assert ("Scores as a table" in words(answer)) is reads
        assert ("Scores are personal" in words(answer)) is not reads

    def test_another_partners_manager_reads_none(self, as_, scene, competences):
        assess(scene.other_manager, competences, [1, 2], [3, 4])
        browser = as_("manager")
        assert "Scores are personal" in words(browser.get(scene.other_manager.get_absolute_url()))
        for name in ("assessment_edit", "assessment_delete"):
            code = scene.other_manager.assessments.first().code
            assert browser.get(page(name, code)).status_code == 404

    def test_the_person_fills_own_scores_and_not_the_mentors(
        self, client, cast, scene, competences
    ):
        person = make.member(scene.project, "viewer", scene.serbia, make.user(name="Jo Vić"))
        Manager.objects.filter(pk=scene.other_manager.pk).update(user=person)
        client.force_login(person)
        own = page("assessment_create", "MG-002", "end", "self")
        client.post(own, filled(client.get(own), **{f"score_{competences[0].pk}": "2"}))
        assert Score.objects.get().value == 2
        assert client.get(page("assessment_create", "MG-002", "end", "mentor")).status_code == 403
        assert client.get(page("assessment_create", "MG-001", "end", "self")).status_code == 403
        assert "Scores as a table" in words(client.get(scene.other_manager.get_absolute_url()))

    def test_a_mean_of_few_is_told_to_those_alone_who_read_the_scores(
        self, as_, scene, assessed, competences
    ):
        cluster = page("skills") + f"?cluster={scene.cluster.code}"
        assert "fewer than 3 managers" not in words(as_("manager").get(cluster))
        viewers = words(as_("viewer").get(cluster))
        assert "fewer than 3 managers" in viewers
        assert "Training needs No gap is known" in viewers
        assert "Too few managers" in words(as_("viewer").get(scene.cluster.get_absolute_url()))
        for number in range(2):
            person = make.manager(scene.cluster, f"Manager {number}")
            assess(person, competences, [1, 2], [3, 4])
        assert "The same as a table" in words(as_("viewer").get(cluster))

    def test_a_guest_from_another_partner_withholds_the_mean(self, as_, scene, competences):
        assess(scene.other_manager, competences, [1, 2], [4, 5])
        make.further_role(scene.other_manager, scene.cluster)
        browser = as_("manager")
        answer = browser.get(page("skills"), {"cluster": scene.cluster.code})
        assert "fewer than 3 managers" in words(answer)
        assert "Too few managers" in words(browser.get(scene.cluster.get_absolute_url()))
        assert "The same as a table" in words(
            as_("coordinator").get(page("skills"), {"cluster": scene.cluster.code})
        )

    def test_a_gap_of_one_person_among_many_assessed_is_not_told(self, as_, scene, competences):
        for person in (scene.manager, scene.other_manager, make.manager(scene.cluster, "Third")):
            make.assessment(person, scores=[(competences[1], 5)])
        Score.objects.create(
            assessment=scene.manager.assessments.get(), competence=competences[0], value=1
        )
        assert "1 of 1" not in words(as_("viewer").get(page("skills")))
        assert "1 of 1" in words(as_("coordinator").get(page("skills")))

    @pytest.mark.parametrize("cluster", ["CL-99", "nonsense", "\x00", "é" * 300])
    def test_a_cluster_that_there_is_not_is_no_page(self, cluster, as_):
        assert as_("viewer").get(page("skills"), {"cluster": cluster}).status_code == 404


class TestProgress:
    def test_only_managers_with_both_waves_enter(self, scene, competences):
        first, _second = competences
        assess(scene.manager, competences, [1, 2], [3])
        make.assessment(scene.other_manager, scores=[(first, 5)])
        scores = skills.scores_of(Manager.objects.filter(project=scene.project))
        foresight, strategy = skills.progress(competences, scores)
        assert (foresight.before, foresight.after, foresight.persons) == (1, 3, 1)
        assert foresight.gain == 2
        assert (strategy.before, strategy.after, strategy.persons) == (None, None, 0)

    def test_of_two_judgements_the_mentors_counts(self, scene, competences):
        make.assessment(scene.manager, kind="mentor", scores=[(competences[0], 2)])
        make.assessment(scene.manager, kind="self", scores=zip(competences, [5, 4], strict=True))
        scores = skills.scores_of(Manager.objects.filter(pk=scene.manager.pk))
        assert scores[scene.manager.pk]["baseline"] == {competences[0].pk: 2, competences[1].pk: 4}

    @pytest.mark.parametrize(
        ("values", "expected"), [([1, 2], "1.5"), ([1, 1, 2], "1.3"), ([2, 2, 2, 1], "1.8")]
    )
    def test_means_are_rounded_half_up(self, values, expected):
        assert skills.mean(values) == Decimal(expected)

    def test_a_gap_proposes_the_trainings_that_teach_it(self, as_, scene, competences):
        make.training(scene.project, competences[0], name="Foresight workshop")
        make.assessment(scene.manager, scores=zip(competences, [2, 3], strict=True))
        said = words(as_("manager").get(scene.manager.get_absolute_url()))
        assert "Foresight workshop for a gap in Foresight" in said
        assert "for a gap in Strategy" not in said
        assert "Foresight Foresight workshop 1 of 1" in words(
            as_("coordinator").get(page("skills"))
        )

    def test_a_scored_competence_is_not_deleted(self, as_, scene, competences):
        make.assessment(scene.manager, scores=[(competences[0], 2)])
        as_("coordinator").post(page("competence_delete", competences[0].pk))
        assert Competence.objects.filter(pk=competences[0].pk).exists()


class TestManagers:
    def test_a_namesake_is_asked_about_once(self, as_, scene):
        browser = as_("manager")
        address = page("manager_create")
        form = filled(browser.get(address), name="Pétar  PETROV", cluster=scene.cluster.pk)
        answer = browser.post(address, form)
        assert "MG-001 Petar Petrov of Green cluster is here already" in words(answer)
        assert Manager.objects.count() == 2
        browser.post(address, filled(answer, another_person="on"))
        assert Manager.objects.filter(name="Pétar  PETROV").count() == 1

    def test_anothers_address_is_not_told(self, as_, scene):
        browser = as_("manager")
        address = page("manager_create")
        email = scene.other_manager.email
        form = filled(browser.get(address), name="New", cluster=scene.cluster.pk, email=email)
        assert "is here already" not in words(browser.post(address, form, follow=True))

    def test_a_login_is_a_member_who_works_for_the_partner(self, as_, cast, scene):
        browser = as_("coordinator")
        address = page("manager_edit", "MG-001")
        answer = browser.post(
            address, filled(browser.get(address), user=str(cast.coordinator.pk)), follow=True
        )
        assert "Giulia Rossi does not work for Green Synergy" in beside(answer, "user")
        browser.post(address, filled(answer, user=str(cast.manager.pk)))
        scene.manager.refresh_from_db()
        assert scene.manager.user == cast.manager

    def test_logins_of_other_partners_are_not_offered(self, as_, cast, scene):
        make.member(scene.project, "staff", scene.serbia, make.user(name="Zoran Hidden"))
        said = as_("manager").get(page("manager_create")).content.decode()
        assert "Todor Todorov" in said
        assert "Zoran Hidden" not in said
        assert "stranger@example.org" not in said

    def test_a_further_role_is_in_an_own_cluster(self, as_, scene):
        browser = as_("manager")
        address = page("furtherrole_create", "MG-001")
        form = filled(browser.get(address), role="Adviser", cluster=scene.other_cluster.pk)
        assert "Select a valid choice" in beside(browser.post(address, form), "cluster")
        form["cluster"] = [scene.cluster.pk]
        browser.post(address, {**form, "since": "2018-02-01", "until": "2018-01-01"})
        assert not FurtherRole.objects.exists()
        browser.post(address, {**form, "since": "2018-01-01", "until": "2018-02-01"})
        assert "Adviser, Green cluster" in words(browser.get(scene.manager.get_absolute_url()))
        assert Manager.objects.filter(project=scene.project).count() == 2

    @pytest.mark.parametrize(
        ("state", "shown"), [("none", "Jovana"), ("baseline", "Petar"), ("both", None)]
    )
    def test_the_list_says_who_is_assessed(self, state, shown, as_, scene):
        make.assessment(scene.manager, scores=[(make.competence(scene.project), 3)])
        make.assessment(scene.other_manager)  # begun, and nothing scored
        said = words(as_("viewer").get(page("manager_list"), {"assessed": state}))
        assert ("Petar" in said, "Jovana" in said) == (shown == "Petar", shown == "Jovana")
