from reports.models.chapter import Chapter, ChapterKind, Declaration, Passage, PassageKind, Writing
from reports.models.rendering import Basis, Rendering
from reports.models.schedule import Schedule

__all__ = [
    "Basis",
    "Chapter",
    "ChapterKind",
    "Declaration",
    "Passage",
    "PassageKind",
    "Rendering",
    "Schedule",
    "Writing",
]
