from django.urls import path

from workpackages.views import plan, promised, steps

HERE = "p/<slug:project>/work-plan/"

urlpatterns = [
    path(HERE, plan.WorkPlan.as_view(), name="work_plan"),
    path(f"{HERE}amendments/", plan.AmendmentList.as_view(), name="amendment_list"),
    path(f"{HERE}amendments/new/", plan.AmendmentCreate.as_view(), name="amendment_create"),
    path(
        f"{HERE}amendments/<int:number>/edit/", plan.AmendmentEdit.as_view(), name="amendment_edit"
    ),
    path(
        f"{HERE}amendments/<int:number>/delete/",
        plan.AmendmentDelete.as_view(),
        name="amendment_delete",
    ),
    # --- Work packages and tasks ---
    path(f"{HERE}packages/new/", plan.WorkPackageCreate.as_view(), name="workpackage_create"),
    path(
        f"{HERE}packages/<planned:code>/",
        plan.WorkPackageDetail.as_view(),
        name="workpackage_detail",
    ),
    path(
        f"{HERE}packages/<planned:code>/edit/",
        plan.WorkPackageEdit.as_view(),
        name="workpackage_edit",
    ),
    path(
        f"{HERE}packages/<planned:code>/delete/",
        plan.WorkPackageDelete.as_view(),
        name="workpackage_delete",
    ),
    path(f"{HERE}tasks/new/", plan.TaskCreate.as_view(), name="task_create"),
    path(f"{HERE}tasks/<planned:code>/", plan.TaskDetail.as_view(), name="task_detail"),
    path(f"{HERE}tasks/<planned:code>/edit/", plan.TaskEdit.as_view(), name="task_edit"),
    path(f"{HERE}tasks/<planned:code>/delete/", plan.TaskDelete.as_view(), name="task_delete"),
    path(
        f"{HERE}tasks/<planned:code>/complete/", steps.TaskComplete.as_view(), name="task_complete"
    ),
    path(f"{HERE}tasks/<planned:code>/reopen/", steps.task_reopen, name="task_reopen"),
    # --- Deliverables ---
    path(f"{HERE}deliverables/", promised.DeliverableList.as_view(), name="deliverable_list"),
    path(
        f"{HERE}deliverables/new/", promised.DeliverableCreate.as_view(), name="deliverable_create"
    ),
    path(
        f"{HERE}deliverables/<planned:code>/",
        promised.DeliverableDetail.as_view(),
        name="deliverable_detail",
    ),
    path(
        f"{HERE}deliverables/<planned:code>/edit/",
        promised.DeliverableEdit.as_view(),
        name="deliverable_edit",
    ),
    path(
        f"{HERE}deliverables/<planned:code>/delete/",
        promised.DeliverableDelete.as_view(),
        name="deliverable_delete",
    ),
    path(
        f"{HERE}deliverables/<planned:code>/version/",
        steps.VersionCreate.as_view(),
        name="deliverable_version",
    ),
    path(
        f"{HERE}deliverables/<planned:code>/late/",
        steps.DeliverableLate.as_view(),
        name="deliverable_late",
    ),
    path(
        f"{HERE}deliverables/<planned:code>/submit/",
        steps.DeliverableSubmit.as_view(),
        name="deliverable_submit",
    ),
    path(
        f"{HERE}deliverables/<planned:code>/approve/",
        steps.deliverable_approve,
        name="deliverable_approve",
    ),
    path(
        f"{HERE}deliverables/<planned:code>/reject/",
        steps.DeliverableReject.as_view(),
        name="deliverable_reject",
    ),
    # --- Milestones ---
    path(f"{HERE}milestones/", promised.MilestoneList.as_view(), name="milestone_list"),
    path(f"{HERE}milestones/new/", promised.MilestoneCreate.as_view(), name="milestone_create"),
    path(
        f"{HERE}milestones/<planned:code>/",
        promised.MilestoneDetail.as_view(),
        name="milestone_detail",
    ),
    path(
        f"{HERE}milestones/<planned:code>/edit/",
        promised.MilestoneEdit.as_view(),
        name="milestone_edit",
    ),
    path(
        f"{HERE}milestones/<planned:code>/delete/",
        promised.MilestoneDelete.as_view(),
        name="milestone_delete",
    ),
    path(
        f"{HERE}milestones/<planned:code>/proof/",
        promised.MilestoneProof.as_view(),
        name="milestone_proof",
    ),
    path(
        f"{HERE}milestones/<planned:code>/reached/",
        steps.MilestoneReach.as_view(),
        name="milestone_reach",
    ),
    path(
        f"{HERE}milestones/<planned:code>/reopen/",
        steps.milestone_reopen,
        name="milestone_reopen",
    ),
    # --- Risks ---
    path(f"{HERE}risks/", promised.RiskList.as_view(), name="risk_list"),
    path(f"{HERE}risks/new/", promised.RiskCreate.as_view(), name="risk_create"),
    path(f"{HERE}risks/<planned:code>/", promised.RiskDetail.as_view(), name="risk_detail"),
    path(f"{HERE}risks/<planned:code>/edit/", promised.RiskEdit.as_view(), name="risk_edit"),
    path(f"{HERE}risks/<planned:code>/delete/", promised.RiskDelete.as_view(), name="risk_delete"),
    path(
        f"{HERE}risks/<planned:code>/state/",
        promised.RiskStateCreate.as_view(),
        name="riskstate_create",
    ),
    path(
        f"{HERE}risks/<planned:code>/state/<int:pk>/",
        promised.RiskStateEdit.as_view(),
        name="riskstate_edit",
    ),
]
