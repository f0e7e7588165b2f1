"""What is done with a person's data."""

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from clusters.models import Contact


@transaction.atomic
def erase_contact(*, user, contact) -> None:
    """Delete `contact`, and what the audit trail remembers of the person: GDPR, article 17.

    The trail keeps that a contact of this code was entered, changed and erased, when and by whom.
    Raises PermissionDenied for who may not change the contact.
    """
    if not Contact.objects.editable_by(user).filter(pk=contact.pk).exists():
        raise PermissionDenied(_("You may read this record but not delete it."))
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Contact), object_id=contact.pk
    )
    contact.delete()
    # SECURITY: after the deletion, which leaves an entry of its own with all that was deleted.
    entries.update(
        object_repr=contact.code,
        changes=None,
        changes_text="",
        serialized_data=None,
        additional_data=None,
    )
