from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clusters.actions.consultation import MOST_AT_ONCE, addresses
from clusters.forms.firms import FirmsField
from clusters.models import SME, Consultation, StrategyComment, Verdict
from common.forms import DateInput, PortalForm, RecordForm


class ConsultationForm(RecordForm):
    class Meta:
        model = Consultation
        fields = ["title", "opens_on", "closes_on", "introduction"]
        widgets = {
            "opens_on": DateInput,
            "closes_on": DateInput,
            "introduction": forms.Textarea(attrs={"rows": 5}),
        }

    def _get_validation_exclusions(self):
        # The strategy is no field; whether two of its rounds overlap is said all the same.
        return super()._get_validation_exclusions() - {"strategy"}


class ConsultForm(PortalForm, forms.Form):
    """Which firms are asked: those of the strategy's cluster, of the joint one all."""

    firms = FirmsField(label=_("Firms"))
    everyone = forms.BooleanField(required=False)

    def __init__(self, *args, user, consultation, **kwargs):
        super().__init__(*args, **kwargs)
        strategy = consultation.strategy
        own = SME.objects.visible_to(user).filter(project=consultation.project_id).standing()
        lookup = reverse("sme_list", args=[consultation.project.slug])
        if strategy.cluster_id:
            own = own.filter(clusters=strategy.cluster_id).distinct()
            lookup = f"{lookup}?cluster={strategy.cluster_id}"
        self.fields["firms"].queryset = own
        self.fields["firms"].widget.lookup_url = lookup
        reachable = addresses(consultation, own)
        self.not_asked = own.filter(pk__in=reachable).exclude(
            consultations__consultation=consultation
        )
        if count := self.not_asked.count():
            self.fields["everyone"].label = ngettext(
                "The %(n)d firm with a contact that was not asked yet",
                "All %(n)d firms with a contact that were not asked yet",
                count,
            ) % {"n": count}
            if count > MOST_AT_ONCE:
                self.fields["everyone"].help_text = (
                    _("%d mails go out in one press; press again for the rest.") % MOST_AT_ONCE
                )
        else:
            del self.fields["everyone"]

    def clean(self):
        data = super().clean()
        if not data.get("firms") and not data.get("everyone") and "firms" not in self.errors:
            self.add_error("firms", _("Choose a firm at least."))
        return data

    @property
    def chosen(self):
        """The firms to ask, each once."""
        firms = list(self.cleaned_data["firms"])
        if self.cleaned_data.get("everyone"):
            room = max(MOST_AT_ONCE - len(firms), 0)
            firms += self.not_asked.exclude(pk__in=[firm.pk for firm in firms])[:room]
        return firms


class ReplyForm(PortalForm, forms.ModelForm):
    class Meta:
        model = StrategyComment
        fields = ["verdict", "reply"]
        widgets = {"verdict": forms.RadioSelect, "reply": forms.Textarea(attrs={"rows": 4})}

    read = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["verdict"] = forms.ChoiceField(
            label=_("What comes of it"), choices=Verdict.choices, widget=forms.RadioSelect
        )
        self.fields["reply"].required = True
        self.fields["reply"].error_messages["required"] = _("Say in a sentence what came of it.")
        self.initial["read"] = self.instance.version

    def _post_clean(self):
        # The action keeps what was answered, and asks whether the comment is still the one that was read.
        pass
