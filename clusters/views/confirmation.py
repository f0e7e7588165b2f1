"""Asking firms whether they received a service, and the page on which they answer."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from clusters import filters, tables
from clusters.actions import confirmation as actions
from clusters.forms.confirmation import AnswerForm, AskForm
from clusters.models import Confirmation, Contact, ServiceRecord
from clusters.views.keeping import KeptByManagers
from clusters.views.unknown import unknown
from common.languages import speaking
from common.links import kept_quiet
from common.views import List

# --- Asking ------------------------------------------------------------------------------------------


def _own_record(request, code):
    """The record, whose firm the user may ask: 404 if it is not theirs to see, 403 if not theirs to change."""
    records = ServiceRecord.objects.visible_to(request.user).filter(project=request.project)
    record = get_object_or_404(records.for_list().select_related("cluster__partner"), code=code)
    if not ServiceRecord.objects.editable_by(request.user).filter(pk=record.pk).exists():
        raise PermissionDenied(_("You may read this record but not change it."))
    return record


def _reachable(user):
    return Contact.objects.visible_to(user).exclude(email="").order_by("name", "code")


def _told(request, confirmations):
    """Say what became of the mails."""
    sent = [one for one in confirmations if one.sent_at]
    unsent = [one for one in confirmations if not one.sent_at]
    if len(sent) == 1:
        messages.success(request, _("Asked: %(address)s.") % {"address": sent[0].sent_to})
    elif sent:
        said = ngettext("%(n)d firm asked.", "%(n)d firms asked.", len(sent))
        messages.success(request, said % {"n": len(sent)})
    if unsent:
        said = ngettext(
            "The mail to %(addresses)s could not be sent. The request is kept: send it again later.",
            "The mails to %(addresses)s could not be sent. The requests are kept: send them again later.",
            len(unsent),
        )
        addresses = ", ".join(one.sent_to for one in unsent[:10])
        messages.error(request, said % {"addresses": addresses})


def ask(request, code):
    """To whom the mail about one delivery goes."""
    record = _own_record(request, code)
    contacts = _reachable(request.user).filter(sme=record.sme, partner=record.cluster.partner)
    last = record.confirmations.visible_to(request.user).filter(answered_at__isnull=True).first()
    form = AskForm(request.POST or None, contacts=contacts)
    if request.method == "POST" and form.is_valid():
        try:
            asked = [(record, form.cleaned_data["to"])]
            _told(request, actions.ask(user=request.user, asked=asked))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(record)
    return render(
        request,
        "clusters/confirmation_ask.html",
        {
            "record": record,
            "form": form,
            "last": last,
            "title": _("Ask the firm to confirm"),
            "refusal": actions.refusal(record=record),
            "days": settings.CONFIRMATION_DAYS,
            "submit_label": _("Send the mail"),
            "cancel_url": record.get_absolute_url(),
        },
    )


@require_POST
def send_again(request, code):
    """The open request of a record, once more to the same address."""
    record = _own_record(request, code)
    last = record.confirmations.editable_by(request.user).filter(answered_at__isnull=True).first()
    if last is None:
        messages.warning(request, _("There is no open request to send again."))
        return redirect(record)
    try:
        _told(request, actions.ask(user=request.user, asked=[(record, last.sent_to)]))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    return redirect(record)


@require_POST
def withdraw(request, code):
    """No answer is wanted any more: the link that went out opens nothing."""
    record = _own_record(request, code)
    if actions.withdraw(user=request.user, record=record):
        messages.success(request, _("Withdrawn: the link in the mail opens nothing any more."))
    else:
        messages.warning(request, _("There is no open request to withdraw."))
    return redirect(record)


class Asking(KeptByManagers, List):
    """Deliveries that no firm was asked about yet; the chosen ones are by one press."""

    model = ServiceRecord
    table_class = tables.AskingTable
    filterset_class = filters.WaitingFilter
    template_name = "clusters/confirmation_asking.html"
    title = gettext_lazy("Ask firms to confirm")
    lede = gettext_lazy("Each firm gets a mail in its language with a link, and says yes or no.")
    empty = gettext_lazy("No delivery here waits to be asked about.")

    def dispatch(self, request, *args, **kwargs):
        if not self.may_create():
            raise PermissionDenied(_("Your role in this project does not write to firms."))
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        reachable = Prefetch("sme__contacts", _reachable(self.request.user), to_attr="reachable")
        own = super().get_queryset().editable_by(self.request.user).to_be_asked()
        return own.for_list().select_related("sme__project").prefetch_related(reachable)

    def post(self, request):
        codes = [value.partition(":")[0] for value in request.POST.getlist("record")[:100]]
        records = self.get_queryset().filter(code__in=codes).select_related("cluster__partner")
        asked, without = [], []
        for record in records:
            chosen = request.POST.get(f"to_{record.code}")
            own = [
                one for one in record.sme.reachable if one.partner_id == record.cluster.partner_id
            ]
            to = [one for one in own if one.code == chosen] or own[:1]
            if to:
                asked.append((record, to[0].email))
            else:
                without.append(record.sme.name)
        if asked:
            try:
                _told(request, actions.ask(user=request.user, asked=asked))
            except ValidationError as error:
                messages.warning(request, " ".join(error.messages))
        elif not without:
            messages.warning(request, _("Choose whom to ask: tick a box."))
        if without:
            sentence = _("No contact with an e-mail address: %(firms)s.")
            messages.warning(request, sentence % {"firms": ", ".join(without)})
        return redirect(request.get_full_path())


# --- Answering ---------------------------------------------------------------------------------------


# SECURITY: whoever has the link may answer, and nobody else can make the request; a browser that is told to send no
# referrer sends no origin either, which is what protection against forged requests looks at.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request, token):
    """The page behind a firm's link. Looking changes nothing: programs that scan mails look too."""
    try:
        found = Confirmation.objects.select_related(
            "record__project", "record__service", "record__sme", "record__cluster"
        ).for_token(token)
    except Confirmation.DoesNotExist:
        return unknown(request)
    with speaking(request, found.record.sme.country):
        form = None
        if found.is_open:
            form = AnswerForm(request.POST if request.method == "POST" else None)
            if request.method == "POST" and form.is_valid():
                _answered(found, form)
                if found.answered_at:
                    return kept_quiet(redirect(reverse("confirmation", args=[token])))
        context = {
            "confirmation": found,
            "record": found.record,
            "form": form,
            "project": found.record.project,
            "demonstration": found.record.project.demonstration,
            "languages": settings.PUBLIC_LANGUAGES,
        }
        page = render(
            request,
            "clusters/public/confirmation.html",
            context,
            status=410 if found.closed else 200,
        )
    return kept_quiet(page)


def _answered(found, form):
    try:
        actions.answer(confirmation=found, **form.cleaned_data)
    except ValidationError as error:
        form.refuse(error)
