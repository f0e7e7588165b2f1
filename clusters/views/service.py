from collections import Counter
from itertools import groupby
from operator import attrgetter

from django.contrib import messages
from django.utils.translation import gettext_lazy, ngettext

from clusters import filters, forms, tables
from clusters.importing.columns import SERVICES
from clusters.models import Cluster, Novelty, Service, ServiceCategory
from clusters.views.keeping import KeptByManagers, OwnClusterFirst, Removed
from common.views import Create, Delete, Detail, Edit, List
from projects.views import NameList, NamePage
from projects.views.imports import Exchanged


class ServiceList(OwnClusterFirst, Exchanged, KeptByManagers, List):
    spreadsheet = SERVICES
    model = Service
    table_class = tables.ServiceTable
    filterset_class = filters.ServiceFilter
    title = gettext_lazy("Service portfolio")
    lede = gettext_lazy("What each cluster offers, and what the project made new or better.")
    empty = gettext_lazy("No service here. Remove a filter if you set one, or add the service.")
    create_url, create_label = "service_create", gettext_lazy("Add a service")

    def get_queryset(self):
        return super().get_queryset().for_list().with_deliveries()


class ServiceDetail(Detail):
    model = Service

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .for_list()
            .select_related("task", "cluster__partner")
            .with_deliveries()
        )

    def get_context_data(self, **kwargs):
        records = self.object.records.visible_to(self.request.user).for_list()
        return super().get_context_data(latest=records[:10], **kwargs)


class ServicePage(KeptByManagers):
    model = Service
    form_class = forms.ServiceForm
    list_url = "service_list"


class ServiceCreate(ServicePage, Create):
    title = gettext_lazy("New service")

    def get_initial(self):
        own = Cluster.objects.editable_by(self.request.user).filter(project=self.request.project)[
            :2
        ]
        return {"cluster": own[0]} if len(own) == 1 else {}


class ServiceEdit(ServicePage, Edit):
    title = gettext_lazy("Edit service")

    def save(self, form):
        before = self.get_queryset().get(pk=self.object.pk).counts
        service = super().save(form)
        self.counts_anew = before != service.counts
        return service

    def saved(self):
        super().saved()
        n = self.object.records.delivered().count()
        if self.counts_anew and n:
            if self.object.counts:
                said = ngettext(
                    "%(n)d delivery of it counts in the figures now.",
                    "%(n)d deliveries of it count in the figures now.",
                    n,
                )
            else:
                said = ngettext(
                    "%(n)d delivery of it counts no longer in the figures.",
                    "%(n)d deliveries of it count no longer in the figures.",
                    n,
                )
            messages.warning(self.request, said % {"n": n})


class Portfolio(Detail):
    """What one cluster offers, by category, beside what it offered before the project."""

    model = Cluster
    template_name = "clusters/portfolio.html"

    def get_queryset(self):
        return super().get_queryset().select_related("project", "partner")

    def get_context_data(self, **kwargs):
        services = list(
            self.object.services.visible_to(self.request.user)
            .for_list()
            .select_related("task__work_package")
            .with_deliveries()
            .with_firms()
            .order_by("category__name", "title")
        )
        kinds = Counter(service.novelty for service in services)
        return super().get_context_data(
            categories=[
                (category, list(group))
                for category, group in groupby(services, key=attrgetter("category"))
            ],
            now=len(services),
            before=len(services) - kinds[Novelty.NEW],
            new=kinds[Novelty.NEW],
            improved=kinds[Novelty.IMPROVED],
            existing=kinds[Novelty.EXISTING],
            deliveries=sum(service.deliveries for service in services),
            **kwargs,
        )


class ServiceDelete(Removed):
    model = Service
    list_url = "service_list"


class CategoryPage(NamePage):
    model = ServiceCategory
    form_class = forms.CategoryForm
    list_url = "category_list"


class CategoryList(NameList):
    model = ServiceCategory
    names = "category"
    title = gettext_lazy("Categories of services")
    lede = gettext_lazy("Each service is in one of them; reports count deliveries by category.")


class CategoryCreate(CategoryPage, Create):
    title = gettext_lazy("New category")


class CategoryEdit(CategoryPage, Edit):
    title = gettext_lazy("Edit category")


class CategoryDelete(NamePage, Delete):
    model = ServiceCategory
    list_url = "category_list"
