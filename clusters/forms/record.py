from itertools import groupby
from operator import attrgetter

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.models import (
    SME,
    Novelty,
    Service,
    ServiceRecord,
)
from common.forms import DateInput, DecimalField, RecordForm, RecordsField
from common.search import fold
from projects.forms import EvidenceFileField
from projects.models import Evidence


class SMEWidget(forms.TextInput):
    """A text field that proposes firms as one types; without scripts, the code or the exact name will do."""

    template_name = "clusters/widgets/sme.html"
    candidates = ()  # firms that fit what was typed; one of them is chosen with a press

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        # A chosen candidate comes after the text, under the same name, and wins over it.
        return {**context, "lookup_url": self.lookup_url, "candidates": self.candidates}


class SMEField(forms.CharField):
    """One firm, chosen from the proposals or typed as a code, a name or a part of one that only it has."""

    widget = SMEWidget
    queryset = SME.objects.all()

    def __init__(self, **kwargs):
        super().__init__(empty_value=None, **kwargs)

    def clean(self, value):
        text = (super().clean(value) or "").replace("\x00", "")
        if not text:
            return None
        code = text.split("·")[0].strip().upper()
        if firm := self.queryset.filter(code=code).first():
            return firm
        exact = self.queryset.filter(name__iexact=text)[:2]
        alike = self.queryset.matching(text)[:9] if fold(text) else []  # signs alone name no firm
        found = exact if len(exact) == 1 else alike
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(
                _("No firm of this project is called “%(text)s”.") % {"text": text}
            )
        self.widget.candidates = found[:8]
        sentence = (
            _("Several firms fit “%(text)s”: choose one of these.")
            if len(found) < 9
            else _("Many firms fit “%(text)s”: choose one of the first, or type more of the name.")
        )
        raise ValidationError(sentence % {"text": text})


class _ByCluster(ModelChoiceIterator):
    def __iter__(self):
        yield "", self.field.empty_label
        services = self.queryset.select_related("cluster").order_by("cluster__short_name", "title")
        for cluster, group in groupby(services, key=attrgetter("cluster")):
            yield cluster.short_name, [self.choice(service) for service in group]


class ServiceField(forms.ModelChoiceField):
    """A service, under the heading of its cluster, with what it is against the baseline."""

    iterator = _ByCluster

    def label_from_instance(self, service):
        return f"{service.title} – {Novelty(service.novelty).short}"


class ServiceRecordForm(RecordForm):
    service = ServiceField(
        label=_("Service"), queryset=Service.objects.all(), empty_label=_("Choose …")
    )
    sme = SMEField(
        label=_("SME"),
        max_length=250,
        help_text=_("Type a part of its name, or its code."),
    )
    effort = DecimalField(
        label=_("Effort, hours"),
        required=False,
        max_digits=7,
        decimal_places=2,
        min_value=0,
        help_text=_("For example 2.5"),
        error_messages={
            "invalid": _("Effort is a number of hours, such as 2.5 or 2,5."),
            "min_value": _("Effort can't be negative."),
        },
    )
    satisfaction = forms.IntegerField(
        label=_("Satisfaction, 1 to 5"),
        required=False,
        min_value=1,
        max_value=5,
        error_messages={
            "min_value": _("Satisfaction runs from 1 to 5."),
            "max_value": _("Satisfaction runs from 1 to 5."),
        },
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    evidence_file = EvidenceFileField(
        label=_("Proof"),
        required=False,
        help_text=_("A signed list, a confirmation, a photo. More can be added later."),
    )
    kept = RecordsField(
        queryset=Evidence.objects.all(),
        required=False,
        to_field_name="code",
        widget=forms.MultipleHiddenInput,
    )

    class Meta:
        model = ServiceRecord
        fields = [
            "service",
            "sme",
            "date",
            "state",
            "evidence_file",
            "outcome",
            "effort",
            "satisfaction",
            "task",
            "kept",
        ]
        widgets = {
            "date": DateInput,
            "outcome": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = self.fields["service"].queryset.editable_by(self.user)
        self.fields["kept"].queryset = self.fields["kept"].queryset.editable_by(self.user)
        self.fields["sme"].widget.lookup_url = reverse("sme_list", args=[self.project.slug])
        if not self.is_new:
            self.initial["sme"] = self.instance.sme.label
            del self.fields["evidence_file"], self.fields["kept"]

    def clean(self):
        data = super().clean()
        if data.get("service"):
            # Whose service it is delivered it; a hired-in delivery is still the cluster's.
            self.instance.cluster_id = data["service"].cluster_id
        return data
