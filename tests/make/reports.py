"""Chapters of a period's report, and reports that were locked."""

from reports import actions
from reports.models import Chapter, ChapterKind, Passage, PassageKind, Writing
from reports.readiness import chapters
from workpackages.models import Deliverable


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


def ready(period, person):
    """All chapters of a period written and called ready, and a reason for what is late."""
    late = Deliverable.objects.filter(work_package__project=period.project, late_reason="")
    late.update(late_reason="Agreed with the project officer.")
    for row in chapters(person, period):
        if not row.pk:
            chapter(period, person, kind=row.kind, package=row.package, ready=True)
    Chapter.objects.filter(period=period).update(state=Writing.READY)


def locked(period, person):
    """A period's report as its coordinator locks it, every warning passed over."""
    ready(period, person)
    _stopping, warning = actions.gaps_of(person, period)
    reasons = {check.key: "Known and agreed." for check in warning}
    return actions.lock_report(user=person, period=period, reasons=reasons)
