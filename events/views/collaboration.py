from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.models import Cluster
from events.filters.cooperation import AgreementFilter, CollaborationFilter, MeetingFilter
from events.forms.cooperation import AgreementForm, CollaborationForm, MeetingForm
from events.models import Agreement, Collaboration, Event, Meeting, OutsideCluster
from events.tables.cooperation import AgreementTable, CollaborationTable, MeetingTable
from events.views.cooperation import (
    ProvenCreate,
    RoomDelete,
    RoomDetail,
    RoomEdit,
    RoomList,
    choice_tag,
)
from projects.views.draft import Drafted
from projects.views.evidence import Proof


class CollaborationList(RoomList):
    model = Collaboration
    table_class = CollaborationTable
    filterset_class = CollaborationFilter
    title = gettext_lazy("Collaborations")
    lede = gettext_lazy(
        "With clusters outside the consortium. One counts from the day of its first agreement or meeting."
    )
    empty = gettext_lazy("No collaboration here. Remove a filter if you set one, or add one.")
    create_url, create_label = "collaboration_create", gettext_lazy("Add a collaboration")

    def get_queryset(self):
        return super().get_queryset().for_list().with_first_day().with_numbers()


class CollaborationDetail(RoomDetail):
    model = Collaboration
    template_name = "events/collaboration_detail.html"
    list_url = "collaboration_list"

    def get_queryset(self):
        return super().get_queryset().with_first_day()

    def heading(self):
        return f"{self.object.own_side} – {self.object.outside_cluster}"

    def tag(self):
        return choice_tag(self.object.standing)

    def links(self):
        slug, code = self.request.project.slug, self.object.code
        return [
            (
                f"{reverse('meeting_create', args=[slug])}?collaboration={code}",
                _("Add a meeting"),
                "arrows-right-left",
            ),
            (
                f"{reverse('agreement_create', args=[slug])}?collaboration={code}",
                _("Add an agreement"),
                "document-check",
            ),
        ]

    def facts(self):
        record = self.object
        outside = record.outside_cluster
        return [
            (_("Outside cluster"), str(outside), outside.get_absolute_url()),
            (_("Its country"), outside.country.name, ""),
            (_("Our side"), str(record.own_side), ""),
            (_("Partner"), str(record.partner), ""),
            (_("Since"), date_format(record.since) if record.since else "", ""),
            (_("What it is about"), record.subject, ""),
        ]

    def get_context_data(self, **kwargs):
        record, user = self.object, self.request.user
        agreements = record.agreements.visible_to(user).for_list().with_proof()
        meetings = record.meetings.visible_to(user).for_list().with_proof()
        return super().get_context_data(agreements=agreements, meetings=meetings, **kwargs)


class CollaborationPage:
    model = Collaboration
    form_class = CollaborationForm
    list_url = "collaboration_list"


class CollaborationCreate(CollaborationPage, ProvenCreate):
    title = gettext_lazy("New collaboration")
    NAMED = {"outside_cluster": OutsideCluster}

    def get_initial(self):
        initial = super().get_initial()
        own = Cluster.objects.filter(partner=self.request.membership.partner)[:2]
        if len(own) == 1:
            initial["cluster"] = own[0]
        return initial


class CollaborationEdit(CollaborationPage, RoomEdit):
    title = gettext_lazy("Edit collaboration")


class CollaborationDelete(RoomDelete):
    model = Collaboration
    list_url = "collaboration_list"


class CollaborationProof(Proof):
    record_model = Collaboration


# --- What was signed -------------------------------------------------------------------------------


class AgreementList(RoomList):
    model = Agreement
    table_class = AgreementTable
    filterset_class = AgreementFilter
    title = gettext_lazy("Agreements")
    lede = gettext_lazy("What both sides of a collaboration signed.")
    empty = gettext_lazy(
        "No agreement here. Remove a filter if you set one, or add one to a collaboration."
    )
    create_url, create_label = "agreement_create", gettext_lazy("Add an agreement")

    def get_queryset(self):
        return super().get_queryset().for_list().with_proof()


class AgreementDetail(RoomDetail):
    model = Agreement
    list_url = "agreement_list"

    def heading(self):
        return self.object.subject

    def tag(self):
        if self.object.is_over:
            return {"label": _("No longer valid"), "tone": "none", "icon": "archive-box"}
        return {"label": _("Valid"), "tone": "good", "icon": "document-check"}

    def facts(self):
        record = self.object
        together = record.collaboration
        until = date_format(record.valid_until) if record.valid_until else _("without an end")
        return [
            (_("Kind"), record.get_kind_display(), ""),
            (_("Collaboration"), str(together), together.get_absolute_url()),
            (_("Signed on"), date_format(record.date), ""),
            (_("Signed by"), record.signed_by, ""),
            (_("Valid until"), until, ""),
        ]


class AgreementPage:
    model = Agreement
    form_class = AgreementForm
    list_url = "agreement_list"


class AgreementCreate(AgreementPage, ProvenCreate):
    title = gettext_lazy("New agreement")
    NAMED = {"collaboration": Collaboration}


class AgreementEdit(AgreementPage, RoomEdit):
    title = gettext_lazy("Edit agreement")


class AgreementDelete(RoomDelete):
    model = Agreement
    list_url = "agreement_list"


class AgreementProof(Proof):
    record_model = Agreement


# --- Where both sides met --------------------------------------------------------------------------


class MeetingList(RoomList):
    model = Meeting
    table_class = MeetingTable
    filterset_class = MeetingFilter
    title = gettext_lazy("Meetings and visits")
    lede = gettext_lazy("Mentoring and twinning visits and other meetings, with their agenda.")
    empty = gettext_lazy(
        "No meeting here. Remove a filter if you set one, or add one to a collaboration."
    )
    create_url, create_label = "meeting_create", gettext_lazy("Add a meeting")

    def get_queryset(self):
        return super().get_queryset().for_list().with_proof()


class MeetingDetail(RoomDetail):
    model = Meeting
    template_name = "events/meeting_detail.html"
    list_url = "meeting_list"

    def heading(self):
        return self.object.heading

    def facts(self):
        record = self.object
        together = record.collaboration
        return [
            (_("Kind"), record.get_kind_display(), ""),
            (_("Collaboration"), str(together), together.get_absolute_url()),
            (_("Date"), date_format(record.day), ""),
            (_("Place"), record.where, ""),
        ]

    def get_context_data(self, **kwargs):
        record = self.object
        return super().get_context_data(
            points=list(record.points.all()),
            event_proofs=record.event.evidence.count() if record.event_id else 0,
            **kwargs,
        )


class MeetingPage(Drafted):
    model = Meeting
    form_class = MeetingForm
    list_url = "meeting_list"
    template_name = "events/meeting_form.html"


class MeetingCreate(MeetingPage, ProvenCreate):
    title = gettext_lazy("New meeting or visit")
    NAMED = {"collaboration": Collaboration, "event": Event}


class MeetingEdit(MeetingPage, RoomEdit):
    title = gettext_lazy("Edit meeting or visit")


class MeetingDelete(RoomDelete):
    model = Meeting
    list_url = "meeting_list"


class MeetingProof(Proof):
    record_model = Meeting
