"""What is done with the data of a person whom a partner met."""

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Acquaintance


@transaction.atomic
def erase_acquaintance(*, user, person) -> None:
    """Delete `person`, and what the history of changes remembers of them: GDPR, article 17.

    The trail keeps that a contact of this code was entered, changed and erased, when and by whom. A policymaker's
    presence that pointed to the person stays, since it names an office and nobody.
    Raises PermissionDenied for who may not change the contact.
    """
    if not Acquaintance.objects.editable_by(user).filter(pk=person.pk).exists():
        raise PermissionDenied(_("You may read this record but not delete it."))
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Acquaintance), object_id=person.pk
    )
    person.delete()
    # SECURITY: after the deletion, which leaves an entry of its own with all that was deleted.
    entries.update(
        object_repr=person.code,
        changes=None,
        changes_text="",
        serialized_data=None,
        additional_data=None,
    )


@transaction.atomic
def follow_up_done(*, user, person) -> Acquaintance:
    """Note that what was to follow with `person` is done today, and return the record.

    Raises PermissionDenied for who may not change the contact, and ValidationError where nothing is open.
    """
    mine = Acquaintance.objects.select_for_update().filter(pk=person.pk)
    row = mine.editable_by(user).first()
    if row is None:
        raise PermissionDenied(_("You may read this record but not change it."))
    if not row.follow_up or row.done_on:
        raise ValidationError(_("Nothing is open with this contact."))
    row.done_on = timezone.localdate()
    row.version += 1
    row.save()
    return row
