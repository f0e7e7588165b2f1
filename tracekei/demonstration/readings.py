"""Invented readings of indicators that are typed by hand, and a change of targets that waits to be decided."""

import uuid
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from indicators.actions import propose_targets, targets_of
from indicators.measures import MEASURES
from indicators.models import Indicator, Reading
from projects.models import Evidence

JOBS = (7, 0, 11, 4, 9)  # what each cluster's survey counted, in their order
WAITS = 3  # the place of the cluster whose reading nobody decided yet


def add_readings(project, people, today):
    """Add to each typed indicator of `project` a reading a cluster, of half a year before `today`.

    The manager of the next cluster accepted all but one. The coordinator proposes other targets for it.
    """
    typed = [key for key, measure in MEASURES.items() if measure.is_typed]
    for indicator in Indicator.objects.filter(project=project, measure__in=typed):
        managers = list(people.managers.items())
        for place, ((cluster, manager), value) in enumerate(zip(managers, JOBS, strict=False)):
            reading = Reading.objects.create(
                project=project,
                indicator=indicator,
                partner=cluster.partner,
                cluster=cluster,
                date=max(project.start, today - timedelta(days=180 - place)),
                value=value,
                note=f"Yearly survey of the members of {cluster.short_name}, question 12.",
                created_by=manager,
                demonstration=True,
            )
            reading.evidence.add(
                Evidence.objects.create(
                    project=project,
                    partner=cluster.partner,
                    name=f"Survey of {cluster.short_name}, results",
                    link=f"https://survey.example/{project.slug}/{cluster.code.lower()}",
                    created_by=manager,
                    demonstration=True,
                )
            )
            if place != WAITS:
                second = managers[(place + 1) % len(managers)][1]
                Reading.objects.filter(pk=reading.pk).update(
                    accepted=True, decided_by=second, decided_at=timezone.now()
                )
        propose_targets(
            user=people.coordinator,
            indicator=indicator,
            targets=[
                {**row, "value": f"{Decimal(row['value']) + 30:f}"} for row in targets_of(indicator)
            ],
            reason="The surveys found more firms than the proposal knew of.",
            submission=uuid.uuid4(),
        )
