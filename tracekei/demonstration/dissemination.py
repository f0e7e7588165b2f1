"""Invented dissemination activities: what, where and to whom stand in data/demonstration/dissemination.yaml."""

from datetime import timedelta

from django.core.files.base import ContentFile

from events.models import Dissemination, Progress
from projects.models import Evidence


def add_dissemination(project, plans, people, today):
    """Add the activities of `plans` (by slug) to `project`; none is delivered after `today`."""
    partners = {partner.short_name: partner for partner in project.partners.all()}
    tasks = {task.code: task for task in project.tasks.all()}
    staff = {cluster.partner_id: user for cluster, user in people.staff.items()}
    for plan in plans.get(project.slug, ()):
        event = event_of(project, plan)
        day = event.first_day if event else day_of(project, plan)
        record = Dissemination(
            project=project,
            partner=partners[plan["by"]],
            kind=plan["kind"],
            event=event,
            title="" if event else plan["title"],
            channel=plan["channel"],
            date=None if event else day,
            state=plan["state"] if day <= today else Progress.ONGOING,
            task=tasks[plan["task"]],
            funding_shown=plan["funding"],
            created_by=staff[partners[plan["by"]].pk],
            demonstration=True,
        )
        record.full_clean()
        record.save()
        for country in plan["countries"]:
            record.countries.create(country=country)
        for kind, number in plan["audiences"].items():
            record.audiences.create(kind=kind, number=number)
        if plan["proof"]:
            record.evidence.add(proof(record, plan["proof"]))


def event_of(project, plan, **fields):
    """The event of `project` that a plan names by how its title begins; None if it names none."""
    if "event" not in plan:
        return None
    return project.events.filter(title__startswith=plan["event"], **fields).first()


def day_of(project, plan):
    """The day that a plan means: `date`, or `day` days into the project month `month`."""
    if "date" in plan:
        return plan["date"]
    return project.month(plan["month"])[0] + timedelta(days=plan["day"])


def proof(record, how="file", name=""):
    """An invented piece of evidence for `record`: a link, or a small text that says what it stands for."""
    fields = {
        "project": record.project,
        "partner": record.partner,
        "created_by": record.created_by,
        "audience": "project",
        "demonstration": True,
    }
    if how == "link":
        link = f"https://www.{record.project.slug}.example/{record.code.lower()}"
        return Evidence.objects.create(link=link, name=name or str(record)[:200], **fields)
    text = f"DEMONSTRATION DATA - this paper is invented.\n\n{record}\n"
    content = ContentFile(text.encode(), f"{name or record}.txt"[:250])
    return Evidence.objects.create(
        name=content.name,
        file=content,
        sha256=Evidence.digest(content),
        size=content.size,
        content_type="text/plain",
        **fields,
    )
