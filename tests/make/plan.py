"""The work plan: what is promised by when, what may stop it, and how it was amended."""

import datetime

from tests.make.base import evidence, work_package
from workpackages.models import Amendment, Deliverable, DeliverableVersion, Milestone, Risk


def deliverable(project, title="Report on skills", due_month=4, *, files=0, lead=None, **fields):
    package = project.work_packages.first() or work_package(project)
    made = Deliverable.objects.create(
        project=project,
        work_package=package,
        number=package.deliverables.count() + 1,
        title=title,
        due_month=due_month,
        lead=lead,
        **fields,
    )
    for number in range(1, files + 1):
        name = f"{made.code} v{number}.txt"
        DeliverableVersion.objects.create(
            deliverable=made,
            evidence=evidence(made.partner, name, f"{project} {name}".encode()),
            number=number,
        )
    return made


def milestone(project, title="Skills are assessed", due_month=4, **fields):
    return Milestone.objects.create(
        project=project,
        number=project.milestones.count() + 1,
        title=title,
        due_month=due_month,
        **fields,
    )


def risk(project, description="Managers leave", *packages, **fields):
    made = Risk.objects.create(
        project=project,
        number=project.risks.count() + 1,
        description=description,
        mitigation=fields.pop("mitigation", "Two persons of each cluster take part."),
        **fields,
    )
    made.work_packages.set(packages)
    return made


def amendment(project, date=None, reason="More time for the strategies", **fields):
    return Amendment.objects.create(
        project=project,
        number=project.amendments.count() + 1,
        date=date or project.start + datetime.timedelta(days=100),
        reason=reason,
        **fields,
    )
