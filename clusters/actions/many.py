"""One service logged for many firms at once: a training of twelve is one form and twelve records."""

import uuid
from decimal import ROUND_DOWN, Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import Service, ServiceRecord
from projects.actions.evidence import attach_evidence
from projects.models import Numbering

CENT = Decimal("0.01")


def shares(total, count) -> list[Decimal]:
    """`total` hours as `count` parts in hundredths that differ by one hundredth at most and add up to it again."""
    each = (total / count).quantize(CENT, ROUND_DOWN)
    left = int((total - each * count) / CENT)
    return [each + CENT] * left + [each] * (count - left)


@transaction.atomic
def log_for_many(
    *, user, service, firms, submission, evidence=(), effort=None, effort_in_all=False, **facts
) -> list[ServiceRecord]:
    """Log one delivery of `service` to each of `firms`, all of them or none; each is proven by `evidence`.

    effort: hours, for each firm or (effort_in_all) for all of them together. facts: date, state, task, outcome.
    submission: the id of the form's sending. The first record carries it, so that a second sending breaks on the
    database's constraint (IntegrityError) and makes nothing; all carry it as `together`.
    Raises PermissionDenied if the service is not one that `user` keeps.
    """
    if not Service.objects.editable_by(user).filter(pk=service.pk).exists():
        raise PermissionDenied(_("You may read this service but not log it."))
    firms = list(firms)
    efforts = shares(effort, len(firms)) if effort_in_all and effort else [effort] * len(firms)
    numbers = Numbering.take(service.project, ServiceRecord.PREFIX, len(firms))
    records = []
    for place, (firm, hours, number) in enumerate(zip(firms, efforts, numbers, strict=True)):
        record = ServiceRecord(
            project=service.project,
            service=service,
            cluster=service.cluster,
            sme=firm,
            effort=hours,
            code=ServiceRecord.code_for(number),
            created_by=user,
            submission=uuid.uuid5(submission, firm.code) if place else submission,
            together=submission,
            **facts,
        )
        # One by one: the audit trail does not see a bulk insert, and a training is no smaller a fact than a talk.
        record.save()
        records.append(record)
    attach_evidence(user=user, record=records[0], evidence=evidence)
    for record in records[1:]:
        record.evidence.add(*evidence)
    return records


def sent_before(*, user, submission):
    """A record that this sending of `user`'s form made before; None if it made none."""
    return ServiceRecord.objects.filter(submission=submission, created_by=user).first()
