"""Where strategies are matched, and where common ground becomes an objective of the joint one."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic

from clusters import forms, matching
from clusters.models import Strategy, StrategyObjective, Theme
from clusters.views.strategy import OfStrategy
from common.views import Create
from projects.models import Project


class Matching(generic.TemplateView):
    template_name = "clusters/matching.html"

    def get_context_data(self, **kwargs):
        user, project = self.request.user, self.request.project
        coordinates = Project.objects.editable_by(user).filter(pk=project.pk).exists()
        joint = Strategy.objects.visible_to(user).filter(project=project).joint()
        return super().get_context_data(
            matched=matching.match(project, user),
            joint=joint.select_related("project").first(),
            may_select=coordinates,
            **kwargs,
        )


class CommonGround(OfStrategy, Create):
    """What several clusters want becomes an objective of the joint strategy, which keeps where it comes from."""

    model = StrategyObjective
    form_class = forms.JointObjectiveForm
    template_name = "clusters/common_ground.html"
    title = gettext_lazy("Common ground")

    @cached_property
    def strategy(self):
        found = Strategy.objects.visible_to(self.request.user).joint().for_list()
        return found.filter(project=self.request.project).first()

    def may_create(self):
        coordinated = Project.objects.editable_by(self.request.user)
        return coordinated.filter(pk=self.request.project.pk).exists()

    def dispatch(self, request, *args, **kwargs):
        if self.may_create() and self.strategy is None:
            messages.info(request, _("Begin the joint strategy first: a title is enough."))
            return redirect("strategy_create", request.project.slug)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def theme(self):
        wanted = self.request.GET.get("theme", "")
        themes = Theme.objects.visible_to(self.request.user).filter(project=self.request.project)
        return themes.filter(pk=wanted).first() if wanted.isdecimal() and len(wanted) < 18 else None

    def get_initial(self):
        if self.theme is None:
            return {}
        same = StrategyObjective.objects.visible_to(self.request.user).of_clusters()
        sources = list(same.filter(theme=self.theme).select_related("step", "area"))
        common = {
            name: values.pop()
            for name in ("step", "area")
            if len(values := {getattr(one, name) for one in sources}) == 1
        }
        return {"theme": self.theme, "sources": [one.pk for one in sources], **common}

    def get_context_data(self, **kwargs):
        matched = matching.match(self.request.project, self.request.user)
        joins = matching.who_could_join(self.theme, matched) if self.theme else []
        there = StrategyObjective.objects.visible_to(self.request.user).filter(
            strategy=self.strategy, theme=self.theme
        )
        return super().get_context_data(
            theme=self.theme,
            joins=joins,
            there=there.select_related("project") if self.theme else [],
            submit_label=_("Take it into the joint strategy"),
            **kwargs,
        )

    def get_cancel_url(self):
        return reverse("strategy_matching", args=[self.request.project.slug])
