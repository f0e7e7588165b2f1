from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views import generic

from common.views import Create, Delete, Detail, Edit
from projects.models import Project
from workpackages import actions, forms
from workpackages.gantt import gantt
from workpackages.models import Amendment, Task, WorkPackage
from workpackages.plan import plan_now, plan_of_version


class OfCoordinator:
    """Pages on which the plan itself is written: the coordinator's alone."""

    list_name = "work_plan"

    def may_create(self):
        return self.may_plan()

    def can_create(self):
        return self.may_plan()

    def may_plan(self):
        projects = Project.objects.editable_by(self.request.user)
        return projects.filter(pk=self.request.project.pk).exists()

    def may_edit(self, record):
        return self.may_plan()

    def get_cancel_url(self):
        record = getattr(self, "object", None)
        return record.get_absolute_url() if record else self.list_url()

    def list_url(self):
        return reverse(self.list_name, args=[self.request.project.slug])


class Planned:
    """Pages of one part of the plan, with what its partner may say of it beside what the coordinator may change."""

    def get_queryset(self):
        return super().get_queryset().select_related("project", "lead", "responsible__user")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            may_plan=actions.coordinates(self.request.user, self.request.project),
            today=timezone.localdate(),
            **kwargs,
        )


class WorkPlan(generic.TemplateView):
    """The whole plan: its chart, its table, and the versions that it had."""

    template_name = "workpackages/work_plan.html"

    def get_context_data(self, **kwargs):
        user, project, today = self.request.user, self.request.project, timezone.localdate()
        amendments = list(Amendment.objects.visible_to(user).filter(project=project))
        version = self.version(amendments)
        items = plan_of_version(project, version) if version else plan_now(project)
        return super().get_context_data(
            chart=gantt(project, items, today=today),
            has_items=bool(items),
            version=version,
            versions=[1, *(amendment.version for amendment in amendments)],
            amendments=amendments,
            may_plan=actions.coordinates(user, project),
            **kwargs,
        )

    def version(self, amendments):
        """The earlier version that the address asks for; None for the plan as it is."""
        asked = self.request.GET.get("version", "")
        if not asked:
            return None
        offered = {str(amendment.version): amendment.version for amendment in amendments}
        offered["1"] = 1
        if asked not in offered:
            raise Http404
        newest = max(offered.values())
        return None if offered[asked] == newest else offered[asked]


class PlanDelete(OfCoordinator, Delete):
    """Deletes a part of the plan; the newest amendment, if there is one, is what took it out."""

    def remove(self, record):
        return actions.remove_from_plan(user=self.request.user, record=record)

    def get_success_url(self):
        return self.list_url()


# --- Work packages -----------------------------------------------------------------------------------


class WorkPackageDetail(Planned, Detail):
    model = WorkPackage

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .prefetch_related(
                "tasks__lead",
                "tasks__project",
                "deliverables__lead",
                "deliverables__project",
                "milestones__lead",
                "milestones__project",
                "risks",
            )
        )

    def get_context_data(self, **kwargs):
        package, today = self.object, timezone.localdate()
        parts = [*package.tasks.all(), *package.deliverables.all(), *package.milestones.all()]
        return super().get_context_data(
            tasks=[(task, task.light_on(today)) for task in package.tasks.all()],
            deliverables=[(item, item.light_on(today)) for item in package.deliverables.all()],
            milestones=[(item, item.light_on(today)) for item in package.milestones.all()],
            late=[part for part in parts if part.light_on(today) == "late"],
            **kwargs,
        )


class WorkPackagePage(OfCoordinator):
    model = WorkPackage
    form_class = forms.WorkPackageForm


class WorkPackageCreate(WorkPackagePage, Create):
    title = gettext_lazy("New work package")

    def get_initial(self):
        packages = WorkPackage.objects.filter(project=self.request.project)
        last = packages.order_by("number").last()
        return {
            "number": last.number + 1 if last else 1,
            "first_month": 1,
            "last_month": self.request.project.months,
        }


class WorkPackageEdit(WorkPackagePage, Edit):
    title = gettext_lazy("Edit work package")

    def get_queryset(self):
        return super().get_queryset().select_related("project", "lead")


class WorkPackageDelete(PlanDelete):
    model = WorkPackage


# --- Tasks ---------------------------------------------------------------------------------------------


class TaskDetail(Planned, Detail):
    model = Task

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .select_related("work_package")
            .prefetch_related(
                "contributors", "objectives", "deliverables__project", "deliverables__lead"
            )
        )

    def get_context_data(self, **kwargs):
        task, today, user = self.object, timezone.localdate(), self.request.user
        slug = self.request.project.slug
        return super().get_context_data(
            activities=task.activities.visible_to(user).for_list()[:5],
            activities_url=f"{reverse('activity_timeline', args=[slug])}?task={task.pk}",
            log_url=f"{reverse('activity_create', args=[slug])}?task={task.code}",
            light=task.light_on(today),
            deliverables=[(item, item.light_on(today)) for item in task.deliverables.all()],
            may_report=actions.reports_on(self.request.user, task),
            **kwargs,
        )


class TaskPage(OfCoordinator):
    model = Task
    form_class = forms.TaskForm


class TaskCreate(TaskPage, Create):
    title = gettext_lazy("New task")

    def get_initial(self):
        code = self.request.GET.get("package", "").replace("\x00", "")
        packages = WorkPackage.objects.visible_to(self.request.user)
        package = packages.filter(project=self.request.project, code=code).first()
        if package is None:
            return {}
        last = package.tasks.order_by("number").last()
        return {
            "work_package": package,
            "number": last.number + 1 if last else 1,
            "first_month": package.first_month,
            "last_month": package.last_month,
        }


class TaskEdit(TaskPage, Edit):
    title = gettext_lazy("Edit task")

    def get_queryset(self):
        return super().get_queryset().select_related("project", "lead", "work_package")


class TaskDelete(PlanDelete):
    model = Task


# --- Amendments ------------------------------------------------------------------------------------------


class AmendmentList(generic.TemplateView):
    """The versions of the plan, and what each amendment changed."""

    template_name = "workpackages/amendment_list.html"

    def get_context_data(self, **kwargs):
        found = Amendment.objects.visible_to(self.request.user)
        found = found.filter(project=self.request.project).prefetch_related("changes")
        return super().get_context_data(
            amendments=[
                (amendment, [_told(change) for change in amendment.changes.all()])
                for amendment in found.reverse()
            ],
            may_plan=actions.coordinates(self.request.user, self.request.project),
            **kwargs,
        )


def _told(change):
    """A change as (code, title, [(what, before, after)]); the list is empty for an item added or taken out."""
    said = change.after or change.before
    names = []
    if change.before and change.after:
        names = [name for name in change.after if change.after[name] != change.before.get(name)]
    return {
        "code": change.code,
        "title": said["title"],
        "added": change.before is None,
        "removed": change.after is None,
        "lines": [
            (
                WORDS.get(name, name),
                _value(name, change.before.get(name)),
                _value(name, change.after[name]),
            )
            for name in names
        ],
    }


WORDS = {
    "title": gettext_lazy("title"),
    "lead": gettext_lazy("lead"),
    "first_month": gettext_lazy("first month"),
    "last_month": gettext_lazy("last month"),
    "due_month": gettext_lazy("due month"),
    "kind": gettext_lazy("type"),
    "level": gettext_lazy("dissemination level"),
    "work_package": gettext_lazy("work package"),
}


def _value(name, value):
    if value in (None, ""):
        return "–"
    return f"M{value}" if name.endswith("month") else value


class AmendmentPage(OfCoordinator):
    model = Amendment
    form_class = forms.AmendmentForm
    slug_field = slug_url_kwarg = "number"
    list_name = "amendment_list"


class AmendmentCreate(AmendmentPage, Create):
    title = gettext_lazy("New amendment")
    lede = gettext_lazy(
        "Enter it first; then change the plan and choose it there. What stood before stays on record."
    )

    def get_initial(self):
        last = Amendment.objects.filter(project=self.request.project).last()
        return {"number": last.number + 1 if last else 1}

    def get_context_data(self, **kwargs):
        return super().get_context_data(lede=self.lede, **kwargs)


class AmendmentEdit(AmendmentPage, Edit):
    title = gettext_lazy("Edit amendment")

    def get_queryset(self):
        return super().get_queryset().select_related("project")


class AmendmentDelete(OfCoordinator, Delete):
    model = Amendment
    slug_field = slug_url_kwarg = "number"
    list_name = "amendment_list"

    def get_success_url(self):
        return self.list_url()
