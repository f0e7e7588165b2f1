from django import forms

from clusters.models import Label, Readiness
from clusters.models.label import FAMILIES
from common.forms import DateInput, RecordForm


class LabelForm(RecordForm):
    class Meta:
        model = Label
        fields = [
            "cluster",
            "level",
            "renews",
            "candidate_on",
            "data_collection_on",
            "interview_on",
            "awarded_on",
            "valid_from",
            "valid_until",
            "note",
        ]
        widgets = {
            **dict.fromkeys(
                [
                    "candidate_on",
                    "data_collection_on",
                    "interview_on",
                    "awarded_on",
                    "valid_from",
                    "valid_until",
                ],
                DateInput,
            ),
            "note": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("cluster", "renews"):
            self.fields[name].queryset = self.fields[name].queryset.editable_by(self.user)
        awarded = self.fields["renews"].queryset.filter(awarded_on__isnull=False)
        self.fields["renews"].queryset = awarded.exclude(pk=self.instance.pk).for_list()


class ReadinessForm(RecordForm):
    class Meta:
        model = Readiness
        fields = ["date", *FAMILIES, "note"]
        widgets = {"date": DateInput, "note": forms.Textarea(attrs={"rows": 3})}

    def _get_validation_exclusions(self):
        # That a cluster has one self-check a day is said beside the date.
        return super()._get_validation_exclusions() - {"cluster"}
