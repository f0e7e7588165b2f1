from django import forms
from django.utils.translation import ngettext

from clusters.models import (
    Service,
    ServiceCategory,
)
from common.forms import DateInput, RecordForm


class CategoryForm(RecordForm):
    class Meta:
        model = ServiceCategory
        fields = ["name"]


class ServiceForm(RecordForm):
    class Meta:
        model = Service
        fields = ["title", "cluster", "category", "novelty", "description", "since", "task"]
        widgets = {"since": DateInput, "description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cluster"].queryset = self.fields["cluster"].queryset.editable_by(self.user)
        if not self.is_new and (delivered := self.instance.records.delivered().count()):
            self.fields["novelty"].help_text = ngettext(
                "%(n)d delivery rests on this: from or to “Existing” changes whether it counts.",
                "%(n)d deliveries rest on this: from or to “Existing” changes whether they count.",
                delivered,
            ) % {"n": delivered}
