"""What the pages of a cluster's records share: who adds them, and where one goes back to."""

from django.urls import reverse

from common.views import Delete
from projects.models import Partner


class KeptByManagers:
    """Records that a coordinator and the cluster managers add."""

    list_url = ""

    def may_create(self):
        managed = Partner.objects.managed_by(self.request.user)
        return managed.filter(project=self.request.project).exists()

    can_create = may_create

    def get_cancel_url(self):
        record = getattr(self, "object", None)
        return record.get_absolute_url() if record else self._list()

    def _list(self):
        return reverse(self.list_url, args=[self.request.project.slug])


class Removed(KeptByManagers, Delete):
    def get_success_url(self):
        return self._list()
