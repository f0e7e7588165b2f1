"""What is done with a person's data."""

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from clusters.actions.merge import forget_contact
from clusters.models import Confirmation, ConsultedFirm, Contact


@transaction.atomic
def erase_contact(*, user, contact) -> None:
    """Delete `contact`, and what the portal remembers of the person elsewhere: GDPR, article 17.

    The trail keeps that a contact of this code was entered, changed and erased, when and by whom; a firm's answer
    stays, without the address it was asked at, and an open question to that address is withdrawn.
    Raises PermissionDenied for who may not change the contact.
    """
    if not Contact.objects.editable_by(user).filter(pk=contact.pk).exists():
        raise PermissionDenied(_("You may read this record but not delete it."))
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Contact), object_id=contact.pk
    )
    forget_contact(contact)
    written_to = Confirmation.objects.filter(
        sme=contact.sme, cluster__partner=contact.partner, sent_to__iexact=contact.email
    )
    if contact.email:
        written_to.filter(answered_at=None).delete()
        written_to.update(sent_to="")
        ConsultedFirm.objects.filter(sme=contact.sme, sent_to__iexact=contact.email).update(
            sent_to=""
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
