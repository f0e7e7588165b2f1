from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic

from clusters import charts, forms, skills
from clusters.models import Cluster, Competence, Manager, Training
from common.views import Create, Delete, Edit
from projects.views.project import NameList, NamePage


class Skills(generic.TemplateView):
    """How the managers' skills grew, in the project or in one cluster, and which trainings they need."""

    template_name = "clusters/skills.html"

    def get_context_data(self, **kwargs):
        user, project = self.request.user, self.request.project
        clusters = Cluster.objects.visible_to(user).filter(project=project)
        cluster = None
        if code := self.request.GET.get("cluster"):
            if "\x00" in code:
                raise Http404
            cluster = get_object_or_404(clusters.select_related("partner"), code=code[:20])
        managers = (
            skills.in_cluster(cluster)
            if cluster
            else Manager.objects.visible_to(user).filter(project=project)
        )
        competences = list(Competence.objects.filter(project=project).prefetch_related("trainings"))
        scores = skills.scores_of(managers)
        least = skills.least_persons(user, managers)
        rows = skills.progress(competences, scores, least=least)
        said = _("Managers' competences at baseline and at the end, means from 1 to 5")
        return super().get_context_data(
            clusters=clusters,
            cluster=cluster,
            rows=rows,
            needs=skills.needs(competences, scores, least=least),
            assessed=len(scores),
            withheld=bool(scores) and any(row.before is None and row.persons for row in rows),
            least=skills.LEAST_PERSONS,
            gap_at=skills.GAP_AT,
            chart_wide=charts.from_baseline_to_end(rows, description=said),
            chart_narrow=charts.from_baseline_to_end(
                rows, description=said, size=charts.NARROW_LINES
            ),
            **kwargs,
        )


class CompetenceList(NameList):
    model = Competence
    names = "competence"
    title = gettext_lazy("Competences")
    lede = gettext_lazy("What the cluster managers are assessed in, at baseline and at the end.")


class CompetencePage(NamePage):
    model = Competence
    form_class = forms.CompetenceForm
    list_url = "competence_list"


class CompetenceCreate(CompetencePage, Create):
    title = gettext_lazy("New competence")

    def get_initial(self):
        return {"position": Competence.objects.filter(project=self.request.project).count() + 1}


class CompetenceEdit(CompetencePage, Edit):
    title = gettext_lazy("Edit competence")


class CompetenceDelete(NamePage, Delete):
    model = Competence
    list_url = "competence_list"


class TrainingList(NameList):
    model = Training
    names = "training"
    title = gettext_lazy("Trainings")
    lede = gettext_lazy("What can be proposed to a manager who lacks a competence.")


class TrainingPage(NamePage):
    model = Training
    form_class = forms.TrainingForm
    list_url = "training_list"


class TrainingCreate(TrainingPage, Create):
    title = gettext_lazy("New training")


class TrainingEdit(TrainingPage, Edit):
    title = gettext_lazy("Edit training")


class TrainingDelete(NamePage, Delete):
    model = Training
    list_url = "training_list"
