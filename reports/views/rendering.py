from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import generic
from django.views.decorators.http import require_POST

from common.jobs import Progress
from common.views import Detail, Visible
from projects.models import ReportingPeriod, Role
from reports import actions
from reports.forms import GenerateForm
from reports.models import Edition, Rendering
from reports.other_forms import FORMS, made_as
from reports.views.job import Paged, cancelled, sent, shown, waits_long


def _to_be_written(periods):
    """The number of the first of `periods` whose report is not locked or further; None if all are."""
    return next((period.number for period in periods if not period.closed), None)


class ReportList(Visible, Paged, generic.ListView):
    """The reporting periods with their due dates, the form that generates, and the reports made so far."""

    model = Rendering
    template_name = "reports/report_list.html"
    form = None

    def get_queryset(self):
        return super().get_queryset().for_list()

    def may_generate(self):
        return self.request.membership.role != Role.VIEWER

    def get_context_data(self, **kwargs):
        user, project = self.request.user, self.request.project
        periods = (
            ReportingPeriod.objects.visible_to(user)
            .filter(project=project)
            .select_related("project")
        )
        editions = Edition.objects.visible_to(user).filter(project=project).closed().for_list()
        closed = {row.period_id: row for row in editions}
        for period in periods:
            period.closed = closed.get(period.pk)
        form = self.form or GenerateForm(
            user=user,
            project=project,
            initial={"period": self.request.GET.get("period") or _to_be_written(periods)},
        )
        return super().get_context_data(
            periods=periods,
            form=form,
            today=timezone.localdate(),
            may_generate=self.may_generate(),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        if not self.may_generate():
            raise PermissionDenied(actions.VIEWERS_READ)
        self.form = GenerateForm(request.POST, user=request.user, project=request.project)
        if self.form.is_valid():
            try:
                rendering = actions.request_report(
                    user=request.user, period=self.form.cleaned_data["period"]
                )
            except ValidationError as error:
                self.form.add_error("period", error)
            else:
                if getattr(rendering, "is_the_same", False):
                    messages.info(
                        request,
                        _("Nothing changed since this version, so this is the file you asked for."),
                    )
                return shown(request, rendering)
        return self.get(request, *args, **kwargs)


class RenderingDetail(Detail):
    """One report: how far it is, then the file."""

    model = Rendering
    slug_field = slug_url_kwarg = "pk"
    template_name = "reports/rendering_detail.html"

    def get_queryset(self):
        return super().get_queryset().for_list()

    def get_template_names(self):
        return ["reports/progress.html" if self.request.htmx else self.template_name]

    def get_context_data(self, **kwargs):
        return super().get_context_data(waits_long=waits_long(self.object), **kwargs)


def _rendering(request, pk):
    return get_object_or_404(
        Rendering.objects.visible_to(request.user).for_list(), project=request.project, pk=pk
    )


@require_POST
def rendering_retry(request, pk):
    return shown(request, actions.retry(user=request.user, rendering=_rendering(request, pk)))


@require_POST
def rendering_cancel(request, pk):
    rendering = _rendering(request, pk)
    try:
        stopped = actions.cancel(user=request.user, rendering=rendering)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(rendering)
    return cancelled(request, rendering, stopped)


def rendering_file(request, pk):
    return sent(request, _rendering(request, pk), "application/pdf")


def rendering_as(request, pk, form):
    """A finished report in another form, made of its snapshot."""
    rendering = _rendering(request, pk)
    if rendering.state != Progress.DONE or form not in FORMS:
        raise Http404
    chosen = FORMS[form]
    if not chosen.offers(rendering.snapshot):
        raise Http404
    name = f"{rendering.filename.removesuffix('.pdf')}-{form}.{chosen.extension}"
    return HttpResponse(
        made_as(form, rendering.snapshot, rendering.dated),
        content_type=chosen.content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
