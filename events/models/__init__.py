from events.models.event import Event, Standing
from events.models.kind import EventKind
from events.models.promised import PromisedEvent

__all__ = ["Event", "EventKind", "PromisedEvent", "Standing"]
