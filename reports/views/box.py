"""Audit boxes: asked for, watched, taken out."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views import generic
from django.views.decorators.http import require_POST

from common.views import Detail, Visible
from projects.models import Role
from reports import actions
from reports.forms import BoxForm
from reports.models import AuditBox
from reports.views.edition import coordinates
from reports.views.job import Paged, cancelled, sent, shown, waits_long


class BoxList(Visible, Paged, generic.ListView):
    """The boxes that the reader may take out, and the form that asks for one; ?of=indicator:5 chooses its subject."""

    model = AuditBox
    template_name = "reports/box_list.html"
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
            return shown(request, box)
        return self.get(request, *args, **kwargs)


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
    return shown(request, actions.retry_box(user=request.user, box=_box(request, pk)))


@require_POST
def box_cancel(request, pk):
    box = _box(request, pk)
    return cancelled(request, box, actions.cancel_box(user=request.user, box=box))


def box_file(request, pk):
    return sent(request, _box(request, pk), "application/zip")
