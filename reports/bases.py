"""The records and files that a locked report rests on: nobody deletes them while it is, nor once it was submitted.

They are what its figures count, what its tables tell of, what its texts refer to and the pictures that those show.
"""

from django.db.models import BigIntegerField, F, Value
from django.utils.dateparse import parse_date

from clusters.models import Label, ServiceRecord, Strategy
from events.models import Activity, Dissemination, Event
from indicators.figures import counting_rows
from indicators.measures import How, measure_of
from indicators.models import Indicator
from reports.models import Basis, Chapter
from reports.pictures import drawable
from reports.references import codes_of
from workpackages.models import Deliverable, Milestone, Risk


def bases(edition) -> list[Basis]:
    """Unsaved rows for all that `edition` rests on, each record with each piece of its evidence; one query a kind."""
    project, period = edition.project, edition.period
    day = parse_date(edition.snapshot["as_of"])
    found = {}
    for rows, proof in (
        *_counted(project, day),
        *_told(project, period, day),
        *_referred(project, period),
    ):
        _add(found, rows, proof)
    return _unsaved(edition, found)


def bases_again(edition, before) -> list[Basis]:
    """Those of the version `before`, for the one that keeps its figures and tables, and of its new texts."""
    found = {}
    for row in Basis.objects.filter(report=before).of_records():
        field = next(name for name in Basis.kinds() if getattr(row, f"{name}_id"))
        found[field, getattr(row, f"{field}_id"), row.evidence_id] = None
    for rows, proof in _referred(edition.project, edition.period):
        _add(found, rows, proof)
    return _unsaved(edition, found)


def _unsaved(edition, found):
    records = [
        Basis(report=edition, evidence_id=evidence, **{f"{field}_id": record})
        for field, record, evidence in found
    ]
    return records + _shown(edition)


def _add(found, rows, proof):
    """rows: a query of records; proof: the path to their evidence, None without. A dict keeps each once, in order."""
    field = Basis.field_for(rows.model)
    evidence = F(proof) if proof else Value(None, BigIntegerField())
    for record, paper in rows.order_by().values_list("pk", evidence):
        found[field, record, paper] = None


def _counted(project, day):
    """What the figures count."""
    for indicator in Indicator.objects.filter(project=project):
        measure = measure_of(indicator)
        for source in measure.sources if measure else ():
            yield (
                counting_rows(source, project, day, whole=measure.how == How.RATIO),
                source.evidence,
            )


def _told(project, period, day):
    """What the tables tell happened until the report's day. What is only planned may still leave the plan."""
    own, within = {"project": project}, (period.start, day)
    delivered = ServiceRecord.objects.delivered().filter(**own, date__range=within)
    yield delivered, "evidence"
    yield Event.objects.held().filter(**own, first_day__range=within), "evidence"
    outreach = Dissemination.objects.delivered().with_facts()
    yield outreach.filter(**own, on_day__lte=day), "evidence"
    yield Label.objects.filter(**own, awarded_on__lte=day), "evidence"
    yield Strategy.objects.with_adoption().filter(**own, adopted_on__lte=day), None
    handed_in = Deliverable.objects.handed_in().filter(**own, submitted_on__lte=day)
    yield handed_in, "evidence"
    yield Milestone.objects.filter(**own, reached_on__lte=day), "evidence"
    yield Risk.objects.filter(**own, states__period=period), None


def _referred(project, period):
    """What the texts refer to."""
    chapters = Chapter.objects.filter(period=period).prefetch_related("passages")
    codes = codes_of(chapters)
    for model in (Deliverable, Event, Activity):
        yield model.objects.filter(project=project, code__in=codes), "evidence"


def _shown(edition):
    """The pictures that the report's texts show: their files are part of what it says."""
    codes = edition.snapshot.get("pictures", {})
    return [
        Basis(report=edition, evidence=row) for row in drawable(edition.project, codes).values()
    ]
