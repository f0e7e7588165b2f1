"""The files and links that prove a delivery."""

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
    if evidence := kept_before(user=user, partner=partner, project=project, sha256=digest):
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


def kept_before(*, user, project, partner, sha256) -> Evidence | None:
    """The evidence of `partner` with this content, if there is one that `user` may use."""
    same = {"project": project, "partner": partner, "sha256": sha256}
    return Evidence.objects.editable_by(user).filter(**same).first() if sha256 else None


@transaction.atomic
def attach_evidence(*, user, record, evidence) -> ServiceRecord:
    """Let `evidence` (several pieces that `user` may change) prove `record`.

    What proved nothing so far, because its form had to be mended first, becomes the record's partner's.
    Raises PermissionDenied for who may not change the record.
    """
    if not ServiceRecord.objects.editable_by(user).filter(pk=record.pk).exists():
        raise PermissionDenied(_("You may read this record but not change it."))
    free = Evidence.objects.editable_by(user).filter(service_records__isnull=True)
    free.filter(pk__in=[piece.pk for piece in evidence]).update(partner=record.cluster.partner_id)
    record.evidence.add(*evidence)
    return record
