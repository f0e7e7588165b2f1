from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clusters import logos
from clusters.models import Cluster
from clusters.models.cluster import MEMBER_KINDS
from common.forms import DateInput, DecimalField, GroupedForm, PortalForm, RecordForm, RecordsField


class ClusterForm(GroupedForm, RecordForm):
    GROUPS = (
        (_("The cluster"), ["short_name", "name", "partner", "country"]),
        (_("Where and what"), ["region", "nuts", "sectors", "areas", "description"]),
        (_("Facts"), ["founded", "managers_fte"]),
        (_("Members by kind"), [*MEMBER_KINDS, "members_counted_on"]),
        (_("On the web"), ["website", "platform_url"]),
    )

    class Meta:
        model = Cluster
        fields = [
            *("short_name", "name", "partner", "country", "region", "nuts", "sectors", "areas"),
            *("description", "founded", "managers_fte", *MEMBER_KINDS, "members_counted_on"),
            *("website", "platform_url"),
        ]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 4}),
            "members_counted_on": DateInput,
            "sectors": forms.CheckboxSelectMultiple,
            "areas": forms.CheckboxSelectMultiple,
        }
        field_classes = {
            "managers_fte": DecimalField,
            "sectors": RecordsField,
            "areas": RecordsField,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = self.fields["partner"].queryset.managed_by(self.user)
        for name in ("sectors", "areas"):
            if not self.fields[name].queryset.exists():
                del self.fields[name]  # the project has no such list: nothing to choose from

    def clean_nuts(self):
        return "".join(self.cleaned_data["nuts"].split()).upper()


class LogoForm(PortalForm, forms.Form):
    """A cluster's logo and what it shows, in words."""

    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("PNG, JPEG or WebP, at most 5 MB. It is drawn anew at up to 480 pixels."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    alt = forms.CharField(
        label=_("What the logo shows"),
        required=False,
        max_length=150,
        help_text=_("For those who do not see it. Left empty, it is “Logo of” and the name."),
    )

    def __init__(self, *args, has_logo, **kwargs):
        super().__init__(*args, **kwargs)
        self.has_logo = has_logo

    def clean_picture(self):
        file = self.cleaned_data["picture"]
        if file is None:
            if not self.has_logo:
                raise ValidationError(_("Choose the picture."))
            return None
        if file.size > logos.MAX_BYTES:
            raise ValidationError(_("This file is larger than 5 MB."))
        try:
            return logos.redrawn(file)
        except logos.NotAPicture:
            raise ValidationError(
                _("This file is no PNG, JPEG or WebP picture, or has more than 40 million pixels.")
            ) from None
