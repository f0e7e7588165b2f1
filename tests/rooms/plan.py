"""The work plan."""

from projects.models import Objective
from tests import make
from tests.rooms.answers import (
    COORDINATOR,
    EVERYONE_IN,
    GONE,
    LOGGERS,
    LOGIN,
    MOVED,
    NO,
    OK,
    P,
)
from workpackages.models import PlanChange, RiskState

LEADS = LOGGERS  # the scene's staff and manager work for the partner that leads
NOBODYS = (LOGIN, GONE, NO, NO, NO, OK)
LEADS_POST = (LOGIN, GONE, NO, MOVED, MOVED, MOVED)

TABLE = {
    "work_plan": (P, *EVERYONE_IN),
    "objective_list": (P, *EVERYONE_IN),
    "amendment_list": (P, *EVERYONE_IN),
    "amendment_create": (P, *COORDINATOR),
    "amendment_edit": ([*P, 1], *COORDINATOR),
    "amendment_delete": ([*P, 1], *COORDINATOR),
    "workpackage_create": (P, *COORDINATOR),
    "workpackage_detail": ([*P, "WP1"], *EVERYONE_IN),
    "workpackage_edit": ([*P, "WP1"], *COORDINATOR),
    "workpackage_delete": ([*P, "WP1"], *COORDINATOR),
    "task_create": (P, *COORDINATOR),
    "task_detail": ([*P, "T1.1"], *EVERYONE_IN),
    "task_edit": ([*P, "T1.1"], *COORDINATOR),
    "task_delete": ([*P, "T1.1"], *COORDINATOR),
    "task_complete": ([*P, "T1.1"], *NOBODYS),
    "POST task_reopen": ([*P, "T1.1"], LOGIN, GONE, NO, NO, NO, MOVED),
    "deliverable_list": (P, *EVERYONE_IN),
    "deliverable_create": (P, *COORDINATOR),
    "deliverable_detail": ([*P, "D1.1"], *EVERYONE_IN),
    "deliverable_edit": ([*P, "D1.1"], *COORDINATOR),
    "deliverable_delete": ([*P, "D1.1"], *COORDINATOR),
    "deliverable_version": ([*P, "D1.1"], *LEADS),
    "deliverable_late": ([*P, "D1.1"], *LEADS),
    "deliverable_submit": ([*P, "D1.1"], *COORDINATOR),
    "deliverable_reject": ([*P, "D1.1"], *COORDINATOR),
    "POST deliverable_approve": ([*P, "D1.1"], LOGIN, GONE, NO, NO, NO, MOVED),
    "milestone_list": (P, *EVERYONE_IN),
    "milestone_create": (P, *COORDINATOR),
    "milestone_detail": ([*P, "MS1"], *EVERYONE_IN),
    "milestone_edit": ([*P, "MS1"], *COORDINATOR),
    "milestone_delete": ([*P, "MS1"], *COORDINATOR),
    "milestone_proof": ([*P, "MS1"], *LEADS),
    "milestone_reach": ([*P, "MS1"], *LEADS),
    "POST milestone_reopen": ([*P, "MS1"], *LEADS_POST),
    "risk_list": (P, *EVERYONE_IN),
    "risk_create": (P, *COORDINATOR),
    "risk_detail": ([*P, "R1"], *EVERYONE_IN),
    "risk_edit": ([*P, "R1"], *COORDINATOR),
    "risk_delete": ([*P, "R1"], *COORDINATOR),
    "riskstate_create": ([*P, "R1"], *COORDINATOR),
    "riskstate_edit": ([*P, "R1", "{riskstate}"], *COORDINATOR),
}

LISTS = {
    "objective_list": (20, []),
    "amendment_list": (10, []),
    "workpackage_detail": (18, ["WP1"]),
    "task_detail": (16, ["T1.1"]),
    "deliverable_list": (12, []),
    "deliverable_detail": (16, ["D1.1"]),
    "milestone_list": (12, []),
    "milestone_detail": (14, ["MS1"]),
    "risk_list": (14, []),
    "risk_detail": (12, ["R1"]),
}


def world(scene, cast):
    objective = Objective.objects.create(project=scene.project, number=1, text="Better clusters")
    scene.task.objectives.add(objective)
    scene.indicator.objectives.add(objective)
    item = make.deliverable(scene.project, lead=scene.bulgaria, files=1, task=scene.task)
    make.milestone(scene.project, lead=scene.bulgaria, work_package=item.work_package)
    risk = make.risk(scene.project, "Managers leave", item.work_package)
    make.amendment(scene.project)
    state = RiskState.objects.create(risk=risk, period=scene.period, comment="Nobody left.")
    return {"{riskstate}": state.pk}


def hidden(project, partner, cluster, firm):
    item = make.deliverable(project, "zzleak deliverable", lead=partner, files=1)
    make.milestone(project, "zzleak milestone")
    make.risk(project, "zzleak risk", mitigation="zzleak mitigation")
    Objective.objects.create(project=project, number=1, text="zzleak objective")
    amendment = make.amendment(project, reason="zzleak reason")
    PlanChange.objects.create(
        amendment=amendment,
        kind="deliverable",
        code=item.code,
        before=None,
        after={"title": "zzleak change"},
    )


def more(scene, cast, i):
    package = scene.project.work_packages.first()
    objective = Objective.objects.create(project=scene.project, number=i + 2, text=f"Aim {i}")
    type(scene.task).objectives.through.objects.create(task=scene.task, objective=objective)
    item = make.deliverable(scene.project, f"Report {i}", lead=scene.serbia, files=2)
    item.task = scene.task
    item.save()
    milestone = make.milestone(scene.project, f"Milestone {i}", work_package=package)
    milestone.evidence.add(make.evidence(scene.bulgaria, f"M{i}.txt", f"M{i}".encode()))
    risk = make.risk(scene.project, f"Risk {i}", package)
    RiskState.objects.create(risk=risk, period=scene.period, comment="Nothing yet.")
    amendment = make.amendment(scene.project)
    said = {"title": item.title, "lead": "", "due_month": 4}
    PlanChange.objects.create(
        amendment=amendment, kind="deliverable", code=item.code, before=said, after=said
    )
