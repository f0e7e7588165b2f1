from projects.models.draft import Draft
from projects.models.evidence import Evidence
from projects.models.imports import Import, ImportRow, Outcome, Phase
from projects.models.people import Invitation, Membership, Role
from projects.models.project import (
    Objective,
    Partner,
    PriorityArea,
    Project,
    ReportingPeriod,
    Sector,
)
from projects.models.record import Numbering, OfPartner, ProjectRecord, ProjectRecordQuerySet
from projects.models.reminder import DueMail, Occasion, Reminder

__all__ = [
    "Draft",
    "DueMail",
    "Evidence",
    "Import",
    "ImportRow",
    "Invitation",
    "Membership",
    "Numbering",
    "Objective",
    "Occasion",
    "OfPartner",
    "Outcome",
    "Partner",
    "Phase",
    "PriorityArea",
    "Project",
    "ProjectRecord",
    "ProjectRecordQuerySet",
    "Reminder",
    "ReportingPeriod",
    "Role",
    "Sector",
]
