from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.forms.firms import FirmsField
from common.forms import DateInput, DecimalField
from events.forms.fields import CheckList, ManagersField, TaskField
from events.forms.files import WithFiles
from events.models import Activity
from projects.models import Partner


class ActivityForm(WithFiles):
    task = TaskField()
    managers = ManagersField(label=_("Cluster managers"))
    smes = FirmsField(label=_("Firms"))
    hours = DecimalField(
        label=_("Hours"),
        required=False,
        max_digits=7,
        decimal_places=2,
        min_value=0,
        help_text=_("Of all who worked on it, for example 2.5"),
        error_messages={
            "invalid": _("Hours are a number, such as 2.5 or 2,5."),
            "min_value": _("Hours can't be negative."),
        },
    )

    class Meta:
        model = Activity
        fields = [
            *("task", "partner", "title", "first_day", "last_day", "done", "files", "photo"),
            *("result", "managers", "smes", "bodies", "hours", "competences", "kept"),
        ]
        widgets = {
            "first_day": DateInput,
            "last_day": DateInput,
            "done": forms.Textarea(attrs={"rows": 4}),
            "result": forms.Textarea(attrs={"rows": 3}),
            "bodies": forms.Textarea(attrs={"rows": 2}),
            "competences": CheckList,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = Partner.objects.read_within_by(self.user).filter(project=self.project)
        self.fields["partner"].queryset = own
        if len(only := list(own[:2])) == 1:
            # Who works for one partner logs for that one.
            self.instance.partner = only[0]
            del self.fields["partner"]
        else:
            self.fields["partner"].empty_label = _("Choose …")
        self.fields["last_day"].required = False
        self.fields["smes"].widget.lookup_url = reverse("sme_list", args=[self.project.slug])
        if not self.project.keeps_hours:
            del self.fields["hours"]
        if not self.fields["competences"].queryset.exists():
            del self.fields["competences"]
        if not self.is_new and self.instance.lasts == 1:
            self.initial["last_day"] = None

    def clean(self):
        data = super().clean()
        if not data.get("last_day") and not self.has_error("last_day"):
            data["last_day"] = data.get("first_day")
        return data
