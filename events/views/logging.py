"""Who logs what happened: the partner's staff, its cluster managers, and the coordinator."""

from django.urls import reverse

from common.views import Delete
from projects.models import Partner


class Logged:
    """Pages of records that a partner's people log. Declares `list_url`."""

    list_url = ""

    def may_create(self):
        own = Partner.objects.read_within_by(self.request.user)
        return own.filter(project=self.request.project).exists()

    can_create = may_create

    def get_cancel_url(self):
        record = getattr(self, "object", None)
        return record.get_absolute_url() if record else self._list()

    def _list(self):
        return reverse(self.list_url, args=[self.request.project.slug])


class LoggedDelete(Logged, Delete):
    def get_success_url(self):
        return self._list()
