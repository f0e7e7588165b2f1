import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.filters import PortalFilterSet
from projects.models import Evidence, Partner
from projects.models.evidence import Kind

ANY = _("All")
NOTHING = "nothing"


class EvidenceFilter(PortalFilterSet):
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=Kind, method="by_kind", empty_label=ANY
    )
    proves = django_filters.ChoiceFilter(label=_("Proves"), method="by_proves", empty_label=ANY)
    partner = django_filters.ModelChoiceFilter(
        queryset=Partner.objects.all(), label=_("Partner"), empty_label=ANY
    )
    created_by = django_filters.ModelChoiceFilter(
        queryset=User.objects.all(), label=_("Uploaded by"), empty_label=ANY
    )

    opened = django_filters.ChoiceFilter(
        label=_("Opened"),
        choices=[("no", _("By nobody else yet")), ("yes", _("By somebody"))],
        method="by_opened",
        empty_label=ANY,
    )

    class Meta(PortalFilterSet.Meta):
        model = Evidence
        fields = ["q", "kind", "proves", "partner", "created_by", "opened"]

    def __init__(self, *args, user, project, **kwargs):
        super().__init__(*args, user=user, project=project, **kwargs)
        self.form.fields["q"].widget = forms.TextInput(
            attrs={"type": "search", "placeholder": _("Title, code, record …")}
        )
        self.form.fields["proves"].choices = [
            ("", ANY),
            (NOTHING, _("Nothing yet")),
            *(
                (relation.name, relation.related_model._meta.verbose_name_plural.capitalize())
                for relation in Evidence.relations()
            ),
        ]
        # Those who uploaded something that this reader sees.
        seen = Evidence.objects.visible_to(user).filter(project=project)
        uploaders = self.form.fields["created_by"]
        uploaders.queryset = uploaders.queryset.filter(pk__in=seen.values("created_by"))

    def by_opened(self, queryset, name, value):
        return queryset.unopened() if value == "no" else queryset.filter(opened_at__isnull=False)

    def by_kind(self, queryset, name, value):
        return queryset.filter(Kind(value).holds)

    def by_proves(self, queryset, name, value):
        if value == NOTHING:
            return queryset.unused()
        for relation in Evidence.relations():
            if relation.name == value:
                links = relation.field.remote_field.through.objects
                return queryset.filter(pk__in=links.values("evidence"))
        return queryset
