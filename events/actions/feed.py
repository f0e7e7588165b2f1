"""The secret address of a member's calendar."""

from django.db import transaction
from django.utils import timezone

from events.models import Feed
from events.models.feed import new_nonce


@transaction.atomic
def renew_feed(*, membership) -> Feed:
    """Give `membership` an address, or another one: from then on the former address opens nothing."""
    feed, _made = Feed.objects.update_or_create(
        membership=membership, defaults={"nonce": new_nonce(), "renewed_at": timezone.now()}
    )
    return feed


def close_feed(*, membership):
    """Take the address away; nothing happens if there is none."""
    Feed.objects.filter(membership=membership).delete()
