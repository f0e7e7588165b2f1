from django.utils.functional import SimpleLazyObject

from projects.models import Notice, Project, Role


def project(request):
    """The project of the page, the user's role in it, and whether invented data may be on the page."""
    current = getattr(request, "project", None)
    membership = getattr(request, "membership", None)
    return {
        "project": current,
        "membership": membership,
        "coordinates": membership is not None and membership.role == Role.COORDINATOR,
        "writes": membership is not None
        and membership.role in (Role.COORDINATOR, Role.CLUSTER_MANAGER),
        "logs": membership is not None and membership.role != Role.VIEWER,
        # Called by the topbar alone: pages behind a link have none, and ask nothing.
        "new_notices": lambda: Notice.objects.new_for(request.user).count(),
        "demonstration": current.demonstration
        if current
        else SimpleLazyObject(lambda: Project.objects.filter(demonstration=True).exists()),
    }
