"""Invented competences and assessments of the invented managers, the same on every run."""

import datetime
import random

from clusters.models import Assessment, Competence, Judge, Manager, Score, Training, When
from projects.models import Numbering


def add_competences(project, words, today):
    """Add the list of competences, the trainings, and both waves of scores of the project's managers.

    words: data/demonstration/competences.yaml. today: the day that no assessment passes. Returns the assessments.
    """
    competences = {
        name: Competence.objects.create(
            project=project, position=place, name=name, description=description
        )
        for place, (name, description) in enumerate(words["competences"], start=1)
    }
    for name, taught in words["trainings"].items():
        training = Training.objects.create(project=project, name=name)
        training.competences.set([competences[one] for one in taught])
    managers = list(Manager.objects.filter(project=project).order_by("code"))
    assessments = _assessments(project, managers, words, today)
    chance = random.Random(project.slug)  # noqa: S311 - invented scores
    scores = []
    levels = {
        (manager.pk, c.pk): chance.choice([1, 2, 2, 3, 3, 4])
        for manager in managers
        for c in competences.values()
    }
    for assessment in assessments:
        for competence in competences.values():
            level = levels[assessment.manager_id, competence.pk]
            if assessment.wave == When.END:
                level += chance.choice([0, 1, 1, 1, 2])
            if assessment.kind == Judge.SELF:
                level += chance.choice([-1, 0, 0, 0, 1])
            scores.append(
                Score(assessment=assessment, competence=competence, value=min(max(level, 1), 5))
            )
    Score.objects.bulk_create(scores)
    return assessments


def _assessments(project, managers, words, today):
    """An assessment by each judge in each wave whose day has come; the last few managers miss the end."""
    planned = []
    for place, manager in enumerate(managers):
        for wave, day in (
            (When.BASELINE, project.start + datetime.timedelta(days=40 + place)),
            (When.END, project.end - datetime.timedelta(days=60 - place)),
        ):
            missing = wave == When.END and place >= len(managers) - words["without_end"]
            if day <= today and not missing:
                planned += [(manager, wave, kind, day) for kind in Judge]
    numbers = Numbering.take(project, Assessment.PREFIX, len(planned))
    return Assessment.objects.bulk_create(
        Assessment(
            project=project,
            code=Assessment.code_for(number),
            manager=manager,
            wave=wave,
            kind=kind,
            date=day,
            mentor=words["mentor"] if kind == Judge.MENTOR else "",
            demonstration=True,
        )
        for (manager, wave, kind, day), number in zip(planned, numbers, strict=True)
    )
