"""Several countries, ticked in a list that has those first which are chosen most often."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from common.forms import EU

# Europe and its neighbours by ISO 3166 code, as far as they are not in the European Union.
NEIGHBOURS = frozenset(
    (
        *("AD", "AL", "AM", "AZ", "BA", "BY", "CH", "DZ", "EG", "FO", "GB", "GE", "GI", "IL"),
        *("IS", "JO", "LB", "LI", "LY", "MA", "MC", "MD", "ME", "MK", "NO", "PS", "RS", "RU"),
        *("SM", "SY", "TN", "TR", "UA", "VA"),
    )
)


class Ticks(forms.SelectMultiple):
    """Boxes to tick under headings, drawn by one template; Django's own takes one for each choice."""

    template_name = "events/widgets/ticks.html"
    use_fieldset = True

    def use_required_attribute(self, initial):
        return False

    def id_for_label(self, id_, index=None):
        return id_


class CountriesField(forms.MultipleChoiceField):
    """ISO 3166 codes of countries. Those of a project's partners come last, with the reason."""

    widget = Ticks

    def offer(self, partners):
        """Put the choices in their groups; `partners`: the codes of the partners' countries."""
        named = list(countries)
        ours = {code for code, _name in named if code in partners}
        groups = [
            (_("European Union"), EU - ours),
            (_("Rest of Europe and neighbours"), NEIGHBOURS - ours),
            (_("Further countries"), {code for code, _name in named} - EU - NEIGHBOURS - ours),
            (_("Countries of the partners, which do not count as reached"), ours),
        ]
        self.choices = [
            (title, [(code, name) for code, name in named if code in group])
            for title, group in groups
            if group
        ]
