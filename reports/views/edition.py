"""A report that is locked: locking it, its page, and each further step of its life."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic

from projects.models import Project, Role
from reports import actions
from reports.forms import AnswerForm, ApprovalForm, LockForm, OpenForm
from reports.models import Edition, Standing, Turn
from reports.restatements import restatements
from reports.views.period import OfPeriod, period_of


def coordinates(request):
    return Project.objects.editable_by(request.user).filter(pk=request.project.pk).exists()


def edition_of(request, number, version):
    """The locked version of the address; 404 for one that the reader's project does not have."""
    period = period_of(request, number)
    rows = Edition.objects.visible_to(request.user).filter(period=period)
    edition = get_object_or_404(rows.select_related("locked_by", "submitted_by"), number=version)
    edition.project, edition.period = period.project, period
    return edition


def report_lock(request, number):
    """What stops the lock, what warns and why that is passed over; then the lock."""
    period = period_of(request, number)
    if not coordinates(request):
        raise PermissionDenied(_("Only a coordinator locks a report."))
    stopping, warning, form = [], [], None
    if not (refusal := actions.lock_refusal(period)):
        stopping, warning = actions.gaps_of(request.user, period)
        form = LockForm(request.POST or None, warning=warning)
        if request.method == "POST" and not stopping and (form.is_valid() or not warning):
            try:
                edition = actions.lock_report(
                    user=request.user, period=period, reasons=form.reasons if warning else {}
                )
            except ValidationError as error:
                refusal = " ".join(error.messages)
            else:
                messages.success(
                    request,
                    _("%(report)s is locked. Its file is being made.") % {"report": edition},
                )
                return redirect(edition)
    return render(
        request,
        "reports/lock.html",
        {
            "period": period,
            "refusal": refusal,
            "stopping": stopping,
            "form": form,
            "texts_only": Edition.objects.opened_for_texts(period),
        },
    )


class EditionDetail(OfPeriod, generic.TemplateView):
    """A locked version: its files, what it rests on, its history, and what may be done with it next."""

    template_name = "reports/edition_detail.html"

    @cached_property
    def edition(self):
        return edition_of(self.request, self.kwargs["number"], self.kwargs["version"])

    def get_context_data(self, **kwargs):
        edition = self.edition
        return super().get_context_data(
            edition=edition,
            files=self._files(),
            turns=Turn.objects.visible_to(self.request.user).of_period(edition.period),
            steps=[
                (name, step)
                for name, step in STEPS.items()
                if edition.state in step.states and coordinates(self.request)
            ],
            resting=edition.bases.totals(),
            may_edit=self.request.membership.role != Role.VIEWER,
            **kwargs,
        )

    def _files(self):
        """The file that counts now, and the one that was reviewed: newest first."""
        rows = self.edition.renderings.visible_to(self.request.user).for_list()
        return rows.order_by("-final")


@dataclass(frozen=True)
class Step:
    """A step that the coordinator takes with a locked version. states: where it stands before."""

    states: tuple
    act: object
    label: str
    icon: str
    question: str
    button: str
    said: str
    form: type | None = None


STEPS = {
    "submit": Step(
        (Standing.LOCKED,),
        actions.submit_report,
        gettext_lazy("Mark as submitted …"),
        "paper-airplane",
        gettext_lazy("Submit %(report)s?"),
        gettext_lazy("Submit for good"),
        gettext_lazy("%(report)s is submitted."),
    ),
    "approve": Step(
        (Standing.SUBMITTED,),
        actions.note_approval,
        gettext_lazy("The funder approved it …"),
        "check-badge",
        gettext_lazy("Was %(report)s approved?"),
        gettext_lazy("Note the approval"),
        gettext_lazy("The approval of %(report)s is noted."),
        ApprovalForm,
    ),
    "return": Step(
        (Standing.SUBMITTED,),
        actions.note_return,
        gettext_lazy("The funder returned it …"),
        "arrow-uturn-left",
        gettext_lazy("Was %(report)s returned?"),
        gettext_lazy("Note the return"),
        gettext_lazy("The return of %(report)s is noted."),
        AnswerForm,
    ),
    "open": Step(
        (Standing.LOCKED, Standing.RETURNED),
        actions.open_report,
        gettext_lazy("Open it again …"),
        "lock-open",
        gettext_lazy("Open %(report)s again?"),
        gettext_lazy("Open it again"),
        gettext_lazy(
            "%(report)s is open again: texts can be written, and it is locked as a new version."
        ),
        OpenForm,
    ),
}


def edition_step(request, number, version, step):
    """Asks once before a step is taken, with a reason where one is kept; then takes it."""
    edition = edition_of(request, number, version)
    if step not in STEPS:
        raise Http404
    if not coordinates(request):
        raise PermissionDenied(_("Only a coordinator decides over a project's reports."))
    chosen, refusal = STEPS[step], ""
    form = chosen.form(request.POST or None) if chosen.form else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            chosen.act(user=request.user, edition=edition, **(form.cleaned_data if form else {}))
        except ValidationError as error:
            refusal = " ".join(error.messages)
        else:
            messages.success(request, chosen.said % {"report": edition})
            return (
                redirect("report_period", request.project.slug, number)
                if step == "open"
                else redirect(edition)
            )
    elif edition.state not in chosen.states:
        refusal = _("It is “%(state)s” by now, so this step is no longer to be taken.") % {
            "state": edition.get_state_display()
        }
    context = {
        "edition": edition,
        "step": step,
        "chosen": chosen,
        "question": chosen.question % {"report": edition},
        "form": form,
        "refusal": refusal,
    }
    return render(request, "reports/step.html", context)


def edition_restated(request, number, version):
    """What changed since a submitted report in what it had stated."""
    edition = edition_of(request, number, version)
    if not edition.submitted_at:
        raise Http404
    context = {"edition": edition, "restated": restatements(edition, request.user)}
    return render(request, "reports/restated.html", context)
