"""Invented evidence: for some half-years, each cluster's list of what it delivered, as a small text file."""

from random import Random

from django.core.files.base import ContentFile

from clusters.models import ServiceRecord, State
from projects.models import Evidence, Numbering

KEPT = 0.8  # the share of a half-year's deliveries that are on the list


def add_proof(project, plan, records, people):
    """Add the lists of the plan's half-years to `project`, let them prove their records, and return them."""
    rng = Random(f"{project.slug} proof")  # noqa: S311 - invented data, no secret
    lists = []
    for half in plan["halves_with_proof"]:
        months = f"M{6 * half - 5}-M{6 * half}"
        first, last = project.month(6 * half - 5)[0], project.month(6 * half)[1]
        within = [record for record in records if first <= record.date <= last]
        for cluster, manager in people.managers.items():
            proven = [
                record
                for record in within
                if record.cluster == cluster
                and record.state == State.DELIVERED
                and rng.random() < KEPT
            ]
            lists.append((_evidence(project, cluster, manager, months, proven), proven))
    _save(project, lists)
    return [evidence for evidence, _records in lists]


def _evidence(project, cluster, manager, months, records):
    """A list of `records` as evidence with its file, not saved yet."""
    content = ContentFile(_text(cluster, months, records).encode())
    evidence = Evidence(
        project=project,
        partner=cluster.partner,
        name=f"Deliveries {cluster.short_name} {months}.txt",
        sha256=Evidence.digest(content),
        size=content.size,
        content_type="text/plain",
        created_by=manager,
        demonstration=True,
    )
    evidence.file.save(evidence.name, content, save=False)
    return evidence


def _text(cluster, months, records):
    lines = [
        "DEMONSTRATION DATA - every firm and delivery on this list is invented.",
        "",
        f"{cluster.name}: services delivered in {months}",
        "",
        *(
            f"{record.code}  {record.date:%d.%m.%Y}  {record.service.title}: "
            f"{record.sme.own_name}, {record.sme.town}"
            for record in records
        ),
    ]
    return "\n".join(lines) + "\n"


def _save(project, lists):
    numbers = Numbering.take(project, Evidence.PREFIX, len(lists))
    for number, (evidence, _records) in zip(numbers, lists, strict=True):
        evidence.code = Evidence.code_for(number)
    Evidence.objects.bulk_create(evidence for evidence, _records in lists)
    links = ServiceRecord.evidence.through
    links.objects.bulk_create(
        (
            links(servicerecord_id=record.pk, evidence_id=evidence.pk)
            for evidence, records in lists
            for record in records
        ),
        batch_size=500,
    )
