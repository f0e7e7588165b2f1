"""Merging firms that are one: every relation moves, no count rises, and undoing restores what was."""

import datetime
import threading
import uuid

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, models
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from clusters.actions.merge import (
    chosen_fields,
    decline_merge,
    default_taken,
    may_merge,
    merge_firms,
    propose_merge,
    sizes_allowed,
    undo_merge,
)
from clusters.actions.moving import NOT_SET_BACK, STAYS, _uniques, relations_of, speaking_fields
from clusters.models import (
    SME,
    ClusterMembership,
    Contact,
    Merge,
    MergeState,
    Novelty,
    ServiceRecord,
    SizeClass,
    State,
)
from common.history import told
from indicators.figures import first_days
from indicators.measures import MEASURES
from projects.models import Comment, Notice, Role
from tests import make

SMES = MEASURES["smes_benefitting"]


@pytest.fixture
def twins(scene):
    """One firm that was entered twice by the Bulgarian cluster, with all that a firm can have."""
    old = make.sme(
        scene.cluster, name="Slance EOOD", town="Plovdiv", website="https://slance.example"
    )
    make.record(scene.service, old)
    make.contact(scene.sme, scene.bulgaria, name="Ivan Ivanov", phone="")
    make.contact(old, scene.bulgaria, name="I. Ivanov", phone="+359 32 1")
    make.contact(old, scene.bulgaria, name="Mila Mileva", email="mila@firm.example")
    return scene.sme, old


def dump(*, of=None):
    """All rows of the rooms' tables, but for the bookkeeping that is never set back and what is derived."""
    left_out = {"clusters.SMEKey", "clusters.LikelyPair", "clusters.Merge", "projects.Numbering"}
    rows = {}
    for room in ("projects", "workpackages", "clusters", "events", "indicators", "reports"):
        for model in apps.get_app_config(room).get_models(include_auto_created=True):
            if model._meta.label not in left_out:
                names = [
                    f.attname for f in model._meta.concrete_fields if f.name not in NOT_SET_BACK
                ]
                rows[model._meta.label] = sorted(map(repr, model._base_manager.values_list(*names)))
    return rows


def test_every_relation_moves(twins, cast):
    kept, old = twins
    records = ServiceRecord.objects.filter(sme__in=twins).count()
    merge_firms(user=cast.coordinator, kept=kept, merged=old)
    for field in relations_of(SME):
        left = field.model._base_manager.filter(**{field.name: old})
        assert not left.exists(), f"{field.model._meta.label}.{field.name}"
    assert kept.records.count() == records
    old.refresh_from_db()
    assert old.merged_into == kept
    assert kept.memberships.count() == 1


def test_a_relation_that_a_merge_can_not_move_is_noticed():
    """A merge moves foreign keys, and understands uniqueness that is declared by fields."""
    for field in speaking_fields():
        assert not any(field.name in names for names, _ in _uniques(field.model)), (
            f"{field.model._meta.label} may speak of a record once: join the two in moving.py"
        )
    for field in relations_of(SME):
        for constraint in field.model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint) and constraint.expressions:
                assert field.name not in str(constraint.expressions), constraint.name
    named = {
        f"{relation.field.model._meta.label}.{relation.field.name}"
        for relation in SME._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and not relation.many_to_many
    }
    assert named >= STAYS


def test_uniqueness_of_firms_leaves_out_those_that_were_merged():
    for constraint in SME._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.name != "sme_code_once":
            assert "merged_into__isnull" in str(constraint.condition), constraint.name


def test_merging_and_undoing_restores_every_row(twins, cast):
    kept, old = twins
    before = dump()
    merge = merge_firms(
        user=cast.coordinator, kept=kept, merged=old, taken=["town", "website", "name"]
    )
    kept.refresh_from_db()
    assert (kept.name, kept.town, kept.website) == (
        "Slance EOOD",
        "Plovdiv",
        "https://slance.example",
    )
    assert dump() != before
    undo_merge(user=cast.coordinator, merge=merge)
    assert dump() == before
    assert Merge.objects.get().state == MergeState.UNDONE


def test_what_was_said_of_a_firm_follows_it_and_comes_back(twins, cast):
    kept, old = twins
    said = make.comment(old, cast.manager)
    make.notice(cast.manager, old, cast.coordinator)
    merge = merge_firms(user=cast.coordinator, kept=kept, merged=old)
    assert list(Comment.objects.on(kept)) == [said]
    assert Notice.objects.on(kept).count() == 1
    undo_merge(user=cast.coordinator, merge=merge)
    assert list(Comment.objects.on(old)) == [said]
    assert Notice.objects.on(old).count() == 1


def test_a_comment_withdrawn_since_keeps_nobody_from_undoing(twins, cast):
    kept, old = twins
    said = make.comment(old, cast.manager)
    merge = merge_firms(user=cast.coordinator, kept=kept, merged=old)
    said.delete()
    undo_merge(user=cast.coordinator, merge=merge)
    old.refresh_from_db()
    assert old.merged_into is None


def test_two_contacts_with_one_address_become_one_that_knows_what_both_knew(twins, cast):
    kept, old = twins
    merge_firms(user=cast.coordinator, kept=kept, merged=old)
    assert sorted(kept.contacts.values_list("name", "phone")) == [
        ("Ivan Ivanov", "+359 32 1"),
        ("Mila Mileva", ""),
    ]


@pytest.mark.parametrize(
    "one, other, both",
    [
        ((2015, 2016), (2017, None), (2015, None)),
        ((2016, 2017), (2015, 2016), (2015, 2017)),
        ((None, 2016), (2017, 2018), (None, 2018)),
        ((None, None), (2017, 2018), (None, None)),
    ],
)
def test_memberships_of_one_cluster_become_one_with_the_dates_of_both(
    one, other, both, scene, cast
):
    def days(years):
        since, until = (year and datetime.date(year, 6, 1) for year in years)
        return {"since": since, "until": until}

    old = make.sme(scene.cluster, name="Old")
    ClusterMembership.objects.filter(sme=scene.sme).update(**days(one))
    ClusterMembership.objects.filter(sme=old).update(**days(other))
    merge_firms(user=cast.coordinator, kept=scene.sme, merged=old)
    found = scene.sme.memberships.values("since", "until").get()
    assert found == days(both)


def test_the_old_firm_is_in_no_list_and_its_code_leads_to_the_new_one(twins, cast, as_):
    kept, old = twins
    merge_firms(user=cast.coordinator, kept=kept, merged=old)
    browser = as_("viewer")
    for query in ("", "?q=slance", "?export=csv"):
        page = browser.get(f"/p/trace/smes/{query}").content.decode()
        assert f">{old.code}<" not in page
        assert "Slance EOOD" not in page
    found = browser.get("/p/trace/smes/", {"q": old.code}).content.decode()
    assert kept.name in found
    response = browser.get(old.get_absolute_url(), follow=True)
    assert response.redirect_chain == [(kept.get_absolute_url(), 302)]
    assert f"{old.code} was merged into this firm" in response.content.decode()
    assert SME.objects.visible_to(cast.coordinator).filter(pk=old.pk).count() == 0
    assert SME.objects.editable_by(cast.coordinator).filter(pk=old.pk).count() == 0


def test_chains_end_at_the_last_firm_and_are_undone_from_there(scene, cast):
    one, two, three = (make.sme(scene.cluster, name=f"Chain {word}") for word in ("a", "b", "c"))
    before = dump()
    first = merge_firms(user=cast.coordinator, kept=two, merged=one)
    two.refresh_from_db()
    second = merge_firms(user=cast.coordinator, kept=three, merged=two)
    one.refresh_from_db()
    assert one.merged_into == three
    with pytest.raises(ValidationError, match="undo that first"):
        undo_merge(user=cast.coordinator, merge=first)
    undo_merge(user=cast.coordinator, merge=second)
    undo_merge(user=cast.coordinator, merge=first)
    assert dump() == before


def test_undoing_refuses_when_something_was_changed_and_says_what(twins, cast):
    kept, old = twins
    merge = merge_firms(user=cast.coordinator, kept=kept, merged=old, taken=["town"])
    kept.refresh_from_db()
    kept.town = "Asenovgrad"
    kept.save()
    ServiceRecord.objects.filter(sme=kept).order_by("-pk").first().delete()
    kept.contacts.filter(name="Ivan Ivanov").update(phone="+359 99")
    before = dump()
    with pytest.raises(ValidationError) as refusal:
        undo_merge(user=cast.coordinator, merge=merge)
    said = " ".join(refusal.value.messages)
    assert f"Town of {kept.code} was changed since" in said
    assert "1 of the service records that moved" in said
    assert "A contact that both firms had was changed since" in said
    assert dump() == before
    assert Merge.objects.get().state == MergeState.DONE


def test_undoing_twice_says_so(twins, cast):
    merge = merge_firms(user=cast.coordinator, kept=twins[0], merged=twins[1])
    undo_merge(user=cast.coordinator, merge=merge)
    with pytest.raises(ValidationError, match="undone already"):
        undo_merge(user=cast.coordinator, merge=merge)


def test_a_merged_number_can_be_taken_over_and_comes_back(scene, cast):
    old = make.sme(scene.cluster, name="Old", registration_number="123456789")
    merge = merge_firms(
        user=cast.coordinator, kept=scene.sme, merged=old, taken=["registration_number"]
    )
    scene.sme.refresh_from_db()
    assert scene.sme.registration_number == "123456789"
    undo_merge(user=cast.coordinator, merge=merge)
    scene.sme.refresh_from_db()
    assert scene.sme.registration_number == ""
    assert SME.objects.get(pk=old.pk).registration_number == "123456789"


def test_a_number_given_away_meanwhile_keeps_the_old_firm_from_coming_back(scene, cast):
    old = make.sme(scene.cluster, name="Old", registration_number="123456789")
    merge = merge_firms(user=cast.coordinator, kept=scene.sme, merged=old)
    make.sme(scene.cluster, name="Third", registration_number="123456789")
    with pytest.raises(ValidationError, match="Another firm has a number"):
        undo_merge(user=cast.coordinator, merge=merge)
    assert Merge.objects.get().state == MergeState.DONE


def test_both_firms_and_the_records_that_moved_tell_it(twins, cast):
    kept, old = twins
    record = old.records.get()
    merge_firms(user=cast.coordinator, kept=kept, merged=old)
    for firm in (kept, old, record):
        lines = [line for change in told(firm) for line in change.lines]
        assert any("Slance" in line or "Слънце" in line for line in lines), lines
    assert LogEntry.objects.get_for_object(record).first().actor == cast.coordinator


# --- Who may -------------------------------------------------------------------------------------------


def test_a_manager_merges_own_firms_and_proposes_those_that_another_partner_serves(scene, cast):
    own = make.sme(scene.cluster, name="Own")
    assert may_merge(cast.manager, scene.sme, own)
    make.contact(own, scene.serbia)
    own.refresh_from_db()
    with pytest.raises(PermissionDenied):
        merge_firms(user=cast.manager, kept=scene.sme, merged=own)
    merge = propose_merge(user=cast.manager, kept=scene.sme, merged=own, taken=["town"])
    assert merge.state == MergeState.PROPOSED
    with pytest.raises(ValidationError, match="proposed"):
        propose_merge(user=cast.coordinator, kept=own, merged=scene.sme)
    own.refresh_from_db()
    merge_firms(
        user=cast.coordinator, kept=scene.sme, merged=own, taken=merge.taken, proposal=merge
    )
    merge.refresh_from_db()
    assert (merge.state, merge.decided_by) == (MergeState.DONE, cast.coordinator)


@pytest.mark.parametrize("person", ["viewer", "staff", "stranger"])
def test_others_neither_merge_nor_propose(person, scene, cast):
    own = make.sme(scene.cluster, name="Own")
    for act in (merge_firms, propose_merge):
        with pytest.raises(PermissionDenied):
            act(user=getattr(cast, person), kept=scene.sme, merged=own)
    assert not Merge.objects.exists()


def test_who_keeps_neither_firm_proposes_nothing(scene, cast):
    one, other = (make.sme(scene.other_cluster, name=name) for name in ("One", "Other"))
    with pytest.raises(PermissionDenied):
        propose_merge(user=cast.manager, kept=one, merged=other)


def test_a_manager_does_not_undo_what_has_another_partners_records(scene, cast):
    own = make.sme(scene.cluster, name="Own")
    merge = merge_firms(user=cast.manager, kept=scene.sme, merged=own)
    make.record(scene.other_service, scene.sme)
    with pytest.raises(PermissionDenied):
        undo_merge(user=cast.manager, merge=merge)
    assert Merge.objects.get().state == MergeState.DONE
    undo_merge(user=cast.coordinator, merge=merge)


def test_a_proposal_is_declined_once_with_a_reason(scene, cast):
    merge = propose_merge(user=cast.manager, kept=scene.sme, merged=scene.other_sme)
    with pytest.raises(ValidationError, match="Say why"):
        decline_merge(user=cast.coordinator, merge=merge, reason=" ")
    with pytest.raises(PermissionDenied):
        decline_merge(user=cast.staff, merge=merge, reason="No")
    decline_merge(user=cast.coordinator, merge=merge, reason="Two firms of one family")
    with pytest.raises(ValidationError, match="a moment ago"):
        decline_merge(user=cast.coordinator, merge=merge, reason="Again")
    with pytest.raises(ValidationError, match="a moment ago"):
        merge_firms(user=cast.coordinator, kept=scene.sme, merged=scene.other_sme, proposal=merge)
    assert SME.objects.filter(merged_into__isnull=False).count() == 0


# --- Two at once -----------------------------------------------------------------------------------------


def test_what_was_changed_or_merged_meanwhile_is_not_merged_over(scene, cast):
    own = make.sme(scene.cluster, name="Own")
    with pytest.raises(ValidationError, match="was changed while you were choosing"):
        merge_firms(user=cast.coordinator, kept=scene.sme, merged=own, seen=(scene.sme.version, 99))
    merge_firms(user=cast.coordinator, kept=scene.sme, merged=own)
    scene.sme.refresh_from_db()
    for kept, merged in ((scene.sme, own), (own, scene.sme)):
        with pytest.raises(ValidationError, match="was merged into"):
            merge_firms(user=cast.coordinator, kept=kept, merged=merged)
    assert Merge.objects.count() == 1


@pytest.mark.postgres  # two connections write at once
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("crosswise", [False, True])
def test_of_two_who_merge_one_pair_at_once_one_does(crosswise, scene, cast):
    own = make.sme(scene.cluster, name="Own")
    start, said = threading.Barrier(2), []

    def press(kept, merged):
        start.wait()
        try:
            merge_firms(
                user=cast.coordinator,
                kept=SME.objects.get(pk=kept.pk),
                merged=SME.objects.get(pk=merged.pk),
                seen=(1, 1),
            )
            said.append("merged")
        except ValidationError as refusal:
            said.extend(refusal.messages)
        finally:
            connection.close()

    pairs = [(scene.sme, own), (own, scene.sme) if crosswise else (scene.sme, own)]
    threads = [threading.Thread(target=press, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("merged") == 1
    assert len(said) == 2
    assert SME.objects.filter(merged_into__isnull=False).count() == 1


# --- Counts ----------------------------------------------------------------------------------------------


def test_a_firm_of_unknown_size_with_records_keeps_the_merged_one_from_counting(scene, cast):
    unknown = make.sme(scene.cluster, name="Unknown", size_class=SizeClass.UNKNOWN)
    assert sizes_allowed(scene.sme, unknown) == {SizeClass.SMALL, SizeClass.UNKNOWN}
    make.record(scene.service, unknown)
    assert sizes_allowed(scene.sme, unknown) == {SizeClass.UNKNOWN}
    assert "size_class" in default_taken(scene.sme, unknown)
    with pytest.raises(ValidationError, match=unknown.code):
        merge_firms(user=cast.coordinator, kept=scene.sme, merged=unknown)
    merge_firms(user=cast.coordinator, kept=scene.sme, merged=unknown, taken=["size_class"])


FIRST, LAST = datetime.date(2016, 11, 16), datetime.date(2018, 11, 15)
# Most of them inside the project, spread over it: a date drawn at random is too often its first day.
days = some.sampled_from([1, 100, 300, 500, 700, 729, -20, 750]).map(
    lambda day: FIRST + datetime.timedelta(days=day)
)
a_record = some.tuples(
    some.integers(0, 4),
    some.integers(0, 3),
    days,
    some.sampled_from([State.DELIVERED] * 3 + [State.PLANNED, State.CANCELLED]),
)
a_firm = some.tuples(some.sampled_from(SizeClass.values), some.sets(some.integers(0, 1)))
a_merge = some.tuples(
    some.permutations(range(5)).map(lambda firms: firms[:2]),
    some.sets(some.sampled_from(["name", "town", "size_class", "registration_number"])),
    some.booleans(),
)


class Counts(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        firms=some.lists(a_firm, min_size=5, max_size=5),
        records=some.lists(a_record, min_size=2, max_size=14),
        merges=some.lists(a_merge, min_size=1, max_size=4),
    )
    @example(  # a firm that counted nothing takes the deliveries of a large one
        firms=[(SizeClass.MICRO, {0}), (SizeClass.LARGE, {1}), *[(SizeClass.SMALL, set())] * 3],
        records=[(1, 0, FIRST + datetime.timedelta(days=100), State.DELIVERED)],
        merges=[([0, 1], set(), False)],
    )
    def test_merging_never_raises_a_count_and_undoing_restores_all(self, firms, records, merges):
        project = make.project(f"P{uuid.uuid4().hex[:8]}")
        partner = make.partner(project)
        user = make.member(project, Role.COORDINATOR, partner)
        clusters = [make.cluster(partner), make.cluster(partner)]
        services = [
            make.service(clusters[number % 2], f"S{number}", novelty)
            for number, novelty in enumerate(
                [Novelty.NEW, Novelty.IMPROVED, Novelty.EXISTING, Novelty.NEW]
            )
        ]
        there = []
        for number, (size, members) in enumerate(firms):
            firm = make.sme(clusters[0], name=f"Firm {number}", size_class=size, town=f"T{number}")
            firm.memberships.all().delete()
            for member in members:
                ClusterMembership.objects.create(cluster=clusters[member], sme=firm)
            there.append(firm)
        for firm, service, date, state in records:
            make.record(services[service], there[firm], date=date, state=state)
        as_of = [FIRST + (LAST - FIRST) * part / 5 for part in range(7)]

        def counts():
            return [len(first_days(SMES, project, day)) for day in as_of]

        done, dumps, counted = [], [], counts()
        for (one, other), taken, undo in merges:
            kept, merged = (SME.objects.get(pk=there[number].pk) for number in (one, other))
            before = dump()
            try:
                merge = merge_firms(user=user, kept=kept, merged=merged, taken=sorted(taken))
            except ValidationError:
                continue
            now = counts()
            assert all(a <= b for a, b in zip(now, counted, strict=True)), (now, counted)
            if undo:
                undo_merge(user=user, merge=merge)
                assert dump() == before
                assert counts() == counted
            else:
                counted = now
                done.append(merge)
                dumps.append(before)
        for merge, before in zip(reversed(done), reversed(dumps), strict=True):
            undo_merge(user=user, merge=merge)
            assert dump() == before


def test_the_choice_is_between_the_firms_own_fields():
    names = {field.name for field in chosen_fields()}
    assert {"name", "native_name", "country", "town", "registration_number", "website"} <= names
    assert not names & {"id", "code", "project", "version", "merged_into", "folded", "likeness"}


def test_a_contact_of_the_old_firm_is_read_by_its_own_partner_still(twins, cast):
    kept, old = twins
    merge_firms(user=cast.coordinator, kept=kept, merged=old)
    assert Contact.objects.visible_to(cast.manager).filter(sme=kept).count() == 2
    assert not Contact.objects.visible_to(cast.viewer).exists()


def test_answers_to_one_wave_are_joined_and_those_of_the_firm_that_stays_stand(scene, cast):
    old = make.sme(scene.cluster, name="Old")
    questionnaire = make.questionnaire(scene.project)
    first, second = (make.question(questionnaire, text=text) for text in ("One?", "Two?"))
    wave = make.wave(questionnaire)
    make.asked(wave, scene.sme, answers=[(first, 5)])
    make.asked(wave, old, handed_in=True, answers=[(first, 1), (second, 2)])
    before = dump()
    merge = merge_firms(user=cast.coordinator, kept=scene.sme, merged=old)
    asked = scene.sme.asked.get()
    assert asked.handed_in_at
    assert sorted(asked.answers.values_list("question__text", "number")) == [
        ("One?", 5),
        ("Two?", 2),
    ]
    undo_merge(user=cast.coordinator, merge=merge)
    assert dump() == before
