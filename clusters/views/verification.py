"""A second pair of eyes: one delivery verified on its page, or many from the list of those that wait."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import generic
from django.views.decorators.http import require_POST

from clusters import filters, tables
from clusters.actions import verification as actions
from clusters.forms.verification import SendBackForm
from clusters.models import ServiceRecord
from common.views import List
from projects.models import Partner


class Waiting(List):
    """The deliveries that wait for the user's eyes; the chosen ones are verified by one press."""

    model = ServiceRecord
    table_class = tables.WaitingTable
    filterset_class = filters.WaitingFilter
    template_name = "clusters/servicerecord_waiting.html"
    title = gettext_lazy("Waiting for verification")
    lede = gettext_lazy("Delivered, logged by somebody else, and not verified by a second person.")
    empty = gettext_lazy("Nothing waits for you here.")

    def dispatch(self, request, *args, **kwargs):
        colleagues = Partner.objects.read_within_by(request.user).filter(project=request.project)
        if not colleagues.exists():
            raise PermissionDenied(_("Your role in this project does not verify deliveries."))
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        waiting = super().get_queryset().verifiable_by(self.request.user)
        return waiting.for_list().select_related("created_by").with_proof()

    def post(self, request):
        versions = _versions(request.POST.getlist("record"))
        chosen = (
            ServiceRecord.objects.visible_to(request.user)
            .filter(project=request.project, code__in=versions)
            .select_related("cluster__partner", "verified_by")
        )
        verified, refused = actions.verify_all(user=request.user, records=chosen, versions=versions)
        if not versions:
            messages.warning(request, _("Choose what you looked at: tick its box."))
        if verified:
            said = ngettext("%(n)d delivery verified.", "%(n)d deliveries verified.", len(verified))
            messages.success(request, said % {"n": len(verified)})
        for record, reason in refused:
            messages.warning(request, f"{record.code}: {reason}")
        return redirect(request.get_full_path())


def _versions(chosen):
    """{code: version that the page showed}, from values like "SR-00012:3"; what is none is left out."""
    pairs = (value.partition(":") for value in chosen[:500])
    return {code: int(seen) for code, _colon, seen in pairs if seen.isdecimal() and len(seen) < 9}


def _record(request, code):
    records = ServiceRecord.objects.visible_to(request.user).filter(project=request.project)
    return get_object_or_404(
        records.select_related("project", "cluster__partner", "verified_by"), code=code
    )


@require_POST
def verify(request, code):
    record = _record(request, code)
    seen = _versions([f"{code}:{request.POST.get('version', '')}"]).get(code, 0)
    try:
        actions.verify(user=request.user, record=record, version=seen)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("Verified: %(record)s.") % {"record": record.code})
    return redirect(record)


class SendBack(generic.FormView):
    """Asks what is to be mended, and sends a delivery back to those who keep it."""

    form_class = SendBackForm
    template_name = "house/form.html"

    @cached_property
    def record(self):
        return _record(self.request, self.kwargs["code"])

    def dispatch(self, request, *args, **kwargs):
        partner = self.record.cluster.partner_id
        if not actions.may_verify_for(user=request.user, partner=partner):
            raise PermissionDenied(_("Your role in this project does not verify deliveries."))
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return {"version": self.record.version, "reason": self.record.returned_because}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("Send %(record)s back?") % {"record": self.record.code},
            lede=str(self.record),
            cancel_url=self.record.get_absolute_url(),
            submit_label=_("Send it back"),
            **kwargs,
        )

    def form_valid(self, form):
        try:
            actions.send_back(user=self.request.user, record=self.record, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, _("Sent back: %(record)s") % {"record": self.record})
        return redirect(self.record)


@require_POST
def take_back(request, code):
    record = _record(request, code)
    try:
        actions.take_back(user=request.user, record=record)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("The verification is taken back."))
    return redirect(record)
