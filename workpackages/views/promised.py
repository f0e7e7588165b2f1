"""What the plan promises to hand in or to reach, and the risks on the way."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.views import Create, Delete, Detail, Edit, List
from projects.models import Evidence, ReportingPeriod
from projects.views.evidence import Proof, proof_of
from projects.views.imports import Exchanged
from workpackages import actions, filters, forms, tables
from workpackages.importing import Deliverables, Milestones, Risks
from workpackages.models import Deliverable, Milestone, Risk, RiskState, WorkPackage
from workpackages.views.plan import OfCoordinator, PlanDelete, Planned


class DeliverableList(Exchanged, OfCoordinator, List):
    spreadsheet = Deliverables.kind
    tabs = "workpackages/tabs.html"
    here = "deliverables"
    model = Deliverable
    table_class = tables.DeliverableTable
    filterset_class = filters.DeliverableFilter
    title = gettext_lazy("Deliverables")
    lede = gettext_lazy("What the project hands in, when it is due and where it is.")
    empty = gettext_lazy("No deliverable here. Remove a filter if you set one.")
    create_url, create_label = "deliverable_create", gettext_lazy("New deliverable")

    def get_queryset(self):
        return super().get_queryset().for_list()


class DeliverableDetail(Planned, Detail):
    model = Deliverable

    def get_queryset(self):
        return super().get_queryset().select_related("work_package", "task", "submitted_by")

    def get_context_data(self, **kwargs):
        user, item, today = self.request.user, self.object, timezone.localdate()
        readable = Evidence.objects.visible_to(user).filter(deliverables=item)
        readable = {evidence.pk: evidence for evidence in readable.select_related("project")}
        versions = item.versions.visible_to(user).select_related("evidence__created_by")
        return super().get_context_data(
            light=item.light_on(today),
            versions=[(version, readable.get(version.evidence_id)) for version in versions],
            is_overdue=not item.is_handed_in and item.due < today,
            may_report=actions.reports_on(user, item),
            **kwargs,
        )


class DeliverablePage(OfCoordinator):
    model = Deliverable
    form_class = forms.DeliverableForm
    list_name = "deliverable_list"


class DeliverableCreate(DeliverablePage, Create):
    title = gettext_lazy("New deliverable")

    def get_initial(self):
        code = self.request.GET.get("package", "").replace("\x00", "")
        packages = WorkPackage.objects.visible_to(self.request.user)
        package = packages.filter(project=self.request.project, code=code).first()
        if package is None:
            return {}
        last = package.deliverables.order_by("number").last()
        return {"work_package": package, "number": last.number + 1 if last else 1}


class DeliverableEdit(DeliverablePage, Edit):
    title = gettext_lazy("Edit deliverable")

    def get_queryset(self):
        return super().get_queryset().for_list()


class DeliverableDelete(PlanDelete):
    model = Deliverable
    list_name = "deliverable_list"

    def refusal(self):
        if self.object.is_handed_in:
            return {"sentence": _("It was submitted, and what was submitted stays.")}
        return None


# --- Milestones ----------------------------------------------------------------------------------------


class MilestoneList(Exchanged, OfCoordinator, List):
    spreadsheet = Milestones.kind
    tabs = "workpackages/tabs.html"
    here = "milestones"
    model = Milestone
    table_class = tables.MilestoneTable
    filterset_class = filters.MilestoneFilter
    title = gettext_lazy("Milestones")
    lede = gettext_lazy("What is to be reached by when, and how one sees it.")
    empty = gettext_lazy("No milestone here. Remove a filter if you set one.")
    create_url, create_label = "milestone_create", gettext_lazy("New milestone")

    def get_queryset(self):
        return super().get_queryset().for_list()


class MilestoneDetail(Planned, Detail):
    model = Milestone

    def get_queryset(self):
        return super().get_queryset().select_related("work_package")

    def get_context_data(self, **kwargs):
        item = self.object
        return super().get_context_data(
            **proof_of(item, self.request.user),
            record=item,
            light=item.light_on(timezone.localdate()),
            may_report=actions.reports_on(self.request.user, item),
            **kwargs,
        )


class MilestonePage(OfCoordinator):
    model = Milestone
    form_class = forms.MilestoneForm
    list_name = "milestone_list"


class MilestoneCreate(MilestonePage, Create):
    title = gettext_lazy("New milestone")

    def get_initial(self):
        last = Milestone.objects.filter(project=self.request.project).order_by("number").last()
        return {"number": last.number + 1 if last else 1}


class MilestoneEdit(MilestonePage, Edit):
    title = gettext_lazy("Edit milestone")

    def get_queryset(self):
        return super().get_queryset().for_list()


class MilestoneDelete(PlanDelete):
    model = Milestone
    list_name = "milestone_list"


class MilestoneProof(Proof):
    record_model = Milestone


# --- Risks ---------------------------------------------------------------------------------------------


class RiskList(Exchanged, OfCoordinator, List):
    spreadsheet = Risks.kind
    tabs = "workpackages/tabs.html"
    here = "risks"
    model = Risk
    table_class = tables.RiskTable
    filterset_class = filters.RiskFilter
    title = gettext_lazy("Critical risks")
    lede = gettext_lazy(
        "What may keep the project from its aims, and how it stands in each period."
    )
    empty = gettext_lazy("No risk here. Remove a filter if you set one.")
    create_url, create_label = "risk_create", gettext_lazy("New risk")

    def get_queryset(self):
        return super().get_queryset().for_list().prefetch_related("states__period")


class RiskDetail(Detail):
    model = Risk

    def get_queryset(self):
        return super().get_queryset().for_list()

    def get_context_data(self, **kwargs):
        risk, project = self.object, self.request.project
        states = {state.period_id: state for state in risk.states.all()}
        periods = ReportingPeriod.objects.visible_to(self.request.user).filter(project=project)
        begun = [period for period in periods if self._begun(period)]
        return super().get_context_data(
            periods=[(period, states.get(period.pk)) for period in begun],
            may_plan=actions.coordinates(self.request.user, project),
            **kwargs,
        )

    def _begun(self, period):
        period.project = self.request.project
        return period.start <= timezone.localdate()


class RiskPage(OfCoordinator):
    model = Risk
    form_class = forms.RiskForm
    list_name = "risk_list"


class RiskCreate(RiskPage, Create):
    title = gettext_lazy("New risk")

    def get_initial(self):
        risks = Risk.objects.filter(project=self.request.project)
        last = risks.order_by("number").last()
        return {"number": last.number + 1 if last else 1, "foreseen": not risks.exists()}


class RiskEdit(RiskPage, Edit):
    title = gettext_lazy("Edit risk")

    def get_queryset(self):
        return super().get_queryset().select_related("project")


class RiskDelete(OfCoordinator, Delete):
    model = Risk
    list_name = "risk_list"

    def get_success_url(self):
        return self.list_url()


class OfRisk:
    """Pages of one risk's states of play, to which the address comes by the risk's code."""

    model = RiskState
    form_class = forms.RiskStateForm
    slug_field = slug_url_kwarg = "pk"

    @cached_property
    def risk(self):
        risks = Risk.objects.visible_to(self.request.user).select_related("project")
        return get_object_or_404(risks, project=self.request.project, code=self.kwargs["code"])

    def get_queryset(self):
        return RiskState.objects.visible_to(self.request.user).filter(risk=self.risk)

    def get_cancel_url(self):
        return reverse("risk_detail", args=[self.request.project.slug, self.risk.code])

    get_success_url = get_cancel_url

    def get_context_data(self, **kwargs):
        return super().get_context_data(lede=str(self.risk), **kwargs)


class RiskStateCreate(OfRisk, Create):
    title = gettext_lazy("State of play")

    def may_create(self):
        return Risk.objects.editable_by(self.request.user).filter(pk=self.risk.pk).exists()

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": RiskState(risk=self.risk)}

    def get_initial(self):
        asked = self.request.GET.get("period", "")
        periods = ReportingPeriod.objects.filter(project=self.request.project)
        return (
            {"period": periods.filter(number=asked).first()}
            if asked.isdecimal() and len(asked) < 5
            else {}
        )


class RiskStateEdit(OfRisk, Edit):
    title = gettext_lazy("State of play")
