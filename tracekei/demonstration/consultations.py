"""Invented rounds in which firms said what they think of their cluster's strategy, and what they were answered."""

from datetime import datetime, time, timedelta
from random import Random

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from clusters.actions.strategy import freeze
from clusters.models import (
    Consultation,
    ConsultedFirm,
    Contact,
    Stance,
    Strategy,
    StrategyComment,
    Verdict,
)

ASKED = 14  # firms of each cluster
VERDICTS = {"accepted": Verdict.TAKEN, "partly": Verdict.PARTLY, "no": Verdict.NOT, "": ""}


def add_consultations(project, plans, people, today):
    """Add to the strategies of `project` the rounds that `plans` has for them, which opened by `today`."""
    rng = Random(f"{project.slug} consultations")  # noqa: S311 - invented data, no secret
    strategies = Strategy.objects.filter(project=project, cluster__isnull=False)
    for strategy in strategies.select_related("cluster__partner", "project").order_by("pk"):
        plan = plans[project.slug]["clusters"][strategy.cluster.short_name].get("consultation")
        if not plan:
            continue
        opens_on, end = (
            project.start + relativedelta(months=month - 1) for month in plan["months"]
        )
        closes_on = end + relativedelta(months=1, days=-1)
        if opens_on <= today:
            user = people.managers[strategy.cluster]
            _add(strategy, plan, (opens_on, closes_on), user, rng, today)


def _add(strategy, plan, days, user, rng, today):
    opens_on, closes_on = days
    over = closes_on < today
    consultation = Consultation(
        project=strategy.project,
        strategy=strategy,
        text=strategy.versions.order_by("-number").first() or freeze(user=user, strategy=strategy),
        title=plan.get("title", "The draft of our strategy"),
        introduction=plan["question"],
        opens_on=opens_on,
        closes_on=closes_on,
        told_at=_at(min(closes_on + timedelta(days=9), today), 11) if over else None,
        created_by=user,
        demonstration=True,
    )
    consultation.full_clean()
    consultation.save()
    # The firms that the portal knows an address of, from its directory's middle: others are asked elsewhere.
    contacts = Contact.objects.filter(sme__clusters=strategy.cluster).exclude(email="")
    addresses = dict(contacts.order_by("-code").values_list("sme", "email"))
    firms = strategy.cluster.smes.standing().filter(pk__in=addresses).order_by("code")
    asked = [
        ConsultedFirm.objects.create(
            consultation=consultation,
            sme=firm,
            sent_to=addresses[firm.pk],
            sent_at=_at(opens_on, 9),
            created_by=user,
        )
        for firm in firms[3 : 3 + ASKED]
    ]
    objectives = ["", *(one["code"] for one in consultation.text.content["objectives"])]
    speaking = rng.sample(asked, k=len(asked))
    for firm, (number, text, verdict, reply) in zip(speaking, plan["comments"], strict=False):
        firm.said_at = _at(opens_on + timedelta(days=rng.randint(1, 6)), rng.randint(8, 17))
        firm.said_at = min(firm.said_at, _at(today, 7))
        firm.save()
        StrategyComment.objects.create(
            firm=firm,
            objective=objectives[number],
            stance=rng.choice([Stance.SUPPORT, Stance.CHANGE]) if number else "",
            text=text,
            verdict=VERDICTS[verdict],
            reply=reply,
            answered_by=user if verdict else None,
            answered_at=_at(min(closes_on + timedelta(days=5), today), 15) if verdict else None,
        )


def _at(day, hour):
    return timezone.make_aware(datetime.combine(day, time(hour, 10)))
