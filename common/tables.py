"""What the tables of every list share: labels for narrow screens, and cells that lists have in common."""

import datetime

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils import timezone


class PortalTable(tables.Table):
    # How many rows a page has is not the reader's choice: no parameter of the address sets it.
    prefixed_per_page_field = None

    class Meta:
        template_name = "components/table.html"
        attrs = {"class": "table list"}


class DayColumn(tables.DateColumn):
    """A date, exported as a date and not as its words."""

    def value(self, record, bound_column):
        value = getattr(record, bound_column.name)
        return timezone.localdate(value) if isinstance(value, datetime.datetime) else value


class StatusColumn(tables.Column):
    """A choice shown as word, icon and colour; its choices class says which."""

    def __init__(self, choices, **kwargs):
        super().__init__(**kwargs)
        self.choices_class = choices

    def render(self, value, record, bound_column):
        state = self.choices_class(getattr(record, bound_column.name))
        return render_to_string(
            "components/tag.html", {"label": state.label, "tone": state.tone, "icon": state.icon}
        )

    def value(self, value, record, bound_column):
        return str(self.choices_class(getattr(record, bound_column.name)).label)
