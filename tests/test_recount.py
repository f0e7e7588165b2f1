"""The SME figure and its explained count against a recount of what the lists export, after merges too."""

import datetime
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from clusters.actions.merge import merge_firms
from clusters.models import SME, Novelty, SizeClass, State
from indicators.figures import explained, first_days
from indicators.measures import SMES_BENEFITTING
from projects.models import Role
from tests import make
from tests.recounting import recount

FIRST = datetime.date(2016, 11, 16)
LAST = datetime.date(2018, 11, 15)
days = some.dates(FIRST - datetime.timedelta(days=40), LAST + datetime.timedelta(days=40))
deliveries = some.tuples(
    some.integers(0, 5),  # which firm
    some.integers(0, 2),  # which service
    days,
    some.sampled_from([State.DELIVERED] * 4 + [State.PLANNED, State.CANCELLED]),
)
merges = some.tuples(some.integers(0, 5), some.integers(0, 5), some.booleans())


@pytest.fixture
def market(db):
    project = make.project("RECOUNT")
    partner = make.partner(project)
    coordinator = make.member(project, Role.COORDINATOR, partner)
    here, there = make.cluster(partner, "Here"), make.cluster(partner, "There")
    services = [make.service(here, "Same title", novelty) for novelty in Novelty.values]
    services[1].cluster = there  # services of one title are told apart by their codes
    services[1].save()
    firms = [make.sme(here, there, name=f"Firm {n}", town=f"T{n}") for n in range(6)]
    return project, coordinator, services, firms


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    sizes=some.lists(some.sampled_from(SizeClass.values), min_size=6, max_size=6),
    logged=some.lists(deliveries, max_size=20),
    merged=some.lists(merges, max_size=3),
    as_of=days,
)
def test_figure_and_explained_count_are_what_the_exports_say(
    market, client, sizes, logged, merged, as_of
):
    project, coordinator, services, firms = market
    with transaction.atomic():
        for firm, size in zip(firms, sizes, strict=True):
            SME.objects.filter(pk=firm.pk).update(size_override=size, size_class=size)
        for firm, service, day, state in logged:
            make.record(services[service], firms[firm], date=day, state=state)
        for one, other, taken in merged:
            kept, old = (SME.objects.get(pk=firms[number].pk) for number in (one, other))
            fields = ["size_class"] if taken else []
            # Refused: a firm with itself, one that went already, a size that would raise the count.
            with suppress(ValidationError):
                merge_firms(user=coordinator, kept=kept, merged=old, taken=fields)
        client.force_login(coordinator)
        steps, codes = recount(client, project, as_of)
        said = explained(SMES_BENEFITTING.sources[0], project, as_of)
        assert [(step.records, step.units) for step in said] == steps
        counting = SME.objects.filter(pk__in=first_days(SMES_BENEFITTING, project, as_of))
        assert set(counting.values_list("code", flat=True)) == codes
        transaction.set_rollback(True)
