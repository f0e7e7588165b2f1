"""Rows of a spreadsheet as records of the portal: which record a row means, what it changes, and what is wrong.

A resource of django-import-export, of which each kind has one of its own: its fields and widgets read and
write the cells, its `import_row` decides between new, changed, unchanged and invalid. Departures, with their reasons:
rows pass the page's own form (`rows.py`), and rows are taken in blocks, so that neither ten thousand records nor as
many results lie in memory.
"""

import datetime
import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from decimal import Decimal
from itertools import islice

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import models as db
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from import_export import resources
from import_export.fields import Field

from common.exporting import CELL
from common.history import remember_entered
from projects.importing import cells, columns, widgets
from projects.importing.rows import Constraints, row_form
from projects.models import Numbering, Outcome

BLOCK = 500
EXAMPLE = "example"  # what the code of a template's example row begins with


class Repeated(Exception):
    """A row that says what another row or another record says already."""


class ChangedMeanwhile(Exception):
    """A record was changed between the look at it and the writing."""


@dataclass
class Found:
    """What one row turned out to be."""

    number: int
    outcome: str
    label: str = ""
    code: str = ""
    pk: int | None = None
    version: int | None = None
    changes: list = dataclass_field(default_factory=list)  # [column, old, new]
    errors: list = dataclass_field(default_factory=list)  # [column, value, sentence]

    def digest(self):
        said = [self.number, self.outcome, self.pk, self.version, self.changes, self.errors]
        return json.dumps(said, ensure_ascii=False, sort_keys=True).encode()


class Records(resources.ModelResource):
    """What the resources of all kinds share. A subclass says how a row without a code finds its record."""

    kind: columns.Kind
    unknown = ""  # the sentence for a code that is not the user's to change
    prefetch = ()
    project_path = "project"  # from a record to its project

    class Meta:
        model = None
        fields = ()
        skip_diff = (
            True  # old values are kept by column: a copy of each record costs more than it tells
        )
        skip_unchanged = True
        store_instance = True

    def __init__(self, *, user, project, within=None, epoch=cells.EPOCH_1900, present=(), codes=()):
        """within: the record that all rows belong to. present: the names of the columns that the file has.
        codes: for the records that are added."""
        super().__init__()
        self.user, self.project, self.within = user, project, within
        self.codes = iter(codes)
        self.present = set(present)
        self.columns = {column.name: column for column in self.kind.own}
        self.labels = {name: self.kind.label(column) for name, column in self.columns.items()}
        for name, column in self.columns.items():
            self.fields[name] = Field(name, name, widget=self.widget(column, epoch))
        self.resolved = [
            name
            for name in self.columns
            if isinstance(self.fields[name].widget, widgets.Record) and name != columns.CODE
        ]
        self.several = {
            name for name in self.resolved if isinstance(self.fields[name].widget, widgets.Records)
        }
        # What only answers a question of the form ("the number is right") is kept nowhere and changes nothing.
        self.answers = {
            name for name in self.columns if isinstance(self.fields[name].widget, widgets.YesNo)
        }
        self.looked_up = [
            name
            for name in self.columns
            if isinstance(self.fields[name].widget, widgets.Country | widgets.Choice)
        ]
        self.forms = {}

    # --- Columns ------------------------------------------------------------------------------------

    def widget(self, column, epoch):
        """How the cells of `column` are read and written, by the field of the model behind it."""
        if column.name in self.references():
            return self.references()[column.name]()
        form_field = self.kind.form.base_fields.get(column.name)
        try:
            field = self._meta.model._meta.get_field(column.name)
        except FieldDoesNotExist:
            return widgets.YesNo() if isinstance(form_field, forms.BooleanField) else widgets.Text()
        if field.__class__.__name__ == "CountryField":
            return widgets.Country()
        if isinstance(field, db.DateField):
            return widgets.Day(epoch)
        if isinstance(field, db.DecimalField | db.IntegerField | db.FloatField):
            return widgets.Number(whole=isinstance(field, db.IntegerField))
        choices = field.choices or getattr(form_field, "choices", None)
        return widgets.Choice(choices, column.words) if choices else widgets.Text()

    def references(self):
        """{column: a function that makes the widget of the records to choose from}."""
        return {}

    def value(self, instance, name):
        """What the record holds in a column, as the form would be sent it."""
        if name in self.resolved:
            return getattr(instance, name)
        value = getattr(instance, name, None)
        return str(value) if hasattr(value, "code") else value  # a country

    def shown(self, name, value):
        """A value in words, as the preview shows it."""
        if isinstance(value, datetime.date):
            return date_format(value)
        if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
            return number_format(value, use_l10n=True)
        return cells.text(self.fields[name].widget.render(value))

    def cell(self, instance, name):
        """What a column's cell holds in an export."""
        return self.fields[name].widget.render(self.value(instance, name))

    def same(self, name, cell, instance, value):
        """Whether a cell says what the record holds, however a spreadsheet has kept it."""
        written = self.cell(instance, name)
        if cells.is_empty(cell) and written in ("", None):
            return True
        if isinstance(written, str):
            one = cells.text(cell).replace("\r\n", "\n").replace("\r", "\n")
            two = written.replace("\r\n", "\n").replace("\r", "\n")
            return one == two or (len(two) > CELL and one == f"{two[: CELL - 1]}…")
        widget = self.fields[name].widget
        try:
            said = cells.number(cell) if widget.kind == "number" else widget.clean(cell)
        except ValueError:
            return False
        return said == written

    # --- Which record a row means -------------------------------------------------------------------

    def scope(self):
        """The records among which each is there once: those of the project."""
        return self._meta.model.objects.filter(project=self.project)

    def candidates(self):
        """The records that the user's rows may change."""
        return self.scope() & self._meta.model.objects.editable_by(self.user)

    def prepare(self):
        """Read once what rows are looked up in."""
        self.by_code = {}
        if columns.CODE in self.columns:
            codes = self.candidates().values_list("pk", "code")
            self.by_code = {code.upper(): pk for pk, code in codes}
        self.constraints = Constraints(self._meta.model, self.scope())
        self.seen = {}
        self.defaults = self.defaults_of_new()
        self.index()

    def index(self):
        self.by_key = defaultdict(list)
        for record in self.candidates().select_related(*self.key_relations).iterator():
            self.by_key[
                self.key({name: self.value(record, name) for name in self.key_columns})
            ].append(record.pk)

    key_columns = key_relations = ()

    def key(self, values):
        """What tells one record from another where no code is given; None if the values are not enough."""
        raise NotImplementedError

    def key_of(self, row):
        values = {}
        for name in self.key_columns:
            cell = row.get(name)
            if cells.is_empty(cell):
                values[name] = self.defaults.get(name)
                continue
            try:
                values[name] = self.fields[name].widget.clean(cell)
            except ValueError:
                return None
        return self.key(values)

    def identify(self, row):
        """The key of the record that a row means; None for a new one. Raises ValidationError and Repeated."""
        code = cells.text(row.get(columns.CODE)).strip().upper()
        if code:
            if code not in self.by_code:
                raise ValidationError({columns.CODE: self.unknown % {"code": code}})
            return self.once(row, ("pk", self.by_code[code]), self.by_code[code])
        return self.identify_by_values(row)

    def identify_by_values(self, row):
        key = self.key_of(row)
        if key is None:
            return None
        found = self.by_key.get(key, [])
        if len(found) > 1:
            codes = self._meta.model.objects.filter(pk__in=found[:5]).values_list("code", flat=True)
            raise Repeated(
                _("%(codes)s say the same. Write the code of the one that you mean into the row.")
                % {"codes": ", ".join(codes)}
            )
        if found:
            return self.once(row, ("pk", found[0]), found[0])
        return self.once(row, ("key", key), None)

    def once(self, row, key, pk):
        """`pk`, unless an earlier row of the file meant the same."""
        first = self.seen.setdefault(key, row["row_number"])
        if first != row["row_number"]:
            raise Repeated(
                _("Row %(row)d of this file says it already; this one is left out.")
                % {"row": first}
            )
        return pk

    def take_codes(self, count):
        """Reserve the codes of `count` new records."""
        self.codes = iter(Numbering.take(self.project, self._meta.model.PREFIX, count))

    def new_code(self, instance):
        """The code of a new record; they are given out in the order of the rows."""
        return self._meta.model.code_for(next(self.codes))

    # --- The whole file -----------------------------------------------------------------------------

    def found(self, rows, *, dry_run, tell=None, total=0):
        """Yield a Found for each of `rows`: {"row_number": as the spreadsheet counts, column: cell}.

        dry_run: nothing is written. tell(done): called after each block.
        """
        self.prepare()
        rows, done = iter(rows), 0
        while block := list(islice(rows, BLOCK)):
            for row in block:
                try:
                    row["pk"] = self.identify(row)
                except (ValidationError, Repeated) as error:
                    row["refused"] = error
            wanted = {row["pk"] for row in block if row.get("pk")}
            self.loaded = (
                self.candidates()
                .filter(pk__in=wanted)
                .select_related(
                    self.project_path, *[name for name in self.resolved if self.is_relation(name)]
                )
                .prefetch_related(*self.prefetch)
                .in_bulk()
            )
            self.entered = []
            for row in block:
                yield self.look_at(row, dry_run)
            self.write_entered()
            done += len(block)
            if tell:
                tell(done)

    def is_relation(self, name):
        """Whether a column is a field of the record's own table."""
        return any(field.name == name for field in self._meta.model._meta.concrete_fields)

    def look_at(self, row, dry_run):
        number = row["row_number"]
        found = Found(number, Outcome.ERROR, label=self.label_of(row))
        result = self.import_row(row, self, dry_run=dry_run, row_number=number)
        for error in result.errors:
            if isinstance(error.error, Repeated):
                found.outcome = Outcome.DUPLICATE
                found.errors = [["", "", str(error.error)]]
                return found
            raise error.error  # nothing that a person could mend
        if result.is_invalid():
            found.errors = list(self.told(result.validation_error, row))
            return found
        instance = result.instance
        found.label = self.called(instance)
        found.code = "" if result.is_new() else getattr(instance, "code", "")
        if not result.is_new():
            found.pk, found.version = instance.pk, row["version"]
        found.outcome = (
            Outcome.UNCHANGED
            if result.is_skip()
            else Outcome.NEW
            if result.is_new()
            else Outcome.CHANGED
        )
        found.changes = row.get("changes", [])
        return found

    def called(self, instance):
        """What the preview calls a record."""
        return str(instance)

    def label_of(self, row):
        for name in ("name", "title", "sme"):
            if words := cells.text(row.get(name)).strip():
                return words[:200]
        return ""

    def told(self, error, row):
        """[column, value, sentence] of each thing that is wrong with a row."""
        for name, errors in error.error_dict.items():
            column = self.labels.get(name, "")
            if not column and name != NON_FIELD_ERRORS and name in self.kind.form.base_fields:
                column = str(self.kind.form.base_fields[name].label or "")
            for sentence in ValidationError(errors).messages:
                yield [column, cells.text(row.get(name))[:200], sentence]

    # --- One row, as django-import-export goes about it ---------------------------------------------

    def get_instance(self, instance_loader, row):
        # This resource is its own loader: the records of the block are here.
        if "refused" in row:
            raise row["refused"]
        if row["pk"] is None:
            return None
        if row["pk"] not in self.loaded:
            raise ChangedMeanwhile
        return self.loaded[row["pk"]]

    def init_instance(self, row=None):
        instance = self._meta.model(project=self.project, created_by=self.user)
        instance.row_number = f"r{row['row_number']}"
        return instance

    def after_init_instance(self, instance, new, row, **kwargs):
        row["new"], row["version"] = new, instance.version
        row["before"] = {} if new else {name: self.value(instance, name) for name in self.columns}

    def import_instance(self, instance, row, **kwargs):
        """Let the page's form read the cells that say something else than the record."""
        new, by_code = row["new"], not cells.is_empty(row.get(columns.CODE))
        sent, errors = {}, {}
        for name in self.columns:
            if name not in self.present or name == columns.CODE:
                continue
            cell = row.get(name)
            if not new and self.same(name, cell, instance, row["before"][name]):
                continue
            if cells.is_empty(cell):
                if not new and by_code:
                    sent[name] = [] if isinstance(row["before"][name], list) else ""
                continue
            try:
                sent[name] = self.fields[name].clean(row)
            except ValueError as error:
                errors[name] = ValidationError(str(error))
        row["sent"] = sent
        if sent.keys() <= self.answers and not errors and not new:
            return
        form = self.form_for(instance, new)
        data = self.data_for(form, instance, new, sent)
        for name, found in form.read(instance, data).items():
            errors.setdefault(name, found)
        row["form"] = form
        if errors:
            raise ValidationError(errors)
        if not new:
            self.restore(instance, row)

    def restore(self, instance, row):
        """Cells that say what the record holds change nothing, not even the space at its end."""
        for name, value in row["before"].items():
            if name not in row["sent"] and name != columns.CODE and self.is_relation(name):
                setattr(instance, name, value)

    def form_for(self, instance, new):
        if new not in self.forms:
            form = row_form(self.kind.form)(
                instance=instance, data={}, user=self.user, project=self.project
            )
            form.fit([*self.resolved, *self.looked_up], self.constraints)
            self.forms[new] = form
        return self.forms[new]

    def data_for(self, form, instance, new, sent):
        if new:
            data = {
                name: form.get_initial_for_field(field, name)
                for name, field in form.fields.items()
                if field.initial is not None
            }
            return {**data, **self.defaults, **sent}
        data = {}
        for name, field in form.fields.items():
            if name in self.resolved:
                data[name] = self.value(instance, name)
            elif name in self.columns:
                data[name] = field.prepare_value(self.value(instance, name))
            elif self.is_relation(name):
                data[name] = self._meta.model._meta.get_field(name).value_from_object(instance)
        form.initial = {name: value for name, value in data.items() if name not in self.resolved}
        return {**data, **sent}

    def defaults_of_new(self):
        """What a new row has where the file says nothing: the only choice that there is."""
        return {
            name: widget.all[0]
            for name in self.resolved
            if name in ("cluster", "partner") and len((widget := self.fields[name].widget).all) == 1
        }

    def skip_row(self, instance, original, row, import_validation_errors=None):
        if import_validation_errors:
            return False
        row["changes"] = [
            [self.labels[name], self.shown(name, row["before"].get(name)), self.shown(name, value)]
            for name, value in self.after(instance, row).items()
            if row["new"] or not self.equal(row["before"].get(name), value)
        ]
        if row["new"]:
            row["changes"] = [change for change in row["changes"] if change[2]]
            return False
        return not row["changes"]

    @staticmethod
    def equal(one, two):
        if isinstance(one, list) and isinstance(two, list):
            return {record.pk for record in one} == {record.pk for record in two}
        return one == two or (one in ("", None) and two in ("", None))

    def after(self, instance, row):
        """What the columns hold once the row is read."""
        form = row.get("form")
        if form is None:
            return {}
        return {
            name: self.value(instance, name)
            if self.is_relation(name)
            else form.cleaned_data.get(name)
            for name in self.columns
            if name != columns.CODE
            and name not in self.answers
            and (row["new"] or name in row["sent"])
        }

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        # The form has looked at the record already.
        if import_validation_errors:
            raise ValidationError(import_validation_errors)

    def save_instance(self, instance, is_create, row, **kwargs):
        self.constraints.keep(instance)
        if kwargs["dry_run"]:
            return
        if is_create:
            instance.code = self.new_code(instance)
            self.entered.append((instance, row["form"].cleaned_data))
        else:
            same = self._meta.model.objects.filter(pk=instance.pk, version=row["version"])
            if not same.update(version=row["version"] + 1):
                raise ChangedMeanwhile
            instance.version = row["version"] + 1
            row["form"].save()

    def write_entered(self):
        """Write the new records of a block in one go: one by one, ten thousand took five minutes."""
        instances = [instance for instance, _data in self.entered]
        self._meta.model.objects.bulk_create(instances)
        remember_entered(instances, self.user)
        self.entered = []

    def save_m2m(self, instance, row, **kwargs):
        pass  # the form has done it


def digest_of(founds):
    """The fingerprint of a preview: the same as long as applying it would do the same."""
    digest = hashlib.sha256()
    for found in founds:
        digest.update(found.digest())
    return digest.hexdigest()


def one(queryset, none, several, *, names, shown):
    """The widget of a column that names one record of `queryset`, made when a resource asks for it.

    none, several: what is said where no record, or more than one, is called %(words)s.
    """
    return lambda: widgets.Record(queryset, names=names, shown=shown, none=none, several=several)


def given_to(kind, *, user, project, within=None):
    """The columns that a file of `user` need not have, since there is only one thing they can say."""
    return set(
        columns.resource_of(kind, user=user, project=project, within=within).defaults_of_new()
    )
