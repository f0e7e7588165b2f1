"""Versions of a strategy: frozen, read, set side by side, adopted, and an adoption taken back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic

from clusters import snapshot
from clusters.actions import strategy as actions
from clusters.forms.version import AdoptForm, FreezeForm, WithdrawForm
from clusters.models import Strategy, StrategyVersion
from clusters.views.strategy import OfStrategy
from common.views import Detail
from projects.actions.evidence import keep_file
from projects.views.evidence import Proof, proof_of


class VersionDetail(Detail):
    """A version as it was frozen, and what it says otherwise than the one before."""

    model = StrategyVersion
    template_name = "clusters/strategyversion_detail.html"
    context_object_name = "frozen"

    def get_queryset(self):
        return super().get_queryset().for_list().defer(None)

    def get_context_data(self, **kwargs):
        version = self.object
        others = StrategyVersion.objects.visible_to(self.request.user).filter(
            strategy=version.strategy_id
        )
        others = others.exclude(pk=version.pk)
        before = self._chosen(others)
        return super().get_context_data(
            **proof_of(version, self.request.user),
            record=version,
            strategy=Strategy.objects.for_list().get(pk=version.strategy_id),
            text=snapshot.readable(version.content),
            others=others.for_list(),
            before=before,
            rows=snapshot.differences(before.content, version.content) if before else [],
            **kwargs,
        )

    def _chosen(self, others):
        """The version that this one is set beside: the one asked for, or the one before it."""
        number = self.request.GET.get("with", "")
        if number.isdecimal() and len(number) < 7 and (found := others.filter(number=number)):
            return found.get()
        return others.filter(number__lt=self.object.number).order_by("-number").first()


class VersionProof(Proof):
    record_model = StrategyVersion


class Decision(OfStrategy, generic.FormView):
    """A form with which those who keep a strategy decide something about it."""

    template_name = "clusters/strategy_decision.html"
    title = submit_label = ""

    def dispatch(self, request, *args, **kwargs):
        if not self.may_create():
            raise PermissionDenied(
                _(
                    "A strategy is kept by the managers of its cluster; the joint one by the coordinator."
                )
            )
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return generic.FormView.get_form_kwargs(self)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            strategy=self.strategy,
            title=self.title,
            lede=self.lede,
            cancel_url=self.get_cancel_url(),
            submit_label=self.submit_label,
            **kwargs,
        )


class VersionFreeze(Decision):
    form_class = FreezeForm
    title = gettext_lazy("Keep this as a version")
    submit_label = gettext_lazy("Keep it")

    def form_valid(self, form):
        before = self.strategy.versions.count()
        try:
            version = actions.freeze(
                user=self.request.user, strategy=self.strategy, note=form.cleaned_data["note"]
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        if self.strategy.versions.count() == before:
            sentence = _("Nothing changed since version %(number)d; it is there once.")
            messages.info(self.request, sentence % {"number": version.number})
        else:
            messages.success(
                self.request, _("Kept as version %(number)d.") % {"number": version.number}
            )
        return redirect(version)


class Adopt(Decision):
    form_class = AdoptForm
    title = gettext_lazy("Adopt the strategy")
    submit_label = gettext_lazy("Adopt")

    def get_initial(self):
        board = _("Board of %(cluster)s") % {"cluster": self.strategy.cluster}
        return {"adopted_by": board if self.strategy.cluster_id else _("Steering committee")}

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        return {**kwargs, "user": self.request.user, "strategy": self.strategy}

    def form_valid(self, form):
        data = form.cleaned_data
        try:
            with transaction.atomic():
                version = actions.adopt(
                    user=self.request.user,
                    strategy=self.strategy,
                    adopted_on=data["adopted_on"],
                    adopted_by=data["adopted_by"],
                    note=data["note"],
                    evidence=[*data["kept"], *self._keep(form)],
                )
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        sentence = _("Adopted: version %(number)d.")
        messages.success(self.request, sentence % {"number": version.number})
        return redirect(self.strategy)

    def form_invalid(self, form):
        # A browser can't send a chosen file again by itself: keep it, and carry its code in the form.
        form.carried = [*(form.cleaned_data.get("kept") or ()), *self._keep(form)]
        form.data = form.data.copy()
        form.data.setlist("kept", [piece.code for piece in form.carried])
        form.files = {}
        return super().form_invalid(form)

    def _keep(self, form):
        return [
            keep_file(
                user=self.request.user,
                project=self.request.project,
                partner=self.strategy.partner,
                file=file,
                audience="project",
            )
            for file in form.accepted
        ]


class Withdraw(Decision):
    form_class = WithdrawForm
    title = gettext_lazy("Withdraw the adoption")
    submit_label = gettext_lazy("Withdraw")

    @cached_property
    def version(self):
        found = StrategyVersion.objects.visible_to(self.request.user).for_list()
        return get_object_or_404(found, project=self.request.project, code=self.kwargs["code"])

    @cached_property
    def strategy(self):
        return Strategy.objects.for_list().get(pk=self.version.strategy_id)

    @property
    def lede(self):
        return str(self.version)

    def get_cancel_url(self):
        return self.version.get_absolute_url()

    def form_valid(self, form):
        try:
            actions.withdraw_adoption(
                user=self.request.user, version=self.version, reason=form.cleaned_data["reason"]
            )
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
            return self.form_invalid(form)
        messages.success(self.request, _("The adoption is withdrawn; the version stays."))
        return redirect(self.version)
