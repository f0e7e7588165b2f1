from events.models.activity import Activity
from events.models.attendance import Attendance, Category, Source
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
from events.models.promised import PromisedEvent

__all__ = [
    "Activity",
    "Attendance",
    "AudienceKind",
    "Category",
    "Dissemination",
    "DisseminationAudience",
    "DisseminationCountry",
    "Event",
    "EventKind",
    "Feed",
    "Outlet",
    "Progress",
    "PromisedEvent",
    "Source",
    "Standing",
]
