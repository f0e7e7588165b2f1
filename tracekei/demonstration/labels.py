"""Invented roads to labels: the months of their steps stand in the plan, days are made up, certificates are texts."""

from datetime import timedelta
from random import Random

from dateutil.relativedelta import relativedelta
from django.core.files.base import ContentFile

from clusters.models import Label, Readiness
from clusters.models.label import FAMILIES, STEPS
from projects.models import Evidence


def add_labels(project, plan, people, today):
    """Add the plan's labels with their certificates, and three self-checks a cluster, none after `today`."""
    rng = Random(f"{project.slug} labels")  # noqa: S311 - invented data, no secret
    until = min(today, project.end)
    clusters = {cluster.short_name: cluster for cluster in project.clusters.all()}
    for name, months in plan.get("labels", {}).items():
        label = Label(
            project=project,
            cluster=clusters[name],
            created_by=people.managers[clusters[name]],
            demonstration=True,
        )
        for (field, _stage), month in zip(STEPS, months, strict=False):
            day = _day(project, month, rng)
            if day <= until:
                setattr(label, field, day)
        label.full_clean()
        label.save()
        if label.awarded_on:
            label.evidence.add(_certificate(label, people))
    for name in plan["clusters"]:
        _check_readiness(project, clusters[name], people, until, rng)


def _day(project, month, rng):
    """A day of a project month, which may lie before the project."""
    return project.start + relativedelta(months=month - 1) + timedelta(days=rng.randrange(26))


def _certificate(label, people):
    text = (
        "DEMONSTRATION DATA - this certificate and its dates are invented.\n\n"
        f"{label.cluster.name}: {label.get_level_display()} label, {label.valid_from} to {label.valid_until}\n"
    )
    content = ContentFile(text.encode(), f"Certificate {label.cluster}.txt")
    return Evidence.objects.create(
        project=label.project,
        partner=label.cluster.partner,
        name=content.name,
        file=content,
        sha256=Evidence.digest(content),
        size=content.size,
        content_type="text/plain",
        created_by=people.managers[label.cluster],
        demonstration=True,
    )


def _check_readiness(project, cluster, people, until, rng):
    scores = {family: rng.randint(1, 3) for family in FAMILIES}
    for month in (4, 11, 20):
        day = _day(project, month, rng)
        if day > until:
            return
        Readiness.objects.create(
            cluster=cluster,
            date=day,
            created_by=people.managers[cluster],
            demonstration=True,
            **scores,
        )
        scores = {family: min(score + rng.randint(0, 2), 5) for family, score in scores.items()}
