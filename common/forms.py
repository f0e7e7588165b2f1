"""What every form of the portal has: narrowed choices, one saving per sending, no silent overwrite."""

import json
import re
import uuid

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.choices import flatten_choices
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from django_countries.fields import LazyTypedChoiceField

from common.prose import ProseField, is_visible


class DateInput(forms.DateInput):
    """The browser's own date field, which shows the day in its user's order."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class DecimalField(forms.DecimalField):
    """A number as people write it in Plovdiv or Bari: the decimal comma is as good as the point."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value):
        if isinstance(value, str):
            value = value.strip().replace("\u00a0", "").replace(" ", "").replace(",", ".")
        return super().to_python(value)


class RecordsField(forms.ModelMultipleChoiceField):
    """Several records; a value that is no key at all is refused before the database stumbles over it."""

    KEY = re.compile(r"[0-9]{1,18}|[A-Z]+-[0-9]{1,18}")

    def clean(self, value):
        for key in value or ():
            if not self.KEY.fullmatch(str(key)):
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": key},
                )
        return super().clean(value)


class SeenField(forms.JSONField):
    """What the page remembers of the record; what can't be read is nothing remembered."""

    def to_python(self, value):
        return self._read(super().to_python, value)

    def bound_data(self, data, initial):
        return self._read(super().bound_data, data, initial)

    def _read(self, read, *args):
        try:
            return read(*args)
        except (ValidationError, ValueError, RecursionError):
            return {}


def narrow(form, *, user, project):
    """Leave in each drop-down only what `user` may see in `project`."""
    for field in form.fields.values():
        queryset = getattr(field, "queryset", None)
        if queryset is not None and hasattr(queryset, "visible_to"):
            field.queryset = queryset.visible_to(user).filter(project=project)


class QuickSelect(forms.Select):
    """A drop-down of many choices drawn by one template; Django's own takes one for each choice."""

    template_name = "house/widgets/select.html"


# The member states of the European Union, by ISO 3166 code.
EU = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)


def country_choices(near):
    """The countries of the world, each once: those in `near` first, then the European Union's."""
    named = list(countries)
    near = {code for code, _name in named if code in near}
    groups = [
        (_("Countries of the partners"), near),
        (_("European Union"), EU - near),
        (_("Other countries"), {code for code, _name in named} - EU - near),
    ]
    return [
        (title, [(code, name) for code, name in named if code in group])
        for title, group in groups
        if group
    ]


def offer_countries(form, project):
    """Let each drop-down of countries begin with those of the project's partners."""
    fields = [field for field in form.fields.values() if isinstance(field, LazyTypedChoiceField)]
    if not fields:
        return
    near = set(project.partners.values_list("country", flat=True)) if project else set()
    for field in fields:
        field.widget = QuickSelect(attrs=field.widget.attrs)
        field.widget.is_required = field.required
        field.choices = [("", "---------"), *country_choices(near)]


class PortalForm:
    """Crispy rendering for a form: the page's template draws the form tag and the buttons."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.URLField):
                field.error_messages["invalid"] = _("Write a web address, such as www.firm.eu.")

    @property
    def helper(self):
        helper = FormHelper(self)
        helper.form_tag = False
        helper.disable_csrf = True
        helper.attrs = {"novalidate": ""}
        helper.form_show_errors = True
        helper.use_custom_control = False
        return helper


class PortalModelForm(PortalForm, forms.ModelForm):
    """A form that says what the database would refuse beside the field where it is mended."""

    def _update_errors(self, errors):
        above = getattr(errors, "error_dict", {}).pop(NON_FIELD_ERRORS, [])
        super()._update_errors(errors)
        for error in above:
            self.add_error(self._place_of(error), error)

    def _place_of(self, error):
        """The last of the form's fields that the broken constraint names; None: above the form."""
        for constraint in self.instance._meta.constraints:
            if constraint.get_violation_error_message() == error.message:
                named = set(getattr(constraint, "fields", ()))
                if condition := getattr(constraint, "condition", None):
                    named |= condition.referenced_base_fields
                return next((name for name in reversed(self.fields) if name in named), None)
        return None


class GroupedForm(PortalForm):
    """A long form in groups with headings. Declares GROUPS: (heading, names of fields) each."""

    GROUPS = ()

    @property
    def helper(self):
        helper = super().helper
        helper.layout = Layout(
            *(
                Fieldset(heading, *names, css_class="form-group-of")
                for heading, group in self.GROUPS
                if (names := [name for name in group if name in self.fields])
            )
        )
        helper.render_hidden_fields = True
        return helper


class WhyForm(PortalForm, forms.Form):
    """Why something is changed that was reported already."""

    why = forms.CharField(
        label=_("Why it is changed"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why: the next report prints it.")},
    )

    def __init__(self, *args, period, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["why"].help_text = _(
            "The report of %(period)s was submitted. It stays as it was; the next one tells what was changed and why."
        ) % {"period": period}

    def clean_why(self):
        if not is_visible(self.cleaned_data["why"]):
            raise ValidationError(self.fields["why"].error_messages["required"])
        return self.cleaned_data["why"]


class RecordForm(PortalModelForm):
    """A form for one record of a project.

    A new record carries the id of this sending, so that pressing the button twice saves once; a changed one
    carries the version that its editor saw, so that a colleague's change in between is shown and not lost. Of what
    stands in a submitted report it asks why it is changed: `explanation` is then a second form below.
    """

    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = SeenField(widget=forms.HiddenInput, required=False)
    conflict = None

    def __init__(self, *args, user, project, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.project = project
        self.is_new = self.instance._state.adding
        if self.is_new:
            if hasattr(self.instance, "project_id") and project is not None:
                self.instance.project = project
            self.instance.created_by = user
            self.fields["submission"].initial = uuid.uuid4
            del self.fields["version"], self.fields["seen"]
        else:
            self.fields["version"].initial = self.instance.version
            self.fields["seen"].initial = self._shown_values
            del self.fields["submission"]
        if project is not None:
            narrow(self, user=user, project=project)
        offer_countries(self, project)
        self.reported = None if self.is_new else self._reported()
        self.explanation = (
            WhyForm(self.data or None, period=self.reported) if self.reported else None
        )

    def _reported(self):
        """The submitted period that tells of the record as it stands; None where none does."""
        reported_in = getattr(self.instance, "reported_in", None)
        return reported_in() if reported_in else None

    def _post_clean(self):
        super()._post_clean()
        # What is entered late, or moved into a reported period, changes what was stated as well.
        period = self.reported or (None if self.errors else self._reported())
        if period is None or not self._is_touched():
            self.explanation = self.explanation and WhyForm(period=period)
            return
        self.explanation = WhyForm(self.data, period=period)
        if self.explanation.is_valid():
            self.instance.change_reason = self.explanation.cleaned_data["why"]
        else:
            self.add_error(
                None,
                _("%(period)s was reported: say below why this is changed.") % {"period": period},
            )

    def _is_touched(self):
        return self.is_new or any(name not in BOOKKEEPING for name in self.changed_data)

    def _get_validation_exclusions(self):
        # The database's constraints name the project too; they are to be checked here, beside the field.
        return super()._get_validation_exclusions() - {"project"}

    def renew_submission(self):
        """Let the next sending of this form be another one."""
        self.data = self.data.copy()
        self.data[self.add_prefix("submission")] = uuid.uuid4()
        self.cleaned_data.pop("submission", None)

    def save(self, commit=True):
        if self.is_new and self.cleaned_data.get("submission"):
            self.instance.submission = self.cleaned_data["submission"]
        return super().save(commit)

    def _shown_values(self):
        """The fields as this page shows them: what comes back the same was not touched."""
        return {name: _as_sent(self[name]) for name in self._written()}

    def _written(self):
        return [name for name in self.fields if name not in BOOKKEEPING]

    def show_conflict(self, theirs, by):
        """Keep what was typed, lay it beside `theirs` (the record as `by` saved it), ask again.

        A field that was not touched here takes their value; only what both changed is asked about.
        """
        saved = type(self)(instance=theirs, user=self.user, project=self.project)
        seen = self.cleaned_data.get("seen")
        seen = seen if isinstance(seen, dict) else {}
        self.data = self.data.copy()
        rows = []
        for name in self._written():
            sent, now = _sent(self, name), _as_sent(saved[name])
            if sent == now:
                continue
            if sent == seen.get(name):
                self.data.setlist(self.add_prefix(name), now)
            else:
                theirs_said = _shown(saved[name], saved[name].value())
                rows.append((self[name].label, theirs_said, _shown(self[name], self[name].value())))
        self.conflict = {"record": theirs, "by": by, "rows": rows}
        self.data[self.add_prefix("version")] = theirs.version
        self.data[self.add_prefix("seen")] = json.dumps(saved._shown_values())
        self.add_error(
            None,
            _(
                "Someone else saved this record while you were writing. Nothing is lost: choose below."
            ),
        )


BOOKKEEPING = {"submission", "version", "seen"}


def typed(form_class, data):
    """What somebody wrote into the fields of a form, as (label, text); choices and files are left out.

    data: a QueryDict. Only what was sent is told, and nothing is looked up.
    """
    found = []
    for name, field in form_class.base_fields.items():
        text = data.get(name, "").strip()
        if text and name not in BOOKKEEPING and not hasattr(field, "choices"):
            found.append((field.label or name, text))
    return found


def _as_sent(bound):
    """What a browser sends for a field that shows its value and is left alone; empty texts left out."""
    value = bound.value()
    if isinstance(bound.field, forms.BooleanField):
        return ["on"] if value else []
    shown = bound.field.widget.format_value(value)
    shown = shown if isinstance(shown, list | tuple) else [shown]
    return [_one_way(text) for text in shown if text not in (None, "")]


def _sent(form, name):
    """What the browser sent for a field."""
    return [_one_way(text) for text in form.data.getlist(form.add_prefix(name)) if text != ""]


def _one_way(text):
    return str(text).replace("\r\n", "\n")


def _shown(bound, value):
    """A field's value in words, as its own page would show it."""
    field = bound.field
    if value in (None, "", []):
        return "–"
    if isinstance(field, forms.ModelMultipleChoiceField):
        keys = [getattr(item, "pk", item) for item in value]
        return ", ".join(str(item) for item in field.queryset.filter(pk__in=keys))
    if isinstance(field, forms.ModelChoiceField):
        return str(field.queryset.filter(pk=getattr(value, "pk", value)).first() or value)
    if isinstance(field, ProseField):
        # SECURITY: what is typed is cleaned before it is shown as it would be printed.
        return format_html('<div class="prose">{}</div>', mark_safe(field.clean(value)))
    if hasattr(field, "choices"):
        words = dict(flatten_choices(field.choices))
        several = value if isinstance(value, list | tuple) else [value]
        return ", ".join(str(words.get(one, one)) for one in several)
    return str(value)
