"""What indicators ask: new ones, proposals of changes, and the second person's decision."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic
from django.views.decorators.http import require_POST

from common.views import TableList
from indicators import actions
from indicators.forms import DecisionForm, DefinitionForm
from indicators.measures import MEASURES
from indicators.models import Change, ChangeKind, ChangeState, Indicator
from indicators.tables import ChangeTable
from indicators.wording import changed_lines


class CoordinatorsPage:
    """A page on which the coordinator alone may propose."""

    def dispatch(self, request, *args, **kwargs):
        if not actions.coordinates(request.user, request.project):
            raise PermissionDenied(_("The coordinator changes what indicators ask."))
        return super().dispatch(request, *args, **kwargs)


def one_indicator(request, number) -> Indicator:
    """The indicator that the address names, with its project; a 404 for what is not there."""
    indicator = get_object_or_404(
        Indicator.objects.visible_to(request.user), project=request.project, number=number
    )
    indicator.project = request.project
    return indicator


def in_the_way():
    """What is said when the database refused what two people, or two presses, wrote at the same moment."""
    return _("Somebody saved something that is in the way, a moment ago. Please send this again.")


class Definition(CoordinatorsPage, generic.FormView):
    """The form of a definition. Without `?measure=` a new indicator's page offers the measures."""

    template_name = "indicators/definition_form.html"
    form_class = DefinitionForm
    indicator = None

    @cached_property
    def measure(self):
        key = self.request.GET.get("measure") or (self.indicator and self.indicator.measure)
        if not key:
            return None
        if key not in MEASURES:
            raise Http404
        return MEASURES[key]

    def get_template_names(self):
        choosing = self.measure is None or "choose" in self.request.GET
        return ["indicators/measure_choice.html" if choosing else self.template_name]

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "project": self.request.project,
            "measure": self.measure,
            "instance": self.indicator or Indicator(project=self.request.project),
        }

    def get_form(self, form_class=None):
        return super().get_form(form_class) if self.measure else None

    def post(self, request, *args, **kwargs):
        if self.measure is None:
            return self.get(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            done = self.take(form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        except IntegrityError:
            form.add_error(None, in_the_way())
            return self.form_invalid(form)
        return redirect(done)

    def get_context_data(self, **kwargs):
        typed = [measure for measure in MEASURES.values() if measure.is_typed]
        counted = [measure for measure in MEASURES.values() if not measure.is_typed]
        return super().get_context_data(
            measure=self.measure,
            groups=[(_("Counted from records"), counted), (_("Typed by hand"), typed)],
            indicator=self.indicator,
            **kwargs,
        )


class IndicatorCreate(Definition):
    def take(self, form):
        data = form.cleaned_data
        if again := Change.objects.filter(
            submission=data["submission"], created_by=self.request.user
        ).first():
            messages.info(self.request, _("This was saved already; it is there once."))
            return again.indicator
        made = actions.create_indicator(
            user=self.request.user,
            project=self.request.project,
            definition=form.definition,
            target=data["target"],
            reason=data["reason"],
            submission=data["submission"],
        )
        messages.success(self.request, _("Saved: %(record)s") % {"record": made})
        return made

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("New indicator"),
            cancel_url=reverse("indicator_list", args=[self.request.project.slug]),
            submit_label=_("Save"),
            **kwargs,
        )


class IndicatorEdit(Definition):
    @cached_property
    def indicator(self):
        return one_indicator(self.request, self.kwargs["number"])

    def take(self, form):
        # The form wrote into the instance; what is proposed is held against the database.
        indicator = one_indicator(self.request, self.kwargs["number"])
        change = actions.propose_definition(
            user=self.request.user,
            indicator=indicator,
            definition=form.definition,
            reason=form.cleaned_data["reason"],
            submission=form.cleaned_data["submission"],
        )
        messages.success(self.request, _("Proposed. It is in force once a second person takes it."))
        return change

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("Change what %(code)s asks") % {"code": self.indicator.code},
            lede=_("You propose; another coordinator or cluster manager puts it into force."),
            cancel_url=self.indicator.get_absolute_url(),
            submit_label=_("Propose"),
            **kwargs,
        )


# --- Proposals and their decision --------------------------------------------------------------------


class ChangeList(TableList):
    model = Change
    table_class = ChangeTable
    title = gettext_lazy("Changes of definitions and targets")
    lede = gettext_lazy("Who proposed what, why, and which second person put it into force.")
    empty = gettext_lazy("Nothing was changed since the indicators were set.")

    def get_queryset(self):
        found = Change.objects.visible_to(self.request.user)
        found = found.filter(indicator__project=self.request.project)
        return found.select_related("indicator__project")


def _one_change(request, pk):
    changes = Change.objects.visible_to(request.user).select_related("indicator__project")
    return get_object_or_404(
        changes.select_related("created_by"), indicator__project=request.project, pk=pk
    )


class ChangeDetail(generic.TemplateView):
    """A proposal: what it changes, why, and the decision on it."""

    template_name = "indicators/change_detail.html"
    form = None

    def get_context_data(self, **kwargs):
        change = _one_change(self.request, kwargs["pk"])
        user, project = self.request.user, self.request.project
        waits = change.state == ChangeState.OPEN
        may = waits and actions.may_decide(user, project, change.created_by)
        return super().get_context_data(
            change=change,
            indicator=change.indicator,
            lines=changed_lines(change),
            grid=change.kind == ChangeKind.TARGETS,
            may_decide=may,
            alone=may and change.created_by == user,
            may_withdraw=waits and change.created_by == user,
            form=self.form or DecisionForm(),
            **kwargs,
        )


@dataclass(frozen=True)
class Decision:
    """What a second person pressed: whether it is taken, and why not."""

    accept: bool
    because: str


def decision_of(request) -> Decision | None:
    """The decision that the form sent; None if it was cut short or is too long."""
    form = DecisionForm(request.POST)
    if not form.is_valid() or request.POST.get("decision") not in ("accept", "refuse"):
        return None
    return Decision(request.POST["decision"] == "accept", form.cleaned_data["because"])


def say_refused(request, error):
    """Tell the user in one message why an action refused what they pressed."""
    messages.error(request, " ".join(error.messages))


@require_POST
def change_decide(request, pk):
    change = _one_change(request, pk)
    if not actions.may_decide(request.user, request.project, change.created_by):
        raise PermissionDenied(
            _("A second person decides: another coordinator or cluster manager of the project.")
        )
    if (decision := decision_of(request)) is None:
        messages.error(request, _("Nothing was decided: press one of the two again."))
        return redirect(change)
    try:
        change = actions.decide_change(
            user=request.user, change=change, accept=decision.accept, because=decision.because
        )
    except ValidationError as error:
        say_refused(request, error)
        return redirect(change)
    messages.success(request, change.get_state_display())
    return redirect(change)


@require_POST
def change_withdraw(request, pk):
    change = _one_change(request, pk)
    try:
        actions.withdraw_change(user=request.user, change=change)
    except ValidationError as error:
        say_refused(request, error)
    else:
        messages.success(request, _("Withdrawn."))
    return redirect(change)
