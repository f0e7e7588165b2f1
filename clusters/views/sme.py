from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import filters, forms, tables
from clusters.importing.columns import SMES
from clusters.models import SME, LikelyPair
from clusters.views.duplicate import AsksAboutLikely, LooksForLikely
from clusters.views.keeping import KeptByManagers, OwnClusterFirst, Removed
from common.views import Create, Detail, Edit, List
from projects.models import Partner
from projects.views.imports import Exchanged


class SMEList(OwnClusterFirst, Exchanged, KeptByManagers, List):
    spreadsheet = SMES
    model = SME
    table_class = tables.SMETable
    filterset_class = filters.SMEFilter
    title = gettext_lazy("SMEs")
    lede = gettext_lazy("Each enterprise is here once, however many clusters it belongs to.")
    empty = gettext_lazy("No firm here. Remove a filter if you set one, or add the firm.")
    create_url, create_label = "sme_create", gettext_lazy("Add an SME")

    def get_queryset(self):
        return super().get_queryset().for_list()

    def links(self):
        pairs = LikelyPair.objects.visible_to(self.request.user).open()
        count = pairs.filter(project=self.request.project).count()
        address = reverse("pair_list", args=[self.request.project.slug])
        label = _("Likely duplicates: %(count)d") % {"count": count}
        return [*super().links(), (address, label, "document-duplicate")]

    def get_template_names(self):
        if self.request.htmx.target == "sme-proposals":
            return ["clusters/widgets/sme.html#proposals"]
        if self.request.htmx.target == "firm-choices":
            return ["clusters/widgets/firms.html#choices"]
        return super().get_template_names()

    def get_context_data(self, **kwargs):
        if self.request.htmx.target == "firm-choices":
            kwargs |= self.ticked()
        return super().get_context_data(**kwargs)

    def ticked(self):
        """Of a field that takes several firms: its name, and those ticked in it so far."""
        name = self.request.GET.get("ticked_as", "")
        codes = [code for code in self.request.GET.getlist(name) if "\x00" not in code]
        found = SME.objects.visible_to(self.request.user).filter(project=self.request.project)
        return {"ticked_as": name, "chosen": found.filter(code__in=codes[:200])}

    def get_filterset_kwargs(self, filterset_class):
        kwargs = super().get_filterset_kwargs(filterset_class)
        if "sme" in self.request.GET and self.request.htmx:
            # The form's field asks with its own name for proposals.
            kwargs["data"] = {"q": self.request.GET["sme"]}
        return kwargs


class SMEDetail(Detail):
    model = SME

    def get(self, request, *args, **kwargs):
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            if former := self._former():
                return self._moved(former)
            raise

    def _former(self):
        """The firm of this code, if it was merged into one that the user sees."""
        known = SME.objects.known_to(self.request.user).filter(project=self.request.project)
        return (
            known.filter(code=self.kwargs["code"], merged_into__isnull=False)
            .select_related("merged_into__project")
            .first()
        )

    def _moved(self, former):
        messages.info(
            self.request,
            _("%(code)s was merged into this firm. Its records are here.") % {"code": former.code},
        )
        return redirect(former.merged_into)

    def get_queryset(self):
        return super().get_queryset().for_list().select_related("size_set_by")

    def get_context_data(self, **kwargs):
        user = self.request.user
        records = self.object.records.visible_to(user).for_list().with_proof()
        contacts = self.object.contacts.visible_to(user).select_related("project", "partner")
        managed = Partner.objects.managed_by(user).filter(project=self.request.project)
        return super().get_context_data(
            records=records,
            memberships=self.object.memberships.all(),
            contacts=contacts,
            # SECURITY: of what other partners keep, the number and nothing else.
            contacts_elsewhere=self.object.contacts.count() - len(contacts),
            may_contact=managed.exists(),
            **kwargs,
        )


class SMEPage(KeptByManagers):
    model = SME
    template_name = "clusters/sme_form.html"
    form_class = forms.SMEForm
    list_url = "sme_list"


class SMECreate(AsksAboutLikely, LooksForLikely, SMEPage, Create):
    template_name = "clusters/sme_create.html"
    title = gettext_lazy("New SME")

    def get_initial(self):
        # A manager of one cluster, or of one country, need not choose it.
        partner = self.request.membership.partner
        if partner is None or self.request.membership.role == "coordinator":
            return {}
        own = list(partner.clusters.all()[:2])
        return {"country": partner.country, "members_of": own if len(own) == 1 else []}


class SMEEdit(LooksForLikely, SMEPage, Edit):
    title = gettext_lazy("Edit SME")


class SMEDelete(Removed):
    model = SME
    list_url = "sme_list"
