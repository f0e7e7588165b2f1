"""The forms of the plan. What an amendment changes is kept with it; the rest is simply saved."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import DateInput, RecordForm, RecordsField
from projects.models import Objective, Partner, ReportingPeriod
from workpackages.actions import remember_change
from workpackages.forms.month import MonthField
from workpackages.models import (
    Amendment,
    Deliverable,
    Milestone,
    Risk,
    RiskState,
    Task,
    WorkPackage,
)
from workpackages.plan import planned


def _ticks(queryset, label):
    return RecordsField(
        label=label, queryset=queryset, required=False, widget=forms.CheckboxSelectMultiple
    )


class PlanForm(RecordForm):
    """A form for a part of the plan: its number stays, and a change of what was planned names its amendment."""

    amendment = forms.ModelChoiceField(
        label=gettext_lazy("This changes the plan by"),
        queryset=Amendment.objects.all(),
        required=False,
        empty_label=gettext_lazy("no amendment: an entry is corrected"),
        help_text=gettext_lazy("The plan before an amendment stays on record, with its dates."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.before = None if self.is_new else planned(self.instance)
        if not self.is_new:
            for name in ("number", "work_package"):
                if name in self.fields and name not in self.movable:
                    del self.fields[name]
        if not self.fields["amendment"].queryset.exists():
            del self.fields["amendment"]
        elif newest := self.fields["amendment"].queryset.last():
            self.fields["amendment"].initial = newest.pk if self.is_new else None
        for field in self.fields.values():
            if isinstance(field, MonthField):
                field.project = self.project
        if "responsible" in self.fields:
            people = self.fields["responsible"].queryset.active().exclude(role="viewer")
            self.fields["responsible"].queryset = people.select_related("user", "partner")

    movable = ()

    def clean(self):
        data = super().clean()
        names = [*self.instance.PLANNED, "work_package"]
        changed = {name for name in self.changed_data if name in names}
        frozen = ReportingPeriod.objects.filter(project=self.project, frozen_on__isnull=False)
        if changed and not data.get("amendment") and not self.is_new and frozen.exists():
            sentence = _(
                "A report on this plan was submitted: say which amendment changes it, or enter the amendment first."
            )
            self.add_error("amendment" if "amendment" in self.fields else None, sentence)
        return data

    def save(self, commit=True):
        record = super().save(commit)
        remember_change(
            amendment=self.cleaned_data.get("amendment"),
            record=record,
            before=self.before,
            after=planned(record),
        )
        return record


class WorkPackageForm(PlanForm):
    first_month = MonthField(label=gettext_lazy("First month"))
    last_month = MonthField(label=gettext_lazy("Last month"))

    class Meta:
        model = WorkPackage
        fields = ["number", "title", "lead", "responsible", "first_month", "last_month", "aim"]
        widgets = {"aim": forms.Textarea(attrs={"rows": 4})}


class TaskForm(PlanForm):
    first_month = MonthField(label=gettext_lazy("First month"))
    last_month = MonthField(label=gettext_lazy("Last month"))
    contributors = _ticks(Partner.objects.all(), gettext_lazy("Contributors"))
    objectives = _ticks(Objective.objects.all(), gettext_lazy("Objectives it serves"))

    class Meta:
        model = Task
        fields = [
            *("work_package", "number", "title", "lead", "responsible"),
            *("first_month", "last_month", "description", "contributors", "objectives"),
        ]
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["objectives"].label_from_instance = lambda aim: f"{aim.number}. {aim.text}"


class DeliverableForm(PlanForm):
    due_month = MonthField(label=gettext_lazy("Due month"))

    class Meta:
        model = Deliverable
        fields = [
            *("work_package", "number", "title", "task", "lead", "responsible"),
            *("kind", "level", "due_month", "description", "late_reason"),
        ]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "late_reason": forms.Textarea(attrs={"rows": 2}),
        }

    def clean(self):
        data = super().clean()
        package = data.get("work_package") or (None if self.is_new else self.instance.work_package)
        task = data.get("task")
        if task and package and task.work_package_id != package.pk:
            self.add_error(
                "task",
                ValidationError(
                    _("%(task)s belongs to another work package.") % {"task": task.code}
                ),
            )
        return data


class MilestoneForm(PlanForm):
    due_month = MonthField(label=gettext_lazy("Due month"))
    movable = ("work_package",)

    class Meta:
        model = Milestone
        fields = [
            *("number", "title", "work_package", "lead", "responsible"),
            *("due_month", "description", "verification", "reached_on"),
        ]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "verification": forms.Textarea(attrs={"rows": 2}),
            "reached_on": DateInput,
        }


class RiskForm(RecordForm):
    work_packages = _ticks(WorkPackage.objects.all(), gettext_lazy("Work packages"))

    class Meta:
        model = Risk
        fields = [
            *("number", "description", "work_packages", "mitigation", "foreseen", "responsible"),
        ]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "mitigation": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_new:
            del self.fields["number"]
        people = self.fields["responsible"].queryset.active().exclude(role="viewer")
        self.fields["responsible"].queryset = people.select_related("user", "partner")


class RiskStateForm(RecordForm):
    class Meta:
        model = RiskState
        fields = ["period", "materialised", "measures_applied", "comment"]
        widgets = {"comment": forms.Textarea(attrs={"rows": 4})}

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - {"risk"}


class AmendmentForm(RecordForm):
    class Meta:
        model = Amendment
        fields = ["number", "date", "reason"]
        widgets = {"date": DateInput, "reason": forms.Textarea(attrs={"rows": 4})}
