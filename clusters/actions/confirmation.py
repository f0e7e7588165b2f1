"""Asking firms whether they received what is recorded, and what their answers do."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.mail import send_confirmations, send_denial
from clusters.models import Confirmation, FirmAnswer, ServiceRecord, State
from common.languages import language_of
from projects.actions.notice import tell
from projects.models import Happening


def refusal(*, record) -> str:
    """Why nobody is asked about `record` now, as a sentence; empty if its firm can be."""
    if record.state != State.DELIVERED:
        return _("A firm confirms what was delivered: this is not.")
    if record.confirmations.standing().exists():
        return _("The firm has confirmed this already.")
    return ""


def ask(*, user, asked) -> list[Confirmation]:
    """Ask firms by mail, after the requests are safely in the database.

    asked: pairs of a record and the address to write to. Returns the requests; those whose `sent_at` is empty
    could not be mailed and wait to be sent again. Not to be called inside a transaction.
    Raises PermissionDenied for a record that `user` may not change, ValidationError with the reason for one that
    is not to be confirmed; nothing is written and nobody is written to then.
    """
    with transaction.atomic():
        requests = [_request(user=user, record=record, address=to) for record, to in asked]
    send_confirmations(requests)
    return requests


def _request(*, user, record, address):
    """The request to the firm of `record`: a new one, or the open one renewed."""
    if not ServiceRecord.objects.editable_by(user).filter(pk=record.pk).exists():
        raise PermissionDenied(_("You may read this record but not change it."))
    if reason := refusal(record=record):
        raise ValidationError(f"{record.code}: {reason}")
    request = Confirmation.objects.filter(record=record, answered_at__isnull=True).first()
    if request is None:
        request = Confirmation(record=record)
    elif request.sent_to != address or request.sme_id != record.sme_id:
        request.key = uuid.uuid4()  # the link that went elsewhere opens nothing any more
    request.record = record
    request.sent_to, request.sent_at = address, None
    request.language = language_of(record.sme.country)
    request.expires_at = timezone.now() + timedelta(days=settings.CONFIRMATION_DAYS)
    request.created_by = user
    request.copy_facts()
    request.save()
    return request


def withdraw(*, user, record) -> bool:
    """Take back the unanswered request to the firm of `record`; return whether there was one.

    Raises PermissionDenied for who may not change the record.
    """
    if not ServiceRecord.objects.editable_by(user).filter(pk=record.pk).exists():
        raise PermissionDenied(_("You may read this record but not change it."))
    withdrawn, _deleted = Confirmation.objects.filter(record=record, answered_at=None).delete()
    return bool(withdrawn)


def answer(*, confirmation, answer, satisfaction, comment, shown) -> Confirmation:
    """Keep a firm's answer, once; a yes fills the record's satisfaction if nobody entered one.

    shown: the mark of what the firm was shown (`Confirmation.shown`).
    Raises ValidationError with a sentence for the firm if that was changed meanwhile, if it was answered already,
    or if it can't be answered any more.
    """
    with transaction.atomic():
        _keep(confirmation, answer, satisfaction, comment, shown)
        what = Happening.DENIED if answer == FirmAnswer.NO else Happening.CONFIRMED
        asked_by = {confirmation.created_by} - {None}
        tell(record=confirmation.record, what=what, actor=None, others=asked_by)
    if answer == FirmAnswer.NO:
        send_denial(confirmation)
    return confirmation


def _keep(confirmation, answer, satisfaction, comment, shown):
    if confirmation.closed:
        raise ValidationError(_("This can’t be answered any more."))
    if shown != confirmation.shown:
        raise ValidationError(_("This was corrected a moment ago. Please read it again."))
    confirmation.copy_facts()
    confirmation.answer, confirmation.satisfaction = answer, satisfaction
    confirmation.comment, confirmation.answered_at = comment, timezone.now()
    kept = (
        "answer",
        "satisfaction",
        "comment",
        "answered_at",
        "service",
        "cluster",
        "date",
        "words",
    )
    # One conditional UPDATE decides between two who press at once.
    taken = Confirmation.objects.filter(pk=confirmation.pk, answered_at__isnull=True).update(
        **{name: getattr(confirmation, name) for name in kept}
    )
    if not taken:
        confirmation.refresh_from_db()
        raise ValidationError(_("This was answered already."))
    record = confirmation.record
    if answer == FirmAnswer.YES and satisfaction and record.satisfaction is None:
        _fill_satisfaction(record, satisfaction)


def _fill_satisfaction(record, satisfaction):
    """As the firm says it, unless somebody wrote in the record at the same moment: their word stays."""
    same = ServiceRecord.objects.filter(pk=record.pk, version=record.version)
    if same.update(version=F("version") + 1):
        record.version += 1
        record.satisfaction = satisfaction
        record.save(update_fields=["satisfaction", "updated_at"])
