from django import forms

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
