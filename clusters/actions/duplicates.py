"""What people decide about firms that look alike."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.likeness import compare, facts_of
from clusters.models import SME, Cluster, ClusterMembership, LikelyPair


def set_apart(*, user, pair) -> LikelyPair:
    """Record that the two firms of `pair` are not the same: proposed again only if what was compared changes.

    Raises PermissionDenied for who keeps neither of them.
    """
    if not LikelyPair.objects.editable_by(user).filter(pk=pair.pk).exists():
        raise PermissionDenied(_("Those who keep one of the firms say whether it is the same."))
    pair.different, pair.decided_by, pair.decided_at = True, user, timezone.now()
    pair.save(update_fields=["different", "decided_by", "decided_at"])
    return pair


@transaction.atomic
def tell_apart(*, user, firm, others) -> None:
    """Record that `firm`, which `user` has entered, is none of `others`, which look like it."""
    for there in others:
        one, other = sorted((firm, there), key=lambda it: it.pk)
        facts = facts_of(one), facts_of(other)
        score, reasons = compare(*facts)
        LikelyPair.objects.update_or_create(
            one=one,
            other=other,
            defaults={
                "project_id": firm.project_id,
                "score": score,
                "reasons": reasons,
                "facts": "".join(its.digest for its in facts),
                "different": True,
                "decided_by": user,
                "decided_at": timezone.now(),
            },
        )


@transaction.atomic
def join(*, user, firm, clusters) -> SME:
    """Make `firm`, which another cluster has entered, a member of `clusters` as well.

    Raises PermissionDenied unless `user` sees the firm and keeps each of the clusters, all of its project.
    """
    own = Cluster.objects.editable_by(user).filter(project=firm.project_id)
    wanted = {cluster.pk for cluster in clusters}
    seen = SME.objects.visible_to(user).filter(pk=firm.pk).exists()
    if not seen or own.filter(pk__in=wanted).count() != len(wanted):
        raise PermissionDenied(_("You may add firms to the clusters that you manage."))
    for cluster in clusters:
        ClusterMembership.objects.get_or_create(cluster=cluster, sme=firm)
    return firm
