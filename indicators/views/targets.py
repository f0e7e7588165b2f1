"""The targets of one indicator: a grid to try them in, and to propose them from."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import generic

from clusters.models import Cluster
from common.asof import AsOf
from indicators import actions
from indicators.figures import Figure, split_by_cluster
from indicators.forms import TargetsForm
from indicators.models import Change, ChangeKind
from indicators.tryout import tried
from indicators.views.definitions import in_the_way, one_indicator
from projects.models import ReportingPeriod


class Targets(AsOf, generic.FormView):
    """Everyone reads the grid; the coordinator tries other targets in it, sees the pace they take, and proposes."""

    template_name = "indicators/targets.html"
    form_class = TargetsForm
    tried = False

    @cached_property
    def indicator(self):
        return one_indicator(self.request, self.kwargs["number"])

    @cached_property
    def may_propose(self):
        return actions.coordinates(self.request.user, self.request.project)

    @cached_property
    def figure(self):
        return Figure(self.indicator, self.request.project, self.as_of, None)

    @cached_property
    def clusters(self):
        clusters = Cluster.objects.visible_to(self.request.user)
        return list(clusters.filter(project=self.request.project).select_related("project"))

    @cached_property
    def periods(self):
        """The periods that end before the project does; with the last of them it ends itself."""
        project = self.request.project
        periods = ReportingPeriod.objects.visible_to(self.request.user).filter(project=project)
        return [each for each in periods.select_related("project") if each.end < project.end]

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "indicator": self.indicator,
            "measure": self.figure.measure,
            "clusters": self.clusters,
            "periods": self.periods,
            "trying": "try" in self.request.POST,
        }

    def get_form(self, form_class=None):
        return super().get_form(form_class) if self.figure.measure else None

    def post(self, request, *args, **kwargs):
        if not self.may_propose or self.figure.measure is None:
            return self.http_method_not_allowed(request)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        if form.trying:
            self.tried = True
            return self.render_to_response(self.get_context_data(form=form))
        submission = form.cleaned_data["submission"]
        sent = Change.objects.filter(submission=submission, created_by=self.request.user).first()
        if sent:
            return redirect(sent)
        try:
            change = actions.propose_targets(
                user=self.request.user,
                indicator=self.indicator,
                targets=form.targets,
                reason=form.cleaned_data["reason"],
                submission=submission,
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        except IntegrityError:
            form.add_error(None, in_the_way())
            return self.form_invalid(form)
        messages.success(
            self.request, _("Proposed. The targets are in force once a second person takes them.")
        )
        return redirect(change)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        figure = self.figure
        waiting = self.indicator.changes.open().filter(kind=ChangeKind.TARGETS).first()
        context |= {
            "indicator": self.indicator,
            "figure": figure,
            "may_propose": self.may_propose,
            "tried": self.tried,
            "waiting": waiting,
        }
        if figure.measure is None:
            return context
        split = split_by_cluster(figure, self.clusters) if figure.measure.has_shares else None
        return context | {"grid": tried(context["form"], figure, split)}
