"""What the filters of every list share."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DateInput, PortalForm, narrow


class FilterForm(PortalForm, forms.Form):
    """The form above a list; its drop-downs offer what the user may see."""


class PortalFilterSet(django_filters.FilterSet):
    """Filters of a list of records of one project. Subclasses say in `matching` what a search looks at."""

    q = django_filters.CharFilter(
        label=_("Search"),
        max_length=200,
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name, code, town …")}),
    )

    class Meta:
        form = FilterForm

    def __init__(self, *args, user, project, **kwargs):
        super().__init__(*args, **kwargs)
        narrow(self.form, user=user, project=project)

    def search(self, queryset, name, value):
        return queryset.matching(value.replace("\x00", ""))


def date_from(field, label):
    return django_filters.DateFilter(field, "gte", label=label, widget=DateInput)


def date_to(field, label):
    return django_filters.DateFilter(field, "lte", label=label, widget=DateInput)
