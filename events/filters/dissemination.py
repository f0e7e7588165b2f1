import django_filters
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from common.filters import PortalFilterSet, date_from, date_to
from events.models import AudienceKind, Dissemination, DisseminationCountry, Outlet, Progress
from projects.models import Partner

ANY = _("All")


class DisseminationFilter(PortalFilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Outlet, empty_label=ANY)
    state = django_filters.ChoiceFilter(label=_("State"), choices=Progress, empty_label=ANY)
    partner = django_filters.ModelChoiceFilter(
        queryset=Partner.objects.all(), label=_("Partner"), empty_label=ANY
    )
    country = django_filters.ChoiceFilter(label=_("Country"), method="by_country", empty_label=ANY)
    audience = django_filters.ChoiceFilter(
        label=_("Audience"),
        choices=AudienceKind,
        field_name="audiences__kind",
        empty_label=ANY,
    )
    since = date_from("on_day", _("From"))
    until = date_to("on_day", _("To"))
    proof = django_filters.ChoiceFilter(
        label=_("Proof"),
        choices=[("yes", _("With proof")), ("no", _("Without proof"))],
        method="by_proof",
        empty_label=ANY,
    )
    funding = django_filters.ChoiceFilter(
        label=_("Funding statement"),
        choices=[("yes", _("Shown")), ("no", _("Not shown"))],
        method="by_funding",
        empty_label=ANY,
    )

    class Meta(PortalFilterSet.Meta):
        model = Dissemination
        fields = [
            *("q", "kind", "state", "partner", "country", "audience", "since", "until"),
            *("proof", "funding"),
        ]

    def __init__(self, *args, user, project, **kwargs):
        super().__init__(*args, user=user, project=project, **kwargs)
        mine = Dissemination.objects.visible_to(user).filter(project=project)
        rows = DisseminationCountry.objects.filter(dissemination__in=mine)
        codes = {str(code) for code in rows.values_list("country", flat=True)}
        held_in = mine.filter(event__country__gt="").values_list("event__country", flat=True)
        codes |= {str(code) for code in held_in}
        named = sorted(((code, countries.name(code)) for code in codes), key=lambda c: c[1])
        self.form.fields["country"].choices = [("", ANY), *named]

    def by_country(self, queryset, name, value):
        return queryset.addressing(value)

    def by_proof(self, queryset, name, value):
        return queryset.proven(value == "yes")

    def by_funding(self, queryset, name, value):
        return queryset.filter(funding_shown=value == "yes")
