"""An invented questionnaire, its two waves, and what firms answered: all of it the same on every run."""

from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

from clusters.models import (
    Answer,
    Asked,
    Delivery,
    Kind,
    Letter,
    Mailing,
    Option,
    Question,
    Questionnaire,
    Wave,
    When,
)

HANDED_IN = {When.BASELINE: 0.82, When.END: 0.52}
BEGUN = 0.07  # of the firms stopped half-way
WRITES = 0.16  # of them leave words


def add_needs(project, members, people, words, today):
    """Add the questionnaire `words` to `project`, ask the `members` of its clusters, and answer for many of them.

    today: no answer is later. The end wave lies in the project's last months; in a project under way it is open now.
    """
    rng = Random(f"{project.slug} needs")  # noqa: S311 - invented data, no secret
    questionnaire = Questionnaire.objects.create(
        project=project,
        title=words["title"],
        introduction=words["introduction"],
        translations=words["translations"],
        created_by=people.coordinator,
        demonstration=True,
    )
    asks = _add_questions(questionnaire, words, people)
    homes = {}
    for cluster, smes in members.items():
        for sme in smes:
            homes.setdefault(sme, cluster)
    for kind, (first, last) in _days(project, today).items():
        wave = Wave.objects.create(
            project=project,
            questionnaire=questionnaire,
            kind=kind,
            opens_on=first,
            closes_on=last,
            created_by=people.coordinator,
            demonstration=True,
        )
        _answer(wave, homes, asks, words["words"], min(last, today), rng)
    return questionnaire


def _days(project, today):
    if today > project.end:
        last = project.end - timedelta(days=60), project.end - timedelta(days=15)
    else:
        last = today - timedelta(days=20), today + timedelta(days=25)
    first = project.start + timedelta(days=45)
    return {When.BASELINE: (first, first + timedelta(days=40)), When.END: last}


def _add_questions(questionnaire, words, people):
    """The questions with how firms answer them: [(question, levels or [(option, weights)])]."""
    project = questionnaire.project
    categories = {category.name: category for category in project.service_categories.all()}
    asks = []
    for position, said in enumerate(words["questions"], 1):
        question = Question.objects.create(
            project=project,
            questionnaire=questionnaire,
            position=position,
            kind=said["kind"],
            text=said["text"],
            low=said.get("low", ""),
            high=said.get("high", ""),
            required=said.get("required", False),
            translations=said["translations"],
            created_by=people.coordinator,
            demonstration=True,
        )
        options = [
            Option(
                question=question,
                position=n,
                text=option["text"],
                category=categories.get(option.get("category")),
                translations=option["translations"],
            )
            for n, option in enumerate(said.get("options", []), 1)
        ]
        Option.objects.bulk_create(options)
        weights = [option["weights"] for option in said.get("options", [])]
        asks.append((question, said.get("levels") or list(zip(options, weights, strict=True))))
    return asks


def _answer(wave, homes, asks, words, last, rng):
    which = 0 if wave.kind == When.BASELINE else 1
    days = (last - wave.opens_on).days
    asked, answers = [], []
    for sme, cluster in homes.items():
        firm = Asked(wave=wave, sme=sme, cluster=cluster)
        asked.append(firm)
        chance = rng.random()
        handed_in = chance < HANDED_IN[wave.kind]
        day = wave.opens_on + timedelta(days=rng.randint(0, max(days - 1, 0)))
        if handed_in:
            firm.handed_in_at = timezone.make_aware(datetime.combine(day, time(10, 30)))
        elif chance > HANDED_IN[wave.kind] + BEGUN:
            continue
        upto = len(asks) if handed_in else 2
        for question, how in asks[:upto]:
            answers += _said(firm, question, how, which, words, rng)
    Asked.objects.bulk_create(asked)
    _invite(wave, asked)
    for answer in answers:
        answer.asked_id = answer.asked.pk
    Answer.objects.bulk_create(answers, batch_size=500)


def _invite(wave, asked):
    """One mailing on the first morning. To whom it went is not kept: the firms' contacts are nobody's."""
    sent_at = timezone.make_aware(datetime.combine(wave.opens_on, time(9)))
    mailing = Mailing.objects.create(wave=wave, requested_by=wave.created_by)
    Mailing.objects.filter(pk=mailing.pk).update(requested_at=sent_at)
    letter = {"kind": Letter.Kind.INVITATION, "state": Delivery.SENT, "sent_at": sent_at}
    Letter.objects.bulk_create(
        Letter(mailing=mailing, asked=firm, claimed_at=sent_at, **letter) for firm in asked
    )


def _said(firm, question, how, which, words, rng):
    answer = {"asked": firm, "question": question}
    if question.kind == Kind.SCALE:
        number = min(max(round(rng.gauss(how[which], 0.9)), 1), 5)
        return [Answer(number=number, **answer)]
    if question.kind == Kind.TEXT:
        return [Answer(text=rng.choice(words), **answer)] if rng.random() < WRITES else []
    if question.kind == Kind.ONE:
        [option] = rng.choices([each for each, _w in how], [weights[which] for _o, weights in how])
        return [Answer(option=option, **answer)]
    chosen = [option for option, weights in how if rng.random() * 100 < weights[which]]
    return [Answer(option=option, **answer) for option in chosen or [how[0][0]]]
