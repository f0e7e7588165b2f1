"""Policymakers at events, told from the lists of attendance."""

from django.db.models import Count, Q

from events.models import Category, Event


def policymakers_at_events(user, project):
    """The held events of `project` with `policymakers`, how many were confirmed there, each person once."""
    there = Q(attendances__category=Category.POLICYMAKER, attendances__confirmed_at__isnull=False)
    number = Count("attendances__person", filter=there, distinct=True)
    events = (
        Event.objects.visible_to(user).filter(project=project).held().annotate(policymakers=number)
    )
    return events.filter(policymakers__gt=0).select_related("project")
