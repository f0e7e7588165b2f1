from django import forms

from common.forms import PortalModelForm, narrow
from tracekei.models import PublicPage


class PublicPageForm(PortalModelForm):
    """What a project shows to everyone."""

    class Meta:
        model = PublicPage
        fields = ["is_open", "text", "indicators", "shows_events", "shows_results"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 5}),
            "indicators": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args, user, project, **kwargs):
        super().__init__(*args, **kwargs)
        narrow(self, user=user, project=project)
