"""Whom one knows and works with outside a consortium."""

import datetime

from clusters.models import LegalBasis
from events.models import (
    Acquaintance,
    Agreement,
    Collaboration,
    MarketStep,
    Meeting,
    OutsideCluster,
    PolicyMeeting,
    Synergy,
)


def _day(partner, days=90):
    return partner.project.start + datetime.timedelta(days=days)


def outside_cluster(partner, name="FEMAC", country="ES", **fields):
    return OutsideCluster.objects.create(
        project=partner.project, partner=partner, name=name, country=country, **fields
    )


def acquaintance(partner, name="Pilar Puig", organisation="FEMAC", country="ES", **fields):
    fields.setdefault("email", "pilar@outside.example")
    return Acquaintance.objects.create(
        project=partner.project,
        partner=partner,
        name=name,
        organisation=organisation,
        country=country,
        legal_basis=LegalBasis.CONSENT,
        notice_version="1.0",
        informed_on=_day(partner),
        **fields,
    )


def collaboration(partner, outside, cluster=None, subject="Peer learning", **fields):
    return Collaboration.objects.create(
        project=partner.project,
        partner=partner,
        outside_cluster=outside,
        cluster=cluster,
        subject=subject,
        **fields,
    )


def agreement(collaboration, subject="Exchange of managers", date=None, **fields):
    return Agreement.objects.create(
        project=collaboration.project,
        collaboration=collaboration,
        subject=subject,
        date=date or _day(collaboration.partner),
        **fields,
    )


def meeting(collaboration, subject="Twinning visit", date=None, points=(), **fields):
    """A meeting; points: pairs of a point and what was agreed. With `event` subject and day are its."""
    if "event" not in fields:
        fields |= {"subject": subject, "date": date or _day(collaboration.partner)}
    made = Meeting.objects.create(
        project=collaboration.project, collaboration=collaboration, **fields
    )
    for position, (text, agreed) in enumerate(points, 1):
        made.points.create(position=position, text=text, agreed=agreed)
    return made


def policy_meeting(partner, organisation="Ministry of Energy", level="national", **fields):
    fields = {"date": _day(partner), "subject": "Energy audits", **fields}
    return PolicyMeeting.objects.create(
        project=partner.project, partner=partner, organisation=organisation, level=level, **fields
    )


def synergy(partner, from_cluster, to_cluster, step="Packaging", **fields):
    fields.setdefault("description", "Boxes that know their place")
    return Synergy.objects.create(
        project=partner.project,
        partner=partner,
        from_cluster=from_cluster,
        to_cluster=to_cluster,
        step=step,
        **fields,
    )


def market_step(partner, country="TR", title="Trade mission", kind="mission", **fields):
    return MarketStep.objects.create(
        project=partner.project,
        partner=partner,
        country=country,
        title=title,
        kind=kind,
        **{"date": _day(partner), **fields},
    )
