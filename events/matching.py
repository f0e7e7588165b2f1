"""Which manager of the project somebody may be who checked in under a name."""

from rapidfuzz import fuzz

from clusters.models import Manager
from common.search import fold

ALIKE = 88  # of 100: a letter that differs, names in the other order


def proposals(event, rows) -> dict:
    """{pk of a row: the manager of the event's project that it is most likely}, for rows that name no manager."""
    open_rows = [row for row in rows if not row.manager_id and not row.is_confirmed and row.name]
    if not open_rows:
        return {}
    managers = Manager.objects.filter(project=event.project_id).select_related("cluster")
    named = [(fold(manager.name), manager) for manager in managers]
    found = {}
    for row in open_rows:
        name = fold(row.name)
        score, manager = max(
            ((fuzz.token_sort_ratio(name, other), manager) for other, manager in named),
            key=lambda pair: pair[0],
            default=(0, None),
        )
        if score >= ALIKE:
            found[row.pk] = manager
    return found
