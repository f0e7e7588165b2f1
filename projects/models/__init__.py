from projects.models.comment import Comment
from projects.models.draft import Draft
from projects.models.evidence import Evidence
from projects.models.imports import Import, ImportRow, Outcome, Phase
from projects.models.notice import Happening, Notice
from projects.models.people import Invitation, Membership, Role
from projects.models.project import (
    Objective,
    Partner,
    PeriodKind,
    PriorityArea,
    Project,
    ReportingPeriod,
    Sector,
)
from projects.models.record import Numbering, OfPartner, ProjectRecord, ProjectRecordQuerySet
from projects.models.reminder import DueMail, Occasion, Reminder
from projects.models.spoken import SpokenOf, ToldOf, spoken_of, told_of
from projects.models.token import Scope, Token

__all__ = [
    "Comment",
    "Draft",
    "DueMail",
    "Evidence",
    "Happening",
    "Import",
    "ImportRow",
    "Invitation",
    "Membership",
    "Notice",
    "Numbering",
    "Objective",
    "Occasion",
    "OfPartner",
    "Outcome",
    "Partner",
    "PeriodKind",
    "Phase",
    "PriorityArea",
    "Project",
    "ProjectRecord",
    "ProjectRecordQuerySet",
    "Reminder",
    "ReportingPeriod",
    "Role",
    "Scope",
    "Sector",
    "SpokenOf",
    "Token",
    "ToldOf",
    "spoken_of",
    "told_of",
]
