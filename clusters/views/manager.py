from django.utils.translation import gettext_lazy

from clusters import filters, forms, tables
from clusters.models import Manager
from clusters.views.keeping import KeptByManagers, Removed
from common.views import Create, Detail, Edit, List


class ManagerList(KeptByManagers, List):
    model = Manager
    table_class = tables.ManagerTable
    filterset_class = filters.ManagerFilter
    title = gettext_lazy("Cluster managers")
    lede = gettext_lazy("The persons who run the clusters, with or without a login.")
    empty = gettext_lazy("No cluster manager here yet.")
    create_url, create_label = "manager_create", gettext_lazy("Add a manager")

    def get_queryset(self):
        return super().get_queryset().select_related("project", "cluster__project")


class ManagerDetail(Detail):
    model = Manager

    def get_queryset(self):
        return super().get_queryset().select_related("project", "cluster")

    def get_context_data(self, **kwargs):
        readable = Manager.objects.contacts_visible_to(self.request.user)
        return super().get_context_data(
            contacts_visible=readable.filter(pk=self.object.pk).exists(), **kwargs
        )


class ManagerPage(KeptByManagers):
    model = Manager
    form_class = forms.ManagerForm
    list_url = "manager_list"


class ManagerCreate(ManagerPage, Create):
    title = gettext_lazy("New cluster manager")


class ManagerEdit(ManagerPage, Edit):
    title = gettext_lazy("Edit cluster manager")


class ManagerDelete(Removed):
    model = Manager
    list_url = "manager_list"
