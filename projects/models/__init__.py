from projects.models.evidence import Evidence
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

__all__ = [
    "Evidence",
    "Invitation",
    "Membership",
    "Numbering",
    "Objective",
    "OfPartner",
    "Partner",
    "PriorityArea",
    "Project",
    "ProjectRecord",
    "ProjectRecordQuerySet",
    "ReportingPeriod",
    "Role",
    "Sector",
]
