from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.filters.cooperation import MarketStepFilter, PolicyMeetingFilter, SynergyFilter
from events.forms.cooperation import MarketStepForm, PolicyMeetingForm, SynergyForm
from events.models import Acquaintance, MarketStep, PolicyMeeting, Synergy
from events.policymakers import policymakers_at_events
from events.tables.cooperation import (
    MarketStepTable,
    PolicyMeetingTable,
    SynergyTable,
    presence,
)
from events.views.cooperation import (
    ProvenCreate,
    RoomDelete,
    RoomDetail,
    RoomEdit,
    RoomList,
    choice_tag,
)
from projects.views.evidence import Proof

LIKE = ["organisation", "level", "date", "place", "subject", "cluster", "partner"]


class PolicyMeetingList(RoomList):
    """Policymakers met; those who came to an event are told below, from its list of attendance."""

    template_name = "events/policymeeting_list.html"
    model = PolicyMeeting
    table_class = PolicyMeetingTable
    filterset_class = PolicyMeetingFilter
    title = gettext_lazy("Policymakers met")
    lede = gettext_lazy(
        "At meetings that were no event of the project; who came to an event stands on its list of attendance."
    )
    empty = gettext_lazy("Nobody here. Remove a filter if you set one, or add a meeting.")
    create_url, create_label = "policymeeting_create", gettext_lazy("Add a policymaker")

    def get_queryset(self):
        return super().get_queryset().for_list().with_proof()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            gatherings=policymakers_at_events(self.request.user, self.request.project), **kwargs
        )


class PolicyMeetingDetail(RoomDetail):
    model = PolicyMeeting
    list_url = "policymeeting_list"

    def tag(self):
        return presence(self.object)

    def links(self):
        address = reverse("policymeeting_create", args=[self.request.project.slug])
        return [
            (f"{address}?like={self.object.code}", _("Another one at this meeting"), "user-plus")
        ]

    def facts(self):
        record, user = self.object, self.request.user
        # SECURITY: the person's name is told to those only who read the contact.
        known = Acquaintance.objects.visible_to(user).select_related("project")
        person = known.filter(pk=record.person_id).first()
        return [
            (_("Date"), date_format(record.date), ""),
            (_("Where"), record.place, ""),
            (_("About"), record.subject, ""),
            (_("Level"), record.get_level_display(), ""),
            (_("Office"), record.function, ""),
            (_("Person"), str(person or ""), person and person.get_absolute_url()),
            (_("Cluster"), str(record.cluster or ""), ""),
            (_("Partner"), str(record.partner), ""),
        ]


class PolicyMeetingPage:
    model = PolicyMeeting
    form_class = PolicyMeetingForm
    list_url = "policymeeting_list"


class PolicyMeetingCreate(PolicyMeetingPage, ProvenCreate):
    title = gettext_lazy("New policymaker met")

    def get_initial(self):
        initial = super().get_initial()
        if like := self._named("like", PolicyMeeting):
            initial |= {name: getattr(like, name) for name in LIKE}
        return initial


class PolicyMeetingEdit(PolicyMeetingPage, RoomEdit):
    title = gettext_lazy("Edit policymaker met")


class PolicyMeetingDelete(RoomDelete):
    model = PolicyMeeting
    list_url = "policymeeting_list"


class PolicyMeetingProof(Proof):
    record_model = PolicyMeeting


# --- Links along value chains ----------------------------------------------------------------------


class SynergyList(RoomList):
    model = Synergy
    table_class = SynergyTable
    filterset_class = SynergyFilter
    title = gettext_lazy("Links between sectors and countries")
    lede = gettext_lazy("What one sector or cluster does for another along a value chain.")
    empty = gettext_lazy("No link here. Remove a filter if you set one, or add an idea.")
    create_url, create_label = "synergy_create", gettext_lazy("Add a link")

    def get_queryset(self):
        return super().get_queryset().for_list()


class SynergyDetail(RoomDetail):
    model = Synergy
    list_url = "synergy_list"

    def heading(self):
        return f"{self.object.origin} → {self.object.goal}"

    def tag(self):
        return choice_tag(self.object.standing)

    def facts(self):
        record = self.object
        sides = (
            (_("From"), record.from_cluster, record.from_sector),
            (_("To"), record.to_cluster, record.to_sector),
        )
        return [
            (_("Step of the value chain"), record.step, ""),
            *((label, ", ".join(str(side) for side in both if side), "") for label, *both in sides),
            (
                _("Countries"),
                " – ".join(
                    side.country.name for side in (record.from_cluster, record.to_cluster) if side
                ),
                "",
            ),
            (_("What the one does for the other"), record.description, ""),
            (_("Partner"), str(record.partner), ""),
        ]


class SynergyPage:
    model = Synergy
    form_class = SynergyForm
    list_url = "synergy_list"
    template_name = "events/synergy_form.html"


class SynergyCreate(SynergyPage, ProvenCreate):
    title = gettext_lazy("New link")


class SynergyEdit(SynergyPage, RoomEdit):
    title = gettext_lazy("Edit link")


class SynergyDelete(RoomDelete):
    model = Synergy
    list_url = "synergy_list"


class SynergyProof(Proof):
    record_model = Synergy


# --- Steps towards markets outside the European Union ----------------------------------------------


class MarketStepList(RoomList):
    model = MarketStep
    table_class = MarketStepTable
    filterset_class = MarketStepFilter
    title = gettext_lazy("Steps outside the EU")
    lede = gettext_lazy("What was done towards markets outside the European Union.")
    empty = gettext_lazy("No step here. Remove a filter if you set one, or add a step.")
    create_url, create_label = "marketstep_create", gettext_lazy("Add a step")

    def get_queryset(self):
        return super().get_queryset().for_list().with_proof()


class MarketStepDetail(RoomDetail):
    model = MarketStep
    list_url = "marketstep_list"

    def heading(self):
        return self.object.title

    def facts(self):
        record = self.object
        return [
            (_("Date"), date_format(record.date), ""),
            (_("Country"), record.country.name, ""),
            (_("Kind"), record.get_kind_display(), ""),
            (_("Cluster"), str(record.cluster or ""), ""),
            (_("Partner"), str(record.partner), ""),
            (_("What was done"), record.description, ""),
        ]


class MarketStepPage:
    model = MarketStep
    form_class = MarketStepForm
    list_url = "marketstep_list"


class MarketStepCreate(MarketStepPage, ProvenCreate):
    title = gettext_lazy("New step outside the EU")


class MarketStepEdit(MarketStepPage, RoomEdit):
    title = gettext_lazy("Edit step outside the EU")


class MarketStepDelete(RoomDelete):
    model = MarketStep
    list_url = "marketstep_list"


class MarketStepProof(Proof):
    record_model = MarketStep
