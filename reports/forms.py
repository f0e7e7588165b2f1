import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DateInput, PortalForm, RecordForm, narrow
from common.prose import ProseField
from indicators.models import Indicator
from projects.models import Evidence, Partner, ReportingPeriod
from projects.preview import DRAWN
from reports.models import Chapter, ChapterKind, Edition, PassageKind, Schedule
from reports.references import pictures_in
from workpackages.models import Task, WorkPackage


class GenerateForm(PortalForm, forms.Form):
    period = forms.ModelChoiceField(
        label=_("Reporting period"),
        queryset=ReportingPeriod.objects.all(),
        to_field_name="number",
        empty_label=None,
        error_messages={
            "invalid_choice": _("There is no such period in this project: choose one of the list."),
            "required": _("Choose a period."),
        },
    )

    def __init__(self, *args, user, project, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["period"].queryset = self.fields["period"].queryset.select_related("project")
        narrow(self, user=user, project=project)


class ChapterForm(RecordForm):
    """The texts of one chapter: of a work package one a task, its results and deviations; else one text.

    bodies: what the valid form holds, as `actions.chapter.write` takes it.
    """

    ready = forms.BooleanField(
        label=_("Ready: the coordinator may print it as it stands"), required=False
    )

    class Meta:
        model = Chapter
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chapter = self.instance
        self.places = {}  # field: (kind, task)
        if chapter.kind == ChapterKind.PACKAGE:
            tasks = Task.objects.visible_to(self.user).filter(work_package=chapter.package)
            for task in tasks.order_by("number"):
                self._add(
                    f"task_{task.number}", PassageKind.TASK, task, f"{task.code} {task.title}"
                )
            self._add("results", PassageKind.RESULTS, None, PassageKind.RESULTS.label)
            self._add("deviations", PassageKind.DEVIATIONS, None, PassageKind.DEVIATIONS.label)
        else:
            self._add("text", PassageKind.TEXT, None, PassageKind.TEXT.label)
        self.order_fields([*self.places, "ready"])
        self.fields["ready"].initial = chapter.state == "ready"
        if chapter.pk:
            written = {(row.kind, row.task_id): row.body for row in chapter.passages.all()}
            for name, (kind, task) in self.places.items():
                self.fields[name].initial = written.get((kind, task.pk if task else None), "")
            self.fields["seen"].initial = self._shown_values

    def _add(self, name, kind, task, label):
        self.places[name] = (kind, task)
        self.fields[name] = ProseField(label=label)

    def clean(self):
        data = super().clean()
        if data.get("ready") and not any(data.get(name) for name in self.places):
            self.add_error("ready", _("Nothing is written yet, so it can't be ready."))
        readable = Evidence.objects.visible_to(self.user).filter(project=self.project)
        known = self._there()
        codes = {code for name in self.places for code in pictures_in(data.get(name) or "")}
        if codes:
            rows = readable.filter(code__in=codes, content_type__in=DRAWN)
            known |= set(rows.values_list("code", flat=True))
        for name in self.places:
            # SECURITY: who writes shows what he or she may read, so that no code brings another's file into a report.
            for code in sorted(pictures_in(data.get(name) or "") - known):
                sentence = _("%(code)s is no picture among the evidence that you may read.")
                self.add_error(name, sentence % {"code": code})
        return data

    def _there(self):
        """The pictures that the saved texts show: whoever put them in was allowed to."""
        passages = self.instance.passages.all() if self.instance.pk else ()
        return {code for passage in passages for code in pictures_in(passage.body)}

    def carry_over(self, before):
        """Fill the texts that are empty with those of `before`, the same chapter of an earlier period; how many."""
        texts = {(row.kind, row.task_id): row.body for row in before.passages.all()}
        carried = 0
        for name, (kind, task) in self.places.items():
            field, text = self.fields[name], texts.get((kind, task.pk if task else None))
            if text and not field.initial:
                field.initial, carried = text, carried + 1
        return carried

    @property
    def bodies(self):
        return {place: self.cleaned_data[name] for name, place in self.places.items()}


class ReturnForm(PortalForm, forms.Form):
    reason = forms.CharField(
        label=_("What is to be changed"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LockForm(PortalForm, forms.Form):
    """Why each kind of warning is passed over. reasons: {key of a check: text}, as `actions.lock_report` takes it."""

    def __init__(self, *args, warning, **kwargs):
        super().__init__(*args, **kwargs)
        self.checks = {f"reason_{check.key}": check for check in warning}
        for name, check in self.checks.items():
            self.fields[name] = forms.CharField(
                label=_("Why “%(check)s” is passed over") % {"check": check.name},
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def rows(self):
        """(check, its field) each."""
        return [(check, self[name]) for name, check in self.checks.items()]

    @property
    def reasons(self):
        return {check.key: self.cleaned_data[name] for name, check in self.checks.items()}


class OpenForm(PortalForm, forms.Form):
    texts_only = forms.TypedChoiceField(
        label=_("What is opened"),
        choices=[
            ("yes", _("The texts: figures and tables stay as they were locked")),
            ("no", _("Everything: figures and tables are taken anew at the next lock")),
        ],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    reason = forms.CharField(
        label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnswerForm(PortalForm, forms.Form):
    reason = forms.CharField(
        label=_("What the funder wants changed"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ApprovalForm(PortalForm, forms.Form):
    reason = forms.CharField(
        label=_("What the funder said"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The date and number of its letter, for example."),
    )


class BoxForm(PortalForm, forms.Form):
    """What an audit box is to be of: `edition:3`, `indicator:5`. subject: as `actions.request_box` takes it."""

    of = forms.ChoiceField(label=_("What the box is of"))
    named = forms.BooleanField(
        label=_("With names"),
        required=False,
        help_text=_("Firms, files and people by name. Without it they stand there by their codes."),
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, user, project, named, **kwargs):
        super().__init__(*args, **kwargs)
        own = {"project": project}
        editions = Edition.objects.visible_to(user).filter(**own).protecting().for_list()
        kinds = [
            ("edition", _("Reports"), editions),
            ("indicator", _("Indicators"), Indicator.objects.visible_to(user).filter(**own)),
            ("package", _("Work packages"), WorkPackage.objects.visible_to(user).filter(**own)),
            ("partner", _("Partners"), Partner.objects.visible_to(user).filter(**own)),
        ]
        self.rows, choices = {}, []
        for kind, label, rows in kinds:
            of_kind = []
            for row in rows:
                if hasattr(row, "project_id"):
                    row.project = project
                self.rows[f"{kind}:{row.pk}"] = {kind: row}
                of_kind.append((f"{kind}:{row.pk}", self._label(row)))
            if of_kind:
                choices.append((label, of_kind))
        self.fields["of"].choices = [("", "—"), *choices]
        if not named:
            del self.fields["named"]
        self.fields["submission"].initial = uuid.uuid4

    @staticmethod
    def _label(row):
        code = getattr(row, "code", "")
        return (
            f"{code} {getattr(row, 'name', '') or getattr(row, 'title', '')}" if code else str(row)
        )

    @property
    def subject(self):
        return self.rows[self.cleaned_data["of"]]


class ScheduleForm(RecordForm):
    class Meta:
        model = Schedule
        fields = [*Schedule.STEPS]
        widgets = dict.fromkeys(Schedule.STEPS, DateInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for step in Schedule.STEPS:
            self.fields[step].help_text = _("Empty: %(days)d days before the report is due.") % {
                "days": Schedule.STEPS[step]
            }
