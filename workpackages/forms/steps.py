"""Small forms for one step: a version's file, a submission, a decision, a day."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DateInput, PortalForm
from projects.forms import EvidenceFileField


class VersionForm(PortalForm, forms.Form):
    file = EvidenceFileField(label=_("File"), error_messages={"required": _("Choose the file.")})
    note = forms.CharField(label=_("What changed"), max_length=300, required=False)


class DayForm(PortalForm, forms.Form):
    day = forms.DateField(label=_("Day"), widget=DateInput)


class SubmitForm(PortalForm, forms.Form):
    day = forms.DateField(label=_("Submitted on"), widget=DateInput)
    late_reason = forms.CharField(
        label=_("Why it is late"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when it is submitted after its due day."),
    )


class RejectForm(PortalForm, forms.Form):
    reason = forms.CharField(
        label=_("Why it came back"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why it came back.")},
    )


class LateReasonForm(PortalForm, forms.Form):
    late_reason = forms.CharField(
        label=_("Why it is late"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why it is late.")},
    )
