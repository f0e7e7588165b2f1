"""Invented cooperation with those outside a consortium: who and what stand in data/demonstration/cooperation.yaml."""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from clusters.models import LegalBasis
from common.search import fold
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
from projects.models import Project
from tracekei.demonstration.dissemination import day_of, event_of, proof
from tracekei.demonstration.people import People


@dataclass
class _Scene:
    """What the invented records of a project belong to, by name."""

    project: Project
    people: People
    today: date

    def __post_init__(self):
        self.partners = {one.short_name: one for one in self.project.partners.all()}
        self.clusters = {one.short_name: one for one in self.project.clusters.all()}
        self.sectors = {one.name: one for one in self.project.sectors.all()}
        self.staff = {cluster.partner_id: user for cluster, user in self.people.staff.items()}
        self.outside = {}

    def keep(self, model, partner, proven=True, **fields):
        """Save a record of `model` that the partner's staff entered, with a paper if it is `proven`."""
        if hasattr(model, "partner") and not isinstance(model.partner, property):
            fields["partner"] = partner
        record = model(
            project=self.project,
            created_by=self.staff[partner.pk],
            demonstration=True,
            **fields,
        )
        record.full_clean()
        record.save()
        if proven and hasattr(record, "evidence"):
            record.evidence.add(proof(record))
        return record

    def cluster_of(self, partner):
        return next(one for one in self.clusters.values() if one.partner_id == partner.pk)


def add_cooperation(project, plans, people, today):
    """Add the cooperation of `plans` (by slug) to `project`; nothing is dated after `today`."""
    plan = plans.get(project.slug)
    if not plan:
        return
    scene = _Scene(project, people, today)
    for one in plan["outside"]:
        fields = {name: value for name, value in one.items() if name != "by"}
        scene.outside[one["name"]] = scene.keep(
            OutsideCluster, scene.partners[one["by"]], website="", **fields
        )
    for one in plan["together"]:
        sides = scene.partners.values() if one.get("each") else [scene.partners[one["by"]]]
        for partner in sides:
            _work_together(scene, one, partner)
    _meet_people(scene, plan["people"])
    _meet_policymakers(scene, plan["policymakers"])
    _link(scene, plan["links"])
    _step_outside(scene, plan["steps"])


def _past(scene, plan):
    """The day of a plan; None if it has not come yet."""
    day = day_of(scene.project, plan)
    return day if day <= scene.today else None


def _work_together(scene, one, partner):
    together = scene.keep(
        Collaboration,
        partner,
        proven=False,
        outside_cluster=scene.outside[one["with"]],
        cluster=scene.cluster_of(partner),
        subject=one["subject"],
        state=one["state"],
    )
    if visit := one.get("visit"):
        # A visit to each cluster is an event of each; what all went to is one.
        of_each = {"cluster": together.cluster} if one.get("each") else {}
        event = event_of(scene.project, visit, **of_each)
        if event or _past(scene, visit):
            own = {} if event else {"subject": visit["subject"], "date": _past(scene, visit)}
            meeting = scene.keep(
                Meeting,
                partner,
                collaboration=together,
                kind=visit["kind"],
                event=event,
                place="" if event else visit.get("place", ""),
                **own,
            )
            for position, (text, agreed) in enumerate(one["points"], 1):
                meeting.points.create(position=position, text=text, agreed=agreed)
    paper = one.get("paper")
    if paper and (day := _past(scene, paper)):
        years = paper.get("years")
        scene.keep(
            Agreement,
            partner,
            collaboration=together,
            kind=paper["kind"],
            subject=paper["subject"],
            date=day,
            signed_by="Chair of the board; managing director",
            valid_until=day + relativedelta(years=years, days=-1) if years else None,
        )


def _meet_people(scene, people):
    for one in people:
        met = _past(scene, one)
        if met is None:
            continue
        done = scene.project.month(one["done"])[0] if "done" in one else None
        mailbox = ".".join(fold(part).replace(" ", "") for part in one["name"].split())
        scene.keep(
            Acquaintance,
            scene.partners[one["by"]],
            name=one["name"],
            position=one["position"],
            organisation=one["organisation"],
            country=one["country"],
            outside_cluster=scene.outside[one["outside"]],
            email=f"{mailbox}@outside.example",
            met_at=one["met"],
            met_on=met,
            follow_up=one["follow_up"],
            due_on=scene.project.month(one["due"])[0],
            done_on=max(done, met) if done else None,
            legal_basis=LegalBasis.CONSENT,
            notice_version="1.0",
            informed_on=met,
        )


def _meet_policymakers(scene, met):
    for one in met:
        if day := _past(scene, one):
            partner = scene.partners[one["by"]]
            scene.keep(
                PolicyMeeting,
                partner,
                proven=one["confirmed"],
                cluster=scene.cluster_of(partner),
                date=day,
                **{
                    name: one[name]
                    for name in (
                        *("organisation", "level", "function", "subject", "place", "confirmed"),
                    )
                },
            )


def _link(scene, links):
    for one in links:
        scene.keep(
            Synergy,
            scene.partners[one["by"]],
            proven=one["state"] == "running",
            from_cluster=scene.clusters.get(one.get("from")),
            to_cluster=scene.clusters.get(one.get("to")),
            from_sector=scene.sectors.get(one.get("from_sector")),
            to_sector=scene.sectors.get(one.get("to_sector")),
            step=one["step"],
            description=one["description"],
            state=one["state"],
        )


def _step_outside(scene, steps):
    for one in steps:
        if day := _past(scene, one):
            scene.keep(
                MarketStep,
                scene.partners[one["by"]],
                proven=bool(one["description"]),
                country=one["country"],
                kind=one["kind"],
                title=one["title"],
                description=one["description"],
                cluster=scene.clusters[one["cluster"]],
                date=day,
            )
