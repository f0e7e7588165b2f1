"""What the pages of a cluster's records share: who adds them, and where one goes back to."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from clusters.models import Cluster
from common.views import Delete
from projects.models import Partner, Role


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


class OwnClusterFirst:
    """A list that opens on the own cluster for a manager who has one. The address says so; `?cluster=` is all."""

    @cached_property
    def own_cluster(self):
        """The only cluster of the manager's partner; None for everybody else."""
        membership = self.request.membership
        if membership.role != Role.CLUSTER_MANAGER:
            return None
        clusters = Cluster.objects.visible_to(self.request.user)
        own = clusters.filter(project=self.request.project, partner=membership.partner_id)[:2]
        return own[0] if len(own) == 1 else None

    def get(self, request, *args, **kwargs):
        if not request.GET and self.own_cluster:
            return redirect(f"{request.path}?cluster={self.own_cluster.pk}")
        return super().get(request, *args, **kwargs)

    def clearing(self):
        if not self.own_cluster:
            return super().clearing()
        query = {key: value for key, value in self.request.GET.items() if value}
        only_own = query.keys() - {"page", "sort"} == {"cluster"}
        label = _("All clusters") if only_own else _("Clear")
        return (f"{self.request.path}?cluster=", label) if query else None


class Removed(KeptByManagers, Delete):
    def get_success_url(self):
        return self._list()
