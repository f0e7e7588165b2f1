from workpackages.models.amendment import Amendment, PlanChange
from workpackages.models.deliverable import (
    HANDED_IN,
    Deliverable,
    DeliverableKind,
    DeliverableVersion,
    Handling,
    Level,
)
from workpackages.models.light import Light
from workpackages.models.milestone import Milestone
from workpackages.models.package import WorkPackage
from workpackages.models.risk import Risk, RiskState
from workpackages.models.task import Task

# What the plan consists of, in the order in which it is read.
PLANNED = (WorkPackage, Task, Deliverable, Milestone)

__all__ = [
    "HANDED_IN",
    "PLANNED",
    "Amendment",
    "Deliverable",
    "DeliverableKind",
    "DeliverableVersion",
    "Handling",
    "Level",
    "Light",
    "Milestone",
    "PlanChange",
    "Risk",
    "RiskState",
    "Task",
    "WorkPackage",
]
