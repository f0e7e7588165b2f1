"""The making of a progress report, step by step, so that a killed worker leaves nothing half done.

The row is the job (`common.jobs`): the finished file becomes the row's in one conditional UPDATE, and a worker that
lost its claim throws its own file away.
"""

import datetime
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import OuterRef, Subquery
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from common import jobs
from common.jobs import Progress
from common.moment import one_moment
from common.pdf import Attached, to_archive
from events.codes import qr
from indicators import charts
from reports import snapshot as snapshots
from reports import verifying
from reports.environment import TEMPLATES, environment
from reports.exporting import evidence_of, tables_as_csv
from reports.hashing import canonical, digest
from reports.mail import told
from reports.models import Rendering

COLLECTING = gettext_noop("Collecting the figures")
DRAWING = gettext_noop("Drawing the charts")
LAYING_OUT = gettext_noop("Laying out the pages")
STORING = gettext_noop("Storing the file")
FINISHED = gettext_noop("Finished")
FAILED = gettext_noop(
    "The report could not be made. Your records are as they were. Try again; if it fails once more, tell "
    "whoever runs this portal that it was report %(number)d."
)


def make(pk) -> bool:
    """Make the report of rendering `pk` if nobody else does. Returns whether this call finished it.

    Safe to call twice, at once or after a crash: exactly one call stores a file. Whoever asked is told how it ended.
    """
    with override("en-gb"):
        ended = jobs.run(Rendering, pk, _work, failed=FAILED, discard=discard)
    if ended:
        _tell(pk)
    return ended == Progress.DONE


def _tell(pk):
    told(Rendering.objects.for_work().get(pk=pk))


def _work(rendering, claim, tell):
    pk = rendering.pk
    jobs.say(Rendering, pk, claim, 1, COLLECTING)
    edition = rendering.edition
    if edition:
        document = edition.snapshot
    else:
        with one_moment():
            document = snapshots.as_it_stands(rendering.project, rendering.period)
    jobs.say(Rendering, pk, claim, 2, DRAWING)
    html = to_html(document, **imprint_of(rendering))
    before = rendering.period.renderings.filter(pages__isnull=False).order_by("pk").last()
    expected = before.pages if before else None
    jobs.say(Rendering, pk, claim, 3, LAYING_OUT, 0, expected)
    content, pages = to_file(
        document,
        html,
        rendering.dated,
        lambda page: tell(3, LAYING_OUT, page, expected),
    )
    jobs.say(Rendering, pk, claim, 4, STORING)
    name = _store(pk, claim, content)
    finished = jobs.mine(Rendering, pk, claim).update(
        state=Progress.DONE,
        step=Rendering.STEPS,
        doing=FINISHED,
        snapshot=document,
        snapshot_sha256=digest(document),
        environment=environment(),
        file=name,
        file_sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        pages=pages,
        finished_at=timezone.now(),
    )
    if not finished:
        raise jobs.ClaimLost


@dataclass(frozen=True)
class Stamp:
    """Who submitted a report, by name, and when."""

    by: str
    at: datetime.datetime


def imprint_of(rendering) -> dict:
    """What a file says besides its snapshot, as `to_html` takes it: when it was made, its version, its stamp.

    A locked version is dated by its lock or its submission, so that it can be made again to the last byte.
    """
    edition = rendering.edition
    stamp = Stamp(edition.submitter, edition.submitted_at) if rendering.final else None
    return {
        "made_on": rendering.dated,
        "version": rendering.number,
        "locked_at": edition.locked_at if edition else None,
        "stamp": stamp,
    }


def to_html(document, *, made_on, version, locked_at=None, stamp=None) -> str:
    """The report's pages as HTML: a function of the snapshot and of these alone.

    made_on: the time that the file carries; locked_at: None of a draft; stamp: None of what was not submitted, which
    is then marked as a draft.
    """
    content = digest(document)
    portal = document.get("portal", settings.SITE_URL)
    address = verifying.address_of(code := verifying.code_of(content), portal)
    return render_to_string(
        "reports/pdf/report.html",
        {
            "report": document,
            "first_day": parse_date(document["period"]["first_day"]),
            "last_day": parse_date(document["period"]["last_day"]),
            "as_of": parse_date(document["as_of"]),
            "chart": _chart(document, document["leading"]) if document["leading"] else "",
            "charts": [
                (row, _chart(document, row, charts.NARROW))
                for row in document["indicators"]
                if row.get("months")
            ],
            "by_month": _by_month(document),
            "cluster_names": _cluster_names(document),
            "parts": parts_of(document),
            "made_on": made_on,
            "version": version,
            "locked_at": locked_at,
            "frozen": parse_datetime(document["frozen"]) if "frozen" in document else locked_at,
            "stamp": stamp,
            "digest": content,
            "code": code,
            "verify_at": address,
            "evidence": evidence_of(document),
            "evidence_at": f"{portal}/p/{document['project'].get('slug', '')}/evidence/",
            "qr": qr(address, _("QR code of the page where this file is checked")),
            "styles": "".join(
                (TEMPLATES / name).read_text()
                for name in ("report.css", *(() if stamp else ("draft.css",)))
            ),
        },
    )


def _chart(document, figure, size=charts.WIDE):
    return charts.months_against_plan(
        months=[point for point in figure["months"] if point["value"] is not None],
        target=figure["target"],
        of_months=document["project"]["months"],
        description=figure["name"],
        from_baseline=not figure.get("baseline"),
        size=size,
    )


def _by_month(document):
    """[(month, the value of each indicator that has months)], the table of the charts."""
    rows = [row["months"] for row in document["indicators"] if row.get("months")]
    return [
        (points[0]["month"], [p["value"] for p in points]) for points in zip(*rows, strict=True)
    ]


def _cluster_names(document):
    found = (row["clusters"] for row in document["indicators"] if row.get("clusters"))
    return [share["name"] for share in next(found, ())]


def to_file(document, html, dated, laid_out=None) -> tuple[bytes, int]:
    """The report as a PDF/A-3a, with its snapshot and its tables in it, and its number of pages.

    dated: the time that the files carry; laid_out: as `to_archive` takes it.
    """
    attached = [
        Attached(
            "snapshot.json",
            canonical(document),
            _("What this report says, as one document"),
            "Source",
        ),
        *(
            Attached(name, content, _("A table of this report"))
            for name, content in tables_as_csv(document).items()
        ),
    ]
    return to_archive(html, attached, dated, laid_out)


@dataclass(frozen=True)
class Part:
    """A numbered part of the printed report. short: it stays on one page where it can; wide: on pages of
    their own, turned on their side."""

    id: str
    title: str
    template: str
    short: bool = False
    wide: bool = False
    chapter: dict | None = None
    package: dict | None = None


def parts_of(document) -> list[Part]:
    """The parts that a snapshot has something for, in the order of domain.md, section 4. Older ones have fewer."""
    chapters = {(row["kind"], row["code"]): row for row in document.get("chapters", ())}
    tables = document.get("tables", {})
    leading = document["leading"]

    def chapter(kind):
        row = chapters.get((kind, ""))
        return [_part(kind, row["title"], "chapter", chapter=row)] if row else []

    def table(name, title, *, short=False):
        return [_part(name, title, short=short)] if tables.get(name) else []

    told = [
        _part("control", _("Document control"), short=True),
        *chapter("summary"),
        _part("glance", _("Project at a glance")),
        *table("objectives", _("Objectives")),
        *(_package(row, chapters) for row in tables.get("packages", ())),
        *table("deliverables", _("Deliverables")),
        *table("milestones", _("Milestones")),
        _part("indicators", _("Indicators")),
        *(
            [_part("charts", _("Indicators by month"))]
            if any(row.get("months") for row in document["indicators"])
            else []
        ),
        *(
            [_part("clusters", _("Indicators by cluster"), wide=True)]
            if any(row.get("clusters") for row in document["indicators"])
            else []
        ),
        *([_part("leading", leading["name"])] if leading else []),
        *table("skills", _("Managers' skills before and after"), short=True),
        *table("labels", _("Labels"), short=True),
        *table("strategies", _("Strategies"), short=True),
        *table("events", _("Events")),
        *(
            [_part("dissemination", _("Dissemination and countries reached"))]
            if tables.get("dissemination") or tables.get("countries")
            else []
        ),
        _part("services", _("Services delivered in this period"), short=True),
        *table("risks", _("Critical risks")),
        *chapter("management"),
        *chapter("follow-up"),
        *chapter("next"),
    ]
    if document.get("changes"):
        told.append(_part("changes", _("Changes of definitions and targets")))
    if (document.get("restated") or {}).get("figures"):
        told.append(_part("restated", _("Changes since the last report")))
    if document.get("overridden"):
        told.append(_part("overridden", _("What was passed over")))
    told += table("evidence", _("Evidence index"))
    if document["project"]["disclaimer"]:
        told.append(_part("disclaimer", _("Disclaimer"), short=True))
    return told


def _part(name, title, template="", **more):
    return Part(f"part-{name}", title, f"reports/pdf/parts/{template or name}.html", **more)


def _package(row, chapters):
    title = f"{row['code']} {row['title']}"
    chapter = chapters.get(("package", row["code"]))
    return _part(row["code"].lower(), title, "package", chapter=chapter, package=row)


def put_back_abandoned() -> list[int]:
    """Queue again what nobody works on; return the ids of all renderings that wait for a worker."""
    return jobs.put_back_abandoned(Rendering, discard=discard, gave_up=_tell)


def same_draft(period) -> Rendering | None:
    """The last draft of `period`, if a new one would say the same and look the same; None if not."""
    drafts = period.renderings.filter(edition__isnull=True, state=Progress.DONE)
    last = drafts.filter(environment=environment()).order_by("number").last()
    if last is None or not last.file.storage.exists(last.file.name):
        return None
    with override("en-gb"), one_moment():
        content = digest(snapshots.as_it_stands(period.project, period))
    return last if content == last.snapshot_sha256 else None


def forget_drafts(today) -> int:
    """Delete drafts that nobody looks at any more, with their files; how many. The newest finished of each stays."""
    newest = (
        Rendering.objects.filter(
            edition__isnull=True, period=OuterRef("period"), state=Progress.DONE
        )
        .order_by("-number")
        .values("pk")[:1]
    )
    old = Rendering.objects.filter(
        edition__isnull=True,
        requested_at__date__lt=today - datetime.timedelta(days=settings.DRAFT_DAYS),
    ).exclude(state__in=jobs.UNFINISHED)
    rows = list(old.exclude(pk=Subquery(newest)).only("pk", "file"))
    for row in rows:
        row.delete()
        if row.file:
            row.file.storage.delete(row.file.name)
    return len(rows)


# --- The file ----------------------------------------------------------------------------------------


def _name(pk, claim):
    return f"reports/{pk}-{claim}.pdf"


def _store(pk, claim, content):
    """Write the file under its name in one step: a crash before it leaves a .part that no row names."""
    name = _name(pk, claim)
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return name


def discard(pk, claim):
    path = Path(default_storage.path(_name(pk, claim)))
    path.unlink(missing_ok=True)
    path.with_suffix(".part").unlink(missing_ok=True)
