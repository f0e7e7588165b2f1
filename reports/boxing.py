"""The making of an audit box: evidence and what it proves, streamed into one ZIP that opens without the portal."""

import datetime
import hashlib
import os
import zipfile
from collections import defaultdict
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from common import jobs
from common.exporting import as_csv
from common.jobs import Progress
from indicators.exchange import as_data
from indicators.figures import Figure, counting_rows, overall_target
from indicators.models import Indicator
from projects.content import download_name
from projects.models import Evidence, Project
from reports import snapshot as snapshots
from reports.exporting import tables_as_csv
from reports.hashing import canonical
from reports.mail import told
from reports.models import AuditBox, Basis

LOOKING = gettext_noop("Looking for the evidence")
PACKING = gettext_noop("Packing the files")
CLOSING = gettext_noop("Closing the box")
FAILED = gettext_noop(
    "The audit box could not be made. Your records are as they were. Try again; if it fails once more, tell "
    "whoever runs this portal that it was box %(number)d."
)
NO_REPORT = gettext_noop(
    "The file of the report was not finished when this box was packed. Make another box once it is.\n"
)
PIECE = 1024 * 1024  # bytes that are in memory at once
TOLD_EVERY = 64 * PIECE  # bytes after which the person who waits is told


def make(pk) -> bool:
    """Make audit box `pk` if nobody else does; whether this call finished it. Safe to call twice."""
    with override("en-gb"):
        ended = jobs.run(AuditBox, pk, _work, failed=FAILED, discard=discard)
    if ended:
        _tell(pk)
    return ended == Progress.DONE


def put_back_abandoned() -> list[int]:
    """Queue again what nobody works on; return the ids of all boxes that wait for a worker."""
    return jobs.put_back_abandoned(AuditBox, discard=discard, gave_up=_tell)


def forget_old(now) -> int:
    """Delete boxes past their time, with their files; how many. They can be made again from the records."""
    last = now - datetime.timedelta(days=settings.BOX_DAYS)
    rows = list(AuditBox.objects.exclude(state__in=jobs.UNFINISHED).filter(requested_at__lt=last))
    for row in rows:
        row.delete()
        if row.file:
            row.file.storage.delete(row.file.name)
    return len(rows)


def _tell(pk):
    told(AuditBox.objects.for_work().get(pk=pk))


def _work(box, claim, tell):
    jobs.say(AuditBox, box.pk, claim, 1, LOOKING)
    # SECURITY: rights that were lost while it waited are lost for the box as well.
    coordinated = Project.objects.editable_by(box.requested_by).filter(pk=box.project_id)
    if box.named and not coordinated.exists():
        box.named = False
        AuditBox.objects.filter(pk=box.pk).update(named=False)
    contents = Contents(box)
    name = _name(box.pk, claim)
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        with Packing(file, box) as packing:
            _pack(box, claim, contents, packing)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    finished = jobs.mine(AuditBox, box.pk, claim).update(
        state=Progress.DONE,
        step=AuditBox.STEPS,
        file=name,
        file_sha256=_digest(path),
        size=path.stat().st_size,
        finished_at=timezone.now(),
    )
    if not finished:
        raise jobs.ClaimLost


def _pack(box, claim, contents, packing):
    total, since = len(contents.evidence), 0
    jobs.say(AuditBox, box.pk, claim, 2, PACKING, 0, total)
    rows = []
    for n, evidence in enumerate(contents.evidence, 1):
        rows.append(packing.add_evidence(evidence, contents))
        since += evidence.size or 0
        if since > TOLD_EVERY or n % 50 == 0 or n == total:
            jobs.say(AuditBox, box.pk, claim, 2, PACKING, n, total)
            since = 0
    jobs.say(AuditBox, box.pk, claim, 3, CLOSING)
    for name, content in contents.documents():
        packing.add(name, content)
    packing.add("evidence.csv", as_csv(contents.evidence_table(rows)))
    packing.add("records.csv", as_csv(contents.records_table()))
    packing.add(
        "index.html",
        render_to_string(
            "reports/box/index.html",
            {
                "box": box,
                "rows": rows,
                "files": sorted(packing.sums),
                "figures": contents.figures,
                "as_of": contents.as_of,
                "made_on": box.requested_at,
            },
        ).encode(),
    )
    packing.close_with_sums()


class Packing(zipfile.ZipFile):
    """The ZIP as it is written: each file in pieces, with its SHA-256; `sums` is {name: digest}."""

    def __init__(self, file, box):
        super().__init__(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self.sums = {}
        self.folder = box.filename.removesuffix(".zip")
        self.moment = timezone.localtime(box.requested_at).timetuple()[:6]

    def add(self, name, content):
        """A small file, from memory."""
        self.sums[name] = hashlib.sha256(content).hexdigest()
        self.writestr(self._info(name, zipfile.ZIP_DEFLATED), content)

    def add_evidence(self, evidence, contents) -> dict:
        """A piece of evidence under its code, and what the index says of it. A missing file is told, not hidden."""
        row = {
            "evidence": evidence,
            "proves": contents.proves[evidence.pk],
            "file": "",
            "state": "",
        }
        # SECURITY: before anything of it is told; who has a link has what it leads to.
        if evidence.pk not in contents.readable:
            return row | {"state": _("Kept by its partner; not in this box")}
        if not evidence.file:
            return row | {"state": _("A link: %(link)s") % {"link": evidence.link}}
        name = f"evidence/{evidence.code}{Path(download_name('x', evidence.content_type)).suffix}"
        try:
            source = evidence.file.open("rb")
        except FileNotFoundError:
            return row | {"state": _("The portal's file is missing")}
        found = hashlib.sha256()
        # What is uploaded is compressed already (PDF, photos, spreadsheets).
        with source, self.open(self._info(name, zipfile.ZIP_STORED, evidence.size), "w") as into:
            while piece := source.read(PIECE):
                found.update(piece)
                into.write(piece)
        self.sums[name] = found.hexdigest()
        same = self.sums[name] == evidence.sha256
        state = _("As uploaded") if same else _("Not as it was uploaded: its hash differs")
        return row | {"file": name, "state": state, "altered": not same}

    def close_with_sums(self):
        """The manifest, as `sha256sum -c` reads it."""
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.sums.items()))
        self.writestr(self._info("SHA256SUMS", zipfile.ZIP_DEFLATED), lines.encode())

    def _info(self, name, how, size=0):
        info = zipfile.ZipInfo(f"{self.folder}/{name}", self.moment)
        info.compress_type, info.external_attr = how, 0o644 << 16
        info.file_size = size or 0  # so that a large file has the room for its length
        return info


class Contents:
    """What is in a box: its evidence, the records that each piece proves, and the documents about them.

    SECURITY: files are those that whoever asked may read; others are named by code and hash alone.
    """

    def __init__(self, box):
        self.box = box
        self.records = _records_of(box)  # {(model, id): {ids of evidence}}
        ids = {key for keys in self.records.values() for key in keys}
        rows = Evidence.objects.filter(project=box.project, pk__in=ids)
        if box.partner:
            rows = Evidence.objects.filter(project=box.project, partner=box.partner)
        self.evidence = list(rows.select_related("partner", "created_by").order_by("code"))
        readable = Evidence.objects.visible_to(box.requested_by).filter(project=box.project)
        self.readable = set(readable.values_list("pk", flat=True))
        self.labels = _labels(self.records, box)
        if box.edition:
            self.as_of = parse_date(box.edition.snapshot["as_of"])
            self.figures = box.edition.snapshot["indicators"]
        else:
            self.as_of = timezone.localdate()
            self.figures = _figures(box, self.as_of)
        self.proves = defaultdict(list)
        for record, keys in self.records.items():
            for key in keys:
                self.proves[key].append(self.labels[record]["code"])

    def documents(self):
        """(name, content) of what tells the figures: the report and its tables, or the figure as it is now."""
        if edition := self.box.edition:
            yield "snapshot.json", canonical(edition.snapshot)
            if schema := snapshots.schema_of(edition.snapshot):
                yield "snapshot.schema.json", schema
            for name, content in tables_as_csv(edition.snapshot).items():
                yield f"tables/{name}", content
            wanted = edition.renderings.filter(final=edition.submitted_at is not None)
            made = wanted.filter(state=Progress.DONE).first()
            if made and made.file.storage.exists(made.file.name):
                with made.file.open("rb") as file:
                    yield made.filename, file.read()
            else:
                yield "REPORT-MISSING.txt", _(NO_REPORT).encode()
            return
        told = {"as_of": self.as_of.isoformat(), "figures": self.figures}
        yield "figures.json", canonical(told)

    def evidence_table(self, rows):
        named = self.box.named
        head = [_("Code"), _("File"), "SHA-256", _("Bytes"), _("Type"), _("Partner"), _("Uploaded")]
        head += [_("Name"), _("Uploaded by")] if named else []
        yield [*head, _("Proves"), _("State")]
        for row in rows:
            one = row["evidence"]
            partner = one.partner.short_name if one.partner else ""
            yield [
                *(one.code, row["file"], one.sha256, one.size, one.content_type, partner),
                timezone.localdate(one.created_at),
                *((one.name, str(one.created_by or "")) if named else ()),
                ", ".join(row["proves"]),
                row["state"],
            ]

    def records_table(self):
        codes = {each.pk: each.code for each in self.evidence}
        yield [_("Code"), _("Kind"), _("Day"), _("Cluster"), _("Firm"), _("Evidence")]
        for record, keys in self.records.items():
            label = self.labels[record]
            papers = sorted(codes[key] for key in keys if key in codes)
            yield [*label.values(), ", ".join(papers)]


# --- What is behind a thing --------------------------------------------------------------------------


def _records_of(box) -> dict:
    """{(model, id): the ids of its evidence} of what the box is of."""
    found = defaultdict(set)
    if box.edition:
        for field in map(Basis._meta.get_field, Basis.kinds()):
            rows = Basis.objects.filter(report=box.edition, **{f"{field.name}__isnull": False})
            for record, paper in rows.values_list(field.attname, "evidence"):
                found[field.related_model, record] |= {paper} - {None}
    elif box.indicator:
        figure = Figure(box.indicator, box.project, timezone.localdate(), None)
        for source in figure.measure.sources if figure.measure else ():
            rows = counting_rows(source, box.project, figure.as_of).order_by()
            papers = {"paper": F(source.evidence)} if source.evidence else {}
            for record, *paper in rows.values_list("pk", *papers.values()):
                found[rows.model, record] |= set(paper) - {None}
    else:
        for relation in Evidence.relations():
            field = relation.field
            links = field.remote_field.through.objects.all()
            name = field.m2m_field_name()
            if box.partner:
                links = links.filter(evidence__partner=box.partner)
            elif path := _path_to_package(relation.related_model):
                links = links.filter(**{f"{name}__{path}": box.package})
            else:
                continue
            for record, paper in links.values_list(name, "evidence"):
                found[relation.related_model, record].add(paper)
    return found


def _figures(box, as_of) -> list[dict]:
    """The indicator that the box is of, or all of its project, as `as_data` gives them."""
    indicators = Indicator.objects.filter(project=box.project)
    if box.indicator:
        indicators = indicators.filter(pk=box.indicator_id)
    found = []
    for indicator in indicators.prefetch_related("targets__period__project"):
        indicator.project = box.project
        found.append(as_data(Figure(indicator, box.project, as_of, overall_target(indicator))))
    return found


def _path_to_package(model):
    """The path from a kind of record to its work package; empty for kinds that belong to none."""
    names = {field.name for field in model._meta.get_fields()}
    for name, path in (
        ("work_package", "work_package"),
        ("task", "task__work_package"),
        ("service", "service__task__work_package"),
        ("event", "event__task__work_package"),
    ):
        if name in names:
            return path
    return ""


def _labels(records, box) -> dict:
    """What the tables say of each record: its code, kind, day, cluster and firm."""
    keys = defaultdict(list)
    for model, key in records:
        keys[model].append(key)
    found = {}
    for model, ids in keys.items():
        names = {field.name for field in model._meta.fields}
        paths = [path for path in ("cluster", "sme", "event") if path in names]
        rows = model._base_manager.select_related(*paths) if paths else model._base_manager.all()
        for at in range(0, len(ids), 500):
            for row in rows.filter(pk__in=ids[at : at + 500]):
                found[model, row.pk] = _label(row, box.named)
    return found


def _label(row, named):
    # SECURITY: an attendance is called by its event, as its own name may be a person's.
    event, firm = getattr(row, "event", None), getattr(row, "sme", None)
    code = getattr(row, "code", "") or (f"{event.code}/{row.pk}" if event else str(row.pk))
    days = ("date", "first_day", "awarded_on", "submitted_on", "held_on", "signed_on")
    return {
        "code": code,
        "kind": str(row._meta.verbose_name),
        "day": next((getattr(row, day) for day in days if getattr(row, day, None)), None),
        "cluster": row.cluster.short_name if getattr(row, "cluster", None) else "",
        "firm": (firm.name if named else firm.code) if firm else "",
    }


# --- The file ----------------------------------------------------------------------------------------


def _name(pk, claim):
    return f"boxes/{pk}-{claim}.zip"


def discard(pk, claim):
    path = Path(default_storage.path(_name(pk, claim)))
    path.unlink(missing_ok=True)
    path.with_suffix(".part").unlink(missing_ok=True)


def _digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
