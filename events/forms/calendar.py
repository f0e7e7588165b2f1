from django import forms
from django.utils.translation import gettext_lazy as _

from common.filters import FilterForm
from common.forms import narrow
from events.calendar import kinds
from projects.models import Partner


class CalendarFilter(FilterForm):
    """What the calendar shows."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    partner = forms.ModelChoiceField(
        label=_("Partner"), queryset=Partner.objects.all(), required=False, empty_label=_("All")
    )

    def __init__(self, *args, user, project, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All")), *kinds()]
        narrow(self, user=user, project=project)
