"""The room of cooperation: its first page, and what its lists, details and forms have in common."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic
from django_countries import countries

from common.views import Create, Detail, Edit, List
from events import map as maps
from events.models import (
    Acquaintance,
    Agreement,
    Collaboration,
    MarketStep,
    Meeting,
    OutsideCluster,
    PolicyMeeting,
    Synergy,
    SynergyState,
)
from events.policymakers import policymakers_at_events
from events.views.keeping import KeptByPartner, Removed, WithProof
from projects.models import Partner, Role
from projects.views.evidence import proof_of

# The lists of the room: address, name, icon.
TABS = (
    ("cooperation", gettext_lazy("Overview"), "globe-europe-africa"),
    ("collaboration_list", gettext_lazy("Collaborations"), "link"),
    ("outsidecluster_list", gettext_lazy("Outside clusters"), "share"),
    ("meeting_list", gettext_lazy("Meetings and visits"), "arrows-right-left"),
    ("agreement_list", gettext_lazy("Agreements"), "document-check"),
    ("acquaintance_list", gettext_lazy("Contacts made"), "identification"),
    ("policymeeting_list", gettext_lazy("Policymakers"), "building-library"),
    ("synergy_list", gettext_lazy("Links"), "puzzle-piece"),
    ("marketstep_list", gettext_lazy("Outside the EU"), "paper-airplane"),
    ("participation", gettext_lazy("Participation"), "chart-bar"),
)
SHOWN = 5  # of each kind, on the first page


class Room:
    """A page of the room: it knows the other lists."""

    def get_context_data(self, **kwargs):
        slug, here = self.request.project.slug, self.request.resolver_match.url_name
        reads_people = self.request.membership.role != Role.VIEWER
        tabs = [
            {
                "address": reverse(name, args=[slug]),
                "label": label,
                "icon": icon,
                "here": name == here,
            }
            for name, label, icon in TABS
            if reads_people or name != "acquaintance_list"
        ]
        return super().get_context_data(tabs=tabs, **kwargs)


class RoomList(Room, KeptByPartner, List):
    template_name = "events/cooperation_list.html"

    def get_template_names(self):
        if self.request.htmx and not self.request.htmx.boosted:
            return ["house/list.html#results"]
        return [self.template_name]


class RoomDetail(Detail):
    """One record of the room. Declares `list_url`, and in `facts` its lines: (label, text, address) each."""

    template_name = "events/cooperation_detail.html"
    list_url = ""

    def get_queryset(self):
        return super().get_queryset().for_list()

    def facts(self):
        return []

    def heading(self):
        return str(self.object).removeprefix(f"{self.object.code} ")

    def tag(self):
        """The record's state as a tag; None without."""
        return None

    def links(self):
        """Further presses in the head, for those who may change the record: (address, label, icon) each."""
        return []

    def get_context_data(self, **kwargs):
        record, slug = self.object, self.request.project.slug
        name = record._meta.model_name
        proof = proof_of(record, self.request.user) if hasattr(record, "evidence") else {}
        tabs = {tab[0]: tab[1] for tab in TABS}
        return super().get_context_data(
            **proof,
            record=record,
            headline=self.heading(),
            facts=self.facts(),
            tag=self.tag(),
            links=self.links(),
            list_address=reverse(self.list_url, args=[slug]),
            list_label=tabs[self.list_url],
            edit_address=reverse(f"{name}_edit", args=[slug, record.code]),
            delete_address=reverse(f"{name}_delete", args=[slug, record.code]),
            **kwargs,
        )


def choice_tag(choice):
    """A member of a choices class as a tag."""
    return {"label": choice.label, "tone": choice.tone, "icon": choice.icon}


class RoomPage(KeptByPartner):
    template_name = "events/cooperation_form.html"

    def get_queryset(self):
        return super().get_queryset().for_list()


class RoomCreate(RoomPage, Create):
    """A new record, filled in from what the address names: `?collaboration=CO-001`."""

    NAMED = {}  # field: model, of the records that the address may name by their code

    def get_queryset(self):
        return self.model._default_manager.all()

    def get_initial(self):
        initial = {"partner": self.request.membership.partner}
        for name, model in self.NAMED.items():
            if record := self._named(name, model):
                initial[name] = record
        return initial

    def _named(self, parameter, model):
        code = self.request.GET.get(parameter, "").replace("\x00", "")
        visible = model._default_manager.visible_to(self.request.user)
        return visible.filter(project=self.request.project, code=code).first() if code else None


class ProvenCreate(WithProof, RoomCreate):
    """A new record together with its first proof."""


class RoomEdit(RoomPage, Edit):
    pass


class RoomDelete(Removed):
    def get_queryset(self):
        return super().get_queryset().for_list()


class ReadsPeople:
    """Pages of persons: for those who work for a partner."""

    def dispatch(self, request, *args, **kwargs):
        within = Partner.objects.read_within_by(request.user)
        if not within.filter(project=request.project).exists():
            raise PermissionDenied(_("Contacts are read by those who work for their partner."))
        return super().dispatch(request, *args, **kwargs)


class Cooperation(Room, generic.TemplateView):
    """With whom the consortium works together: figures, a map, what comes next and what came last."""

    template_name = "events/cooperation.html"

    def of_project(self, model):
        visible = model._default_manager.visible_to(self.request.user)
        return visible.filter(project=self.request.project)

    def get_context_data(self, **kwargs):
        today, project = timezone.localdate(), self.request.project
        collaborations = list(
            self.of_project(Collaboration).for_list().with_first_day().order_by("-code")
        )
        counting = [one for one in collaborations if one.counts_since]
        meetings = self.of_project(Meeting)
        steps = self.of_project(MarketStep)
        synergies = self.of_project(Synergy)
        people = self.of_project(Acquaintance)
        partners = project.partners.values_list("country", flat=True)
        states = {str(country): "partner" for country in partners}
        others = self.of_project(OutsideCluster).order_by()
        states |= {str(code): "addressed" for code in others.values_list("country", flat=True)}
        states |= {str(one.outside_cluster.country): "proven" for one in counting}
        drawn = maps.drawing("europe", states)
        return super().get_context_data(
            figures=[
                (len(counting), _("collaborations that count"), "collaboration_list", "counts=yes"),
                (meetings.held(today).count(), _("meetings and visits held"), "meeting_list", ""),
                (self.of_project(Agreement).count(), _("agreements signed"), "agreement_list", ""),
                (
                    self.of_project(PolicyMeeting).confirmed().count()
                    + sum(
                        event.policymakers
                        for event in policymakers_at_events(self.request.user, project)
                    ),
                    _("policymakers' presences confirmed"),
                    "policymeeting_list",
                    "",
                ),
                (
                    synergies.filter(state=SynergyState.RUNNING).count(),
                    _("links that run"),
                    "synergy_list",
                    "state=running",
                ),
                (steps.count(), _("steps outside the EU"), "marketstep_list", ""),
            ],
            collaborations=collaborations[:8],
            more_collaborations=max(len(collaborations) - 8, 0),
            meetings=meetings.for_list()[:SHOWN],
            follow_ups=people.open().for_list().order_by("due_on", "code")[:SHOWN],
            reads_people=self.request.membership.role != Role.VIEWER,
            synergies=synergies.for_list().exclude(state=SynergyState.IDEA)[:SHOWN],
            map=drawn,
            legend=[
                ("proven", _("A collaboration counts")),
                ("addressed", _("A cluster is known")),
                ("partner", _("A partner's country")),
            ],
            told=self._told(states),
            may_create=KeptByPartner.may_create(self),
            **kwargs,
        )

    def _told(self, states):
        counted = sorted(code for code, state in states.items() if state == "proven")
        return _("Collaborations count with clusters in: %(countries)s.") % {
            "countries": ", ".join(countries.name(code) for code in counted) or "–"
        }
