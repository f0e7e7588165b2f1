"""Forms behind a link, for people without a login: their texts are translated (tracekei/public_texts.py)."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import PortalForm, QuickSelect, country_choices

CATEGORIES = [
    ("manager", _("I manage or work for a cluster of this project")),
    ("sme", _("I come for a firm")),
    ("policymaker", _("I work for a public authority")),
    ("outside_cluster", _("I come for another cluster")),
    ("other", _("Something else")),
]


class PersonForm(PortalForm, forms.Form):
    """Who somebody is, in their own words, and that they read the privacy notice."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    organisation = forms.CharField(
        label=_("Your organisation"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    country = forms.ChoiceField(label=_("Its country"), widget=QuickSelect)
    category = forms.ChoiceField(
        label=_("You are here because"), choices=CATEGORIES, widget=forms.RadioSelect
    )
    agree = forms.BooleanField(
        label=_("I have read this."),
        error_messages={"required": _("Please read the notice and tick the box.")},
    )

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        near = set(event.project.partners.values_list("country", flat=True))
        near |= {str(event.country)} - {""}
        self.fields["country"].choices = [("", "---------"), *country_choices(near)]
        for name in ("name", "organisation", "email"):
            if name in self.fields:
                self.fields[name].widget.attrs["class"] = "form-control form-control-lg"
        self.fields["country"].widget.attrs["class"] = "form-select form-select-lg"
        self.fields["agree"].widget.attrs["class"] = "form-check-input"


class CheckInForm(PersonForm):
    """Somebody at the door."""


class RegisterForm(PersonForm):
    """Somebody who means to come."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("You get a mail with the days, and a link with which you can withdraw."),
    )
    category = forms.ChoiceField(
        label=_("You will come because"), choices=CATEGORIES, widget=forms.RadioSelect
    )
    field_order = ["name", "email", "organisation", "country", "category", "agree"]


SCORES = [(n, str(n)) for n in range(1, 6)]


def _score(label, **kwargs):
    return forms.TypedChoiceField(
        label=label,
        choices=SCORES,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        **kwargs,
    )


class EvaluationForm(PortalForm, forms.Form):
    """How it was, from 1 (poor) to 5 (excellent)."""

    overall = _score(
        _("How was it, all in all?"),
        error_messages={"required": _("Please choose a number.")},
    )
    usefulness = _score(_("How useful is it for your work?"), required=False)
    organisation = _score(_("How well was it organised?"), required=False)
    comment = forms.CharField(
        label=_("What else would you like to say?"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
