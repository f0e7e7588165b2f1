"""Forms of a strategy's objectives and of the actions of its roadmap."""

from itertools import groupby

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from clusters.forms.strategy import MemberField, PartForm, long, offer_members
from clusters.models import RoadmapAction, StrategyObjective
from common.forms import DateInput, RecordForm, RecordsField


class CheckedObjectives(forms.SelectMultiple):
    """Objectives to be ticked, under the headings of their clusters."""

    template_name = "house/widgets/checklist.html"
    allow_multiple_selected = True


class ObjectiveForm(PartForm):
    class Meta:
        model = StrategyObjective
        fields = ["title", "text", "measured_by", "theme", "step", "area", "position"]
        widgets = {"text": long()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.initial["position"] = self.instance.strategy.objectives.count() + 1
        self.fields["theme"].empty_label = _("No theme yet")
        self.fields["step"].empty_label = self.fields["area"].empty_label = "–"


class ActionForm(RecordForm):
    responsible = MemberField(
        label=_("Responsible"),
        help_text=_("The member of the project who sees to it and is reminded."),
    )

    class Meta:
        model = RoadmapAction
        fields = [
            *("title", "text", "responsible", "carried_by", "begins_on", "due_on"),
            *("depends_on", "status", "done_on"),
        ]
        widgets = {
            "text": long(3),
            **dict.fromkeys(("begins_on", "due_on", "done_on"), DateInput),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        strategy = self.instance.objective.strategy
        offer_members(self, strategy)
        others = self.fields["depends_on"].queryset.filter(objective__strategy=strategy)
        self.fields["depends_on"].queryset = others.exclude(pk=self.instance.pk)
        self.fields["depends_on"].empty_label = _("No other action")


class _ByCluster(ModelChoiceIterator):
    def __iter__(self):
        found = self.queryset.select_related("strategy__cluster", "theme")
        found = found.order_by("strategy__cluster__short_name", "position", "pk")
        for cluster, group in groupby(found, key=lambda one: one.strategy.cluster):
            yield cluster.short_name, [self.choice(one) for one in group]


class SourcesField(RecordsField):
    """Objectives of the clusters' strategies, under the headings of their clusters."""

    iterator = _ByCluster
    widget = CheckedObjectives

    def label_from_instance(self, objective):
        return f"{objective.title} ({objective.theme or '–'})"


class JointObjectiveForm(ObjectiveForm):
    """An objective of the joint strategy, with the clusters' objectives that it comes from."""

    sources = SourcesField(
        label=_("Objectives it comes from"),
        queryset=StrategyObjective.objects.of_clusters(),
        required=False,
        help_text=_("Who carries the joint objective is read from these."),
    )

    class Meta(ObjectiveForm.Meta):
        fields = ["title", "text", "measured_by", "theme", "step", "area", "position", "sources"]
