from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic

from clusters import actions, filters, forms, tables
from clusters.models import SME, Cluster, Manager, Service, ServiceCategory, ServiceRecord
from common.views import Create, Delete, Detail, Edit, List, Visible
from projects.forms import EvidenceForm
from projects.models import Evidence, Partner
from projects.views import NameList, NamePage


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


# --- Clusters and their managers -------------------------------------------------------------------


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


# --- SMEs ------------------------------------------------------------------------------------------


class SMEList(KeptByManagers, List):
    model = SME
    table_class = tables.SMETable
    filterset_class = filters.SMEFilter
    title = gettext_lazy("SMEs")
    lede = gettext_lazy("Each enterprise is here once, however many clusters it belongs to.")
    empty = gettext_lazy("No firm here. Remove a filter if you set one, or add the firm.")
    create_url, create_label = "sme_create", gettext_lazy("Add an SME")

    def get_queryset(self):
        return super().get_queryset().for_list()

    def get_template_names(self):
        if self.request.htmx.target == "sme-proposals":
            return ["clusters/widgets/sme.html#proposals"]
        return super().get_template_names()

    def get_filterset_kwargs(self, filterset_class):
        kwargs = super().get_filterset_kwargs(filterset_class)
        if "sme" in self.request.GET and self.request.htmx:
            # The form's field asks with its own name for proposals.
            kwargs["data"] = {"q": self.request.GET["sme"]}
        return kwargs


class SMEDetail(Detail):
    model = SME

    def get_queryset(self):
        return super().get_queryset().for_list()

    def get_context_data(self, **kwargs):
        records = self.object.records.visible_to(self.request.user).for_list().with_proof()
        return super().get_context_data(records=records, **kwargs)


class SMEPage(KeptByManagers):
    model = SME
    form_class = forms.SMEForm
    list_url = "sme_list"


class SMECreate(SMEPage, Create):
    title = gettext_lazy("New SME")

    def get_initial(self):
        # A manager of one cluster, or of one country, need not choose it.
        partner = self.request.membership.partner
        if partner is None or self.request.membership.role == "coordinator":
            return {}
        own = list(partner.clusters.all()[:2])
        return {"country": partner.country, "members_of": own if len(own) == 1 else []}


class SMEEdit(SMEPage, Edit):
    title = gettext_lazy("Edit SME")


class SMEDelete(Removed):
    model = SME
    list_url = "sme_list"


# --- Services and their deliveries -----------------------------------------------------------------


class ServiceList(KeptByManagers, List):
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


class ServiceRecordList(KeptByManagers, List):
    model = ServiceRecord
    table_class = tables.ServiceRecordTable
    filterset_class = filters.ServiceRecordFilter
    title = gettext_lazy("Deliveries")
    lede = gettext_lazy("One line for each delivery of one service to one firm.")
    empty = gettext_lazy("No delivery here. Remove a filter if you set one, or log a service.")
    create_url, create_label = "servicerecord_create", gettext_lazy("Log a service")

    def get_queryset(self):
        return super().get_queryset().for_list().with_proof()


class ServiceRecordDetail(Detail):
    model = ServiceRecord

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .for_list()
            .select_related("task", "created_by", "verified_by", "cluster__partner")
        )

    def get_context_data(self, **kwargs):
        evidence = self.object.evidence.visible_to(self.request.user).select_related("project")
        return super().get_context_data(
            evidence=evidence, proofs=self.object.evidence.count(), **kwargs
        )


class ServiceRecordPage(KeptByManagers):
    model = ServiceRecord
    form_class = forms.ServiceRecordForm
    list_url = "servicerecord_list"

    def saved(self):
        super().saved()
        if self.object.same_day:
            messages.warning(self.request, self.object.same_day)


class ServiceRecordCreate(ServiceRecordPage, Create):
    template_name = "clusters/servicerecord_form.html"
    title = gettext_lazy("Log a service")

    def get_initial(self):
        initial = {"date": self.request.project.reading_day() or timezone.localdate()}
        for name in ("service", "sme"):
            if value := self.request.GET.get(name):
                initial[name] = value
        return initial

    def save(self, form):
        record = super().save(form)
        evidence = list(form.cleaned_data["kept"])
        if file := form.cleaned_data["evidence_file"]:
            evidence.append(self._keep(file, record.cluster.partner))
        return actions.attach_evidence(user=self.request.user, record=record, evidence=evidence)

    def form_invalid(self, form):
        # A browser can't send a chosen file again by itself: keep it, and carry its code in the form.
        file = form.cleaned_data.get("evidence_file")
        kept = list(form.cleaned_data.get("kept") or [])
        if file:
            kept.append(self._keep(file, self.request.membership.partner))
        form.data = form.data.copy()
        form.data.setlist("kept", [evidence.code for evidence in kept])
        form.files = {}
        form.kept_evidence = kept
        return super().form_invalid(form)

    def _keep(self, file, partner):
        return actions.keep_file(
            user=self.request.user, project=self.request.project, partner=partner, file=file
        )


class ServiceRecordEdit(ServiceRecordPage, Edit):
    title = gettext_lazy("Edit service record")


class ServiceRecordDelete(Removed):
    model = ServiceRecord
    list_url = "servicerecord_list"


class ServiceRecordEvidence(Create):
    """Adds a file or a link that proves a delivery."""

    model = Evidence
    form_class = EvidenceForm

    @cached_property
    def record(self):
        records = ServiceRecord.objects.visible_to(self.request.user).for_list()
        return get_object_or_404(records, project=self.request.project, code=self.kwargs["code"])

    def may_create(self):
        editable = ServiceRecord.objects.editable_by(self.request.user)
        return editable.filter(pk=self.record.pk).exists()

    @property
    def title(self):
        return _("Add proof to %(record)s") % {"record": self.record.code}

    def get_context_data(self, **kwargs):
        return super().get_context_data(lede=str(self.record), **kwargs)

    def get_cancel_url(self):
        return self.record.get_absolute_url()

    get_success_url = get_cancel_url

    def save(self, form):
        user, partner = self.request.user, self.record.cluster.partner
        form.instance.partner = partner
        evidence = actions.kept_before(
            user=user,
            project=self.request.project,
            partner=partner,
            sha256=form.instance.sha256,
        )
        self.was_here = evidence is not None
        evidence = evidence or super().save(form)
        actions.attach_evidence(user=user, record=self.record, evidence=[evidence])
        return evidence

    def saved(self):
        if self.was_here:
            sentence = _("This file was here already: %(evidence)s proves this record too.")
            messages.info(self.request, sentence % {"evidence": self.object})
        else:
            messages.success(self.request, _("Proof added."))

    def as_before(self, evidence):
        return super().as_before(self.record)
