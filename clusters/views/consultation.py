"""Rounds of consultation on strategies, and the page on which a firm comments."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import generic
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from clusters import snapshot
from clusters.actions import consultation as actions
from clusters.actions.opinion import say
from clusters.filters.consultation import CommentFilter
from clusters.forms.consultation import ConsultationForm, ConsultForm, ReplyForm
from clusters.forms.opinion import OpinionForm
from clusters.models import Consultation, ConsultedFirm, Stance, StrategyComment
from clusters.tables.consultation import CommentTable
from clusters.views.strategy import OfStrategy
from clusters.views.unknown import unknown
from common.languages import speaking
from common.links import kept_quiet
from common.views import Create, Delete, Detail, Edit, List

PAPER = "clusters/public/consultation.html"


class ConsultationCreate(OfStrategy, Create):
    model = Consultation
    form_class = ConsultationForm
    title = gettext_lazy("Ask firms what they say")

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        kwargs["instance"].strategy = self.strategy
        return kwargs

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except ValidationError as error:
            self.object = None
            form.add_error(None, error)
            return self.form_invalid(form)

    def save(self, form):
        return actions.begin(user=self.request.user, consultation=form.instance)


class ConsultationEdit(Edit):
    model = Consultation
    form_class = ConsultationForm
    title = gettext_lazy("Edit the round")

    def get_queryset(self):
        return super().get_queryset().for_list()


class ConsultationDelete(Delete):
    """A round that no firm has spoken in; what was said is kept."""

    model = Consultation

    def get_queryset(self):
        return super().get_queryset().for_list()

    def get_success_url(self):
        return self.object.strategy.get_absolute_url()


class ConsultationDetail(Detail):
    model = Consultation
    template_name = "clusters/consultation_detail.html"

    def get_queryset(self):
        return super().get_queryset().for_list().select_related("text").with_counts()

    def get_context_data(self, **kwargs):
        user, consultation = self.request.user, self.object
        firms = ConsultedFirm.objects.visible_to(user).filter(consultation=consultation)
        comments = StrategyComment.objects.visible_to(user).filter(firm__consultation=consultation)
        return super().get_context_data(
            parts=_parts(consultation, list(comments.for_list())),
            firms=firms.select_related("sme__project"),
            reads=Consultation.objects.heard_by(user).filter(pk=consultation.pk).exists(),
            answered=consultation.comment_count - consultation.open_count,
            **kwargs,
        )


def _parts(consultation, comments):
    """Each objective of the text, and the whole first, with how many firms take which stance and what they say."""
    found = []
    for code, title in [
        ("", _("The strategy as a whole")),
        *((one["code"], one["title"]) for one in consultation.text.content["objectives"]),
    ]:
        own = [comment for comment in comments if comment.objective == code]
        held = [
            (stance, count)
            for stance in Stance
            if (count := sum(1 for comment in own if comment.stance == stance))
        ]
        found.append({"code": code, "title": title, "comments": own, "stances": held})
    return found


def _own(request, code):
    """The round, which the user keeps: 404 if it is not theirs to see, 403 if not theirs to change."""
    found = Consultation.objects.visible_to(request.user).filter(project=request.project)
    consultation = get_object_or_404(found.for_list(), code=code)
    if not Consultation.objects.editable_by(request.user).filter(pk=consultation.pk).exists():
        raise PermissionDenied(
            _(
                "A strategy is kept by the managers of its cluster; the joint one by the coordinator."
            )
        )
    return consultation


class Kept(generic.FormView):
    """A form page of a round, for those who keep its strategy."""

    template_name = "house/form.html"
    title = lede = submit_label = ""

    @cached_property
    def consultation(self):
        return _own(self.request, self.kwargs["code"])

    def dispatch(self, request, *args, **kwargs):
        self.consultation  # noqa: B018 - refuses before anything is read
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=self.title,
            lede=self.lede or self.consultation.title,
            submit_label=self.submit_label,
            cancel_url=self.consultation.get_absolute_url(),
            **kwargs,
        )


class ConsultationAsk(Kept):
    form_class = ConsultForm
    title = gettext_lazy("Which firms are asked?")
    lede = gettext_lazy(
        "Each gets a mail in its language with a link of its own; who was asked before gets it again."
    )
    submit_label = gettext_lazy("Send the mails")

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "user": self.request.user,
            "consultation": self.consultation,
        }

    def form_valid(self, form):
        try:
            sent, unsent = actions.ask(
                user=self.request.user,
                consultation=self.consultation,
                firms=form.chosen,
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        if sent:
            said = ngettext("%(n)d firm asked.", "%(n)d firms asked.", len(sent))
            messages.success(self.request, said % {"n": len(sent)})
        if without := [one.sme.name for one in unsent if not one.sent_to]:
            sentence = _("No contact with an e-mail address: %(firms)s.")
            messages.warning(self.request, sentence % {"firms": ", ".join(without[:20])})
        if failed := [one.sent_to for one in unsent if one.sent_to]:
            sentence = _("Not sent, ask them again later: %(addresses)s.")
            messages.error(self.request, sentence % {"addresses": ", ".join(failed[:20])})
        return redirect(self.consultation)


class CommentAnswer(Kept):
    form_class = ReplyForm
    template_name = "clusters/consultation_answer.html"
    title = gettext_lazy("Answer a comment")
    submit_label = gettext_lazy("Keep the answer")

    @cached_property
    def comment(self):
        found = StrategyComment.objects.editable_by(self.request.user).for_list()
        return get_object_or_404(
            found, firm__consultation=self.consultation, pk=self.kwargs["comment"]
        )

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.comment}

    def get_context_data(self, **kwargs):
        return super().get_context_data(comment=self.comment, **kwargs)

    def form_valid(self, form):
        read, data = form.cleaned_data.get("read"), form.cleaned_data
        self.comment.version = read if read is not None else self.comment.version
        try:
            actions.answer(
                user=self.request.user,
                comment=self.comment,
                verdict=data["verdict"],
                reply=data["reply"],
            )
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
            # What it says now is read again; what was typed stays.
            del self.comment
            form.data = form.data.copy()
            form.data["read"] = self.comment.version
            return self.form_invalid(form)
        messages.success(self.request, _("Answered: the firm reads it once the answers are sent."))
        return redirect(self.comment.get_absolute_url())


class CommentList(List):
    """What firms said, to be filtered and taken along as a spreadsheet."""

    model = StrategyComment
    table_class = CommentTable
    filterset_class = CommentFilter
    empty = gettext_lazy("No comment here.")

    @cached_property
    def consultation(self):
        found = Consultation.objects.visible_to(self.request.user)
        found = found.filter(project=self.request.project)
        consultation = get_object_or_404(found.for_list(), code=self.kwargs["code"])
        heard = Consultation.objects.heard_by(self.request.user)
        if not heard.filter(pk=consultation.pk).exists():
            raise PermissionDenied(
                _("What firms say is read by the cluster’s partner and the coordinator.")
            )
        return consultation

    @property
    def title(self):
        return _("What firms said: %(title)s") % {"title": self.consultation.title}

    def get_queryset(self):
        found = StrategyComment.objects.visible_to(self.request.user)
        return found.filter(firm__consultation=self.consultation).for_list()


@require_POST
def consultation_tell(request, code):
    """Send the answers to the firms that commented."""
    consultation = _own(request, code)
    try:
        reached, missed = actions.tell(user=request.user, consultation=consultation)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect(consultation)
    said = ngettext(
        "%(n)d firm can read its answers.", "%(n)d firms can read their answers.", reached
    )
    messages.success(request, said % {"n": reached})
    if missed:
        said = ngettext(
            "%(n)d mail could not be sent: press again.",
            "%(n)d mails could not be sent: press again.",
            missed,
        )
        messages.error(request, said % {"n": missed})
    return redirect(consultation)


@require_POST
def consulted_withdraw(request, code, pk):
    """Take a firm out of a round."""
    consultation = _own(request, code)
    firm = get_object_or_404(consultation.asked.editable_by(request.user), pk=pk)
    try:
        actions.withdraw(user=request.user, firm=firm)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("Withdrawn: the link in the mail opens nothing any more."))
    return redirect(consultation)


# --- Without a login ---------------------------------------------------------------------------------


# SECURITY: the signed token in the address is the secret, no cookie is; see `answering.answer`.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def consulted(request, token):
    """The page behind a firm's link. Looking changes nothing."""
    return kept_quiet(_consulted(request, token))


def _consulted(request, token):
    found = ConsultedFirm.objects.select_related(
        "sme",
        "consultation__project",
        "consultation__text",
        "consultation__strategy__project",
        "consultation__strategy__cluster",
    )
    try:
        firm = found.for_token(token)
    except ConsultedFirm.DoesNotExist:
        return unknown(request)
    with speaking(request, firm.sme.country) as language:
        consultation = firm.consultation
        text = snapshot.readable(consultation.text.content)
        form = OpinionForm(
            request.POST if request.method == "POST" else None,
            objectives=text["objectives"],
            said={comment.objective: comment for comment in firm.comments.all()},
        )
        if request.method == "POST" and form.is_valid():
            try:
                say(firm=firm, said=form.said)
            except ValidationError as error:
                if request.htmx:
                    return HttpResponse(headers={"HX-Refresh": "true"})
                form.refuse(error)
            else:
                if request.htmx:
                    return render(request, f"{PAPER}#saved", {"form": form})
                address = reverse("consulted", args=[token])
                return redirect(f"{address}?language={language}&sent=1")
        refused = request.method == "POST"
        return render(
            request,
            PAPER,
            {
                "project": consultation.project,
                "demonstration": consultation.project.demonstration,
                "languages": settings.PUBLIC_LANGUAGES,
                "consultation": consultation,
                "firm": firm.sme.own_name,
                "whose": consultation.strategy.cluster or consultation.project.acronym,
                "text": text,
                "form": form,
                "sent": "sent" in request.GET and firm.said_at,
            },
            # A page that saves as one types learns from the status that it could not.
            status=422 if refused else 200,
        )
