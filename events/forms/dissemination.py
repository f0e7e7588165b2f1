from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from common.forms import DateInput
from events.forms.countries import CountriesField
from events.forms.keeping import EventField, KeptForm, OfEventForm, ProvenForm
from events.models import AudienceKind, Dissemination
from events.models.dissemination import MOST_REACHED


class DisseminationForm(OfEventForm, KeptForm, ProvenForm):
    OWN = (
        ("title", "title", _("Give it a title, or choose its event above.")),
        ("date", "first_day", _("Say when, or choose its event above.")),
    )

    countries = CountriesField(
        label=_("Countries addressed"),
        required=False,
        help_text=_(
            "Whose people it speaks to. A partner's own country may be addressed too, but only a country from "
            "which no partner comes counts as reached."
        ),
        error_messages={"invalid_choice": _("“%(value)s” is not a country.")},
    )

    class Meta:
        model = Dissemination
        fields = [
            *("kind", "event", "title", "date", "state", "channel", "countries"),
            *("funding_shown", "task", "text", "partner"),
        ]
        field_classes = {"event": EventField}
        widgets = {"date": DateInput, "text": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"event": _("If it was one of the project's events: choose it.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            ("", _("Choose …")),
            *Dissemination._meta.get_field("kind").choices,
        ]
        self.ours = {str(code) for code in self.project.partners.values_list("country", flat=True)}
        self.fields["countries"].offer(self.ours)
        self.audience_rows = [self._add_audience(kind) for kind in AudienceKind]
        if not self.is_new:
            self.initial["countries"] = [str(row.country) for row in self.instance.countries.all()]
            for row in self.instance.audiences.all():
                self.initial[f"for_{row.kind}"] = True
                self.initial[f"reached_{row.kind}"] = row.number

    def _add_audience(self, kind):
        """Add the box and the number of one kind of audience; return their names."""
        self.fields[f"for_{kind}"] = forms.BooleanField(label=kind.label, required=False)
        self.fields[f"reached_{kind}"] = forms.IntegerField(
            label=_("%(audience)s: number reached") % {"audience": kind.label},
            required=False,
            min_value=0,
            validators=[
                MaxValueValidator(
                    MOST_REACHED,
                    _("More than %(n)s people? Check the number.")
                    % {"n": number_format(MOST_REACHED, force_grouping=True)},
                )
            ],
            error_messages={
                "invalid": _("Write a whole number, such as 250, or nothing."),
                "min_value": _("Nobody can be reached less than 0 times."),
            },
            widget=forms.TextInput(
                attrs={"inputmode": "numeric", "placeholder": _("unknown"), "maxlength": 12}
            ),
        )
        return f"for_{kind}", f"reached_{kind}"

    @property
    def audiences(self):
        """The boxes with their numbers, as the form shows them."""
        return [(self[box], self[number]) for box, number in self.audience_rows]

    def clean_countries(self):
        chosen = self.cleaned_data["countries"]
        if len(chosen) != len(set(chosen)):
            raise ValidationError(_("A country is named twice."))
        return chosen

    def _save_m2m(self):
        super()._save_m2m()
        record, data = self.instance, self.cleaned_data
        codes = set(data["countries"])
        record.countries.exclude(country__in=codes).delete()
        there = {str(row.country) for row in record.countries.all()}
        for code in sorted(codes - there):
            record.countries.create(country=code)
        wanted = {
            kind: data.get(f"reached_{kind}")
            for kind in AudienceKind
            # A number says that these people were meant, also where the box was forgotten.
            if data.get(f"for_{kind}") or data.get(f"reached_{kind}") is not None
        }
        record.audiences.exclude(kind__in=wanted).delete()
        for kind, number in wanted.items():
            record.audiences.update_or_create(kind=kind, defaults={"number": number})
