"""Pages that show how things stood on a day."""

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _


class AsOf:
    """A page that stands as of a day: `?as_of=2018-05-19`, or the project's own reading day."""

    @cached_property
    def _day(self):
        """The day, and why another than the one asked for is shown (a sentence, empty if it is the same)."""
        asked = self.request.GET.get("as_of", "").strip()
        usual = self.request.project.reading_day()
        if not asked:
            return usual, ""
        try:
            day = parse_date(asked)
        except ValueError:
            day = None
        if day is None:
            return usual, _("“%(text)s” is not a day. Figures are shown as of %(day)s.") % {
                "text": asked[:40],
                "day": date_format(usual),
            }
        if day > timezone.localdate():
            return usual, _("%(asked)s has not come yet. Figures are shown as of %(day)s.") % {
                "asked": date_format(day),
                "day": date_format(usual),
            }
        return day, ""

    @property
    def as_of(self):
        return self._day[0]

    def get_context_data(self, **kwargs):
        chosen = self.as_of != self.request.project.reading_day()
        return super().get_context_data(
            as_of=self.as_of,
            as_of_problem=self._day[1],
            as_of_query=f"?as_of={self.as_of.isoformat()}" if chosen else "",
            as_of_chosen=chosen,
            **kwargs,
        )
