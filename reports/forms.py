from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import PortalForm, narrow
from projects.models import ReportingPeriod


class GenerateForm(PortalForm, forms.Form):
    period = forms.ModelChoiceField(
        label=_("Reporting period"),
        queryset=ReportingPeriod.objects.all(),
        to_field_name="number",
        empty_label=None,
        error_messages={
            "invalid_choice": _("There is no such period in this project: choose one of the list."),
            "required": _("Choose a period."),
        },
    )

    def __init__(self, *args, user, project, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["period"].queryset = self.fields["period"].queryset.select_related("project")
        narrow(self, user=user, project=project)
