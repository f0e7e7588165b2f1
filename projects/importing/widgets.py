"""What the cells of one column may say, and how its values are written out again."""

from collections import defaultdict
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django_countries import countries
from import_export import widgets

from common.search import fold
from projects.importing import cells


class Text(widgets.Widget):
    """Words. A number that a spreadsheet took them for is written as its digits."""

    kind = "text"

    def clean(self, value, row=None, **kwargs):
        return cells.text(value)

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else str(value)

    def choices(self):
        """The texts that a drop-down list offers; none where anything can be written."""
        return []


class Day(Text):
    kind = "day"

    def __init__(self, epoch=cells.EPOCH_1900):
        self.epoch = epoch
        self.doubtful = []

    def clean(self, value, row=None, **kwargs):
        found, doubtful = cells.day(value, epoch=self.epoch)
        if doubtful:
            self.doubtful.append((value, found))
        return found

    def render(self, value, obj=None, **kwargs):
        return value or ""


class Number(Text):
    kind = "number"

    def __init__(self, whole=False):
        self.whole = whole

    def clean(self, value, row=None, **kwargs):
        return cells.number(value, whole=self.whole)

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else value


class Amount(Number):
    """An amount in euros; a small one is read as its page reads it, in millions where it says nothing else."""

    def clean(self, value, row=None, **kwargs):
        try:
            number = cells.number(value)
        except ValueError:
            return cells.text(value)  # "6,2 M": the form knows
        return f"{number:f} EUR" if number > 1000 else cells.text(value)


class YesNo(Text):
    """Whether something is so: an empty cell says no."""

    def clean(self, value, row=None, **kwargs):
        return fold(cells.text(value)) in YES

    def render(self, value, obj=None, **kwargs):
        return _("yes") if value else ""

    def choices(self):
        return [_("yes")]


YES = {"yes", "y", "true", "1", "x", "da", "si", "ja", "igen", "sim"}


class Choice(Text):
    """One of a few words: its value, its label, the label's beginning, or what another language says for it."""

    def __init__(self, choices, also=None):
        self.labels = {
            str(value): str(label) for value, label in choices if value not in ("", None)
        }
        self.found = {}
        for value, label in self.labels.items():
            for word in (value, label, label.split("(")[0], label.split(":")[0]):
                self.found.setdefault(fold(word), value)
        for value, words in (also or {}).items():
            if value and value not in self.labels:
                continue
            for word in words.split("|"):
                self.found.setdefault(fold(word), value)

    def clean(self, value, row=None, **kwargs):
        words = cells.text(value)
        found = self.found.get(fold(words))
        if found is None:
            raise ValueError(
                _("“%(words)s” is not among the choices: %(choices)s.")
                % {"words": words[:60], "choices": "; ".join(self.labels.values())}
            )
        return found

    def render(self, value, obj=None, **kwargs):
        return self.labels.get(str(value), "") if value else ""

    def choices(self):
        return list(self.labels.values())


class Country(Text):
    """A country by its code or by its name in one of the portal's languages."""

    def clean(self, value, row=None, **kwargs):
        words = cells.text(value).strip()
        code = _countries().get(fold(words))
        if code is None:
            raise ValueError(
                _("“%(words)s” is no country. Write its name or its code of two letters.")
                % {"words": words[:60]}
            )
        return code

    def render(self, value, obj=None, **kwargs):
        return countries.name(str(value)) if value else ""

    def choices(self):
        return [name for _code, name in countries]


@cache
def _countries():
    names = {"uk": "GB", "england": "GB", "czech republic": "CZ", "turkey": "TR", "usa": "US"}
    for code in countries.countries:
        names.setdefault(fold(code), code)
        names.setdefault(fold(countries.alpha3(code)), code)
    for language in ("en", *settings.PUBLIC_LANGUAGES):
        with translation.override(language):
            for code, name in dict(countries.countries).items():
                names.setdefault(fold(name), code)
    return names


class Record(Text):
    """One record that the user may choose on the page too: by its code, or by a name that only it has."""

    def __init__(self, queryset, *, names, shown, none, several):
        self.none, self.several, self.shown = none, several, shown
        self.by_code, self.by_name = {}, defaultdict(list)
        self.all = list(queryset)
        for record in self.all:
            if code := getattr(record, "code", ""):
                self.by_code[code.upper()] = record
            for name in {fold(getattr(record, name)) for name in names} - {""}:
                self.by_name[name].append(record)

    def clean(self, value, row=None, **kwargs):
        words = cells.text(value).strip()
        if record := self.by_code.get(words.split("·")[0].strip().upper()):
            return record
        found = self.by_name.get(fold(words), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(
                self.several
                % {"words": words[:60], "records": "; ".join(map(self.render, found[:5]))}
            )
        raise ValueError(self.none % {"words": words[:60]})

    def render(self, value, obj=None, **kwargs):
        return self.shown(value) if value else ""

    def choices(self):
        return [self.render(record) for record in self.all] if len(self.all) <= 500 else []


class Records(Record):
    """Several records, with semicolons between them."""

    def clean(self, value, row=None, **kwargs):
        found = []
        for words in cells.text(value).split(";"):
            if words.strip():
                record = super().clean(words)
                if record not in found:
                    found.append(record)
        return found

    def render(self, value, obj=None, **kwargs):
        if isinstance(value, list | tuple):
            return "; ".join(sorted(self.shown(record) for record in value))
        return super().render(value)
