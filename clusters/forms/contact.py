import re

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.forms.record import SMEField
from clusters.models import Contact
from common.forms import DateInput, RecordForm


class ContactForm(RecordForm):
    """A person at a firm; who works for one partner keeps it for that partner."""

    sme = SMEField(
        label=_("SME"), max_length=250, help_text=_("Type a part of its name, or its code.")
    )

    class Meta:
        model = Contact
        fields = [
            "name",
            "sme",
            "position",
            "email",
            "phone",
            "partner",
            "legal_basis",
            "notice_version",
            "informed_on",
        ]
        widgets = {"informed_on": DateInput, "phone": forms.TextInput(attrs={"type": "tel"})}
        help_texts = {
            "legal_basis": _("Being in a project is none: choose why you may keep these data."),
            "partner": _("This partner and the coordinator read the contact, nobody else."),
            "informed_on": _("When the person got that notice."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        partners = self.fields["partner"]
        partners.queryset = partners.queryset.managed_by(self.user)
        self.fields["sme"].widget.lookup_url = reverse("sme_list", args=[self.project.slug])
        if not self.is_new:
            self.initial["sme"] = self.instance.sme.label
        else:
            only = list(partners.queryset[:2])
            if len(only) == 1:
                self.instance.partner = only[0]
                del self.fields["partner"]

    def _get_validation_exclusions(self):
        # The partner may be given and not asked for; its contacts are compared all the same.
        return super()._get_validation_exclusions() - {"partner"}

    def clean_phone(self):
        phone = " ".join(self.cleaned_data["phone"].split())
        if phone and not re.fullmatch(r"\+?[0-9][0-9 ()/.\-]*( ?(ext|x)\.? ?[0-9]+)?", phone):
            raise ValidationError(
                _("A telephone number has digits, spaces and + ( ) / . - such as +359 32 123 456.")
            )
        return phone

    def clean_informed_on(self):
        day = self.cleaned_data["informed_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come."))
        return day

    def clean(self):
        data = super().clean()
        if {"email", "phone"} <= data.keys() and not data["email"] and not data["phone"]:
            self.add_error(
                "email", _("Enter an e-mail address or a telephone number: how is one reached?")
            )
        return data
