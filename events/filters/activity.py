import django_filters
from django.utils.translation import gettext_lazy as _

from common.filters import PortalFilterSet, date_from, date_to
from events.models import Activity
from projects.models import Partner
from workpackages.models import Task, WorkPackage

ANY = _("All")


class ActivityFilter(PortalFilterSet):
    package = django_filters.ModelChoiceFilter(
        "task__work_package",
        queryset=WorkPackage.objects.all(),
        label=_("Work package"),
        empty_label=ANY,
    )
    task = django_filters.ModelChoiceFilter(
        queryset=Task.objects.all(), label=_("Task"), empty_label=ANY
    )
    partner = django_filters.ModelChoiceFilter(
        queryset=Partner.objects.all(), label=_("Partner"), empty_label=ANY
    )
    since = date_from("last_day", _("From"))
    until = date_to("first_day", _("To"))
    proof = django_filters.ChoiceFilter(
        label=_("Evidence"),
        choices=[("yes", _("With evidence")), ("no", _("Without evidence"))],
        method="by_proof",
        empty_label=ANY,
    )
    mine = django_filters.ChoiceFilter(
        label=_("Whose"),
        choices=[("yes", _("Logged by me"))],
        method="by_mine",
        empty_label=_("Everybody's"),
    )

    class Meta(PortalFilterSet.Meta):
        model = Activity
        fields = ["q", "package", "task", "partner", "since", "until", "proof", "mine"]

    def __init__(self, *args, user, project, **kwargs):
        self.user = user
        super().__init__(*args, user=user, project=project, **kwargs)
        self.form.fields["q"].widget.attrs["placeholder"] = _("Title, result, code …")

    def by_proof(self, queryset, name, value):
        return queryset.proven(value == "yes")

    def by_mine(self, queryset, name, value):
        return queryset.filter(created_by=self.user)
