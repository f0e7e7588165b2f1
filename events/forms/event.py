from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DateInput, GroupedForm, PortalForm, QuickSelect, RecordForm, RecordsField
from events.models import Event, EventKind, Standing
from events.zones import all_zones, zone_of


class TimeInput(forms.TimeInput):
    """The browser's own field for a time of day."""

    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


class EventForm(GroupedForm, RecordForm):
    GROUPS = (
        (_("The event"), ["kind", "title", "partner", "state"]),
        (_("When"), ["first_day", "last_day", "starts_at", "ends_at", "time_zone"]),
        (_("Where"), ["online", "place", "country", "cluster"]),
        (_("What for"), ["task", "competences", "agenda", "speakers", "outcome"]),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        widget=QuickSelect,
        help_text=_("Empty: that of the country."),
    )
    state = forms.ChoiceField(
        label=_("State"),
        choices=[(one.value, one.label) for one in (Standing.PLANNED, Standing.HELD)],
        initial=Standing.PLANNED,
    )

    class Meta:
        model = Event
        fields = [
            *("kind", "title", "partner", "state", "first_day", "last_day", "starts_at"),
            *("ends_at", "time_zone", "online", "place", "country", "cluster", "task"),
            *("competences", "agenda", "speakers", "outcome"),
        ]
        widgets = {
            "first_day": DateInput,
            "last_day": DateInput,
            "starts_at": TimeInput,
            "ends_at": TimeInput,
            "competences": forms.CheckboxSelectMultiple,
            "agenda": forms.Textarea(attrs={"rows": 8}),
            "speakers": forms.Textarea(attrs={"rows": 3}),
            "outcome": forms.Textarea(attrs={"rows": 4}),
        }
        field_classes = {"competences": RecordsField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["last_day"].required = False
        self.fields["last_day"].help_text = _("Empty: it lasts one day.")
        self.fields["time_zone"].choices = [("", "---------"), *((z, z) for z in all_zones())]
        hosts = self.fields["partner"].queryset.read_within_by(self.user)
        self.fields["partner"].queryset = hosts
        if self.is_new and len(hosts[:2]) == 1:
            self.initial.setdefault("partner", hosts[0].pk)
        if not self.is_new:
            del self.fields["state"]
        if not self.fields["competences"].queryset.exists():
            del self.fields["competences"]

    def clean(self):
        data = super().clean()
        data["last_day"] = data.get("last_day") or data.get("first_day")
        if not data.get("time_zone") and "time_zone" not in self.errors:
            host = data.get("partner")
            data["time_zone"] = zone_of(data.get("country") or (host and host.country))
        self._name_the_only_region(data)
        return data

    def _name_the_only_region(self, data):
        """A workshop of a host with one cluster is in that cluster's region, unless another is chosen."""
        if data.get("kind") != EventKind.REGIONAL_WORKSHOP or data.get("cluster"):
            return
        if "cluster" in self.errors:
            return
        if host := data.get("partner"):
            own = self.fields["cluster"].queryset.filter(partner=host)[:2]
            data["cluster"] = own[0] if len(own) == 1 else None
        if not data.get("cluster"):
            sentence = _("Say in whose region the workshop is: one is promised for each.")
            self.add_error("cluster", sentence)


class CancelForm(PortalForm, forms.Form):
    """Why an event does not take place."""

    reason = forms.CharField(
        label=_("Why is it cancelled?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who follows the calendar, and whoever registered, sees that it is cancelled."),
    )
