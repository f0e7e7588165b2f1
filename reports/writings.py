"""Who wrote what of a chapter when, as the audit trail keeps it."""

import datetime
from dataclasses import dataclass

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from common.prose import clean
from reports.models import Chapter, Passage
from reports.references import heading_of

SHOWN = 40


@dataclass(frozen=True)
class Written:
    """A text as somebody left it. heading: of which part of the chapter; html: clean, empty if it was emptied."""

    at: datetime.datetime
    who: object
    heading: str
    html: str


def writings(chapter: Chapter) -> list[Written]:
    """The latest texts of `chapter`, the newest first; two queries."""
    passages = {row.pk: row for row in chapter.passages.all()}
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Passage), object_id__in=passages
    )
    found = []
    for entry in entries.select_related("actor").order_by("-timestamp")[:SHOWN]:
        body = (entry.changes or {}).get("body")
        if body:
            text = "" if body[1] in (None, "None") else body[1]
            heading = heading_of(passages[entry.object_id])
            found.append(Written(entry.timestamp, entry.actor, heading, clean(text)))
    return found
