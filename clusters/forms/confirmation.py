from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clusters.models import Contact, FirmAnswer
from common.forms import PortalForm


class AskForm(PortalForm, forms.Form):
    """To whom a firm's mail goes: a contact of the own partner, or an address kept with this request alone."""

    contact = forms.ModelChoiceField(
        label=_("Contact"),
        queryset=Contact.objects.none(),
        required=False,
        blank=True,
        to_field_name="code",
        empty_label=_("Another address:"),
        widget=forms.RadioSelect,
    )
    address = forms.EmailField(
        label=_("Another address"),
        required=False,
        help_text=_("Kept with this request alone. Write only to somebody who expects it."),
    )

    def __init__(self, *args, contacts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = contacts
        self.fields["contact"].label_from_instance = lambda one: f"{one.name}, {one.email}"
        if contacts and not self.is_bound:
            self.initial.setdefault("contact", contacts[0].code)
        if not contacts:
            del self.fields["contact"]
            self.fields["address"].label = _("E-mail address")

    def clean(self):
        data = super().clean()
        contact, typed = data.get("contact"), data.get("address")
        if not contact and not typed and "address" not in self.errors:
            self.add_error("address", _("Say to whom the mail goes."))
        data["to"] = typed or (contact.email if contact else "")  # what was typed is meant
        return data


SATISFACTION = [
    (5, _("Very satisfied")),
    (4, _("Satisfied")),
    (3, _("Neither satisfied nor dissatisfied")),
    (2, _("Dissatisfied")),
    (1, _("Very dissatisfied")),
]


class AnswerForm(forms.Form):
    """What a firm answers, without a login."""

    answer = forms.ChoiceField(
        choices=FirmAnswer,
        error_messages={
            "required": _("Press yes or no."),
            "invalid_choice": _("Press yes or no."),
        },
    )
    satisfaction = forms.TypedChoiceField(
        choices=SATISFACTION,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        error_messages={"invalid_choice": _("Choose one of the five answers, or none.")},
    )
    comment = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control", "maxlength": None}),
        error_messages={"max_length": _("A comment has 2,000 letters at most.")},
    )
    shown = forms.CharField(required=False, max_length=40)

    def clean_comment(self):
        return self.cleaned_data["comment"].replace("\x00", "")

    def refuse(self, error):
        for sentence in error.messages:
            self.add_error(None, ValidationError(sentence))
