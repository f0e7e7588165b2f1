from events.models.activity import Activity
from events.models.attendance import Attendance, Category, Source
from events.models.collaboration import (
    Agreement,
    Collaboration,
    CollaborationState,
    Meeting,
    MeetingKind,
    Paper,
    Point,
)
from events.models.dissemination import (
    AudienceKind,
    Dissemination,
    DisseminationAudience,
    DisseminationCountry,
    Outlet,
    Progress,
)
from events.models.event import Event, Standing
from events.models.feed import Feed
from events.models.kind import EventKind
from events.models.outlook import (
    MarketStep,
    PolicyLevel,
    PolicyMeeting,
    StepKind,
    Synergy,
    SynergyState,
)
from events.models.outside import Acquaintance, OutsideCluster
from events.models.promised import PromisedEvent
from events.models.registration import Evaluation, Place, Registration

__all__ = [
    "Acquaintance",
    "Activity",
    "Agreement",
    "Attendance",
    "AudienceKind",
    "Category",
    "Collaboration",
    "CollaborationState",
    "Dissemination",
    "DisseminationAudience",
    "DisseminationCountry",
    "Evaluation",
    "Event",
    "EventKind",
    "Feed",
    "MarketStep",
    "Meeting",
    "MeetingKind",
    "Outlet",
    "OutsideCluster",
    "Paper",
    "Place",
    "Point",
    "PolicyLevel",
    "PolicyMeeting",
    "Progress",
    "PromisedEvent",
    "Registration",
    "Source",
    "Standing",
    "StepKind",
    "Synergy",
    "SynergyState",
]
