"""Firms that were invented to be there twice: some wait to be found, one merge is proposed, one is done."""

from clusters.actions.merge import merge_firms, propose_merge
from clusters.duplicates import compare_waiting
from clusters.models import SME, ClusterMembership, Merge


def add_twins(project, plan, people):
    """Add the plan's firms that are `entered_twice`, merge or propose what it says, and look for the likely pairs."""
    clusters = {cluster.short_name: cluster for cluster in people.managers}
    for entry in plan.get("entered_twice", ()):
        there = SME.objects.get(project=project, code=entry["of"])
        cluster = clusters[entry["cluster"]]
        twin = SME.objects.create(
            project=project,
            name=entry["name"],
            native_name=entry.get("native_name", ""),
            town=entry["town"],
            country=there.country,
            created_by=people.staff[cluster],
            demonstration=True,
        )
        ClusterMembership.objects.create(sme=twin, cluster=cluster, since=project.start)
        act = {"merged": merge_firms, "proposed": propose_merge}.get(entry.get("state"))
        if act:
            act(user=people.managers[cluster], kept=there, merged=twin)
    Merge.objects.filter(project=project).update(demonstration=True)
    compare_waiting(project)
