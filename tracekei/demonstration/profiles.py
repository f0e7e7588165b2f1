"""Invented facts on the clusters' profiles; what the project's file says of a cluster stays."""

from decimal import Decimal

from clusters.models.cluster import MEMBER_KINDS
from projects.models import PriorityArea


def add_profiles(project, facts):
    """Fill the profiles of `project`'s clusters from `facts`, and say there that they are invented."""
    counted_on = project.month(facts["month_counted"])[0]
    for cluster in project.clusters.select_related("project"):
        invented = facts["clusters"].get(cluster.short_name)
        if invented is None:
            continue
        cluster.founded = invented["founded"]
        cluster.managers_fte = Decimal(invented["fte"])
        for name, number in zip(MEMBER_KINDS, invented["members"], strict=True):
            setattr(cluster, name, number)
        cluster.members_counted_on = counted_on
        cluster.description = "\n\n".join(filter(None, [cluster.description, facts["said"]]))
        cluster.full_clean()
        cluster.save()
        for name in invented["areas"]:
            area, _new = PriorityArea.objects.get_or_create(project=project, name=name)
            cluster.areas.add(area)
