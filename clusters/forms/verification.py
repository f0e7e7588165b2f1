from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import PortalForm


class SendBackForm(PortalForm, forms.Form):
    """What is to be mended in a delivery before it can be verified."""

    reason = forms.CharField(
        label=_("What is to be mended?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": None}),
        help_text=_("Those who keep the record are told, and find it among what is due."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, max_value=2_000_000_000)
