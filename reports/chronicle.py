"""What was planned and done until the end of a period, as the tables of its report: plain JSON values.

No person is named. Every function takes a fixed number of queries.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q

from clusters.models import Competence, Label, Manager, Strategy, When
from clusters.skills import LEAST_PERSONS, mean, progress, scores_of
from events.countries import lands_of
from events.models import Dissemination, Event, Progress
from indicators.figures import counting_rows
from indicators.measures import How
from projects.models import Evidence
from workpackages.models import HANDED_IN, Handling, Light, Risk
from workpackages.plan import plan_as_of


def tables(project, period, as_of, proving) -> dict:
    """All tables of the report of `period`. proving: the ids of the evidence that is in the index."""
    plan = plan_as_of(project, as_of)
    outreach = Dissemination.objects.filter(project=project).with_facts().with_reach().with_proof()
    outreach = list(outreach.with_countries().select_related("event", "project"))
    return {
        "objectives": [
            {"number": row.number, "text": row.text} for row in project.objectives.all()
        ],
        "packages": _packages(project, plan, as_of),
        "deliverables": _deliverables(project, plan, as_of),
        "milestones": _milestones(project, plan, as_of),
        "skills": _skills(project, as_of),
        "labels": _labels(project, as_of),
        "strategies": _strategies(project, as_of),
        "events": _events(project, period, as_of),
        "dissemination": _dissemination(outreach, period, as_of),
        "communication": _communication(outreach, as_of),
        "countries": _countries(project, outreach, as_of),
        "risks": _risks(project, period),
        "evidence": _evidence(project, proving),
    }


def _packages(project, plan, day):
    tasks = defaultdict(list)
    for item in plan:
        if item.kind == "task":
            light = _light(project, item, day)
            tasks[item.package].append(
                {
                    "code": item.code,
                    "title": item.title,
                    "lead": item.lead,
                    "months": item.months,
                    "state": str(light.label) if light else "",
                    "tone": light.tone if light else "none",
                }
            )
    return [
        {
            "code": item.code,
            "title": item.title,
            "lead": item.lead,
            "months": item.months,
            "tasks": tasks[item.code],
        }
        for item in plan
        if item.kind == "workpackage"
    ]


def _light(project, item, day):
    """How a task stood on a day by the plan of then; None for one that left the plan since."""
    if item.record is None:
        return None
    begins, ends = (
        project.month(min(n, project.months)) for n in (item.first_month, item.last_month)
    )
    return Light.of(begins=begins[0], ends=ends[1], done_on=item.record.completed_on, day=day)


def _due_day(project, item):
    return project.month(min(item.last_month, project.months))[1]


def _deliverables(project, plan, day):
    rows = []
    for item in plan:
        if item.kind != "deliverable":
            continue
        record = item.record
        handling = _handling(record, day) if record else None
        handed_in = handling in HANDED_IN
        due = _due_day(project, item)
        rows.append(
            {
                "code": item.code,
                "title": item.title,
                "package": item.package,
                "type": str(record.get_kind_display()) if record else "",
                "level": str(record.get_level_display()) if record else "",
                "state": str(handling.label) if handling else "",
                "lead": item.lead,
                "due": item.months,
                "due_day": due.isoformat(),
                "handed_in": record.submitted_on.isoformat() if handed_in else None,
                "late": (record.submitted_on if handed_in else day) > due,
                "why_late": record.late_reason if record else "",
            }
        )
    return rows


def _handling(record, day):
    """Where a deliverable was on its way at the end of a day; of what was not handed in by then, where it is now."""
    submitted = record.submitted_on and record.submitted_on <= day
    decided = record.decided_on and record.decided_on <= day
    if submitted and not decided:
        return Handling.SUBMITTED  # whatever was decided later
    if submitted and record.state == Handling.APPROVED:
        return Handling.APPROVED
    return Handling.PENDING if record.is_handed_in else record.handling


def _milestones(project, plan, day):
    return [
        {
            "code": item.code,
            "title": item.title,
            "due": item.months,
            "due_day": _due_day(project, item).isoformat(),
            "lead": item.lead,
            "verification": item.record.verification,
            "reached": item.record.reached_on.isoformat()
            if item.record.reached_on and item.record.reached_on <= day
            else None,
        }
        for item in plan
        if item.kind == "milestone" and item.record
    ]


def _skills(project, day):
    """Competences before and after; where nobody was assessed a second time until `day`, before alone, of all.

    A mean of fewer than three managers is not told.
    """
    scores = scores_of(Manager.objects.filter(project=project), until=day)
    rows = []
    for row in progress(Competence.objects.filter(project=project), scores, least=LEAST_PERSONS):
        before, persons = row.before, row.persons
        if not persons:
            waves = (each[When.BASELINE] for each in scores.values())
            values = [wave[row.competence.pk] for wave in waves if row.competence.pk in wave]
            persons = len(values)
            before = mean(values) if persons >= LEAST_PERSONS else None
        rows.append(
            {
                "competence": row.competence.name,
                "before": None if before is None else float(before),
                "after": None if row.after is None else float(row.after),
                "persons": persons,
            }
        )
    return rows


def _labels(project, day):
    rows = Label.objects.filter(project=project, awarded_on__lte=day)
    return [
        {
            "cluster": row.cluster.short_name,
            "level": str(row.get_level_display()),
            "awarded": row.awarded_on.isoformat(),
            "until": row.valid_until.isoformat() if row.valid_until else None,
        }
        for row in rows.select_related("cluster").order_by("awarded_on", "code")
    ]


def _strategies(project, day):
    rows = Strategy.objects.filter(project=project).with_adoption().select_related("cluster")
    return [
        {
            "title": row.title,
            "of": row.cluster.short_name if row.cluster else "",
            "adopted": row.adopted_on.isoformat()
            if row.adopted_on and row.adopted_on <= day
            else None,
        }
        for row in rows.order_by("code")
    ]


def _events(project, period, day):
    rows = Event.objects.filter(project=project, first_day__range=(period.start, day)).held()
    present = Count(
        "attendances__person", filter=Q(attendances__confirmed_at__isnull=False), distinct=True
    )
    return [
        {
            "day": row.first_day.isoformat(),
            "title": row.title,
            "kind": str(row.get_kind_display()),
            "place": row.place,
            "country": str(row.country.name) if row.country else "",
            "online": row.online,
            "present": row.present,
        }
        for row in rows.annotate(present=present).order_by("first_day", "code")
    ]


def _dissemination(rows, period, day):
    delivered = [
        row
        for row in rows
        if row.state == Progress.DELIVERED and row.on_day and period.start <= row.on_day <= day
    ]
    return [
        {
            "day": row.on_day.isoformat(),
            "title": row.called,
            "kind": str(row.get_kind_display()),
            "channel": row.channel,
            "reach": row.reach,
            "countries": [land["name"] for land in row.lands],
        }
        for row in sorted(delivered, key=lambda row: (row.on_day, row.code))
    ]


def _communication(rows, day):
    """All activities up to a day whatever their state, as the EU portal lists them."""
    known = [row for row in rows if not row.on_day or row.on_day <= day]
    return [
        {
            "code": row.code,
            "title": row.called,
            "kind": str(row.get_kind_display()),
            "state": str(row.get_state_display()),
            "day": row.on_day.isoformat() if row.on_day else None,
            "channel": row.channel,
            "reach": row.reach,
            "countries": [land["name"] for land in row.lands],
        }
        for row in sorted(known, key=lambda row: row.code)
    ]


def _countries(project, rows, day):
    return [
        {"name": land.name, "since": land.first.isoformat()}
        for land in lands_of(project, rows, day)
        if land.first and not land.partner
    ]


def _risks(project, period):
    rows = Risk.objects.filter(project=project).prefetch_related("states", "work_packages")
    found = []
    for row in rows:
        state = next((each for each in row.states.all() if each.period_id == period.pk), None)
        found.append(
            {
                "code": row.code,
                "text": row.description,
                "mitigation": row.mitigation,
                "foreseen": row.foreseen,
                "packages": [package.code for package in row.work_packages.all()],
                "state": state.comment if state else "",
                "happened": state.materialised if state else None,
            }
        )
    return found


@dataclass(frozen=True)
class Behind:
    """What a figure rests on: how many records, and the ids of the evidence that proves them.

    first_days: as `Figure.first_days`; shares: each cluster's units, {id of the cluster: number}, in which a unit of
    several clusters is in each; None for a figure that is no count or whose records are no cluster's.
    """

    records: int
    evidence: set[int]
    first_days: dict
    shares: dict[int, int] | None


def behind(figure) -> Behind:
    """What `figure` rests on; one query a source."""
    measure, count, evidence, first, clusters = figure.measure, 0, set(), {}, defaultdict(set)
    for source in measure.sources:
        paths = {"record": "pk", "unit": source.unit, "day": source.date}
        paths |= {"cluster": source.cluster} if source.cluster else {}
        paths |= {"evidence": source.evidence} if source.evidence else {}
        rows = counting_rows(source, figure.project, figure.as_of).order_by()
        records = set()
        for values in rows.values_list(*paths.values()):
            row = dict(zip(paths, values, strict=True))
            unit = measure.unit_of(source, row["unit"])
            first[unit] = min(row["day"], first.get(unit, row["day"]))
            records.add(row["record"])
            evidence.add(row.get("evidence"))
            if row.get("cluster"):
                clusters[row["cluster"]].add(unit)
        count += len(records)
    split = measure.how == How.COUNT and measure.has_shares
    shares = {key: len(units) for key, units in clusters.items()} if split else None
    return Behind(count, evidence - {None}, first, shares)


def _evidence(project, proving):
    """The evidence with these ids by partner: codes, and the hashes by which each file is known again."""
    files = defaultdict(list)
    rows = Evidence.objects.filter(project=project).order_by("code")
    told = ("code", "content_type", "sha256")
    for key, partner, *values in rows.values_list("pk", "partner__short_name", *told):
        if key in proving:
            code, content_type, sha256 = values
            files[partner or ""].append(
                {"code": code, "type": content_type, "sha256": sha256 or None}
            )
    return [{"partner": partner, "files": files[partner]} for partner in sorted(files)]
