"""Chapters of a period's report."""

from reports.models import Chapter, ChapterKind, Passage, PassageKind


def chapter(period, written_by, kind=None, package=None, text="<p>All went well.</p>", ready=False):
    """A chapter of a work package (its results) or of another kind (its text)."""
    made = Chapter.objects.create(
        project=period.project,
        period=period,
        kind=ChapterKind.PACKAGE if package else kind or ChapterKind.SUMMARY,
        package=package,
        state="ready" if ready else "open",
        written_by=written_by,
        created_by=written_by,
    )
    kind = PassageKind.RESULTS if package else PassageKind.TEXT
    Passage.objects.create(chapter=made, kind=kind, body=text)
    return made
