"""Rows through the form of the record's own page, ten thousand of them in reasonable time.

The page builds a form for each record, looks up each choice and asks the database about each constraint: 17 ms a firm
when this was measured, half an hour for what a large cluster brings. Here one form is filled again and again,
choices are resolved by the same rules but once, and each constraint is asked about once for each set of values.
"""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import CheckConstraint, UniqueConstraint
from django.forms.models import construct_instance
from django.utils.translation import gettext as _


class Resolved(forms.Field):
    """A choice that a widget has resolved already, within what the user may choose."""

    widget = forms.HiddenInput

    def __init__(self, like):
        super().__init__(required=like.required, label=like.label, initial=like.initial)
        self.error_messages["required"] = like.error_messages["required"]
        self.empty_value = getattr(like, "empty_value", None)
        self.queryset = getattr(like, "queryset", None)  # forms ask for it when they save

    def clean(self, value):
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        return self.empty_value if value in (None, "") else value


def row_form(page_form):
    """The page's form class, made to read row after row."""
    return type(f"{page_form.__name__}OfRows", (_RowForm, page_form), {})


class _RowForm:
    def fit(self, resolved, constraints):
        """Let the fields named in `resolved` take what widgets found, and `constraints` answer for the database."""
        self.resolved = set(resolved)
        for name in resolved:
            if name in self.fields:
                self.fields[name] = Resolved(self.fields[name])
        self.constraints = constraints

    def read(self, instance, data):
        """Fill the form with another row; its errors are then those of this row."""
        self.instance, self.data, self.files, self.is_bound = instance, data, {}, True
        self.cleaned_data = {}
        self._errors = None
        self._bound_fields_cache = {}  # they know what the last row said
        self.__dict__.pop("changed_data", None)
        self.full_clean()
        # Read before it is written by whoever brings it in; what it changes of a report is told with this reason.
        instance.change_reason = str(_("Brought in by spreadsheet"))
        return self.errors.as_data()

    def _post_clean(self):
        # As Django's, but for the constraints and for what was looked up: the page's own project, and choices.
        exclude = self._get_validation_exclusions()
        try:
            self.instance = construct_instance(
                self, self.instance, self._meta.fields, self._meta.exclude
            )
            self.instance.full_clean(
                exclude=exclude | {"project"} | self.resolved,
                validate_unique=False,
                validate_constraints=False,
            )
        except ValidationError as error:
            self._update_errors(error)
        for error in self.constraints.broken(self.instance, exclude):
            self._update_errors(ValidationError({NON_FIELD_ERRORS: [error]}))


class Constraints:
    """The constraints of a model, each asked about once for each set of values among the records of `scope`."""

    def __init__(self, model, scope):
        self.model, self.scope = model, scope
        self.answers = {}
        self.taken = {}  # by constraint: {values: key of the record that has them}
        self.checks, self.uniques = [], []
        for constraint in model._meta.constraints:
            if isinstance(constraint, CheckConstraint):
                names = sorted(constraint.condition.referenced_base_fields)
                self.checks.append((constraint, names))
            elif (
                isinstance(constraint, UniqueConstraint)
                and constraint.fields
                and "code" not in constraint.fields  # the portal's own, given out by Numbering
            ):
                self.uniques.append((constraint, constraint.fields))
                self.taken[constraint.name] = self._taken(constraint)

    def _taken(self, constraint):
        rows = self.scope
        if constraint.condition:
            rows = rows.filter(constraint.condition)
        values = rows.values_list("pk", *constraint.fields)
        return {tuple(map(_plain, taken)): pk for pk, *taken in values}

    def broken(self, instance, exclude):
        """What the database would refuse of `instance`, as ValidationErrors with the constraints' sentences."""
        for constraint, names in self.checks:
            if exclude.isdisjoint(names) and not self._holds(
                constraint, constraint.condition, instance, names
            ):
                yield ValidationError(constraint.get_violation_error_message())
        for constraint, names in self.uniques:
            values = self._values(instance, names)
            if None in values and constraint.nulls_distinct is not False:
                continue  # to the database, unknown values differ from each other
            holder = self.taken[constraint.name].get(values)
            if holder is None or holder == (instance.pk or instance.row_number):
                continue
            condition = constraint.condition
            if condition is None or self._holds(
                constraint, condition, instance, sorted(condition.referenced_base_fields)
            ):
                message = constraint.get_violation_error_message()
                if isinstance(holder, str):
                    message = f"{message} ({_('row %(row)s of this file') % {'row': holder[1:]}})"
                yield ValidationError(message)

    def keep(self, instance):
        """The values of an accepted row are taken for the rows that follow."""
        for constraint, names in self.uniques:
            taken = self.taken[constraint.name]
            taken.setdefault(self._values(instance, names), instance.pk or instance.row_number)

    def _values(self, instance, names):
        return tuple(
            _plain(getattr(instance, self.model._meta.get_field(name).attname)) for name in names
        )

    def _holds(self, constraint, condition, instance, names):
        key = (constraint.name, self._values(instance, names))
        if key not in self.answers:
            others = {field.name for field in self.model._meta.concrete_fields} - set(names)
            against = instance._get_field_expression_map(self.model._meta, exclude=others)
            self.answers[key] = condition.check(against)
        return self.answers[key]


def _plain(value):
    """A value that equals itself however the database and the form spell it."""
    if value is None or isinstance(value, int | float):
        return value
    return str(value)
