from reports.models.basis import Basis
from reports.models.box import AuditBox
from reports.models.chapter import Chapter, ChapterKind, Declaration, Passage, PassageKind, Writing
from reports.models.edition import CLOSED, Edition, Standing, Turn, TurnKind
from reports.models.rendering import Rendering
from reports.models.schedule import Schedule

__all__ = [
    "CLOSED",
    "AuditBox",
    "Basis",
    "Chapter",
    "ChapterKind",
    "Declaration",
    "Edition",
    "Passage",
    "PassageKind",
    "Rendering",
    "Schedule",
    "Standing",
    "Turn",
    "TurnKind",
    "Writing",
]
