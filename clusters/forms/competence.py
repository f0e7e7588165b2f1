from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.models import Assessment, Competence, Judge, Score, Training, When
from common.forms import DateInput, RecordForm, RecordsField

SCALE = [
    (1, _("New to me")),
    (2, _("Some idea")),
    (3, _("Can do it with help")),
    (4, _("Can do it alone")),
    (5, _("Could teach it")),
]


class CompetenceForm(RecordForm):
    class Meta:
        model = Competence
        fields = ["name", "description", "position"]


class TrainingForm(RecordForm):
    competences = RecordsField(
        label=_("Teaches"),
        queryset=Competence.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Managers with a gap in one of these are proposed this training."),
    )

    class Meta:
        model = Training
        fields = ["name", "competences"]


class AssessmentForm(RecordForm):
    """The scores of one manager in one wave, a line for each competence. What is left open can be filled later."""

    class Meta:
        model = Assessment
        fields = ["date", "mentor", "comment"]
        widgets = {"date": DateInput, "comment": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, manager, wave, kind, **kwargs):
        super().__init__(*args, **kwargs)
        # The page's title says them; they are no fields that somebody could change.
        self.instance.manager, self.instance.wave, self.instance.kind = manager, wave, kind
        if kind == Judge.SELF:
            del self.fields["mentor"]
        else:
            self.fields["mentor"].required = True
            self.fields["mentor"].help_text = _("Who judged, by name.")
        self.competences = list(Competence.objects.filter(project=self.project))
        other = self._values(When.END if wave == When.BASELINE else When.BASELINE)
        own = {} if self.is_new else dict(self.instance.scores.values_list("competence", "value"))
        self.other = {}
        for competence in self.competences:
            name = f"score_{competence.pk}"
            self.fields[name] = forms.TypedChoiceField(
                label=competence.name,
                choices=[("", _("Not yet")), *((value, value) for value, _said in SCALE)],
                coerce=int,
                empty_value=None,
                required=False,
                initial=own.get(competence.pk, ""),
                widget=forms.RadioSelect,
            )
            self.other[name] = other.get(competence.pk)

    def _get_validation_exclusions(self):
        # That the assessment is there already is to be said here, and not by the database.
        return super()._get_validation_exclusions() - {"manager", "wave", "kind"}

    def _values(self, wave):
        scores = Score.objects.visible_to(self.user).filter(
            assessment__manager=self.instance.manager,
            assessment__wave=wave,
            assessment__kind=self.instance.kind,
        )
        return dict(scores.values_list("competence", "value"))

    def lines(self):
        """Each competence with its field and the score of the same judge in the other wave."""
        for competence in self.competences:
            name = f"score_{competence.pk}"
            yield competence, self[name], self.other[name]

    def save(self, commit=True):
        assessment = super().save(commit)
        given = {c: self.cleaned_data[f"score_{c.pk}"] for c in self.competences}
        Score.objects.filter(
            assessment=assessment, competence__in=[c for c, value in given.items() if not value]
        ).delete()
        for competence, value in given.items():
            if value:
                Score.objects.update_or_create(
                    assessment=assessment, competence=competence, defaults={"value": value}
                )
        return assessment
