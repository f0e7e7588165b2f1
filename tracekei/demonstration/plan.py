"""Invented deliverables, milestones, risks and amendments of a work plan; which tasks are still open."""

from datetime import datetime, time, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from projects.models import Evidence
from workpackages.models import (
    Amendment,
    Deliverable,
    DeliverableVersion,
    Handling,
    Milestone,
    PlanChange,
    Risk,
    RiskState,
    Task,
)
from workpackages.plan import planned


def add_plan(project, parts, people, today):
    """Add to `project` what `parts` (its part of work-plan.yaml) invents; nothing is dated after `today`."""
    until = min(today, project.end)
    partners = {partner.short_name: partner for partner in project.partners.all()}
    packages = {package.number: package for package in project.work_packages.all()}
    _complete_tasks(project, parts, until)
    for entry in parts["deliverables"]:
        _add_deliverable(project, packages[entry["wp"]], entry, partners, people, until)
    for number, entry in enumerate(parts["milestones"], start=1):
        reached = _day(project, *entry["reached"]) if "reached" in entry else None
        Milestone.objects.create(
            project=project,
            number=number,
            title=entry["title"],
            work_package=packages[entry["wp"]],
            lead=partners[entry["lead"]],
            due_month=entry["due"],
            verification=entry["verification"],
            reached_on=reached if reached and reached <= until else None,
            created_by=people.coordinator,
            demonstration=True,
        )
    for number, entry in enumerate(parts["risks"], start=1):
        _add_risk(project, number, entry, packages, people)
    for number, entry in enumerate(parts["amendments"], start=1):
        _add_amendment(project, number, entry, people)


def _day(project, month, days):
    """Day `days` of project month `month`, counted from 1."""
    return min(project.month(month)[0] + timedelta(days=days - 1), project.month(month)[1])


def _complete_tasks(project, parts, until):
    """Tasks that are not said to be open were completed in their last days."""
    for number, task in enumerate(Task.objects.filter(project=project).select_related("project")):
        last = task.dates[1]
        if task.code not in parts["open_tasks"] and last <= until:
            task.completed_on = last - timedelta(days=3 * (number % 7))
            task.save()


def _add_deliverable(project, package, entry, partners, people, until):
    submitted = _day(project, *entry["submitted"]) if "submitted" in entry else None
    item = Deliverable(
        project=project,
        work_package=package,
        number=package.deliverables.count() + 1,
        title=entry["title"],
        kind=entry["kind"],
        level=entry["level"],
        lead=partners[entry["lead"]],
        due_month=entry["due"],
        late_reason=entry.get("late", ""),
        created_by=people.coordinator,
        demonstration=True,
    )
    if submitted and submitted <= until:
        item.state, item.submitted_on, item.submitted_by = (
            Handling.SUBMITTED,
            submitted,
            people.coordinator,
        )
        if "approved" in entry:
            item.state = Handling.APPROVED
            item.decided_on = _day(project, entry["approved"], 12)
    elif "versions" in entry:
        item.state = Handling.DRAFT
    item.save()
    count = entry.get("versions", 1 if submitted else 0)
    for number in range(1, count + 1):
        note = entry["came_back"] if "came_back" in entry and number == count else ""
        _add_version(item, number, note and f"After it came back: {note}", people)


def _add_version(item, number, note, people):
    text = (
        "DEMONSTRATION DATA - this deliverable is invented.\n\n"
        f"{item.code} {item.title}, version {number}\n"
    )
    content = ContentFile(text.encode(), f"{item.code} {item.title} v{number}.txt")
    evidence = Evidence.objects.create(
        project=item.project,
        partner=item.lead,
        audience="project",
        name=content.name,
        file=content,
        sha256=Evidence.digest(content),
        size=content.size,
        content_type="text/plain",
        created_by=people.coordinator,
        demonstration=True,
    )
    version = DeliverableVersion.objects.create(
        deliverable=item, evidence=evidence, number=number, note=note[:300]
    )
    day = item.submitted_on or item.due
    added = datetime.combine(day - timedelta(days=2 + 9 * (number == 1)), time(16, 20))
    DeliverableVersion.objects.filter(pk=version.pk).update(added_at=timezone.make_aware(added))


def _add_risk(project, number, entry, packages, people):
    risk = Risk.objects.create(
        project=project,
        number=number,
        description=entry["what"],
        mitigation=entry["against"],
        foreseen=not entry.get("unforeseen", False),
        created_by=people.coordinator,
        demonstration=True,
    )
    risk.work_packages.set(packages[wp] for wp in entry["wps"])
    for period, said, came in zip(
        project.periods.all(), entry["said"], entry["came"], strict=False
    ):
        if said:
            RiskState.objects.create(
                risk=risk,
                period=period,
                comment=said,
                materialised=came,
                measures_applied=True,
                created_by=people.coordinator,
            )


def _add_amendment(project, number, entry, people):
    """An amendment whose changes name what stood before; what stands now is the plan as it is."""
    amendment = Amendment.objects.create(
        project=project,
        number=number,
        date=project.month(entry["month"])[0],
        reason=entry["reason"],
        created_by=people.coordinator,
        demonstration=True,
    )
    for change in entry["changes"]:
        before = {name: value for name, value in change.items() if name != "code"}
        model = Task if change["code"].startswith("T") else Deliverable
        item = model.objects.select_related("project", "lead", "work_package").get(
            project=project, code=change["code"]
        )
        now = planned(item)
        PlanChange.objects.create(
            amendment=amendment,
            kind=item._meta.model_name,
            code=item.code,
            before={**now, **before},
            after=now,
        )
