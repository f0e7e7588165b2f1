"""The files and links that prove records of every kind that has a field `evidence`."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import Evidence


def keep_file(*, user, project, partner, file, name="", audience="") -> Evidence:
    """Store `file`, an upload that an EvidenceFileField has accepted, as evidence of `partner`.

    The same content kept for the same partner before is found again instead of stored twice; it keeps its name
    and its audience. name: a title instead of the file's own name; audience: of Audience, the partner if empty.
    """
    digest = Evidence.digest(file)
    if evidence := kept_before(user=user, partner=partner, project=project, sha256=digest):
        evidence.was_here = True
        return evidence
    evidence = Evidence(
        project=project,
        partner=partner,
        created_by=user,
        name=(name or file.name)[:255],
        file=file,
        sha256=digest,
        size=file.size,
        content_type=file.kind,
    )
    return _saved(evidence, audience)


def keep_link(*, user, project, partner, link, name="", audience="") -> Evidence:
    """Keep `link` as evidence of `partner`, once; the rest is as in `keep_file`."""
    same = {"project": project, "partner": partner, "link": link}
    if evidence := Evidence.objects.editable_by(user).filter(**same).first():
        evidence.was_here = True
        return evidence
    return _saved(Evidence(**same, created_by=user, name=(name or link)[:255]), audience)


def _saved(evidence, audience):
    if audience:
        evidence.audience = audience
    evidence.save()
    return evidence


def kept_before(*, user, project, partner, sha256) -> Evidence | None:
    """The evidence of `partner` with this content, if there is one that `user` may use."""
    same = {"project": project, "partner": partner, "sha256": sha256}
    return Evidence.objects.editable_by(user).filter(**same).first() if sha256 else None


@transaction.atomic
def attach_evidence(*, user, record, evidence, audience=""):
    """Let `evidence` (several pieces that `user` may change) prove `record`, and return the record.

    What proved nothing so far, because its form had to be mended first, becomes the record's partner's and gets
    the `audience`, if one is given. Raises PermissionDenied for who may not change the record.
    """
    _require_right(user, record)
    chosen = Evidence.objects.editable_by(user).filter(pk__in=[piece.pk for piece in evidence])
    becomes = {"partner": record.partner}
    if audience:
        becomes["audience"] = audience
    chosen.unused().update(**becomes)
    record.evidence.add(*evidence)
    return record


@transaction.atomic
def detach_evidence(*, user, record, evidence):
    """Let `evidence` no longer prove `record`; the evidence itself stays.

    Raises PermissionDenied for who may not change the record, and ValidationError if a locked report rests
    on this proof of this record, or if it is a version of the record.
    """
    _require_right(user, record)
    if is_version_of(type(record)):
        raise ValidationError(
            _("%(evidence)s is a version of %(record)s. Versions stay: add a newer one there.")
            % {"evidence": evidence.code, "record": record.code}
        )
    if report := held_by(evidence, record):
        raise ValidationError(
            _(
                "%(evidence)s stays with %(record)s, because a locked report rests on it: %(report)s."
            )
            % {"evidence": evidence.code, "record": record.code, "report": report}
        )
    record.evidence.remove(evidence)
    return record


def is_version_of(model):
    """Whether the evidence of `model`'s records is kept as their numbered versions, of which none is taken away."""
    return not model.evidence.through._meta.auto_created


def held_by(evidence, record=None):
    """A submitted report that rests on `evidence` (as the proof of `record`, if one is given); None if none does.

    `reports` keeps these rows and protects what they name; here they are reached by the reverse relation.
    """
    resting = evidence.report_bases.select_related("report__project", "report__period__project")
    if record is not None:
        if not hasattr(record, "report_bases"):
            return None  # no figure counts records of this kind
        resting = resting.filter(pk__in=record.report_bases.values("pk"))
    basis = resting.first()
    return basis.report if basis else None


def discard(*, user, project, codes):
    """Delete what `user` had chosen for a form and dropped again: own evidence that proves nothing."""
    own = Evidence.objects.editable_by(user).filter(project=project, created_by=user)
    for evidence in own.unused().filter(code__in=codes):
        evidence.delete()


def _require_right(user, record):
    if not type(record)._default_manager.editable_by(user).filter(pk=record.pk).exists():
        raise PermissionDenied(_("You may read this record but not change it."))


def note_opening(*, user, evidence):
    """Remember that somebody other than its uploader looked at a file for the first time."""
    if evidence.opened_at is None and evidence.created_by_id != user.pk:
        unopened = Evidence.objects.filter(pk=evidence.pk, opened_at__isnull=True)
        unopened.update(opened_at=timezone.now(), opened_by=user)
