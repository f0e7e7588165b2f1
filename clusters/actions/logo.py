"""A cluster's logo: set and dropped together with its file."""

import uuid
from functools import partial

from django.db import transaction

from clusters.models import Cluster


def set_logo(*, cluster, picture, alt) -> Cluster:
    """Keep `picture` (drawn anew; None: the one that is there) as the logo, with `alt` in words.

    The file that it replaces goes once the change is certain.
    """
    with transaction.atomic():
        kept = Cluster.objects.select_for_update().get(pk=cluster.pk)
        before = kept.logo.name
        kept.logo_alt = alt
        if picture is not None:
            kept.logo.save(f"{uuid.uuid4()}.webp", picture, save=False)
        kept.save(update_fields=["logo", "logo_alt", "updated_at"])
        if before and before != kept.logo.name:
            transaction.on_commit(partial(kept.logo.storage.delete, before))
    return kept


def drop_logo(*, cluster) -> Cluster:
    """Leave the cluster without a logo."""
    with transaction.atomic():
        kept = Cluster.objects.select_for_update().get(pk=cluster.pk)
        before, kept.logo, kept.logo_alt = kept.logo.name, "", ""
        kept.save(update_fields=["logo", "logo_alt", "updated_at"])
        if before:
            transaction.on_commit(partial(kept.logo.storage.delete, before))
    return kept
