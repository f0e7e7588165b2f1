"""A second pair of eyes on a delivery: who may verify it, and what that does."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.models import ServiceRecord, State
from projects.actions.notice import tell
from projects.models import Happening, Partner, Project

RETURNED = ("returned_by", "returned_at", "returned_because")


def may_verify_for(*, user, partner) -> bool:
    """Whether `user` is the coordinator or works for `partner`, with whatever role."""
    return Partner.objects.read_within_by(user).filter(pk=partner).exists()


def refusal(*, user, record) -> str:
    """Why `record` is not verified by `user` now, as a sentence; empty if it can be."""
    if record.state != State.DELIVERED:
        return _("Only what was delivered is verified.")
    if record.verified_by_id:
        return _("%(person)s verified it on %(day)s.") % {
            "person": record.verified_by,
            "day": date_format(timezone.localtime(record.verified_at)),
        }
    if record.created_by_id == user.pk:
        return _("You logged it, so a colleague or the coordinator verifies it.")
    return ""


@transaction.atomic
def verify(*, user, record, version) -> ServiceRecord:
    """Set `user`'s name under `record`, as it stood in `version`: the one that they looked at.

    Raises PermissionDenied for who is neither the coordinator nor a colleague of the record's partner, and
    ValidationError with the reason if it is planned, verified already, logged by `user`, or changed meanwhile.
    """
    if not may_verify_for(user=user, partner=record.cluster.partner_id):
        raise PermissionDenied(
            _("A delivery is verified by the coordinator or a colleague of %(partner)s.")
            % {"partner": record.cluster.partner}
        )
    if reason := refusal(user=user, record=record):
        raise ValidationError(reason)
    _take(record, version)
    record.verified_by, record.verified_at = user, timezone.now()
    record.mended()
    record.save(update_fields=["verified_by", "verified_at", *RETURNED, "updated_at"])
    tell(record=record, what=Happening.VERIFIED, actor=user)
    return record


def verify_all(*, user, records, versions):
    """Verify those of `records` that can be, each as it stood in its version (`versions`, by code).

    Returns those verified, and of the others pairs of a record and the reason. One that can't be verified holds
    up no other: each is a decision of its own.
    """
    verified, refused = [], []
    for record in records:
        try:
            verified.append(verify(user=user, record=record, version=versions[record.code]))
        except ValidationError as error:
            refused.append((record, " ".join(error.messages)))
    return verified, refused


def may_take_back(*, user, record) -> bool:
    """Whether `user` verified `record`, or coordinates the project in which somebody did."""
    if not record.verified_by_id:
        return False
    coordinated = Project.objects.editable_by(user).filter(pk=record.project_id)
    return record.verified_by_id == user.pk or coordinated.exists()


@transaction.atomic
def take_back(*, user, record) -> ServiceRecord:
    """Remove the verification of `record`; for who verified it, and for the coordinator.

    Raises PermissionDenied for others, ValidationError if the record was changed meanwhile.
    """
    if not may_take_back(user=user, record=record):
        raise PermissionDenied(
            _("Who verified a delivery takes that back, or the coordinator does.")
        )
    _take(record, record.version)
    record.verified_by = record.verified_at = None
    record.save(update_fields=["verified_by", "verified_at", "updated_at"])
    tell(record=record, what=Happening.UNVERIFIED, actor=user)
    return record


@transaction.atomic
def send_back(*, user, record, version, reason) -> ServiceRecord:
    """Ask those who keep `record` to mend it, for a `reason`, as it stood in `version`. A change settles that.

    Raises as `verify` does, and ValidationError without a reason.
    """
    if not may_verify_for(user=user, partner=record.cluster.partner_id):
        raise PermissionDenied(
            _("A delivery is sent back by the coordinator or a colleague of %(partner)s.")
            % {"partner": record.cluster.partner}
        )
    if why_not := refusal(user=user, record=record):
        raise ValidationError(why_not)
    reason = reason.strip()
    if len(reason) < 5:
        raise ValidationError({"reason": _("Say in a few words what is to be mended.")})
    _take(record, version)
    record.returned_by, record.returned_at = user, timezone.now()
    record.returned_because = reason
    record.save(update_fields=[*RETURNED, "updated_at"])
    tell(record=record, what=Happening.RETURNED, actor=user)
    return record


def _take(record, version):
    """One conditional UPDATE: whoever saved in between wins, and what they wrote is looked at first."""
    same = ServiceRecord.objects.filter(pk=record.pk, version=version)
    if not same.update(version=F("version") + 1):
        raise ValidationError(
            _("%(code)s was changed a moment ago: look at it again.") % {"code": record.code}
        )
    record.version = version + 1
