from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import generic
from django.views.decorators.http import require_POST

from common.jobs import Progress
from common.views import Detail, Visible
from projects.models import Project, ReportingPeriod, Role
from reports import actions
from reports import snapshot as snapshots
from reports.exporting import annex
from reports.forms import GenerateForm
from reports.models import Rendering
from reports.restatements import restatements

WAITING_LONG = 10  # seconds after which a page says that no worker has come for a request


class ReportList(Visible, generic.ListView):
    """The reporting periods with their due dates, the form that generates, and the reports made so far."""

    model = Rendering
    template_name = "reports/report_list.html"
    paginate_by = 20
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
        form = self.form or GenerateForm(
            user=user, project=project, initial={"period": self.request.GET.get("period")}
        )
        return super().get_context_data(
            periods=periods,
            form=form,
            today=timezone.localdate(),
            may_generate=self.may_generate(),
            **kwargs,
        )

    def paginate_queryset(self, queryset, page_size):
        # As in every list, a page beyond the last one, or no number at all, is the nearest page there is.
        paginator = self.get_paginator(queryset, page_size)
        page = paginator.get_page(self.request.GET.get(self.page_kwarg))
        return paginator, page, page.object_list, page.has_other_pages()

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
                return _show(request, rendering)
        return self.get(request, *args, **kwargs)


def _show(request, rendering):
    if not rendering.handed_over:
        messages.warning(
            request,
            _(
                "The background service can't be reached now. Your request is kept and starts by itself."
            ),
        )
    return redirect(rendering)


class RenderingDetail(Detail):
    """One report: how far it is, then the file."""

    model = Rendering
    slug_field = slug_url_kwarg = "pk"
    template_name = "reports/rendering_detail.html"

    def get_queryset(self):
        return super().get_queryset().for_list()

    def get_template_names(self):
        if self.request.htmx:
            return [f"{self.template_name}#progress"]
        return [self.template_name]

    def get_context_data(self, **kwargs):
        waited = (timezone.now() - self.object.requested_at).total_seconds()
        return super().get_context_data(
            waits_long=self.object.state == Progress.QUEUED and waited > WAITING_LONG,
            submitted=self._submitted(),
            may_submit=_may_submit(self.request)
            and self.object.state == Progress.DONE
            and not self.object.submitted_at
            and not self.object.period.frozen_on,
            **kwargs,
        )

    def _submitted(self):
        """How much a submitted report protects; None for one that is not submitted."""
        if not self.object.submitted_at:
            return None
        return self.object.bases.aggregate(
            records=Count("service_record", distinct=True) + Count("label", distinct=True),
            evidence=Count("evidence", distinct=True),
        )


def _may_submit(request):
    coordinated = Project.objects.editable_by(request.user)
    return coordinated.filter(pk=request.project.pk).exists()


def rendering_submit(request, pk):
    """Asks once before a report is submitted, which nobody can undo; then does it."""
    rendering = _rendering(request, pk)
    if not _may_submit(request):
        raise PermissionDenied(_("Only a coordinator submits reports."))
    refusal = actions.submission_refusal(rendering)
    if request.method == "POST" and not refusal:
        try:
            actions.submit_report(user=request.user, rendering=rendering)
        except ValidationError as error:
            refusal = " ".join(error.messages)
        else:
            messages.success(request, _("%(report)s is submitted.") % {"report": rendering})
            return redirect(rendering)
    context = {"rendering": rendering, "refusal": refusal}
    return render(request, "reports/submit.html", context)


def _rendering(request, pk):
    return get_object_or_404(
        Rendering.objects.visible_to(request.user).for_list(), project=request.project, pk=pk
    )


@require_POST
def rendering_retry(request, pk):
    return _show(request, actions.retry(user=request.user, rendering=_rendering(request, pk)))


def rendering_file(request, pk):
    rendering = _rendering(request, pk)
    if rendering.state != Progress.DONE:
        raise Http404
    if not rendering.file.storage.exists(rendering.file.name):
        return render(request, "reports/file_missing.html", {"rendering": rendering}, status=410)
    return FileResponse(
        rendering.file.open("rb"),
        as_attachment=True,
        filename=rendering.filename,
        content_type="application/pdf",
    )


def rendering_annex(request, pk):
    """The tables of a finished report as a spreadsheet, made of its snapshot."""
    rendering = _rendering(request, pk)
    if rendering.state != Progress.DONE:
        raise Http404
    content = annex(rendering.snapshot, rendering.requested_at)
    name = rendering.filename.removesuffix(".pdf")
    return HttpResponse(
        content,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'},
    )


def rendering_snapshot(request, pk):
    """What a finished report says, as the document whose SHA-256 it carries."""
    rendering = _rendering(request, pk)
    if rendering.state != Progress.DONE:
        raise Http404
    name = rendering.filename.removesuffix(".pdf")
    return HttpResponse(
        snapshots.canonical(rendering.snapshot),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}.json"'},
    )


def rendering_restated(request, pk):
    """What changed since a submitted report in what it had stated."""
    rendering = _rendering(request, pk)
    if not rendering.submitted_at:
        raise Http404
    context = {"rendering": rendering, "restated": restatements(rendering, request.user)}
    return render(request, "reports/restated.html", context)
