"""Invented activities: what each partner did for the tasks, as data/demonstration/activities.yaml tells it."""

from datetime import timedelta
from random import Random

from django.core.files.base import ContentFile

from events.models import Activity
from projects.models import Evidence, Numbering, Project
from tracekei.demonstration.deliveries import _working_day


def add_activities(project, people, told, today):
    """Add what `told` says of `project`, nothing after `today`, and return the activities by their days."""
    rng = Random(f"{project.slug} activities")  # noqa: S311 - invented data, no secret
    entries = told[project.slug]
    if any("hours" in entry for entry in entries):
        Project.objects.filter(pk=project.pk).update(keeps_hours=True)
    tasks = {task.code: task for task in project.tasks.all()}
    made = [
        _activity(project, cluster, {**entry, "task": tasks[entry["task"]]}, people, rng)
        for entry in entries
        for cluster in people.managers
        if entry["who"] == "all" or cluster.short_name in entry["who"]
    ]
    until = min(today, project.end)
    made = sorted(
        (one for one in made if one[0].last_day <= until), key=lambda one: one[0].first_day
    )
    numbers = Numbering.take(project, Activity.PREFIX, len(made))
    for number, (activity, _cluster, _entry) in zip(numbers, made, strict=True):
        activity.code = Activity.code_for(number)
    Activity.objects.bulk_create(activity for activity, _cluster, _entry in made)
    _present(project, made, rng)
    _prove(project, made)
    return [activity for activity, _cluster, _entry in made]


def _activity(project, cluster, entry, people, rng):
    first = project.month(entry["months"][0])[0]
    last = project.month(min(entry["months"][1], project.months))[1]
    day = _working_day(first + timedelta(days=rng.randint(0, (last - first).days)))
    names = {
        "cluster": cluster.short_name,
        "n": rng.randint(*entry.get("n", (1, 1))),
        "m": rng.randint(*entry.get("m", (1, 1))),
    }
    results = entry["result"] if isinstance(entry["result"], list) else [entry["result"]]
    turn = int(cluster.code.removeprefix(f"{cluster.PREFIX}-"))
    activity = Activity(
        project=project,
        partner=cluster.partner,
        task=entry["task"],
        title=entry["title"].format(**names),
        first_day=day,
        last_day=day + timedelta(days=entry.get("days", 1) - 1),
        done=entry["done"].format(**names),
        result=results[turn % len(results)].format(**names),
        bodies=entry.get("outside", ""),
        hours=rng.randint(*entry["hours"]) if "hours" in entry else None,
        created_by=rng.choice([people.staff[cluster], people.managers[cluster]]),
        demonstration=True,
    )
    return activity, cluster, entry


def _present(project, made, rng):
    """Who of the cluster's own managers and firms took part."""
    managers, firms = Activity.managers.through, Activity.smes.through
    own_managers, own_firms = {}, {}
    for _one, cluster, _entry in made:
        if cluster not in own_managers:
            own_managers[cluster] = list(cluster.managers.order_by("code"))
            own_firms[cluster] = list(cluster.smes.standing().order_by("code"))
    managers.objects.bulk_create(
        managers(activity_id=activity.pk, manager_id=manager.pk)
        for activity, cluster, entry in made
        for manager in own_managers[cluster][: entry.get("managers", 0)]
    )
    firms.objects.bulk_create(
        firms(activity_id=activity.pk, sme_id=firm.pk)
        for activity, cluster, entry in made
        for firm in rng.sample(
            own_firms[cluster], min(entry.get("firms", 0), len(own_firms[cluster]))
        )
    )


def _prove(project, made):
    """The papers that prove some of them, as small text files."""
    proven = [one for one in made if "proof" in one[2]]
    numbers = Numbering.take(project, Evidence.PREFIX, len(proven))
    papers = [
        _paper(project, activity, cluster, entry, number)
        for number, (activity, cluster, entry) in zip(numbers, proven, strict=True)
    ]
    Evidence.objects.bulk_create(papers)
    links = Activity.evidence.through
    links.objects.bulk_create(
        links(activity_id=activity.pk, evidence_id=paper.pk)
        for paper, (activity, _cluster, _entry) in zip(papers, proven, strict=True)
    )


def _paper(project, activity, cluster, entry, number):
    text = (
        "DEMONSTRATION DATA - this paper and what it tells are invented.\n\n"
        f"{activity.code}  {activity.days}  {activity.partner}\n{activity.title}\n\n"
        f"{activity.done}\n\n{activity.result}\n"
    )
    content = ContentFile(text.encode())
    paper = Evidence(
        project=project,
        partner=activity.partner,
        code=Evidence.code_for(number),
        name=entry["proof"].format(cluster=cluster.short_name),
        sha256=Evidence.digest(content),
        size=content.size,
        content_type="text/plain",
        created_by=activity.created_by,
        demonstration=True,
    )
    paper.file.save(paper.name, content, save=False)
    return paper
