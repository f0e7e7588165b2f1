"""Invented attendance of the demonstration's events, the same on every run; every line is marked."""

import datetime
from random import Random

from clusters.models import SME, Manager
from events.models import Attendance, Category, EventKind, Standing

BY_FIRMS = {EventKind.REGIONAL_WORKSHOP: 7, EventKind.JOINT_TRAINING: 2, EventKind.STUDY_VISIT: 3}
WITH_ALL_MANAGERS = {
    EventKind.JOINT_TRAINING,
    EventKind.STUDY_VISIT,
    EventKind.ROOKIES_MEET_EXPERTS,
    EventKind.CONSORTIUM_MEETING,
}


def add_attendance(project, events, words):
    """Fill the lists of `events` that were held, and expect somebody at those to come.

    words: the key `outside` of data/demonstration/events.yaml.
    """
    managers = list(
        Manager.objects.filter(project=project).select_related("cluster").order_by("code")
    )
    rows = []
    for event in events:
        if event.state == Standing.CANCELLED:
            continue
        rng = Random(f"{project.slug} {event.code}")  # noqa: S311 - invented data, no secret
        people = _people(event, managers, words, rng)
        for day in event.days:
            came = [one for one in people if rng.random() < 0.93]
            rows += [_line(event, day, one) for one in came]
    Attendance.objects.bulk_create(rows)


def _people(event, managers, words, rng):
    own = [one for one in managers if one.cluster.partner_id == event.partner_id]
    if event.cluster_id:
        own = [one for one in managers if one.cluster_id == event.cluster_id] or own
    invited = managers if event.kind in WITH_ALL_MANAGERS else own
    if event.kind == EventKind.OTHER:
        invited = managers[::2]
    people = [{"category": Category.MANAGER, "manager": one} for one in invited]
    if number := BY_FIRMS.get(event.kind, 0):
        cluster = event.cluster or own[0].cluster
        firms = SME.objects.filter(memberships__cluster=cluster).standing().order_by("code")
        firms = rng.sample(list(firms), min(number, len(firms)))
        people += [{"category": Category.SME, "sme": firm} for firm in firms]
    if event.kind == EventKind.REGIONAL_WORKSHOP:
        officials = words["policymakers"].get(event.partner.country.code, ())
        people += [
            _outsider(Category.POLICYMAKER, *one, event.partner.country) for one in officials
        ]
    if event.kind == EventKind.MENTORING_VISIT:
        people.append(_outsider(Category.OUTSIDE_CLUSTER, *words["clusters"][0]))
    if event.kind in (EventKind.DISSEMINATION_EVENT, EventKind.OTHER):
        people += [_outsider(Category.OUTSIDE_CLUSTER, *one) for one in words["clusters"][1:]]
    return people


def _outsider(category, name, organisation, country):
    return {"category": category, "name": name, "organisation": organisation, "country": country}


def _line(event, day, person):
    row = Attendance(
        event=event, date=day, demonstration=True, created_by=event.created_by, **person
    )
    row.derive()
    if event.state == Standing.HELD:
        row.confirmed_by = event.created_by
        row.confirmed_at = datetime.datetime.combine(
            day, datetime.time(16, 30), tzinfo=datetime.UTC
        )
    return row
