from django.views import generic

from common.views import Visible
from workpackages.models import WorkPackage


class WorkPlan(Visible, generic.ListView):
    """The work packages with their tasks and months."""

    model = WorkPackage

    def get_queryset(self):
        return super().get_queryset().select_related("lead").prefetch_related("tasks__lead")

    def get_context_data(self, **kwargs):
        project = self.request.project
        return super().get_context_data(
            objectives=project.objectives.visible_to(self.request.user), **kwargs
        )
