from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import generic
from django.views.decorators.http import require_POST

from clusters import filters, forms, needs, tables
from clusters.actions import asking
from clusters.models import Asked, Cluster, Letter, Mailing, Wave
from clusters.views.answering import Paper
from clusters.views.keeping import KeptByManagers
from clusters.views.questionnaire import OfCoordinator
from common.views import Create, Delete, Detail, Edit, List


class WavePage(OfCoordinator):
    model = Wave
    form_class = forms.WaveForm

    def get_queryset(self):
        return super().get_queryset().select_related("project", "questionnaire")


class WaveCreate(WavePage, Create):
    title = gettext_lazy("New wave")

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.instance.questionnaire = self.questionnaire
        return form

    def get_success_url(self):
        return self.object.get_absolute_url()


class WaveEdit(WavePage, Edit):
    title = gettext_lazy("Edit wave")

    def get_cancel_url(self):
        return self.object.get_absolute_url()

    get_success_url = get_cancel_url


class WaveDelete(WavePage, Delete):
    form_class = Delete.form_class

    def get_success_url(self):
        return self.object.questionnaire.get_absolute_url()


class WaveDetail(Detail):
    """A wave: its response as it comes in, and what is left to do."""

    model = Wave

    def get_queryset(self):
        return super().get_queryset().select_related("project", "questionnaire__project")

    def get_template_names(self):
        if self.request.htmx and not self.request.htmx.boosted:
            return ["clusters/wave_detail.html#response"]
        return ["clusters/wave_detail.html"]

    def get_context_data(self, **kwargs):
        user, wave = self.request.user, self.object
        clusters, whole = needs.response(wave)
        own = Asked.objects.editable_by(user).filter(wave=wave)
        mailings = Mailing.objects.visible_to(user).filter(wave=wave).with_progress()
        mailing = mailings.select_related("requested_by").order_by("-requested_at", "-pk").first()
        problems = []
        if mailing and mailing.failed:
            failed = Letter.objects.filter(mailing=mailing, state="failed").order_by()
            problems = failed.values_list("failure", flat=True).distinct()
        return super().get_context_data(
            clusters=clusters,
            whole=whole,
            mailing=mailing,
            problems=problems,
            polls=wave.is_open or bool(mailing and mailing.unsent),
            may_ask=Cluster.objects.editable_by(user).filter(project=wave.project).exists(),
            may_read=Asked.objects.visible_to(user).filter(wave=wave).exists(),
            to_invite=own.to_invite().count(),
            to_remind=own.to_remind().count(),
            no_address=own.with_contact()
            .filter(contact_id__isnull=True, handed_in_at__isnull=True)
            .count(),
            not_in=own.filter(handed_in_at__isnull=True).count(),
            **kwargs,
        )


class OfWave:
    """Pages below a wave."""

    @cached_property
    def wave(self):
        found = Wave.objects.visible_to(self.request.user)
        found = found.select_related("project", "questionnaire")
        return get_object_or_404(found, project=self.request.project, code=self.kwargs["code"])


class Roster(KeptByManagers, OfWave, generic.FormView):
    """Puts firms on the list of those who are asked."""

    template_name = "clusters/wave_roster.html"
    form_class = forms.RosterForm

    def dispatch(self, request, *args, **kwargs):
        if not self.may_create():
            raise PermissionDenied(_("The coordinator and the cluster managers ask firms."))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        return {**kwargs, "user": self.request.user, "project": self.request.project}

    def get_initial(self):
        own = Cluster.objects.editable_by(self.request.user).filter(project=self.request.project)
        return {"clusters": [cluster.pk for cluster in own]}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("Who is asked"),
            wave=self.wave,
            cancel_url=self.wave.get_absolute_url(),
            submit_label=_("Put on the list"),
            **kwargs,
        )

    def form_valid(self, form):
        chosen = form.cleaned_data
        new = asking.ask(
            user=self.request.user, wave=self.wave, clusters=chosen["clusters"], sme=chosen["sme"]
        )
        sentence = ngettext("%(n)d firm put on the list.", "%(n)d firms put on the list.", new)
        if new:
            messages.success(self.request, sentence % {"n": new})
        else:
            messages.info(self.request, _("All of these firms are on the list already."))
        return redirect(self.wave)


class AskedList(OfWave, List):
    """The firms asked, as far as the user reads them."""

    model = Asked
    table_class = tables.AskedTable
    filterset_class = filters.AskedFilter
    empty = gettext_lazy("No firm here.")

    @property
    def title(self):
        return _("Firms asked: %(wave)s") % {"wave": self.wave.get_kind_display()}

    @property
    def lede(self):
        return _(
            "You see the firms whose answers you may read: your own partner's, or all as coordinator."
        )

    def get_queryset(self):
        return (
            Asked.objects.visible_to(self.request.user)
            .filter(wave=self.wave)
            .select_related("sme__project", "cluster", "wave__project", "wave__questionnaire")
            .with_begun()
            .with_contact()
            .with_letters()
        )


def _asked(request, code, pk):
    found = Asked.objects.visible_to(request.user).select_related(
        "sme__project", "cluster__partner", "wave__project", "wave__questionnaire__project"
    )
    found = found.with_begun().with_contact().with_letters()
    return get_object_or_404(found, wave__project=request.project, wave__code=code, pk=pk)


class AskedDetail(generic.TemplateView):
    """One firm in one wave: its link to hand over, the mails to it, and its answers."""

    template_name = "clusters/asked_detail.html"

    def get_context_data(self, **kwargs):
        asked = _asked(self.request, self.kwargs["code"], self.kwargs["pk"])
        user = self.request.user
        return super().get_context_data(
            asked=asked,
            state=tables.state_of_asked(asked),
            paper=Paper(asked.wave.questionnaire, "en-gb", asked.answers.all()),
            letters=asked.letters.select_related("contact", "mailing__requested_by"),
            may_edit=Asked.objects.editable_by(user).filter(pk=asked.pk).exists(),
            unsure=asked.last_state in ("failed", "interrupted"),
            **kwargs,
        )


class AskedDelete(Delete):
    """Takes a firm off the list; one that has answered stays."""

    model = Asked
    pk_url_kwarg = "pk"

    def get_object(self, queryset=None):
        asked = _asked(self.request, self.kwargs["code"], self.kwargs["pk"])
        if not self.may_edit(asked):
            raise PermissionDenied(_("You ask the firms of your own clusters."))
        return asked

    def get_success_url(self):
        wave = self.object.wave
        return reverse("asked_list", args=[wave.project.slug, wave.code])


def _mailed(request, wave, send):
    """Send, and say what became of it."""
    try:
        mailing = send()
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        n = mailing.letters.count()
        sentence = ngettext("%(n)d mail is on its way.", "%(n)d mails are on their way.", n)
        messages.success(request, sentence % {"n": n})
    return HttpResponseRedirect(wave.get_absolute_url())


def _wave_to_send(request, code):
    """The wave, for who keeps a cluster of the project."""
    waves = Wave.objects.visible_to(request.user).select_related("project", "questionnaire")
    wave = get_object_or_404(waves, project=request.project, code=code)
    if not Cluster.objects.editable_by(request.user).filter(project=wave.project).exists():
        raise PermissionDenied(_("The coordinator and the cluster managers ask firms."))
    return wave


@require_POST
def wave_send(request, code):
    wave = _wave_to_send(request, code)
    return _mailed(request, wave, lambda: asking.send_invitations(user=request.user, wave=wave))


@require_POST
def wave_remind(request, code):
    wave = _wave_to_send(request, code)
    return _mailed(request, wave, lambda: asking.send_reminders(user=request.user, wave=wave))


@require_POST
def asked_send(request, code, pk):
    asked = _asked(request, code, pk)
    return _mailed(request, asked.wave, lambda: asking.send_again(user=request.user, asked=asked))
