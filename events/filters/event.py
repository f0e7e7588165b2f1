import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from common.filters import PortalFilterSet, date_from, date_to
from events.models import Event, EventKind, Standing
from projects.models import Partner

ANY = _("All")


class EventFilter(PortalFilterSet):
    q = django_filters.CharFilter(
        label=_("Search"),
        max_length=200,
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Title, place …")}),
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=EventKind, empty_label=ANY)
    state = django_filters.ChoiceFilter(label=_("State"), choices=Standing, empty_label=ANY)
    partner = django_filters.ModelChoiceFilter(
        queryset=Partner.objects.all(), label=_("Host"), empty_label=ANY
    )
    country = django_filters.ChoiceFilter(label=_("Country"), empty_label=ANY)
    since = date_from("last_day", _("From"))
    until = date_to("first_day", _("To"))

    class Meta(PortalFilterSet.Meta):
        model = Event
        fields = ["q", "kind", "state", "partner", "country", "since", "until"]

    def __init__(self, *args, project, **kwargs):
        super().__init__(*args, project=project, **kwargs)
        there = Event.objects.filter(project=project).exclude(country="").order_by("country")
        codes = dict.fromkeys(there.values_list("country", flat=True))
        named = sorted((countries.name(code), code) for code in codes)
        self.form.fields["country"].choices = [("", ANY)] + [(code, name) for name, code in named]
