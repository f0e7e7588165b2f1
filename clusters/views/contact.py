from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import filters, forms, tables
from clusters.actions import contact as actions
from clusters.importing.columns import CONTACTS
from clusters.models import Contact
from clusters.views.keeping import KeptByManagers, Removed
from common.views import Create, Detail, Edit, List
from projects.models import Partner
from projects.views.imports import Exchanged


class ContactList(Exchanged, KeptByManagers, List):
    spreadsheet = CONTACTS
    model = Contact
    table_class = tables.ContactTable
    filterset_class = filters.ContactFilter
    title = gettext_lazy("Contacts")
    lede = gettext_lazy(
        "The persons at firms to whom your partner may write. Other partners do not see them."
    )
    empty = gettext_lazy("No contact here. Remove a filter if you set one, or add a contact.")
    create_url, create_label = "contact_create", gettext_lazy("Add a contact")

    def dispatch(self, request, *args, **kwargs):
        within = Partner.objects.read_within_by(request.user)
        if not within.filter(project=request.project).exists():
            raise PermissionDenied(_("Contacts are read by those who work for their partner."))
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return super().get_queryset().select_related("project", "sme__project", "partner")


class ContactDetail(Detail):
    model = Contact

    def get_queryset(self):
        return super().get_queryset().select_related("project", "sme__project", "partner")


class ContactPage(KeptByManagers):
    model = Contact
    form_class = forms.ContactForm
    list_url = "contact_list"


class ContactCreate(ContactPage, Create):
    title = gettext_lazy("New contact")

    def get_initial(self):
        return {"sme": self.request.GET.get("sme", ""), "partner": self.request.membership.partner}


class ContactEdit(ContactPage, Edit):
    title = gettext_lazy("Edit contact")


class ContactDelete(Removed):
    model = Contact
    list_url = "contact_list"

    def remove(self, record):
        actions.erase_contact(user=self.request.user, contact=record)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            question=_("Erase what is kept of %(name)s?") % {"name": self.object},
            consequence=_(
                "Name, address and telephone number are deleted here and in the history of changes. "
                "That a contact was kept and erased stays there, without the person."
            ),
            submit_label=_("Erase"),
            **kwargs,
        )

    def get_success_url(self):
        return self.object.sme.get_absolute_url()
