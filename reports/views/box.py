"""Audit boxes: asked for, watched, taken out."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import generic
from django.views.decorators.http import require_POST

from common.jobs import Progress
from common.views import Detail, Visible
from projects.models import Role
from reports import actions
from reports.forms import BoxForm
from reports.models import AuditBox
from reports.views.edition import coordinates
from reports.views.rendering import waits_long


class BoxList(Visible, generic.ListView):
    """The boxes that the reader may take out, and the form that asks for one; ?of=indicator:5 chooses its subject."""

    model = AuditBox
    template_name = "reports/box_list.html"
    paginate_by = 20
    form = None

    def get_queryset(self):
        return super().get_queryset().for_list()

    def may_ask(self):
        return self.request.membership.role != Role.VIEWER

    def get_form(self, data=None, **kwargs):
        user, project = self.request.user, self.request.project
        return BoxForm(data, user=user, project=project, named=coordinates(self.request), **kwargs)

    def get_context_data(self, **kwargs):
        form = self.form or self.get_form(initial={"of": self.request.GET.get("of", "")})
        return super().get_context_data(
            form=form if self.may_ask() else None, may_ask=self.may_ask(), **kwargs
        )

    def paginate_queryset(self, queryset, page_size):
        # As in every list, a page beyond the last one, or no number at all, is the nearest page there is.
        paginator = self.get_paginator(queryset, page_size)
        page = paginator.get_page(self.request.GET.get(self.page_kwarg))
        return paginator, page, page.object_list, page.has_other_pages()

    def post(self, request, *args, **kwargs):
        if not self.may_ask():
            raise PermissionDenied(_("Viewers read figures; they do not take out the evidence."))
        self.form = self.get_form(request.POST)
        if self.form.is_valid():
            box = actions.request_box(
                user=request.user,
                project=request.project,
                subject=self.form.subject,
                named=self.form.cleaned_data.get("named", False),
                submission=self.form.cleaned_data["submission"],
            )
            return _shown(request, box)
        return self.get(request, *args, **kwargs)


def _shown(request, box):
    if not box.handed_over:
        messages.warning(
            request,
            _(
                "The background service can't be reached now. Your request is kept and starts by itself."
            ),
        )
    return redirect(box)


class BoxDetail(Detail):
    """One box: how far it is, then the file."""

    model = AuditBox
    slug_field = slug_url_kwarg = "pk"
    template_name = "reports/box_detail.html"

    def get_queryset(self):
        return super().get_queryset().for_list()

    def get_template_names(self):
        return ["reports/box_progress.html" if self.request.htmx else self.template_name]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            box=self.object, waits_long=waits_long(self.object), **kwargs
        )


def _box(request, pk):
    rows = AuditBox.objects.visible_to(request.user).for_list()
    return get_object_or_404(rows, project=request.project, pk=pk)


@require_POST
def box_retry(request, pk):
    return _shown(request, actions.retry_box(user=request.user, box=_box(request, pk)))


@require_POST
def box_cancel(request, pk):
    box = _box(request, pk)
    if not actions.cancel_box(user=request.user, box=box):
        messages.info(request, _("It was finished before it could be cancelled."))
    return redirect(box)


def box_file(request, pk):
    box = _box(request, pk)
    if box.state != Progress.DONE:
        raise Http404
    if not box.file.storage.exists(box.file.name):
        return render(request, "reports/file_missing.html", {"rendering": None}, status=410)
    return FileResponse(
        box.file.open("rb"),
        as_attachment=True,
        filename=box.filename,
        content_type="application/zip",
    )
