from django.utils.translation import gettext_lazy
from django.views import generic

from clusters import forms, skills
from clusters.models import Cluster
from clusters.views.keeping import KeptByManagers, Removed
from common.views import Create, Detail, Edit, Visible


class ClusterList(KeptByManagers, Visible, generic.ListView):
    model = Cluster

    def get_queryset(self):
        return super().get_queryset().select_related("project", "partner", "sector").with_counts()

    def get_context_data(self, **kwargs):
        return super().get_context_data(may_create=self.can_create(), **kwargs)


class ClusterDetail(Detail):
    model = Cluster

    def get_queryset(self):
        return super().get_queryset().select_related("project", "partner", "sector").with_counts()

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            managers=self.object.managers.visible_to(user).select_related("project"),
            services=self.object.services.visible_to(user)
            .for_list()
            .with_deliveries()
            .order_by("title"),
            gains=skills.gain(
                skills.scores_of(skills.in_cluster(self.object)),
                least=skills.least_persons(user, self.object),
            ),
            latest=self.object.records.visible_to(user).for_list()[:8],
            **kwargs,
        )


class ClusterPage(KeptByManagers):
    model = Cluster
    form_class = forms.ClusterForm
    list_url = "cluster_list"


class ClusterCreate(ClusterPage, Create):
    title = gettext_lazy("New cluster")


class ClusterEdit(ClusterPage, Edit):
    title = gettext_lazy("Edit cluster")


class ClusterDelete(Removed):
    model = Cluster
    list_url = "cluster_list"
