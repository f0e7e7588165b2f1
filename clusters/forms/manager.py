from clusters.models import (
    Manager,
)
from common.forms import DateInput, RecordForm


class ManagerForm(RecordForm):
    class Meta:
        model = Manager
        fields = ["name", "cluster", "role", "email", "phone", "since", "until"]
        widgets = {"since": DateInput, "until": DateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cluster"].queryset = self.fields["cluster"].queryset.editable_by(self.user)
