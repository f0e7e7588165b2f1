"""Drafts: what is typed into a form is kept before it is saved."""

import json

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import Draft

LARGEST = 200_000  # characters of a draft, its markup included
MOST = 20  # drafts of one person in one project; the oldest goes


@transaction.atomic
def keep_draft(*, user, project, form, record, key, data) -> Draft:
    """Keep `data` ({field: texts}) as what `user` has typed so far into a form of `project`.

    key: the page's own, a UUID; under the same key the draft is kept anew. Raises ValidationError for more than
    LARGEST characters, and PermissionDenied for a key that is somebody else's.
    """
    # PostgreSQL keeps no NUL in a text.
    data = {name: [text.replace("\x00", "") for text in texts] for name, texts in data.items()}
    if len(json.dumps(data, ensure_ascii=False)) > LARGEST:
        raise ValidationError(_("The draft is too long to be kept. Save the form, or shorten it."))
    own = Draft.objects.filter(key=key).first()
    if own and own.user_id != user.pk:
        raise PermissionDenied(_("This draft belongs to somebody else."))
    place = {"user": user, "project": project, "form": form, "record": record}
    draft, _made = Draft.objects.update_or_create(
        key=key, defaults={**place, "data": data, "saved_at": timezone.now()}
    )
    theirs = Draft.objects.filter(user=user, project=project)
    theirs.exclude(pk__in=list(theirs.values_list("pk", flat=True)[:MOST])).delete()
    return draft


def drop_draft(*, user, key):
    """Forget what `user` typed under `key`; nothing happens if there is nothing."""
    Draft.objects.filter(user=user, key=key).delete()
