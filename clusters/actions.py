"""Writes about clusters, firms and services that touch more than one row."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import ServiceRecord
from projects.models import Evidence


def keep_file(*, user, project, partner, file) -> Evidence:
    """Store `file`, an upload that an EvidenceFileField has accepted, as evidence of `partner`.

    The same content kept for the same partner before is found again instead of stored twice.
    """
    digest = Evidence.digest(file)
    known = Evidence.objects.editable_by(user).filter(
        project=project, partner=partner, sha256=digest
    )
    if evidence := known.first():
        return evidence
    return Evidence.objects.create(
        project=project,
        partner=partner,
        created_by=user,
        name=file.name[:255],
        file=file,
        sha256=digest,
        size=file.size,
        content_type=file.kind,
    )


@transaction.atomic
def attach_evidence(*, user, record, evidence) -> ServiceRecord:
    """Let `evidence` (several pieces) prove `record`, and raise the record's version.

    Raises PermissionDenied for who may not change the record.
    """
    if not ServiceRecord.objects.editable_by(user).filter(pk=record.pk).exists():
        raise PermissionDenied(_("You may read this record but not change it."))
    record.evidence.add(*evidence)
    return record
