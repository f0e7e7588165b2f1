import uuid
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from common.forms import DateInput, DecimalField, GroupedForm, PortalForm, country_choices
from events.forms.countries import Ticks
from events.forms.keeping import KeptForm, ProvenForm
from indicators.figures import overall_target
from indicators.measures import MEASURES, How
from indicators.measures.parameters import COUNTRIES
from indicators.models import Direction, Indicator, Reading

LARGEST = 9_999_999_999  # what a decimal of twelve digits holds


class SentOnce:
    """A form that carries the id of its sending; one that was cut short gets its own."""

    def clean_submission(self):
        return self.cleaned_data["submission"] or uuid.uuid4()


class DefinitionForm(SentOnce, GroupedForm, forms.ModelForm):
    """What an indicator asks, for one `measure`; of an existing one, as a proposal with its reason."""

    GROUPS = [
        (_("What it is called"), ("name", "unit")),
        (_("What is counted"), ("counts_as_one", "counted_when")),
        (_("Narrowed to"), ()),
        (
            _("Where it starts and where it is to go"),
            ("baseline", "target", "direction", "precision"),
        ),
        (_("How it is proven"), ("proof", "least_evidence")),
        (_("Why"), ("reason",)),
    ]

    baseline = DecimalField(
        label=_("Baseline"), initial=0, min_value=-LARGEST, max_value=LARGEST, decimal_places=2
    )
    target = DecimalField(
        label=_("Target by the end of the project"),
        required=False,
        min_value=-LARGEST,
        max_value=LARGEST,
        decimal_places=2,
        help_text=_("Empty: it has none. Targets of clusters and periods are set afterwards."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the change, and printed in later reports."),
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Indicator
        fields = [
            *("name", "unit", "counts_as_one", "counted_when", "baseline", "direction"),
            *("precision", "proof", "least_evidence"),
        ]
        widgets = {
            "counted_when": forms.Textarea(attrs={"rows": 2}),
            "precision": forms.Select(
                choices=[(0, _("none: 284")), (1, _("one: 4.2")), (2, _("two: 4.25"))]
            ),
        }

    def __init__(self, *args, project, measure, **kwargs):
        super().__init__(*args, **kwargs)
        self.project, self.measure = project, measure
        self.is_new = self.instance._state.adding
        self.fields["submission"].initial = uuid.uuid4
        if not self.is_new:
            del self.fields["target"]
        groups = dict(self.GROUPS)
        ours = set(project.partners.values_list("country", flat=True))
        groups[_("Narrowed to")] = names = []
        for parameter in measure.parameters:
            choices = parameter.choices(project)
            if not choices:
                continue
            chosen = self.instance.parameters.get(parameter.key, [])
            many = parameter is COUNTRIES
            self.fields[parameter.key] = forms.MultipleChoiceField(
                label=capfirst(parameter.name),
                choices=country_choices(ours) if many else choices,
                required=False,
                initial=[choice["key"] for choice in chosen],
                help_text=_("None chosen: all of them count."),
                widget=Ticks if many else forms.CheckboxSelectMultiple,
            )
            names.append(parameter.key)
        self.GROUPS = list(groups.items())

    def clean(self):
        data = super().clean()
        baseline, target = data.get("baseline"), data.get("target")
        falls = data.get("direction") == Direction.DOWN
        if baseline is None:
            return data
        if self.measure.how == How.RATIO and not 0 <= baseline <= 100:
            self.add_error("baseline", _("A share lies between 0 and 100 percent."))
        if self.is_new:
            refuse_target(self, "target", target, baseline, falls, self.measure.how)
            return data
        known = [overall_target(self.instance)]
        for value in known:
            if sentence := target_problem(value, baseline, falls, self.measure.how):
                self.add_error(
                    "direction",
                    _("This does not fit its target of %(target)s: %(why)s")
                    % {"target": value.normalize(), "why": sentence},
                )
        return data

    @property
    def definition(self):
        """The definition that the valid form gives, as `actions.propose_definition` takes it."""
        data = self.cleaned_data
        parameters = {}
        for parameter in self.measure.parameters:
            if keys := data.get(parameter.key):
                named = dict(parameter.choices(self.project))
                parameters[parameter.key] = [
                    {"key": key, "name": str(named[key])} for key in sorted(keys)
                ]
        return {
            **{name: data[name] for name in self.Meta.fields},
            "measure": self.measure.key,
            "parameters": parameters,
        }


def target_problem(target, baseline, falls, how):
    """Why an indicator can't have this target, in a sentence; empty if it can."""
    if target is None:
        return ""
    if target < 0:
        return _("A target is not negative.")
    if how == How.RATIO and target > 100:
        return _("A share is at most 100 percent.")
    if how == How.YES_NO and target != 1:
        return _("A yes is a target of 1.")
    if falls and target > baseline:
        return _("It is to fall, so its target is not above the baseline of %(baseline)s.") % {
            "baseline": f"{baseline:f}"
        }
    if not falls and target <= baseline:
        return _(
            "It is to rise, so its target is above the baseline of %(baseline)s. "
            "What is to fall says so in its definition."
        ) % {"baseline": f"{baseline:f}"}
    return ""


def refuse_target(form, name, target, baseline, falls, how):
    if sentence := target_problem(target, baseline, falls, how):
        form.add_error(name, sentence)


def _short(number):
    """A decimal without needless zeros, as a field shows it; None stays None."""
    return None if number is None else Decimal(f"{number.normalize():f}")


class TargetsForm(SentOnce, PortalForm, forms.Form):
    """The targets of an indicator in a grid: a row for the whole and for each cluster, a column for the end of each
    period and of the project."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept with the change, and printed in later reports."),
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, indicator, measure, clusters, periods, trying=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.indicator, self.measure, self.trying = indicator, measure, trying
        self.rows_of = [None, *(clusters if measure.has_shares else ())]
        self.columns_of = [*periods, None]
        known = {(t.cluster_id, t.period_id): t.value for t in indicator.targets.all()}
        self.fields["submission"].initial = uuid.uuid4
        for cluster in self.rows_of:
            for period in self.columns_of:
                field = DecimalField(
                    label=self._said(cluster, period),
                    required=False,
                    min_value=0,
                    max_value=LARGEST,
                    decimal_places=2,
                    initial=_short(known.get((cluster and cluster.pk, period and period.pk))),
                )
                field.widget.attrs |= {
                    "class": "form-control form-control-sm number",
                    "aria-label": field.label,
                }
                self.fields[self.name_of(cluster, period)] = field

    @staticmethod
    def name_of(cluster, period):
        return f"t-{cluster.code if cluster else 'all'}-{period.number if period else 'end'}"

    def _said(self, cluster, period):
        whose = cluster.short_name if cluster else _("The whole project")
        when = _("by the end of %(period)s") % {"period": period} if period else _("by the end")
        return f"{whose}, {when}"

    def value(self, cluster, period):
        """What the cell holds, None for nothing; what can't be read is nothing."""
        name = self.name_of(cluster, period)
        if self.is_bound:
            return self.cleaned_data.get(name) if hasattr(self, "cleaned_data") else None
        return self.fields[name].initial

    def clean(self):
        data = super().clean()
        baseline, falls = self.indicator.baseline, self.indicator.direction == Direction.DOWN
        for cluster in self.rows_of:
            before = None
            for period in self.columns_of:
                name = self.name_of(cluster, period)
                target = data.get(name)
                if target is None:
                    continue
                start = baseline if cluster is None else 0
                if period is None or cluster is None:
                    refuse_target(self, name, target, start, falls, self.measure.how)
                if before is not None and (target > before if falls else target < before):
                    self.add_error(
                        name,
                        _("Later targets do not go back: the one before it is %(before)s.")
                        % {"before": f"{before.normalize():f}"},
                    )
                before = target
        if not self.trying and not data.get("reason"):
            self.add_error("reason", _("Say why the targets change."))
        return data

    @property
    def targets(self):
        """All targets that the valid form gives, as `actions.propose_targets` takes them."""
        return [
            {
                "cluster": cluster.code if cluster else "",
                "period": period.number if period else None,
                "value": f"{value.normalize():f}",
            }
            for cluster in self.rows_of
            for period in self.columns_of
            if (value := self.value(cluster, period)) is not None
        ]


class DecisionForm(PortalForm, forms.Form):
    """Whether a second person takes what is proposed."""

    because = forms.CharField(
        label=_("Why, if you refuse it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReadingForm(KeptForm, ProvenForm):
    """A value read outside the portal, with its first proof."""

    value = DecimalField(label=_("Value"), min_value=-LARGEST, max_value=LARGEST, decimal_places=2)

    class Meta:
        model = Reading
        fields = ["date", "value", "cluster", "note", "partner"]
        widgets = {"date": DateInput, "note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, indicator=None, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.instance.indicator = indicator
        self.fields["cluster"].empty_label = _("The project as a whole")
        if MEASURES[self.instance.indicator.measure].how == How.YES_NO:
            self.fields["value"] = forms.TypedChoiceField(
                label=_("Is it so?"), choices=[("1", _("Yes"))], coerce=int
            )

    def clean_date(self):
        day = self.cleaned_data["date"]
        if day > timezone.localdate():
            raise ValidationError(_("Nothing was read yet on a day to come."))
        return day
