import django_filters
from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from common.filters import PortalFilterSet
from events.models import Attendance, Category

ANY = _("All")


class AttendanceFilter(PortalFilterSet):
    q = django_filters.CharFilter(
        label=_("Search"),
        max_length=200,
        method="search",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name, organisation …")}),
    )
    date = django_filters.ChoiceFilter(label=_("Day"), empty_label=ANY)
    category = django_filters.ChoiceFilter(label=_("Category"), choices=Category, empty_label=ANY)
    was_there = django_filters.ChoiceFilter(
        label=_("Was there"),
        choices=[("yes", _("Confirmed")), ("no", _("Not confirmed"))],
        method="by_confirmation",
        empty_label=ANY,
    )

    class Meta(PortalFilterSet.Meta):
        model = Attendance
        fields = ["q", "date", "category", "was_there"]

    def __init__(self, *args, event, **kwargs):
        super().__init__(*args, **kwargs)
        days = [(day.isoformat(), date_format(day)) for day in event.days]
        self.form.fields["date"].choices = [("", ANY), *days]
        if len(days) == 1:
            del self.form.fields["date"]

    def by_confirmation(self, queryset, name, value):
        return queryset.filter(confirmed_at__isnull=value == "no")
