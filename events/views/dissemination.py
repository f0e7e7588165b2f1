from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.views import Create, Detail, Edit, List
from events.filters.dissemination import DisseminationFilter
from events.forms.dissemination import DisseminationForm
from events.models import Dissemination, Event, Outlet
from events.tables.dissemination import DisseminationTable
from events.views.keeping import KeptByPartner, Removed, WithProof
from projects.views.draft import Drafted
from projects.views.evidence import Proof, proof_of


class DisseminationList(KeptByPartner, List):
    model = Dissemination
    table_class = DisseminationTable
    filterset_class = DisseminationFilter
    title = gettext_lazy("Dissemination")
    lede = gettext_lazy("What made the project and its results known, a line for each activity.")
    empty = gettext_lazy("No activity here. Remove a filter if you set one, or add an activity.")
    create_url, create_label = "dissemination_create", gettext_lazy("Add an activity")

    def get_queryset(self):
        return super().get_queryset().for_list().with_countries().with_reach().with_proof()

    def links(self):
        address = reverse("countries_reached", args=[self.request.project.slug])
        return [*super().links(), (address, _("Countries reached"), "globe-europe-africa")]


class DisseminationDetail(Detail):
    model = Dissemination

    def get_queryset(self):
        return super().get_queryset().for_list().with_countries().with_reach()

    def get_context_data(self, **kwargs):
        record, user = self.object, self.request.user
        audiences = list(record.audiences.all())
        most = max((row.number or 0 for row in audiences), default=0)
        event_proofs = record.event.evidence.count() if record.event_id else 0
        return super().get_context_data(
            **proof_of(record, user),
            record=record,
            lands=record.lands,
            audiences=[
                {"row": row, "percent": 100 * (row.number or 0) // most if most else 0}
                for row in audiences
            ],
            event_proofs=event_proofs,
            **kwargs,
        )


class DisseminationPage(Drafted, KeptByPartner):
    model = Dissemination
    form_class = DisseminationForm
    list_url = "dissemination_list"
    template_name = "events/dissemination_form.html"

    def saved(self):
        super().saved()
        for sentence in self.object.warnings:
            messages.warning(self.request, sentence)


class DisseminationCreate(DisseminationPage, WithProof, Create):
    title = gettext_lazy("New dissemination activity")

    def get_initial(self):
        initial = {"partner": self.request.membership.partner}
        if event := self._event():
            initial |= {"event": event, "kind": Outlet.EVENT, "task": event.task_id}
        return initial

    def _event(self):
        """The event from whose page one comes."""
        code = self.request.GET.get("event", "").replace("\x00", "")
        events = Event.objects.visible_to(self.request.user).filter(project=self.request.project)
        return events.filter(code=code).first() if code else None


class DisseminationEdit(DisseminationPage, Edit):
    title = gettext_lazy("Edit dissemination activity")

    def get_queryset(self):
        return super().get_queryset().select_related("project", "event__project")


class DisseminationDelete(Removed):
    model = Dissemination
    list_url = "dissemination_list"

    def get_queryset(self):
        return super().get_queryset().select_related("project", "event__project")


class DisseminationProof(Proof):
    record_model = Dissemination
