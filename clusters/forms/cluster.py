from django import forms

from clusters.models import (
    Cluster,
)
from common.forms import RecordForm


class ClusterForm(RecordForm):
    class Meta:
        model = Cluster
        fields = [
            "short_name",
            "name",
            "partner",
            "country",
            "region",
            "sector",
            "website",
            "description",
        ]
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = self.fields["partner"].queryset.managed_by(self.user)
