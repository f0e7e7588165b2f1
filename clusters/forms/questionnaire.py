from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.actions.translating import texts_of
from clusters.forms.record import SMEField
from clusters.models import Cluster, Kind, Question, Questionnaire, ServiceCategory, Wave
from common.forms import DateInput, PortalForm, RecordForm

BLANK_OPTIONS = 6  # lines for options on the page of a new question
MORE_OPTIONS = 3  # and below those that there are


class QuestionnaireForm(RecordForm):
    class Meta:
        model = Questionnaire
        fields = ["title", "introduction"]
        widgets = {"introduction": forms.Textarea(attrs={"rows": 4})}


class QuestionForm(RecordForm):
    """A question with its options; once a firm has answered it, only its words change."""

    class Meta:
        model = Question
        fields = ["text", "kind", "required", "low", "high"]
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        question = self.instance
        self.frozen = not self.is_new and question.answers.exists()
        self.options = [] if self.is_new else list(question.options.all())
        if self.frozen:
            self.fields["kind"].disabled = True
            self.fields["kind"].help_text = _("Frozen: firms have answered this question.")
        blank = 0 if self.frozen else MORE_OPTIONS if self.options else BLANK_OPTIONS
        categories = ServiceCategory.objects.visible_to(self.user).filter(project=self.project)
        self.option_names = []
        for n, option in enumerate([*self.options, *[None] * blank], 1):
            name = f"option_{option.pk}" if option else f"option_new{n - len(self.options)}"
            self.fields[name] = forms.CharField(
                label=_("Option %(n)d") % {"n": n},
                max_length=120,
                required=self.frozen,
                initial=option.text if option else "",
            )
            self.fields[f"{name}_category"] = forms.ModelChoiceField(
                categories,
                label=_("Services that answer option %(n)d") % {"n": n},
                required=False,
                empty_label="–",
                initial=option.category_id if option else None,
            )
            self.option_names.append((name, option))

    @property
    def option_rows(self):
        """The fields of each option, for the template."""
        return [(self[name], self[f"{name}_category"]) for name, _option in self.option_names]

    def clean(self):
        data = super().clean()
        self.chosen_options = [
            (option, data[name], data.get(f"{name}_category"))
            for name, option in self.option_names
            if data.get(name)
        ]
        kind = data.get("kind")
        texts = [text.casefold() for _option, text, _category in self.chosen_options]
        if kind in (Kind.ONE, Kind.SEVERAL):
            if len(texts) < 2:
                self.add_error("kind", _("A choice needs at least two options: write them below."))
            elif len(set(texts)) < len(texts):
                self.add_error(None, _("Two options say the same."))
        elif kind and texts:
            self.add_error(
                "kind", _("Only a choice has options. Choose another kind, or clear the options.")
            )
        return data


class TranslationForm(PortalForm, forms.Form):
    """The texts of a questionnaire in one language, beside the English ones."""

    def __init__(self, *args, questionnaire, language, **kwargs):
        super().__init__(*args, **kwargs)
        self.texts = []
        for record, name, english in texts_of(questionnaire):
            most = record._meta.get_field(name).max_length
            key = f"{record._meta.model_name}_{record.pk}_{name}"
            long = len(english) > 90
            self.fields[key] = forms.CharField(
                label=english,
                max_length=most,
                required=False,
                initial=record.translations.get(language, {}).get(name, ""),
                widget=forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput,
            )
            self.fields[key].widget.attrs["lang"] = language
            self.texts.append((key, record, name))

    def translated(self):
        """(record, field, text) of each text, for the action."""
        return [(record, name, self.cleaned_data[key]) for key, record, name in self.texts]


class WaveForm(RecordForm):
    class Meta:
        model = Wave
        fields = ["kind", "opens_on", "closes_on"]
        widgets = {"opens_on": DateInput, "closes_on": DateInput}

    def _get_validation_exclusions(self):
        # One wave of each kind: to be said beside the field, not by the database.
        return super()._get_validation_exclusions() - {"questionnaire"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_new and self.instance.asked.filter(answers__isnull=False).exists():
            self.fields["kind"].disabled = True
            self.fields["kind"].help_text = _("Frozen: firms have answered in this wave.")


class RosterForm(PortalForm, forms.Form):
    """Who is asked: all members of clusters, and single firms."""

    clusters = forms.ModelMultipleChoiceField(
        label=_("All current members of"),
        queryset=Cluster.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sme = SMEField(
        label=_("Or one firm"),
        max_length=250,
        required=False,
        help_text=_("Type a part of its name, or its code."),
    )

    def __init__(self, *args, user, project, **kwargs):
        super().__init__(*args, **kwargs)
        own = Cluster.objects.editable_by(user).filter(project=project)
        self.fields["clusters"].queryset = own
        firms = self.fields["sme"].queryset.visible_to(user).filter(project=project)
        self.fields["sme"].queryset = firms.filter(clusters__in=own).distinct()
        self.fields["sme"].widget.lookup_url = reverse("sme_list", args=[project.slug])

    def clean(self):
        data = super().clean()
        if not self.errors and not data.get("clusters") and not data.get("sme"):
            raise ValidationError(_("Choose a cluster or a firm."))
        return data
