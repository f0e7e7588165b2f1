from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import charts, filters, needs, tables
from clusters.models import Answer, Cluster, Kind, Questionnaire, When
from common.views import Detail, List


class QuestionnaireResults(Detail):
    """Before and after by question and cluster, and needs beside services."""

    model = Questionnaire
    template_name = "clusters/questionnaire_results.html"

    def get_queryset(self):
        return super().get_queryset().select_related("project")

    def get_context_data(self, **kwargs):
        user, questionnaire = self.request.user, self.object
        clusters = Cluster.objects.visible_to(user).filter(project=questionnaire.project)
        clusters = list(clusters.select_related("partner"))
        chosen = self.request.GET.get("cluster", "")
        cluster = next((each for each in clusters if each.code == chosen), None)
        results = needs.results(
            questionnaire=questionnaire,
            user=user,
            cluster=cluster,
            both_only=self.request.GET.get("firms") != "all",
        )
        scales = [each for each in results.questions if not each.question.has_options]
        choices = [each for each in results.questions if each.question.has_options]
        for each in choices:
            each.charts = self._charts(_shares(each), each.question.text, 100, "%")
        waves = {wave.kind: wave for wave in questionnaire.waves.all()}
        needs_of = When.END if self.request.GET.get("needs") == "end" else When.BASELINE
        return super().get_context_data(
            clusters=clusters,
            cluster=cluster,
            results=results,
            scales=scales,
            scale_charts=self._charts(
                _means(scales), _("Mean answers on a scale from 1 to 5, before and after"), 5, ""
            ),
            choices=choices,
            needs_of=needs_of,
            matrices=self._matrices(choices, waves.get(needs_of), cluster),
            fewest=needs.FEWEST,
            reads_each=needs.reads_each_answer(user, questionnaire.project, cluster),
            texts=self._texts(cluster),
            **kwargs,
        )

    def _charts(self, rows, description, most, unit):
        return [
            charts.before_and_after(rows, description=description, most=most, unit=unit, size=size)
            for size in (charts.WIDE, charts.NARROW)
        ]

    def _matrices(self, choices, wave, cluster):
        if wave is None:
            return []
        return [
            needs.matrix(question=each.question, wave=wave, user=self.request.user, cluster=cluster)
            for each in choices
            if each.question.of_needs
        ]

    def _texts(self, cluster):
        """What firms wrote, for those who read these firms' answers; the latest first."""
        texts = (
            Answer.objects.visible_to(self.request.user)
            .handed_in()
            .filter(question__questionnaire=self.object, question__kind=Kind.TEXT)
        )
        if cluster is not None:
            texts = texts.filter(asked__cluster=cluster)
        texts = texts.select_related(
            "question", "asked__sme", "asked__wave__project", "asked__cluster"
        )
        return texts.order_by("-asked__handed_in_at")[:12]


def _means(scales):
    return [
        {"name": each.question.text, "before": each.baseline.mean, "after": each.end.mean}
        for each in scales
    ]


def _shares(compared):
    return [
        {"name": line["name"], "before": line["before_share"], "after": line["after_share"]}
        for line in compared.lines
    ]


class AnswerList(List):
    """One row for each answer, for who may read it; exported as it is shown."""

    model = Answer
    table_class = tables.AnswerTable
    filterset_class = filters.AnswerFilter
    lede = gettext_lazy(
        "Handed in by the firms whose answers you may read: your own partner's, or all as coordinator."
    )
    empty = gettext_lazy("No answer here that you may read.")

    @cached_property
    def questionnaire(self):
        found = Questionnaire.objects.visible_to(self.request.user)
        return get_object_or_404(found, project=self.request.project, code=self.kwargs["code"])

    @property
    def title(self):
        return _("Answers: %(questionnaire)s") % {"questionnaire": self.questionnaire}

    def get_queryset(self):
        return (
            Answer.objects.visible_to(self.request.user)
            .handed_in()
            .filter(question__questionnaire=self.questionnaire)
            .select_related(
                "question",
                "option",
                "asked__sme__project",
                "asked__cluster",
                "asked__wave__project",
            )
            .order_by("asked__sme__name", "asked", "question__position", "pk")
        )
