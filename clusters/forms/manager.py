from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from clusters.models import Cluster, FurtherRole, Manager
from common.forms import DateInput, RecordForm
from common.search import fold
from projects.models import Membership, Partner


class LoginField(forms.ModelChoiceField):
    def label_from_instance(self, user):
        return f"{user.name} ({user.email})"


class ManagerForm(RecordForm):
    user = LoginField(
        label=_("Login"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_(
            "A member of the project who works for this partner; sees and fills own scores."
        ),
    )
    another_person = forms.BooleanField(
        label=_("It is another person: save"), required=False, widget=forms.HiddenInput
    )

    class Meta:
        model = Manager
        fields = ["name", "cluster", "role", "email", "phone", "since", "until", "user"]
        widgets = {"since": DateInput, "until": DateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cluster"].queryset = self.fields["cluster"].queryset.editable_by(self.user)
        # SECURITY: only members of the partners whose managers one keeps are named here.
        self.members = Membership.objects.filter(
            project=self.project, partner__in=Partner.objects.managed_by(self.user)
        )
        self.fields["user"].queryset = User.objects.filter(
            pk__in=self.members.values("user")
        ).order_by("name")
        if not self.is_new:
            del self.fields["another_person"]

    def clean(self):
        data = super().clean()
        user, cluster = data.get("user"), data.get("cluster")
        if (
            user
            and cluster
            and not self.members.filter(user=user, partner=cluster.partner_id).exists()
        ):
            self.add_error(
                "user",
                _("%(person)s does not work for %(partner)s in this project.")
                % {"person": user, "partner": cluster.partner},
            )
        if self.is_new and data.get("name") and not data.get("another_person"):
            self._ask_about_namesakes(data)
        return data

    def _ask_about_namesakes(self, data):
        """A person is entered once, whatever their roles: ask before a second record of the same name."""
        managers = Manager.objects.visible_to(self.user).filter(project=self.project)
        same = Q(folded__endswith=f"| {fold(data['name'])}")
        if data.get("email"):
            # SECURITY: an address is compared with those only that one reads anyway.
            readable = Manager.objects.contacts_visible_to(self.user)
            same |= Q(email__iexact=data["email"], pk__in=readable)
        if found := managers.filter(same).select_related("cluster").first():
            self.fields["another_person"].widget = forms.CheckboxInput()
            self.fields["another_person"].widget.is_required = False
            raise ValidationError(
                _(
                    "%(code)s %(name)s of %(cluster)s is here already. A person is entered once and can have further "
                    "roles. If this is somebody else, tick “It is another person” below."
                )
                % {"code": found.code, "name": found.name, "cluster": found.cluster}
            )


class FurtherRoleForm(RecordForm):
    class Meta:
        model = FurtherRole
        fields = ["role", "cluster", "since", "until"]
        widgets = {"since": DateInput, "until": DateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cluster"].queryset = Cluster.objects.editable_by(self.user).filter(
            project=self.project
        )
