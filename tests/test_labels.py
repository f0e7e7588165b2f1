"""Labels: their stage on any day, what their dates may be, what counts, readiness, and the warning before the end."""

import datetime
from datetime import date

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from clusters.models import Label, Level, Stage
from clusters.models.label import standing
from clusters.reminders import warn_of_labels
from indicators.figures import explained, first_days, unmet
from indicators.measures import BRONZE_LABELS
from tests import make
from tests.browsing import beside, filled, words

NEW = "/p/trace/labels/new/"
ROAD = "/p/trace/clusters/CL-01/road/"


@pytest.fixture
def manager(as_):
    return as_("manager")


@pytest.fixture
def label(scene):
    return make.label(
        scene.cluster,
        date(2017, 1, 10),
        data_collection_on=date(2017, 6, 1),
        interview_on=date(2018, 2, 1),
        awarded_on=date(2018, 3, 15),
    )


# --- The stage on a day ----------------------------------------------------------------------------


def test_the_stage_of_any_day_follows_from_the_dates(label):
    assert (label.valid_from, label.valid_until) == (date(2018, 3, 15), date(2020, 3, 14))
    for day, stage in [
        (date(2017, 1, 9), None),
        (date(2017, 1, 10), Stage.CANDIDATE),
        (date(2017, 6, 1), Stage.DATA_COLLECTION),
        (date(2018, 2, 1), Stage.INTERVIEW),
        (date(2018, 3, 15), Stage.AWARDED),
        (date(2019, 9, 13), Stage.AWARDED),
        (date(2019, 9, 14), Stage.EXPIRING),
        (date(2020, 3, 14), Stage.EXPIRING),
        (date(2020, 3, 15), Stage.EXPIRED),
        (date(2021, 3, 14), Stage.EXPIRED),
        (date(2021, 3, 15), Stage.LAPSED),
    ]:
        assert label.stage_on(day) == stage, day


def test_a_renewal_ends_the_road_of_what_it_renews(label, scene):
    renewal = make.label(scene.cluster, date(2020, 1, 1), renews=label, awarded_on=date(2020, 5, 1))
    label.refresh_from_db()
    assert label.stage_on(date(2020, 4, 30)) == Stage.EXPIRED
    assert label.stage_on(date(2020, 5, 1)) == Stage.RENEWED
    assert [row["label"] for row in standing([label, renewal], date(2020, 4, 30))] == [
        label,
        renewal,
    ]
    assert [row["label"] for row in standing([label, renewal], date(2020, 5, 1))] == [renewal]


@given(
    days=st.lists(st.dates(date(2015, 1, 1), date(2018, 1, 1)), min_size=4, max_size=4),
    day=st.dates(date(2014, 1, 1), date(2026, 1, 1)),
    later=st.integers(0, 4000),
)
def test_a_road_never_goes_back(days, day, later):
    steps = dict(
        zip(
            ("candidate_on", "data_collection_on", "interview_on", "awarded_on"),
            sorted(days),
            strict=True,
        )
    )
    label = Label(**steps, valid_from=max(days), valid_until=max(days).replace(year=2020))
    order = [None, *Stage]
    stage, then = label.stage_on(day), label.stage_on(day + datetime.timedelta(days=later))
    assert order.index(then) >= order.index(stage)


def test_the_alarm_sounds_in_the_last_months_and_while_it_can_be_renewed(label):
    assert label.alarm_on(date(2019, 9, 13)) == ""
    assert "valid for another 14 days" in label.alarm_on(date(2020, 2, 29))
    assert "it can be renewed for another 364 days" in label.alarm_on(date(2020, 3, 15))
    assert label.alarm_on(date(2021, 3, 15)) == ""


# --- What is entered -------------------------------------------------------------------------------


def enter(browser, scene, **entered):
    page = browser.get(NEW)
    return browser.post(
        NEW,
        filled(page, cluster=scene.cluster.pk, candidate_on="2017-01-10", **entered),
        follow=True,
    )


def test_a_manager_walks_a_label_from_candidate_to_awarded(manager, scene):
    page = enter(manager, scene)
    assert "Candidate" in words(page)
    edit = "/p/trace/labels/LB-001/edit/"
    for typed, stage in [
        ({"data_collection_on": "2017-06-01"}, "Data collection"),
        ({"interview_on": "2018-02-01"}, "Interview held"),
        ({"awarded_on": "2018-03-15"}, "Lapsed"),
    ]:
        page = manager.post(edit, filled(manager.get(edit), **typed), follow=True)
        assert f"Bronze label of Green cluster {stage}" in words(page)
    label = Label.objects.get()
    assert label.valid_until == date(2020, 3, 14)
    assert "No certificate yet" in words(page)
    row = words(manager.get("/p/trace/labels/?as_of=2018-04-01"))
    assert "Green cluster Bronze Awarded 1 Feb 2018 15 Mar 2018" in row


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"data_collection_on": "2017-01-09"}, "data_collection_on", "comes after the candidature"),
        ({"interview_on": "2017-01-01"}, "interview_on", "comes after the candidature"),
        (
            {"data_collection_on": "2017-06-01", "interview_on": "2017-05-01"},
            "interview_on",
            "comes after the candidature and the data collection",
        ),
        (
            {"interview_on": "2018-06-01", "awarded_on": "2018-05-01"},
            "awarded_on",
            "The award comes after the steps",
        ),
        ({"interview_on": "2999-01-01"}, "interview_on", "This day has not come yet."),
        ({"awarded_on": "soon"}, "awarded_on", "Enter a valid date."),
        ({"level": "gold", "awarded_on": "2018-05-01"}, "valid_until", "says until when"),
        ({"valid_until": "2019-05-01"}, "valid_until", "An award has a first and a last valid day"),
        (
            {"awarded_on": "2018-05-01", "valid_until": "2018-04-01"},
            "valid_until",
            "The last valid day comes after the first.",
        ),
        ({"level": "platinum"}, "level", "Select a valid choice"),
    ],
)
def test_dates_that_can_not_be_are_refused_beside_the_field(manager, scene, typed, field, sentence):
    page = enter(manager, scene, **typed, note="Typed at length")
    assert sentence in beside(page, field)
    assert filled(page)["note"] == ["Typed at length"]
    assert not Label.objects.exists()


def test_an_award_without_an_interview_is_kept_and_said_to_be_odd(manager, scene):
    page = enter(manager, scene, awarded_on="2018-05-01")
    assert "The award has no interview date." in words(page)
    assert Label.objects.get().awarded_on


def test_a_cluster_is_on_one_road_to_a_level_at_a_time(manager, scene, label):
    make.label(scene.cluster, date(2018, 4, 1))
    page = enter(manager, scene)
    assert "on the road to this label already" in words(page)
    with pytest.raises(IntegrityError), transaction.atomic():
        Label.objects.create(
            project=scene.project, cluster=scene.cluster, candidate_on=date(2018, 1, 1)
        )


def test_the_database_refuses_steps_out_of_order(scene, label):
    for wrong in (
        {"interview_on": date(2016, 1, 1)},
        {"awarded_on": date(2016, 1, 1)},
        {"valid_until": None},
        {"valid_until": date(2018, 1, 1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Label.objects.filter(pk=label.pk).update(**wrong)


def test_a_label_is_renewed_until_a_year_after_its_last_day(scene, label):
    with pytest.raises(ValidationError, match="until a year after its last day"):
        make.label(scene.cluster, date(2021, 1, 1), renews=label, awarded_on=date(2021, 3, 15))
    with pytest.raises(ValidationError, match="label of another cluster"):
        make.label(scene.other_cluster, date(2020, 1, 1), renews=label)
    with pytest.raises(ValidationError, match="comes after what it renews"):
        make.label(scene.cluster, date(2018, 1, 1), renews=label, awarded_on=date(2018, 3, 15))
    make.label(scene.cluster, date(2021, 1, 1), renews=label, awarded_on=date(2021, 3, 14))


def test_the_form_of_a_renewal_knows_what_it_renews(manager, label):
    sent = filled(manager.get(f"{NEW}?renews={label.code}"))
    assert sent["renews"] == [str(label.pk)]
    assert sent["level"] == ["bronze"]
    for nothing in ("XX", "LB-999", "%00"):
        assert manager.get(f"{NEW}?renews={nothing}&cluster={nothing}").status_code == 200


def test_a_certificate_is_dropped_on_the_label(manager, scene, label):
    page = manager.get(f"{label.get_absolute_url()}proof/")
    file = SimpleUploadedFile("certificate.txt", b"Bronze")
    page = manager.post(f"{label.get_absolute_url()}proof/", filled(page, files=file), follow=True)
    assert "certificate.txt" in words(page)
    evidence = label.evidence.get()
    assert evidence.partner == scene.bulgaria
    assert "Labels 1" in words(manager.get(evidence.get_absolute_url()))


# --- What counts -----------------------------------------------------------------------------------


def counted(project, day=None):
    return first_days(BRONZE_LABELS, project, day or project.end)


def test_a_first_bronze_award_with_a_certificate_inside_the_project_counts(scene, label):
    assert counted(scene.project) == {}
    label.evidence.add(make.evidence(scene.bulgaria))
    label.evidence.add(make.evidence(scene.bulgaria, content=b"second"))
    assert counted(scene.project) == {scene.cluster.pk: date(2018, 3, 15)}
    assert counted(scene.project, date(2018, 3, 14)) == {}


def test_each_reason_not_to_count_is_told(scene):
    (source,) = BRONZE_LABELS.sources
    inside = {"awarded_on": date(2018, 3, 15), "certificate": True}
    cases = {
        "not awarded yet": make.label(scene.cluster),
        "awarded outside the project": make.label(
            scene.cluster, awarded_on=date(2018, 11, 16), certificate=True
        ),
        "a silver or gold label": make.label(
            scene.cluster, level=Level.GOLD, valid_until=date(2021, 1, 1), **inside
        ),
        "no certificate is attached": make.label(scene.other_cluster, awarded_on=date(2018, 3, 15)),
    }
    for reason, case in cases.items():
        assert reason in unmet(source, scene.project, case), reason
    steps = explained(source, scene.project, scene.project.end)
    assert steps[0].records == 4
    assert steps[-1].units == 0


def test_a_cluster_that_had_a_label_before_does_not_count(scene):
    (source,) = BRONZE_LABELS.sources
    make.label(scene.cluster, date(2014, 1, 1), awarded_on=date(2014, 6, 1))  # not valid in 2016
    again = make.label(scene.cluster, awarded_on=date(2018, 3, 15), certificate=True)
    assert unmet(source, scene.project, again) == ["the cluster had a bronze label before"]
    silver = {"level": Level.SILVER, "valid_until": date(2017, 1, 1)}
    make.label(scene.other_cluster, date(2014, 1, 1), awarded_on=date(2015, 6, 1), **silver)
    bronze = make.label(scene.other_cluster, awarded_on=date(2018, 3, 15), certificate=True)
    assert unmet(source, scene.project, bronze) == [
        "the cluster held a valid label when the project began"
    ]
    assert counted(scene.project) == {}


def test_the_figure_opens_down_to_the_certificate(as_, scene):
    make.indicator(scene.project, 3, measure="bronze_labels", target=3, name="New bronze labels")
    label = make.label(scene.cluster, awarded_on=date(2018, 3, 15), certificate=True)
    make.label(scene.other_cluster)
    browser = as_("viewer")
    page = browser.get("/p/trace/indicators/3/")
    assert "Show the 1 clusters" in words(page)
    assert "distinct clusters, each once 1" in words(page)
    assert "Shares sum" not in words(page)
    page = browser.get("/p/trace/indicators/3/units/")
    assert "Green cluster" in words(page)
    assert "15 Mar 2018 1" in words(page)
    page = browser.get("/p/trace/indicators/3/records/?unit=CL-01")
    assert label.code in words(page)
    page = browser.get("/p/trace/indicators/3/records/?step=1")
    assert "Not counted: not awarded yet" in words(page)
    assert "ENEF cluster" in words(page)
    assert "Counts in KPI-03" in words(browser.get(label.get_absolute_url()))
    for export in ("units/?export=csv", "records/?export=xlsx"):
        assert browser.get(f"/p/trace/indicators/3/{export}").status_code == 200


def test_the_overview_leads_with_the_figure_that_promises_most(as_, scene):
    make.indicator(scene.project, 0, measure="bronze_labels", target=3, name="New bronze labels")
    page = words(as_("viewer").get("/p/trace/"))
    assert "Where does 2 come from?" in page


# --- Readiness -------------------------------------------------------------------------------------


def test_a_self_check_is_shown_with_words_and_over_time(manager, scene):
    make.readiness(scene.cluster, date(2017, 3, 1), score=1)
    address = "/p/trace/clusters/CL-01/readiness/new/"
    sent = filled(manager.get(address))
    assert sent["structure"] == ["1"]  # as the last one was
    page = manager.post(address, {**sent, "date": "2018-03-01", "services": "4"}, follow=True)
    assert "Services 4 Nearly ready" in words(page)
    assert "Structure 1 Not begun" in words(page)
    assert "1 Mar 2018 1.5" in words(page)
    assert "1 Mar 2017 1.0" in words(page)
    listed = words(manager.get("/p/trace/labels/"))
    assert "1.5 of 5" in listed
    assert "1.0 of 5" in words(manager.get("/p/trace/labels/?as_of=2017-12-31"))


def test_a_self_check_has_six_marks_from_1_to_5_and_a_day_of_its_own(manager, scene):
    make.readiness(scene.cluster, date(2018, 3, 1))
    address = "/p/trace/clusters/CL-01/readiness/new/"
    sent = filled(manager.get(address))
    page = manager.post(address, {**sent, "date": "2018-03-01"})
    assert "has a self-check of this day" in words(page)
    for typed, field in [("6", "structure"), ("x", "contacts"), ("", "financing")]:
        assert beside(manager.post(address, {**sent, field: typed}), field)
    assert "not come yet" in beside(manager.post(address, {**sent, "date": "2999-01-01"}), "date")
    assert scene.cluster.self_checks.count() == 1


def test_a_self_check_is_changed_and_deleted(manager, scene):
    check = make.readiness(scene.cluster, date(2018, 3, 1))
    address = f"/p/trace/clusters/CL-01/readiness/{check.pk}/"
    page = manager.post(
        f"{address}edit/", filled(manager.get(f"{address}edit/"), services="5"), follow=True
    )
    assert "Services 5 Ready" in words(page)
    manager.post(f"{address}delete/")
    assert not scene.cluster.self_checks.exists()


# --- The warning -----------------------------------------------------------------------------------


@pytest.fixture
def ending(scene, cast):
    """A label that has three months to go, of a cluster whose manager has a login."""
    scene.manager.user = cast.manager
    scene.manager.save()
    awarded = datetime.date.today() - datetime.timedelta(days=640)
    return make.label(scene.cluster, awarded, awarded_on=awarded)


def test_managers_and_coordinator_are_told_once(ending, cast):
    assert warn_of_labels() == 1
    assert [message.to for message in mail.outbox] == [
        [cast.coordinator.email],
        [cast.manager.email],
    ]
    assert "valid for another" in mail.outbox[0].body
    assert ending.get_absolute_url() in mail.outbox[0].body
    assert warn_of_labels() == 0
    assert len(mail.outbox) == 2


def test_a_mail_that_could_not_be_sent_is_tried_again(ending, monkeypatch):
    def away(*args, **kwargs):
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr("clusters.reminders.send_mail", away)
        assert warn_of_labels() == 0
    assert warn_of_labels() == 1


def test_nobody_is_told_of_a_renewed_a_demonstration_or_a_long_lapsed_label(ending, scene, label):
    Label.objects.filter(pk=ending.pk).update(demonstration=True)
    assert warn_of_labels() == 0
    Label.objects.filter(pk=ending.pk).update(demonstration=False)
    today = datetime.date.today()
    make.label(scene.cluster, today, renews=ending, awarded_on=today)
    assert warn_of_labels() == 0
    assert mail.outbox == []


def test_the_alarm_is_on_the_pages_of_the_cluster_and_of_the_labels(ending, as_):
    for address in (
        ROAD,
        "/p/trace/labels/",
        "/p/trace/clusters/CL-01/",
        ending.get_absolute_url(),
    ):
        assert "is valid for another" in words(as_("viewer").get(address)), address
