from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clusters.forms.contact import ContactForm
from common.forms import DateInput, GroupedForm
from events.forms.keeping import EventField, KeptForm, OfEventForm, ProvenForm
from events.models import (
    Acquaintance,
    Agreement,
    Collaboration,
    MarketStep,
    Meeting,
    OutsideCluster,
    PolicyMeeting,
    Synergy,
)
from projects.models import Partner

POINTS = 12  # of an agenda


class OutsideClusterForm(KeptForm):
    class Meta:
        model = OutsideCluster
        fields = ["name", "country", "town", "sector", "level", "website", "note", "partner"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "sector": _("In its own words, such as: machines for food producers."),
            "level": _("Its cluster management excellence label, if it has one."),
        }


class AcquaintanceForm(GroupedForm, KeptForm):
    """A person met outside the consortium; who works for one partner keeps it for that partner."""

    GROUPS = (
        (_("The person"), ("name", "position", "organisation", "country", "outside_cluster")),
        (_("How one is reached"), ("email", "phone")),
        (_("Where you met"), ("event", "met_at", "met_on")),
        (_("What is to follow"), ("follow_up", "due_on", "done_on")),
        (
            _("Why you may keep this"),
            ("legal_basis", "notice_version", "informed_on", "partner"),
        ),
    )

    class Meta:
        model = Acquaintance
        fields = [
            *("name", "position", "organisation", "country", "outside_cluster", "email", "phone"),
            *("event", "met_at", "met_on", "follow_up", "due_on", "done_on"),
            *("legal_basis", "notice_version", "informed_on", "partner"),
        ]
        field_classes = {"event": EventField}
        widgets = {
            **dict.fromkeys(["met_on", "due_on", "done_on", "informed_on"], DateInput),
            "phone": forms.TextInput(attrs={"type": "tel"}),
        }
        help_texts = {
            "met_at": _("A conference or fair that is no event of the project."),
            "legal_basis": _("Being in a project is none: choose why you may keep these data."),
            "informed_on": _("When the person got that notice."),
            "partner": _("This partner and the coordinator read the contact, nobody else."),
        }

    clean_phone = ContactForm.clean_phone

    def clean(self):
        data = super().clean()
        if (data.get("due_on") or data.get("done_on")) and data.get("follow_up") == "":
            self.add_error("follow_up", _("Say what is to follow, too."))
        return data


class CollaborationForm(KeptForm, ProvenForm):
    class Meta:
        model = Collaboration
        fields = ["outside_cluster", "cluster", "subject", "state", "since", "partner"]
        widgets = {"since": DateInput, "subject": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = Partner.objects.read_within_by(self.user)
        clusters = self.fields["cluster"]
        clusters.queryset = clusters.queryset.filter(partner__in=own)
        clusters.empty_label = _("The partner itself")

    def clean(self):
        data = super().clean()
        partner = data.get("partner") or getattr(self.instance, "partner", None)
        cluster = data.get("cluster")
        if cluster and partner and cluster.partner_id != partner.pk:
            self.add_error(
                "cluster",
                _("%(cluster)s is the cluster of %(partner)s.")
                % {"cluster": cluster, "partner": cluster.partner},
            )
        return data


class OfCollaborationForm(ProvenForm):
    """A part of a collaboration that the user keeps."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        together = self.fields["collaboration"]
        together.queryset = together.queryset.editable_by(self.user).for_list()
        together.empty_label = _("Choose …")


class AgreementForm(OfCollaborationForm):
    class Meta:
        model = Agreement
        fields = ["collaboration", "kind", "subject", "date", "valid_until", "signed_by"]
        widgets = {"date": DateInput, "valid_until": DateInput}


class MeetingForm(OfEventForm, OfCollaborationForm):
    """A meeting with the points of its agenda, of which there are always as many rows."""

    OWN = (
        ("subject", "title", _("Say what it is about, or choose its event above.")),
        ("date", "first_day", _("Say when, or choose its event above.")),
        ("place", "place", ""),
    )

    class Meta:
        model = Meeting
        fields = ["collaboration", "kind", "event", "subject", "date", "place"]
        field_classes = {"event": EventField}
        widgets = {"date": DateInput}
        help_texts = {"event": _("If it was one of the project's events: choose it.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        there = [] if self.is_new else list(self.instance.points.all()[:POINTS])
        for n in range(POINTS):
            number = {"n": n + 1}
            self.fields[f"point_{n}"] = forms.CharField(
                label=_("Point %(n)d") % number, max_length=300, required=False
            )
            self.fields[f"agreed_{n}"] = forms.CharField(
                label=_("Agreed on point %(n)d") % number,
                max_length=1000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 1}),
            )
            if n < len(there):
                self.initial |= {f"point_{n}": there[n].text, f"agreed_{n}": there[n].agreed}

    @property
    def points(self):
        """The rows of the agenda: those with words and two more, then the others."""
        rows = [(self[f"point_{n}"], self[f"agreed_{n}"]) for n in range(POINTS)]
        used = [n for n, (text, agreed) in enumerate(rows) if text.value() or agreed.value()]
        shown = max([3, *(n + 3 for n in used)])
        return {"shown": rows[:shown], "more": rows[shown:]}

    def clean(self):
        data = super().clean()
        for n in range(POINTS):
            if data.get(f"agreed_{n}") and not data.get(f"point_{n}"):
                self.add_error(f"point_{n}", _("Name the point that this was agreed on."))
        return data

    def _save_m2m(self):
        super()._save_m2m()
        data = self.cleaned_data
        wanted = [
            (data[f"point_{n}"], data[f"agreed_{n}"]) for n in range(POINTS) if data[f"point_{n}"]
        ]
        there = list(self.instance.points.all())
        for position, (text, agreed) in enumerate(wanted, 1):
            if position <= len(there):
                point = there[position - 1]
                if (point.text, point.agreed, point.position) != (text, agreed, position):
                    point.text, point.agreed, point.position = text, agreed, position
                    point.save()
            else:
                self.instance.points.create(position=position, text=text, agreed=agreed)
        for point in there[len(wanted) :]:
            point.delete()


class PolicyMeetingForm(KeptForm, ProvenForm):
    class Meta:
        model = PolicyMeeting
        fields = [
            *("organisation", "level", "function", "date", "place", "subject", "confirmed"),
            *("cluster", "person", "partner"),
        ]
        widgets = {"date": DateInput}

    def clean(self):
        data = super().clean()
        person = data.get("person")
        partner = data.get("partner") or getattr(self.instance, "partner", None)
        if person and partner and person.partner_id != partner.pk:
            # SECURITY: whom one partner knows is not told to another by a record that both read.
            self.add_error("person", _("This contact belongs to another partner."))
        return data


class SynergyForm(KeptForm, ProvenForm):
    class Meta:
        model = Synergy
        fields = [
            *("from_cluster", "from_sector", "to_cluster", "to_sector", "step", "description"),
            *("state", "partner"),
        ]
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}

    def clean(self):
        data = super().clean()
        ours = (data.get("from_cluster"), data.get("from_sector"))
        theirs = (data.get("to_cluster"), data.get("to_sector"))
        if not any(ours[:1] + theirs[:1]) and ours[1] and ours[1] == theirs[1]:
            raise ValidationError(
                {"to_sector": _("Both sides are the same sector. Name the clusters, then.")}
            )
        return data


class MarketStepForm(KeptForm, ProvenForm):
    class Meta:
        model = MarketStep
        fields = ["country", "kind", "title", "date", "cluster", "description", "partner"]
        widgets = {"date": DateInput, "description": forms.Textarea(attrs={"rows": 4})}
