"""Indicators that are made in the browser, and changes that a second person puts into force."""

import datetime
import uuid
from decimal import Decimal

import pytest

from indicators import actions
from indicators.figures import Figure, figures
from indicators.measures import MEASURES
from indicators.models import Change, Indicator, Target
from projects.models import Evidence, Role
from tests import make
from tests.browsing import words

NEW = "/p/trace/indicators/new/"
EDIT = "/p/trace/indicators/1/edit/"
END = datetime.date(2018, 11, 15)


def filled(**fields):
    return {
        "name": "Trainings of firms",
        "unit": "enterprises",
        "counts_as_one": "an enterprise",
        "counted_when": "it was trained",
        "baseline": "0",
        "direction": "up",
        "precision": "0",
        "proof": "paper",
        "least_evidence": "",
        "reason": "The grant asks for it.",
        **fields,
    }


def test_the_coordinator_makes_an_indicator_of_a_measure_and_its_parameters(scene, as_):
    training = make.category(scene.project, "Coaching")
    firm = make.sme(scene.cluster, name="Trained")
    make.record(make.service(scene.cluster, "Course", category=training), firm)
    browser = as_("coordinator")
    assert "SMEs that received a new or improved service" in words(browser.get(NEW))
    address = f"{NEW}?measure=smes_benefitting"
    assert "Coaching" in words(browser.get(address))
    answer = browser.post(address, filled(target="30", categories=[training.pk], countries=["BG"]))
    assert answer.status_code == 302
    indicator = Indicator.objects.get(number=3)
    assert answer["Location"] == indicator.get_absolute_url()
    (figure,) = figures(scene.project, Indicator.objects.filter(number=3), END)
    assert (figure.value, figure.target) == (1, Decimal(30))
    assert set(figure.first_days) == {firm.pk}
    assert "of the chosen categories of services" in words(browser.get(answer["Location"]))
    change = indicator.changes.get()
    assert (change.kind, change.state, change.reason) == (
        "new",
        "accepted",
        "The grant asks for it.",
    )


@pytest.mark.parametrize(
    ("measure", "fields", "sentence"),
    [
        ("smes_benefitting", {"target": "0"}, "its target is above the baseline"),
        ("smes_benefitting", {"target": "5", "baseline": "10"}, "above the baseline of 10"),
        ("smes_benefitting", {"target": "-4"}, "not negative"),
        ("smes_benefitting", {"target": "15", "baseline": "10", "direction": "down"}, "is to fall"),
        ("smes_benefitting", {"target": "lots"}, "Enter a number"),
        ("smes_benefitting", {"target": "1e400"}, "Ensure"),
        ("smes_benefitting", {"target": "NaN"}, "Enter a number"),
        ("smes_benefitting", {"reason": ""}, "This field is required"),
        ("smes_benefitting", {"categories": ["999999"]}, "Select a valid choice"),
        ("smes_benefitting", {"countries": ["XX"]}, "Select a valid choice"),
        ("smes_benefitting", {"direction": "sideways"}, "Select a valid choice"),
        ("share_verified", {"target": "120"}, "at most 100 percent"),
        ("share_verified", {"target": "90", "baseline": "-5"}, "between 0 and 100"),
        ("typed_yes_no", {"target": "2"}, "A yes is a target of 1"),
    ],
)
def test_a_definition_that_can_not_be_is_said_beside_its_field(
    measure, fields, sentence, scene, as_
):
    answer = as_("coordinator").post(f"{NEW}?measure={measure}", filled(**fields))
    assert answer.status_code == 200
    assert sentence in words(answer)
    assert "Trainings of firms" in answer.content.decode()  # nothing typed is lost
    assert Indicator.objects.filter(project=scene.project).count() == 2


def test_a_measure_that_is_not_offered_is_not_there(scene, as_):
    browser = as_("coordinator")
    assert browser.get(f"{NEW}?measure=luck").status_code == 404
    assert browser.post(f"{NEW}?measure=luck", filled()).status_code == 404
    assert browser.post(NEW, filled()).status_code == 200  # asks for the measure first
    assert browser.get("/p/trace/indicators/1/edit/?choose").status_code == 200


def test_a_form_sent_twice_makes_one_indicator(scene, as_):
    browser, sent = as_("coordinator"), filled(submission=str(uuid.uuid4()))
    first = browser.post(f"{NEW}?measure=deliveries", sent)
    again = browser.post(f"{NEW}?measure=deliveries", sent)
    assert first["Location"] == again["Location"]
    assert Indicator.objects.filter(project=scene.project).count() == 3


def proposed(as_, **fields):
    sent = filled(name="SMEs benefitting", unit="enterprises", **fields)
    return as_("coordinator").post(EDIT, sent)


def test_a_change_is_in_force_once_a_second_person_takes_it(scene, as_):
    answer = proposed(as_, counts_as_one="an enterprise of any country")
    change = Change.objects.get()
    assert answer["Location"] == change.get_absolute_url()
    scene.indicator.refresh_from_db()
    assert scene.indicator.counts_as_one == "a distinct enterprise"
    assert "waits for a second person" in words(as_("viewer").get("/p/trace/indicators/1/"))
    address = f"{change.get_absolute_url()}decide/"
    assert as_("coordinator").post(address, {"decision": "accept"}).status_code == 403
    assert as_("staff").post(address, {"decision": "accept"}).status_code == 403
    assert as_("manager").post(address, {"decision": "accept"}).status_code == 302
    scene.indicator.refresh_from_db()
    change.refresh_from_db()
    assert scene.indicator.counts_as_one == "an enterprise of any country"
    assert (change.state, change.decided_by_name) == ("accepted", "Elena Petrova")
    page = words(as_("viewer").get("/p/trace/indicators/1/"))
    assert "Giulia Rossi, Elena Petrova: The grant asks for it." in page


def test_a_refusal_says_why_and_changes_nothing(scene, as_):
    proposed(as_, counts_as_one="anything")
    change = Change.objects.get()
    address = f"{change.get_absolute_url()}decide/"
    manager = as_("manager")
    assert "Say why" in words(manager.post(address, {"decision": "refuse"}, follow=True))
    assert "Nothing was decided" in words(manager.post(address, {}, follow=True))
    manager.post(address, {"decision": "refuse", "because": "Too wide."})
    change.refresh_from_db()
    assert (change.state, change.decided_because) == ("refused", "Too wide.")
    assert "decided already" in words(manager.post(address, {"decision": "accept"}, follow=True))
    scene.indicator.refresh_from_db()
    assert scene.indicator.counts_as_one == "a distinct enterprise"


def test_one_change_of_a_kind_waits_at_a_time(scene, as_):
    proposed(as_, counts_as_one="this")
    answer = proposed(as_, counts_as_one="that")
    assert "waiting to be decided already" in words(answer)
    change = Change.objects.get()
    as_("coordinator").post(f"{change.get_absolute_url()}withdraw/")
    assert proposed(as_, counts_as_one="that").status_code == 302
    assert sorted(Change.objects.values_list("state", flat=True)) == ["open", "withdrawn"]


def test_a_proposal_that_changes_nothing_is_said_to(scene, as_):
    same = {
        "name": "SMEs benefitting",
        "unit": "enterprises",
        "counts_as_one": "a distinct enterprise",
        "counted_when": "it received a new or improved service",
    }
    answer = as_("coordinator").post(EDIT, filled(**same))
    assert "Nothing is different" in words(answer)


def test_a_proposal_that_the_indicator_outran_is_not_put_into_force(scene, as_):
    proposed(as_, counts_as_one="this")
    scene.indicator.counts_as_one = "by a project file"
    scene.indicator.save()
    change = Change.objects.get()
    manager = as_("manager")
    answer = manager.post(
        f"{change.get_absolute_url()}decide/", {"decision": "accept"}, follow=True
    )
    assert "changed since this was proposed" in words(answer)
    change.refresh_from_db()
    assert change.state == "open"


def test_who_is_alone_in_a_project_decides_and_it_says_so(db, client):
    project = make.project("ALONE")
    partner = make.partner(project)
    only = make.member(project, Role.COORDINATOR, partner)
    make.member(project, Role.STAFF, partner, make.user("staff@alone.example"))
    indicator = make.indicator(project)
    change = actions.propose_definition(
        user=only,
        indicator=indicator,
        definition=actions.definition_of(indicator) | {"unit": "firms"},
        reason="Shorter.",
        submission=uuid.uuid4(),
    )
    client.force_login(only)
    assert "proposed this yourself" in words(client.get(change.get_absolute_url()))
    client.post(f"{change.get_absolute_url()}decide/", {"decision": "accept"})
    indicator.refresh_from_db()
    assert indicator.unit == "firms"
    assert "nobody else in the project could decide" in words(client.get(change.get_absolute_url()))


def test_a_definition_says_when_what_it_refers_to_was_deleted(scene, as_):
    category = make.category(scene.project, "Short-lived")
    scene.indicator.parameters = {"categories": [{"key": str(category.pk), "name": "Short-lived"}]}
    scene.indicator.save()
    category.delete()
    text = words(as_("viewer").get("/p/trace/indicators/1/"))
    assert "“Short-lived” (categories of services), which was deleted" in text
    assert Figure(Indicator.objects.get(pk=scene.indicator.pk), scene.project, END, None).value == 0


def test_a_change_of_the_measure_goes_the_same_way(scene, as_):
    sent = filled(name="SMEs benefitting", baseline="0")
    answer = as_("coordinator").post(f"{EDIT}?measure=deliveries", sent)
    change = Change.objects.get()
    assert answer["Location"] == change.get_absolute_url()
    assert "Services delivered to firms" in words(as_("manager").get(answer["Location"]))
    as_("manager").post(f"{answer['Location']}decide/", {"decision": "accept"})
    (figure, *_rest) = figures(scene.project, Indicator.objects.filter(number=1), END)
    assert figure.measure.key == MEASURES["deliveries"].key
    assert figure.value == 2


# --- Targets ---------------------------------------------------------------------------------------

GRID = "/p/trace/indicators/1/targets/"


def grid(**fields):
    return {"t-all-end": "284", "reason": "As amended.", **fields}


def test_targets_are_tried_and_discarded_without_a_trace(scene, as_):
    browser = as_("coordinator")
    answer = browser.post(
        f"{GRID}?as_of=2018-03-01",
        grid(**{"t-all-end": "300", "t-CL-01-end": "200", "t-CL-02-end": "150", "try": "1"}),
    )
    text = words(answer)
    assert "Tried out, not kept." in text
    assert "50 more than the whole" in text
    assert "falls short" in text
    assert Target.objects.get(indicator=scene.indicator).value == 284
    assert not Change.objects.exists()


def test_targets_by_cluster_and_period_are_in_force_with_a_second_person(scene, as_):
    answer = as_("coordinator").post(
        GRID, grid(**{"t-all-1": "100", "t-CL-01-end": "200", "t-CL-02-end": "90,5"})
    )
    assert answer.status_code == 302, words(answer)
    text = words(as_("manager").get(answer["Location"]))
    assert "CL-02, by the end of the project – 90.5" in text
    as_("manager").post(f"{answer['Location']}decide/", {"decision": "accept"})
    assert {
        (t.cluster and t.cluster.code, t.period and t.period.number, t.value)
        for t in Target.objects.filter(indicator=scene.indicator)
    } == {
        (None, None, Decimal(284)),
        (None, 1, Decimal(100)),
        ("CL-01", None, Decimal(200)),
        ("CL-02", None, Decimal("90.5")),
    }
    indicator = Indicator.objects.prefetch_related("targets__period__project").get(
        number=1, project=scene.project
    )
    (figure,) = figures(scene.project, [indicator], scene.period.end)
    assert figure.planned == 100  # the plan passes through the period's target
    assert figure.planned_on(END) == 284


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"t-all-end": "0"}, "its target is above the baseline"),
        ({"t-all-end": "x"}, "Enter a number"),
        ({"t-all-end": "99999999999"}, "Ensure"),
        ({"t-all-1": "290"}, "Later targets do not go back"),
        ({"reason": ""}, "Say why the targets change"),
        ({"t-CL-01-end": "-3"}, "Ensure"),
    ],
)
def test_targets_that_can_not_be_are_said_beside_their_cell(cells, sentence, scene, as_):
    answer = as_("coordinator").post(GRID, grid(**cells))
    assert answer.status_code == 200
    assert sentence in words(answer)
    assert not Change.objects.exists()


# --- Readings --------------------------------------------------------------------------------------


@pytest.fixture
def typed(scene):
    return make.indicator(scene.project, 5, measure="typed_latest", target=None, name="Jobs")


def read(browser, **fields):
    return browser.post(
        "/p/trace/indicators/5/readings/new/",
        {"date": "2018-01-31", "value": "12,5", "note": "Yearbook, table 4", **fields},
    )


def test_a_reading_counts_once_a_second_person_accepted_it(typed, scene, cast, as_):
    assert read(as_("staff"), link="www.stat.example/table4").status_code == 302
    reading = typed.readings.get()
    figure = figures(scene.project, Indicator.objects.filter(number=5), END)[0]
    assert figure.value is None
    decide = f"{reading.get_absolute_url()}decide/"
    assert as_("staff").post(decide, {"decision": "accept"}).status_code == 403
    as_("manager").post(decide, {"decision": "accept"})
    reading.refresh_from_db()
    assert (reading.accepted, reading.decided_by) == (True, cast.manager)
    figure = figures(scene.project, Indicator.objects.filter(number=5), END)[0]
    assert figure.value == Decimal("12.5")
    assert as_("staff").get(f"{reading.get_absolute_url()}edit/").status_code == 403
    assert "Accepted" in words(as_("viewer").get("/p/trace/indicators/5/readings/"))


def test_a_reading_without_evidence_is_not_accepted(typed, scene, as_):
    read(as_("staff"))
    reading = typed.readings.get()
    answer = as_("manager").post(
        f"{reading.get_absolute_url()}decide/", {"decision": "accept"}, follow=True
    )
    assert "without evidence" in words(answer)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"date": "2999-01-01"}, "day to come"),
        ({"value": "many"}, "Enter a number"),
        ({"note": ""}, "This field is required"),
        ({"cluster": "999999"}, "Select a valid choice"),
    ],
)
def test_a_reading_that_can_not_be_is_said_beside_its_field(fields, sentence, typed, as_):
    answer = read(as_("staff"), **fields)
    assert answer.status_code == 200
    assert sentence in words(answer)
    assert not typed.readings.exists()


def test_only_a_typed_indicator_has_readings(scene, as_):
    for address in ("readings/", "readings/new/"):
        assert as_("coordinator").get(f"/p/trace/indicators/1/{address}").status_code == 404


# --- Proof -----------------------------------------------------------------------------------------


def test_each_unit_is_strong_weak_or_unproven_and_says_why(scene, cast, as_):
    weak = make.sme(scene.cluster, name="Linked")
    strong = make.sme(scene.cluster, name="Signed")
    make.record(scene.service, weak).evidence.add(
        Evidence.objects.create(
            project=scene.project, partner=scene.bulgaria, name="Page", link="https://firm.example/"
        )
    )
    make.record(scene.service, strong).evidence.add(make.evidence(scene.bulgaria))
    text = words(as_("manager").get("/p/trace/indicators/1/proof/"))
    assert "If the auditor came today: 1 of 4" in text
    assert "Strong 1 Weak 1 Unproven 2" in text
    assert "there is a link only" in text
    assert "Add a paper" in text
    only = words(as_("viewer").get("/p/trace/indicators/1/proof/?level=unproven"))
    assert "Signed" not in only
    assert "Add a paper" not in only
    overview = words(as_("viewer").get("/p/trace/indicators/proof/"))
    assert "1 of 4 25 %" in overview


def test_what_a_second_person_has_to_vouch_for_is_weak_until_then(scene, cast, as_):
    scene.indicator.proof = "vouched"
    scene.indicator.save()
    scene.record.evidence.add(make.evidence(scene.bulgaria))
    text = words(as_("manager").get("/p/trace/indicators/1/proof/?level=weak"))
    assert "no second person vouches for it yet" in text
    type(scene.record).objects.filter(pk=scene.record.pk).update(
        verified_by=cast.staff, verified_at=scene.record.created_at
    )
    text = words(as_("manager").get("/p/trace/indicators/1/proof/"))
    assert "If the auditor came today: 1 of 2" in text


@pytest.mark.parametrize(
    "query", ["level=great", "cluster=CL-99", "person=%00", "page=1000000000", "sort=nothing"]
)
def test_what_is_not_offered_narrows_nothing_and_breaks_nothing(query, scene, as_):
    answer = as_("viewer").get(f"/p/trace/indicators/1/proof/?{query}")
    assert answer.status_code == (404 if "CL-99" in query else 200)
