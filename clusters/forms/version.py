"""Forms with which a strategy is frozen, adopted, and its adoption taken back."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusters.models.strategy import YEARS
from common.forms import DateInput, PortalForm, RecordsField
from projects.forms import EvidenceFilesField
from projects.models import Evidence


class FreezeForm(PortalForm, forms.Form):
    note = forms.CharField(
        label=_("What is new"),
        max_length=300,
        required=False,
        help_text=_("For whoever compares it with the version before."),
    )


class AdoptForm(PortalForm, forms.Form):
    """The day, who adopted it, and the minutes. `accepted`: the files that can be kept whatever is to be mended."""

    adopted_on = forms.DateField(label=_("Adopted on"), widget=DateInput)
    adopted_by = forms.CharField(
        label=_("Adopted by"),
        max_length=150,
        help_text=_("The board or committee, as the minutes call it."),
    )
    files = EvidenceFilesField(
        label=_("Minutes"),
        required=False,
        help_text=_("PDF, a photo or an office document. Without minutes nothing is adopted."),
    )
    note = forms.CharField(
        label=_("What is new"),
        max_length=300,
        required=False,
        help_text=_("For whoever compares it with the version before."),
    )
    kept = RecordsField(
        queryset=Evidence.objects.all(),
        required=False,
        to_field_name="code",
        widget=forms.MultipleHiddenInput,
    )

    def __init__(self, *args, user, strategy, **kwargs):
        super().__init__(*args, **kwargs)
        self.strategy, self.accepted = strategy, []
        own = Evidence.objects.editable_by(user).filter(project=strategy.project_id)
        self.fields["kept"].queryset = own

    def clean_adopted_on(self):
        day = self.cleaned_data["adopted_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        if day.year < YEARS[0]:
            raise ValidationError(_("Is the year right?"))
        return day

    def clean(self):
        data = super().clean()
        self.accepted, refused = data.pop("files", None) or ([], [])
        for sentence in refused:
            self.add_error("files", sentence)
        if not self.accepted and not data.get("kept") and not refused:
            self.add_error("files", _("Attach the minutes: they prove the adoption."))
        return data

    @property
    def kept_evidence(self):
        """The minutes that were kept while something else had to be mended."""
        return getattr(self, "carried", [])


class WithdrawForm(PortalForm, forms.Form):
    reason = forms.CharField(
        label=_("Why is the adoption withdrawn?"),
        max_length=500,
        min_length=5,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"min_length": _("Say in a few words why.")},
    )
