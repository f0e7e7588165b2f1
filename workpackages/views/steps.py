"""The steps of what the plan promises: a version's file, a submission, a decision, a day on which it was done."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic
from django.views.decorators.http import require_POST

from projects.actions.evidence import keep_file
from workpackages import actions, forms
from workpackages.models import Deliverable, Milestone, Task


class Step(generic.FormView):
    """A page for one step of one record. Declares `model`, `form_class`, `title`, and `take`, which does it."""

    template_name = "house/form.html"
    model = None
    title = lede = submit_label = ""
    coordinates = False  # whether the step is the coordinator's alone

    @cached_property
    def record(self):
        records = self.model.objects.visible_to(self.request.user).for_list()
        return get_object_or_404(records, project=self.request.project, code=self.kwargs["code"])

    def dispatch(self, request, *args, **kwargs):
        may = actions.reports_on(request.user, self.record)
        if self.coordinates:
            may = actions.coordinates(request.user, request.project)
        if not may:
            raise PermissionDenied(_("You may read this record but not change it."))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            with transaction.atomic():
                said = self.take(form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, said)
        return redirect(self.record)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=f"{self.title}: {self.record.code}",
            lede=self.record.title,
            submit_label=self.submit_label,
            cancel_url=self.record.get_absolute_url(),
            **kwargs,
        )


# --- Deliverables ----------------------------------------------------------------------------------------


class VersionCreate(Step):
    model = Deliverable
    form_class = forms.VersionForm
    title = submit_label = gettext_lazy("Add a version")

    def take(self, data):
        user, deliverable = self.request.user, self.record
        evidence = keep_file(
            user=user, project=deliverable.project, partner=deliverable.partner, file=data["file"]
        )
        version = actions.add_version(
            user=user, deliverable=deliverable, evidence=evidence, note=data["note"]
        )
        return _("Saved as version %(number)d of %(code)s") % {
            "number": version.number,
            "code": deliverable.code,
        }


class DeliverableSubmit(Step):
    model = Deliverable
    form_class = forms.SubmitForm
    template_name = "workpackages/deliverable_submit.html"
    title = submit_label = gettext_lazy("Submit")
    coordinates = True

    def get_initial(self):
        return {
            "day": min(timezone.localdate(), self.record.project.end),
            "late_reason": self.record.late_reason,
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(deliverable=self.record, **kwargs)

    def take(self, data):
        actions.submit_deliverable(user=self.request.user, deliverable=self.record, **data)
        return _("%(code)s is submitted") % {"code": self.record.code}


class DeliverableReject(Step):
    model = Deliverable
    form_class = forms.RejectForm
    title = submit_label = gettext_lazy("Note the rejection")
    coordinates = True

    def take(self, data):
        actions.reject_deliverable(user=self.request.user, deliverable=self.record, **data)
        return _("%(code)s is pending again") % {"code": self.record.code}


class DeliverableLate(Step):
    """The lead's people say why it is late, before or after it is submitted."""

    model = Deliverable
    form_class = forms.LateReasonForm
    title = gettext_lazy("Why it is late")

    def get_initial(self):
        return {"late_reason": self.record.late_reason}

    def take(self, data):
        self.record.late_reason = data["late_reason"]
        self.record.version += 1
        self.record.save()
        return _("Saved: %(record)s") % {"record": self.record}


@require_POST
def deliverable_approve(request, code):
    deliverables = Deliverable.objects.visible_to(request.user).for_list()
    deliverable = get_object_or_404(deliverables, project=request.project, code=code)
    try:
        actions.approve_deliverable(user=request.user, deliverable=deliverable)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%(code)s is approved") % {"code": deliverable.code})
    return redirect(deliverable)


# --- Tasks and milestones --------------------------------------------------------------------------------


class Done(Step):
    """On which day something was done; an empty press takes it back."""

    form_class = forms.DayForm

    def get_initial(self):
        return {"day": min(timezone.localdate(), self.record.project.end)}


class TaskComplete(Done):
    model = Task
    title = submit_label = gettext_lazy("Completed")

    def take(self, data):
        actions.complete_task(user=self.request.user, task=self.record, day=data["day"])
        return _("%(code)s is completed") % {"code": self.record.code}


class MilestoneReach(Done):
    model = Milestone
    title = submit_label = gettext_lazy("Reached")

    def take(self, data):
        actions.reach_milestone(user=self.request.user, milestone=self.record, day=data["day"])
        return _("%(code)s is reached") % {"code": self.record.code}


@require_POST
def task_reopen(request, code):
    tasks = Task.objects.visible_to(request.user).for_list()
    task = get_object_or_404(tasks, project=request.project, code=code)
    actions.complete_task(user=request.user, task=task, day=None)
    messages.success(request, _("%(code)s is open again") % {"code": task.code})
    return redirect(reverse("task_detail", args=[request.project.slug, code]))


@require_POST
def milestone_reopen(request, code):
    milestones = Milestone.objects.visible_to(request.user).for_list()
    milestone = get_object_or_404(milestones, project=request.project, code=code)
    actions.reach_milestone(user=request.user, milestone=milestone, day=None)
    messages.success(request, _("%(code)s is open again") % {"code": milestone.code})
    return redirect(milestone)
