"""From entries to rows: values read as the models' fields want them, rows checked by their models, saved."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django_countries.fields import CountryField

from common.models import Record
from projects.models import Project
from tracekei.loading.parts import PARTS, PROJECT
from tracekei.loading.reading import Entry

SMALL_INTEGER_MAX = 32_767  # what PostgreSQL holds; SQLite takes more
YEARS = range(1990, 2100)


@dataclass
class Loaded:
    """What was done: the project, and for each part how many entries were created, updated and unchanged."""

    project: Project | None = None
    counts: dict[str, Counter] = field(default_factory=dict)


@dataclass
class _Read:
    """An entry with its values by field, and the names of those fields whose values are of no use."""

    entry: Entry
    values: dict[str, object]
    unread: set[str]


class Writer:
    """Writes a file's entries inside the caller's transaction, adding to `problems` what is wrong with them.

    An entry with a problem, or within one that has a problem, is checked as far as that goes and not saved.
    start: the project's first day instead of the file's.
    """

    def __init__(self, problems, *, start=None):
        self.problems = problems
        self.start = start
        self.loaded = Loaded()
        self.named = {}  # (model, name) -> its row, or None if that has a problem

    def write(self, whole):
        """Write the entry that `read` gave, with all that it holds."""
        for entry in whole.parts.get(PROJECT.title, []):
            [self.loaded.project] = self._write_part(PROJECT, [entry], None)
        for part in PARTS:
            self._write_part(part, whole.parts.get(part.title, []), self.loaded.project)
        self._require_coordinator(whole.parts.get("partners", []))

    def _write_part(self, part, entries, holder):
        """Write the entries of one part and return their rows, None for each that was not saved."""
        readings = [_Read(entry, *self._values(part, entry)) for entry in entries]
        self.problems += _repeated(part, readings)
        # The coordinator last: the partner that was it before gives the part up first.
        readings.sort(key=lambda reading: reading.values.get("coordinates", False))
        rows = []
        for reading in readings:
            row = self._write_row(part, reading, holder)
            for inner in part.parts:
                self._write_part(inner, reading.entry.parts.get(inner.title, []), row)
            rows.append(row)
        # Only now, when all have their new values, can one be compared with another.
        for reading, row in zip(readings, rows, strict=True):
            if row:
                self.problems += _problems_of(row.clean, reading.entry, row)
        return rows

    def _write_row(self, part, reading, holder):
        entry, values, unread = reading.entry, reading.values, reading.unread
        row = _found_or_new(part, values, holder)
        before = _stored(row)
        _set(row, values)
        problems = _unfit_fields(part, entry, row, unread)
        placed = holder or part is PROJECT
        if placed:
            _set(row, part.derive(row))
            problems += [entry.problem(name, sentence) for name, sentence in part.check(row)]
        if placed and not (problems or unread):
            problems += _broken_constraints(entry, row)
        self.problems += problems
        saved = row if placed and not (problems or unread) else None
        if saved:
            lists = {name: values[name] for name in part.lists if name in values}
            done = _save(row, before, lists)
            self.loaded.counts.setdefault(part.title, Counter())[done] += 1
        if part.name in values:
            self.named.setdefault((part.model, str(values[part.name])), saved)
        return saved

    def _values(self, part, entry):
        """The entry's values by field, and the names of those fields that can't be read."""
        values, unread = {}, set(entry.unread)
        for name, node in entry.fields.items():
            try:
                value = self._value(part.model._meta.get_field(name), node.value.strip())
            except ValueError as error:
                self.problems.append(entry.problem(name, str(error)))
                value = None
            if value is None:
                unread.add(name)
            else:
                values[name] = value
        for name, nodes in entry.lists.items():
            values[name] = self._named(part.model._meta.get_field(name), entry, nodes)
            if None in values[name]:
                unread.add(name)
        if part is PROJECT and self.start and {"start", "end"} <= values.keys():
            values |= _moved(values, self.start)
        return values, unread

    def _named(self, field, entry, nodes):
        """The rows that the items of a list name, None for each that is of no use."""
        rows = []
        for node in nodes:
            try:
                rows.append(self._value(field, node.value.strip()))
            except ValueError as error:
                self.problems.append(entry.problem(field.name, str(error)))
                rows.append(None)
        return rows

    def _value(self, field, text):
        """What `text` means to a model's field; None if it refers to an entry that has a problem of its own.

        Raises ValueError, whose text is the sentence to show.
        """
        if any(
            unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in text
        ):
            raise ValueError("holds a character that has no place in a text.")
        if field.is_relation:
            if (field.related_model, text) not in self.named:
                raise ValueError(
                    f"{_quoted(text)} is not the name of a {_name_of(field)} in this file."
                )
            return self.named[field.related_model, text]
        for kind, read in READERS.items():
            if isinstance(field, kind):
                return read(text)
        return text

    def _require_coordinator(self, partners):
        if not partners or self.problems:
            return
        if not self.loaded.project.partners.filter(coordinates=True).exists():
            sentence = "no partner coordinates the project; write true for the one that does."
            self.problems.append(partners[0].problem("coordinates", sentence))


# --- Values ----------------------------------------------------------------------------------------


def _quoted(text):
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'


def _name_of(field):
    return field.related_model._meta.verbose_name


def _flag(text):
    if text not in ("true", "false"):
        raise ValueError(f"{_quoted(text)} is neither true nor false.")
    return text == "true"


def _whole_number(text):
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > SMALL_INTEGER_MAX:
        raise ValueError(f"{_quoted(text)} is not a whole number from 0 to {SMALL_INTEGER_MAX}.")
    return int(text)


def _number(text):
    if not re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", text):
        raise ValueError(f"{_quoted(text)} is not a number; write it like 1234.50.")
    return Decimal(text)


def _day(text):
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{_quoted(text)} is not a date; write it like 2018-11-15.") from None
    if day.year not in YEARS:
        raise ValueError(f"{_quoted(text)} is not in the years {YEARS[0]} to {YEARS[-1]}.")
    return day


READERS = {
    models.BooleanField: _flag,
    models.IntegerField: _whole_number,
    models.DecimalField: _number,
    models.DateField: _day,
}


def _moved(values, start):
    """The dates of a project that begins on `start` and has as many months as `values` say."""
    months = Project(start=values["start"], end=values["end"]).months
    return {"start": start, "end": start + relativedelta(months=months, days=-1)}


# --- Rows ------------------------------------------------------------------------------------------


def _repeated(part, readings):
    """Yield a problem for each key or name that an earlier entry has as well; the later row is not saved."""
    given = {}
    for reading in readings:
        for name in {part.key, part.name} - {""}:
            left_out = name not in reading.entry.fields and part.model._meta.get_field(name).null
            if name not in reading.values and not left_out:
                continue
            first = given.setdefault((name, reading.values.get(name)), reading.entry)
            if first is not reading.entry:
                reading.unread.add(name)
                yield reading.entry.problem(name, f"is the same as that of {first.path}.")


def _found_or_new(part, values, holder):
    """The row that the entry describes, locked, or a new one."""
    place = {part.within: holder} if holder else {}
    if holder or part is PROJECT:
        found = part.model.objects.select_for_update().filter(
            **place, **{part.key: values.get(part.key)}
        )
        return found.first() or part.model(**place)
    return part.model()


def _set(row, values):
    for name, value in values.items():
        if not isinstance(value, list):  # names of other rows, which are kept once the row is saved
            setattr(row, name, value)


def _unfit_fields(part, entry, row, unread):
    """The problems of single fields, by the model's own rules."""
    others = {field.name for field in row._meta.fields} - set(part.fields) | unread
    return _problems_of(lambda: row.clean_fields(exclude=others), entry, row)


def _broken_constraints(entry, row):
    """Yield a problem for each of the database's constraints that the row would break."""
    for model, constraints in row.get_constraints():
        for constraint in constraints:
            try:
                constraint.validate(model, row)
            except ValidationError as error:
                yield entry.problem(_about(constraint, entry), error.messages[0])


def _about(constraint, entry):
    """The last of the entry's fields that a constraint speaks of."""
    names = set(getattr(constraint, "fields", ()))
    if constraint.condition:
        names |= constraint.condition.referenced_base_fields
    return next((name for name in reversed(entry.fields) if name in names), "")


def _problems_of(check, entry, row):
    """The problems for which `check`, a method of `row`, raises ValidationError."""
    try:
        check()
    except ValidationError as error:
        return [
            entry.problem("" if name == NON_FIELD_ERRORS else name, _sentence(row, name, refusal))
            for name, refusals in error.update_error_dict({}).items()
            for refusal in refusals
        ]
    return []


def _sentence(row, name, refusal):
    if refusal.code in ("null", "blank"):
        return "is missing."
    if refusal.code != "invalid_choice":
        return refusal.messages[0]
    field = row._meta.get_field(name)
    value = _quoted(str(field.value_from_object(row)))
    if isinstance(field, CountryField):
        return f"{value} is not a country code (ISO 3166-1, two letters)."
    return f"{value} is not one of {', '.join(key for key, _name in field.flatchoices)}."


def _stored(row):
    return {
        field.attname: field.get_prep_value(field.value_from_object(row))
        for field in row._meta.concrete_fields
    }


def _save(row, before, lists):
    """Save a row if it is new or differs from `before`, with its `lists` of other rows.

    Says which it was: created, updated or unchanged.
    """
    created = row._state.adding
    changed = created or _stored(row) != before
    changed_lists = [
        name
        for name, rows in lists.items()
        if created or set(getattr(row, name).all()) != set(rows)
    ]
    if not (changed or changed_lists):
        return "unchanged"
    if not created and isinstance(row, Record):
        row.version += 1
    row.save()
    for name in changed_lists:
        getattr(row, name).set(lists[name])
    return "created" if created else "updated"
