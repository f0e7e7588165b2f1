"""What a progress report says, as one document: collected once, hashed, and never asked again."""

import datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import number_format

from clusters.models import Cluster, ServiceCategory, ServiceRecord
from indicators.figures import (
    Figure,
    explained,
    leading,
    overall_target,
    split_by_cluster,
)
from indicators.models import Change, ChangeKind, ChangeState, Indicator
from indicators.nights import unit_codes
from indicators.wording import changed_lines, said
from reports import pictures
from reports.chronicle import behind, tables
from reports.models import Chapter, ChapterKind, Edition, Writing
from reports.references import Referred, codes_of, printed, records_of, values_of
from reports.restatements import as_data, restatements

# Since 2: units by code, changes of definitions and targets. Since 3: the kind of report, chapters, tables,
# restatements. Since 4: figures in words, by month and by cluster, warnings that were passed over,
# the portal's address and that of each figure, what the EU portal's continuous reporting asks of plan and
# communication, pictures, and the hashes of the evidence.
FORMAT = 4
SCHEMAS = Path(__file__).parent / "schemas"


def collect(project, period) -> dict:
    """Everything that the progress report of `period` states, as plain JSON values.

    Figures are cumulative from the project's first day to the period's last (or to today, in a period that has
    not ended). Persons do not appear; firms only as counts.
    """
    as_of = min(period.end, timezone.localdate())
    before = period.start - datetime.timedelta(days=1)
    indicators = Indicator.objects.filter(project=project).prefetch_related(
        "targets__period__project"
    )
    rows, counted, proving, known = [], [], set(), {}
    clusters = list(Cluster.objects.filter(project=project).select_related("partner"))
    for indicator in indicators:
        indicator.project = project
        target = overall_target(indicator)
        figure = Figure(indicator, project, as_of, target)
        resting = _rests_on(figure, clusters, known, proving)
        rows.append(_indicator(figure, before) | resting)
        counted.append(figure)
    written = _written(period)
    references = records_of(project, codes_of(written), as_of)
    chapters = _chapters(written, values_of(counted) | references)
    return {
        "format": FORMAT,
        "portal": settings.SITE_URL,
        "project": _project(project),
        "period": {
            "number": period.number,
            "kind": str(period.get_kind_display()),
            "months": str(period),
            "first_day": period.start.isoformat(),
            "last_day": period.end.isoformat(),
            "due": period.due.isoformat(),
        },
        "as_of": as_of.isoformat(),
        "indicators": rows,
        "changes": _changes(project),
        "restated": _restated(period, counted, known),
        "chapters": chapters,
        "references": _in_words(references),
        "pictures": pictures.of_texts(project, chapters),
        "leading": _leading(first, clusters) if (first := leading(counted)) else None,
        "services": services_by_category(project, period.start, as_of),
        "tables": tables(project, period, as_of, proving),
    }


def as_it_stands(project, period) -> dict:
    """What a report would state now: all of it anew, or new texts alone if it was opened for these."""
    opened = Edition.objects.opened_for_texts(period)
    return with_texts(opened.snapshot, period) if opened else collect(project, period)


def stated_values(document) -> dict[str, Referred]:
    """What the references to figures stand for in a snapshot."""
    return {row["code"]: Referred(_said(row)) for row in document["indicators"]}


def with_texts(document, period) -> dict:
    """A snapshot with its chapters as they are written now; figures and tables stay, and the texts refer to those."""
    stated = {code: Referred(words) for code, words in document.get("references", {}).items()}
    written = _written(period)
    day = parse_date(document["as_of"])
    references = records_of(period.project, codes_of(written), day) | stated
    chapters = _chapters(written, stated_values(document) | references)
    return {
        **document,
        "chapters": chapters,
        "references": _in_words(references),
        "pictures": pictures.of_texts(period.project, chapters),
    }


def _said(row):
    """The value of an indicator in words; forms before 4 have the number alone."""
    if "said" in row:
        return row["said"]
    return "–" if row["value"] is None else number_format(row["value"], force_grouping=True)


def schema_of(document) -> bytes | None:
    """The JSON Schema (draft 2020-12) of a snapshot's form; None for forms before 4, which have none."""
    path = SCHEMAS / f"format-{document['format']}.json"
    return path.read_bytes() if path.exists() else None


def services_by_category(project, first_day, last_day) -> list[dict]:
    """Deliveries between two days by category of service: records, and firms each counted once a category."""
    delivered = ServiceRecord.objects.delivered().filter(
        project=project, date__range=(first_day, last_day)
    )
    found = {
        row["service__category"]: row
        for row in delivered.order_by()
        .values("service__category")
        .annotate(records=Count("pk"), firms=Count("sme", distinct=True))
    }
    return [
        {
            "category": category.name,
            "records": found[category.pk]["records"] if category.pk in found else 0,
            "firms": found[category.pk]["firms"] if category.pk in found else 0,
        }
        for category in ServiceCategory.objects.filter(project=project)
    ]


def _project(project):
    partners = list(project.partners.all())
    coordinator = next((each for each in partners if each.coordinates), None)
    return {
        "slug": project.slug,
        "acronym": project.acronym,
        "name": project.name,
        "programme": project.programme,
        "call": project.call,
        "grant_number": project.grant_number,
        "first_day": project.start.isoformat(),
        "last_day": project.end.isoformat(),
        "months": project.months,
        "coordinator": coordinator.name if coordinator else "",
        "partners": [
            {"short_name": p.short_name, "name": p.name, "country": p.country.name}
            for p in partners
        ],
        "funding_statement": project.funding_statement,
        "disclaimer": project.disclaimer,
        "demonstration": project.demonstration,
    }


def _rests_on(figure, clusters, known, proving):
    """The records, units and clusters of a figure; its evidence goes into `proving`, the answer into the figure."""
    if figure.measure is None:
        return {"records": None, "units": None, "clusters": None}
    found = behind(figure)
    figure.first_days = found.first_days  # so that it need not ask for them again
    proving |= found.evidence
    return {
        "records": found.records,
        "units": unit_codes(figure, known),
        "clusters": None
        if found.shares is None
        else [
            {"name": cluster.short_name, "value": found.shares.get(cluster.pk, 0)}
            for cluster in clusters
        ],
    }


def _indicator(figure, before):
    """before: the eve of the period, whose value is the previous one."""
    indicator = figure.indicator
    previous = figure.value_on(before) if figure.measure else None
    waits = figure.measure is None
    return {
        "code": indicator.code,
        "name": indicator.name,
        "unit": indicator.unit,
        "baseline": _number(indicator.baseline),
        "target": _number(figure.target),
        "previous": _number(previous),
        "this_period": None
        if waits or figure.value is None or previous is None
        else _number(figure.value - previous),
        "value": _number(figure.value),
        "said": said(figure.value, figure),
        "percent": figure.percent,
        "status": str(figure.status.label),
        "tone": figure.status.tone,
        "url": f"{settings.SITE_URL}{indicator.get_absolute_url()}?as_of={figure.as_of.isoformat()}",
        "counts_as_one": indicator.counts_as_one,
        "counted_when": indicator.counted_when,
        "months": [
            {"month": point.month, "value": _number(point.value)} for point in figure.months
        ],
    }


def _changes(project):
    """What two people changed in definitions and targets, in order: also after the period's last day, as a report
    states the targets and rules that are in force when it is locked."""
    changes = Change.objects.filter(indicator__project=project, state=ChangeState.ACCEPTED).exclude(
        kind=ChangeKind.NEW
    )
    return [
        {
            "code": change.indicator.code,
            "kind": str(change.get_kind_display()),
            "day": timezone.localdate(change.decided_at).isoformat(),
            "reason": change.reason,
            "lines": [[str(text) for text in line] for line in changed_lines(change)],
        }
        for change in changes.select_related("indicator").order_by("decided_at", "pk")
    ]


def _restated(period, counted, known):
    """What the last report that was submitted for an earlier period stated otherwise than today's records; None
    without such a report."""
    earlier = Edition.objects.handed_in().filter(
        project=period.project, period__number__lt=period.number
    )
    report = (
        earlier.select_related("project", "period__project")
        .order_by("period__number", "number")
        .last()
    )
    if report is None:
        return None
    return {
        "report": str(report.period),
        "submitted": timezone.localdate(report.submitted_at).isoformat(),
        "figures": [
            as_data(row) for row in restatements(report, report.submitted_by, counted, known)
        ],
    }


def _written(period):
    """The chapters of a period, in the order of a report."""
    rows = Chapter.objects.filter(period=period).select_related("package", "project", "period")
    order = list(ChapterKind.values)
    return sorted(
        rows.prefetch_related("passages__task"),
        key=lambda row: (order.index(row.kind), row.package.number if row.package else 0),
    )


def _in_words(references):
    return {code: referred.words for code, referred in sorted(references.items())}


def _chapters(written, values):
    """What was written for the period, references as what they stand for; chapters that say nothing are left out."""
    return [
        {
            "kind": chapter.kind,
            "code": chapter.package.code if chapter.package else "",
            "title": chapter.package.title if chapter.package else str(chapter),
            "ready": chapter.state == Writing.READY,
            "passages": [
                {"heading": heading, "html": html} for heading, html in printed(chapter, values)
            ],
        }
        for chapter in written
        if chapter.has_text
    ]


def _leading(figure, clusters):
    split = split_by_cluster(figure, clusters)
    steps = explained(figure.measure.sources[0], figure.project, figure.as_of)
    return {
        "code": figure.indicator.code,
        "name": figure.indicator.name,
        "value": figure.value,
        "target": _number(figure.target),
        "units": str(figure.measure.units),
        "clusters": [
            {
                "name": share.cluster.short_name,
                "country": share.cluster.country.name,
                "value": share.value,
                "target": _number(share.target),
                "percent": share.percent,
            }
            for share in split.shares
        ],
        "clusters_total": split.total,
        "shared": split.shared,
        "months": [
            {"month": point.month, "last_day": point.day.isoformat(), "value": point.value}
            for point in figure.months
        ],
        "explained": [
            {
                "sentence": str(step.sentence),
                "records": step.records,
                "fell_out": step.fell_out,
                "why": str(step.unmet),
            }
            for step in steps
        ],
    }


def _number(value):
    """A decimal as JSON says it best: 284, not 284.00; None stays None."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
