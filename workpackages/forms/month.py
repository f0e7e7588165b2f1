import datetime
import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class MonthField(forms.CharField):
    """A project month, as people write it: M7, 7, or a day that lies in it. Its form sets `project`."""

    project = None

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("help_text", gettext_lazy("A project month such as M7, or a day in it."))
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return f"M{value}" if isinstance(value, int) else value

    def clean(self, value):
        text = re.sub(r"\s", "", super().clean(value)).replace("\x00", "")
        if not text:
            return None
        if found := re.fullmatch(r"[Mm]?([0-9]{1,4})", text):
            number = int(found[1])
            if not 1 <= number <= self.project.months:
                raise ValidationError(
                    _("The project has the months M1 to M%(last)d.") % {"last": self.project.months}
                )
            return number
        return self._month_of(text)

    def _month_of(self, text):
        try:
            if found := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", text):
                day = datetime.date(*map(int, found.groups()))
            elif found := re.fullmatch(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})\.?", text):
                day = datetime.date(*map(int, reversed(found.groups())))
            else:
                raise ValueError(text)
        except ValueError:
            raise ValidationError(
                _("Write a project month such as M7, or a day such as 31.05.2017.")
            ) from None
        if number := self.project.month_of(day):
            return number
        before = day < self.project.start
        sentence = (
            _("%(day)s lies before the project's first day, %(limit)s.")
            if before
            else _("%(day)s lies after the project's last day, %(limit)s.")
        )
        limit = self.project.start if before else self.project.end
        raise ValidationError(sentence % {"day": date_format(day), "limit": date_format(limit)})
