from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.models import (
    SME,
    Cluster,
    ClusterMembership,
)
from common.forms import RecordForm, RecordsField


class SMEForm(RecordForm):
    """A firm and the clusters it belongs to. Clusters of other partners stay as they are."""

    members_of = RecordsField(
        label=_("Member of"),
        queryset=Cluster.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the cluster that the firm belongs to.")},
    )

    class Meta:
        model = SME
        fields = [
            "name",
            "native_name",
            "country",
            "town",
            "registration_number",
            "size_class",
            "members_of",
            "website",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        clusters = self.fields["members_of"]
        clusters.queryset = clusters.queryset.editable_by(self.user)
        if not self.is_new:
            clusters.initial = list(clusters.queryset.filter(smes=self.instance))

    def clean_registration_number(self):
        return " ".join(self.cleaned_data["registration_number"].split())

    def save(self, commit=True):
        sme = super().save(commit)
        chosen = self.cleaned_data["members_of"]
        own = self.fields["members_of"].queryset
        ClusterMembership.objects.filter(sme=sme, cluster__in=own).exclude(
            cluster__in=chosen
        ).delete()
        for cluster in chosen:
            ClusterMembership.objects.get_or_create(cluster=cluster, sme=sme)
        return sme
