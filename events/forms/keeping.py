"""What the forms of records that a partner keeps have in common: whose it is, and the proof sent along."""

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import RecordForm, RecordsField
from projects.forms import EvidenceFileField, LinkField
from projects.models import Evidence


class KeptForm(RecordForm):
    """A record of one partner; who works for a single partner is not asked for which."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        partners = self.fields["partner"]
        partners.queryset = partners.queryset.read_within_by(self.user)
        partners.empty_label = _("Choose …")
        if self.is_new:
            only = list(partners.queryset[:2])
            if len(only) == 1:
                self.instance.partner = only[0]
                del self.fields["partner"]

    def _get_validation_exclusions(self):
        # The partner may be given and not asked for; what has to be unique of a partner is checked all the same.
        return super()._get_validation_exclusions() - {"partner"}


class ProvenForm(RecordForm):
    """A record with its first proof, a file or a link, in the same form; more is added on the record's page."""

    evidence_file = EvidenceFileField(
        label=_("Proof: a file"),
        required=False,
        help_text=_("A photo, a page as PDF, an agenda, minutes. More can be added later."),
    )
    link = LinkField(
        label=_("Proof: a link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Where everyone can see it. The whole project reads it."),
    )
    kept = RecordsField(
        queryset=Evidence.objects.all(),
        required=False,
        to_field_name="code",
        widget=forms.MultipleHiddenInput,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kept"].queryset = self.fields["kept"].queryset.editable_by(self.user)
        if not self.is_new:
            del self.fields["evidence_file"], self.fields["link"], self.fields["kept"]
