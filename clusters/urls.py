from django.urls import path

from clusters.views import (
    answering,
    asking,
    cluster,
    competence,
    confirmation,
    contact,
    duplicate,
    imports,
    label,
    manager,
    many,
    merge,
    questionnaire,
    record,
    results,
    service,
    sme,
    verification,
)

urlpatterns = [
    path("c/<str:token>/", confirmation.confirmation, name="confirmation"),
    path("p/<slug:project>/categories/", service.CategoryList.as_view(), name="category_list"),
    path(
        "p/<slug:project>/categories/new/", service.CategoryCreate.as_view(), name="category_create"
    ),
    path(
        "p/<slug:project>/categories/<int:pk>/edit/",
        service.CategoryEdit.as_view(),
        name="category_edit",
    ),
    path(
        "p/<slug:project>/categories/<int:pk>/delete/",
        service.CategoryDelete.as_view(),
        name="category_delete",
    ),
    path("p/<slug:project>/clusters/", cluster.ClusterList.as_view(), name="cluster_list"),
    path("p/<slug:project>/clusters/new/", cluster.ClusterCreate.as_view(), name="cluster_create"),
    path(
        "p/<slug:project>/clusters/<code:code>/",
        cluster.ClusterDetail.as_view(),
        name="cluster_detail",
    ),
    path("p/<slug:project>/clusters/<code:code>/logo/", cluster.cluster_logo, name="cluster_logo"),
    path(
        "p/<slug:project>/clusters/<code:code>/logo/edit/",
        cluster.LogoEdit.as_view(),
        name="cluster_logo_edit",
    ),
    path(
        "p/<slug:project>/clusters/<code:code>/logo/remove/",
        cluster.cluster_logo_drop,
        name="cluster_logo_drop",
    ),
    path(
        "p/<slug:project>/clusters/<code:code>/portfolio/",
        service.Portfolio.as_view(),
        name="cluster_portfolio",
    ),
    path(
        "p/<slug:project>/clusters/<code:code>/edit/",
        cluster.ClusterEdit.as_view(),
        name="cluster_edit",
    ),
    path(
        "p/<slug:project>/clusters/<code:code>/delete/",
        cluster.ClusterDelete.as_view(),
        name="cluster_delete",
    ),
    path("p/<slug:project>/contacts/", contact.ContactList.as_view(), name="contact_list"),
    path("p/<slug:project>/contacts/new/", contact.ContactCreate.as_view(), name="contact_create"),
    path(
        "p/<slug:project>/contacts/<code:code>/",
        contact.ContactDetail.as_view(),
        name="contact_detail",
    ),
    path(
        "p/<slug:project>/contacts/<code:code>/edit/",
        contact.ContactEdit.as_view(),
        name="contact_edit",
    ),
    path(
        "p/<slug:project>/contacts/<code:code>/delete/",
        contact.ContactDelete.as_view(),
        name="contact_delete",
    ),
    path("p/<slug:project>/managers/", manager.ManagerList.as_view(), name="manager_list"),
    path("p/<slug:project>/managers/new/", manager.ManagerCreate.as_view(), name="manager_create"),
    path(
        "p/<slug:project>/managers/<code:code>/",
        manager.ManagerDetail.as_view(),
        name="manager_detail",
    ),
    path(
        "p/<slug:project>/managers/<code:code>/edit/",
        manager.ManagerEdit.as_view(),
        name="manager_edit",
    ),
    path(
        "p/<slug:project>/managers/<code:code>/delete/",
        manager.ManagerDelete.as_view(),
        name="manager_delete",
    ),
    path(
        "p/<slug:project>/managers/<code:code>/roles/new/",
        manager.FurtherRoleCreate.as_view(),
        name="furtherrole_create",
    ),
    path(
        "p/<slug:project>/managers/roles/<int:pk>/edit/",
        manager.FurtherRoleEdit.as_view(),
        name="furtherrole_edit",
    ),
    path(
        "p/<slug:project>/managers/roles/<int:pk>/delete/",
        manager.FurtherRoleDelete.as_view(),
        name="furtherrole_delete",
    ),
    path(
        "p/<slug:project>/managers/<code:code>/<slug:wave>/<slug:kind>/",
        manager.AssessmentCreate.as_view(),
        name="assessment_create",
    ),
    path(
        "p/<slug:project>/assessments/<code:code>/edit/",
        manager.AssessmentEdit.as_view(),
        name="assessment_edit",
    ),
    path(
        "p/<slug:project>/assessments/<code:code>/delete/",
        manager.AssessmentDelete.as_view(),
        name="assessment_delete",
    ),
    path("p/<slug:project>/skills/", competence.Skills.as_view(), name="skills"),
    path(
        "p/<slug:project>/competences/", competence.CompetenceList.as_view(), name="competence_list"
    ),
    path(
        "p/<slug:project>/competences/new/",
        competence.CompetenceCreate.as_view(),
        name="competence_create",
    ),
    path(
        "p/<slug:project>/competences/<int:pk>/edit/",
        competence.CompetenceEdit.as_view(),
        name="competence_edit",
    ),
    path(
        "p/<slug:project>/competences/<int:pk>/delete/",
        competence.CompetenceDelete.as_view(),
        name="competence_delete",
    ),
    path("p/<slug:project>/trainings/", competence.TrainingList.as_view(), name="training_list"),
    path(
        "p/<slug:project>/trainings/new/",
        competence.TrainingCreate.as_view(),
        name="training_create",
    ),
    path(
        "p/<slug:project>/trainings/<int:pk>/edit/",
        competence.TrainingEdit.as_view(),
        name="training_edit",
    ),
    path(
        "p/<slug:project>/trainings/<int:pk>/delete/",
        competence.TrainingDelete.as_view(),
        name="training_delete",
    ),
    path("p/<slug:project>/smes/", sme.SMEList.as_view(), name="sme_list"),
    path("p/<slug:project>/smes/new/", sme.SMECreate.as_view(), name="sme_create"),
    path("p/<slug:project>/smes/<code:code>/", sme.SMEDetail.as_view(), name="sme_detail"),
    path("p/<slug:project>/smes/<code:code>/edit/", sme.SMEEdit.as_view(), name="sme_edit"),
    path("p/<slug:project>/smes/<code:code>/delete/", sme.SMEDelete.as_view(), name="sme_delete"),
    path("p/<slug:project>/services/", service.ServiceList.as_view(), name="service_list"),
    path("p/<slug:project>/services/new/", service.ServiceCreate.as_view(), name="service_create"),
    path(
        "p/<slug:project>/services/<code:code>/",
        service.ServiceDetail.as_view(),
        name="service_detail",
    ),
    path(
        "p/<slug:project>/services/<code:code>/edit/",
        service.ServiceEdit.as_view(),
        name="service_edit",
    ),
    path(
        "p/<slug:project>/services/<code:code>/delete/",
        service.ServiceDelete.as_view(),
        name="service_delete",
    ),
    path(
        "p/<slug:project>/deliveries/",
        record.ServiceRecordList.as_view(),
        name="servicerecord_list",
    ),
    path(
        "p/<slug:project>/deliveries/new/",
        record.ServiceRecordCreate.as_view(),
        name="servicerecord_create",
    ),
    path(
        "p/<slug:project>/deliveries/verify/",
        verification.Waiting.as_view(),
        name="servicerecord_waiting",
    ),
    path(
        "p/<slug:project>/deliveries/many/",
        many.LogForMany.as_view(),
        name="servicerecord_many",
    ),
    path(
        "p/<slug:project>/deliveries/confirmations/",
        confirmation.Asking.as_view(),
        name="servicerecord_asking",
    ),
    path(
        "p/<slug:project>/deliveries/<code:code>/confirmation/",
        confirmation.ask,
        name="servicerecord_ask",
    ),
    path(
        "p/<slug:project>/deliveries/<code:code>/confirmation/withdraw/",
        confirmation.withdraw,
        name="servicerecord_ask_no_more",
    ),
    path(
        "p/<slug:project>/deliveries/<code:code>/confirmation/send/",
        confirmation.send_again,
        name="servicerecord_ask_again",
    ),
    path(
        "p/<slug:project>/deliveries/<code:code>/verify/",
        verification.verify,
        name="servicerecord_verify",
    ),
    path(
        "p/<slug:project>/deliveries/<code:code>/verify/back/",
        verification.take_back,
        name="servicerecord_verify_back",
    ),
    path(
        "p/<slug:project>/deliveries/<code:code>/",
        record.ServiceRecordDetail.as_view(),
        name="servicerecord_detail",
    ),
    path(
        "p/<slug:project>/deliveries/<code:code>/edit/",
        record.ServiceRecordEdit.as_view(),
        name="servicerecord_edit",
    ),
    path(
        "p/<slug:project>/deliveries/<code:code>/delete/",
        record.ServiceRecordDelete.as_view(),
        name="servicerecord_delete",
    ),
    path(
        "p/<slug:project>/deliveries/<code:code>/proof/",
        record.ServiceRecordEvidence.as_view(),
        name="servicerecord_proof",
    ),
    path(
        "p/<slug:project>/needs/",
        questionnaire.QuestionnaireList.as_view(),
        name="questionnaire_list",
    ),
    path(
        "p/<slug:project>/needs/new/",
        questionnaire.QuestionnaireCreate.as_view(),
        name="questionnaire_create",
    ),
    path(
        "p/<slug:project>/needs/questions/<code:question>/edit/",
        questionnaire.QuestionEdit.as_view(),
        name="question_edit",
    ),
    path(
        "p/<slug:project>/needs/questions/<code:question>/delete/",
        questionnaire.QuestionDelete.as_view(),
        name="question_delete",
    ),
    path(
        "p/<slug:project>/needs/questions/<code:question>/move/",
        questionnaire.question_move,
        name="question_move",
    ),
    path(
        "p/<slug:project>/needs/waves/<code:code>/",
        asking.WaveDetail.as_view(),
        name="wave_detail",
    ),
    path(
        "p/<slug:project>/needs/waves/<code:code>/edit/",
        asking.WaveEdit.as_view(),
        name="wave_edit",
    ),
    path(
        "p/<slug:project>/needs/waves/<code:code>/delete/",
        asking.WaveDelete.as_view(),
        name="wave_delete",
    ),
    path(
        "p/<slug:project>/needs/waves/<code:code>/roster/",
        asking.Roster.as_view(),
        name="wave_roster",
    ),
    path(
        "p/<slug:project>/needs/waves/<code:code>/send/",
        asking.wave_send,
        name="wave_send",
    ),
    path(
        "p/<slug:project>/needs/waves/<code:code>/remind/",
        asking.wave_remind,
        name="wave_remind",
    ),
    path(
        "p/<slug:project>/needs/waves/<code:code>/firms/",
        asking.AskedList.as_view(),
        name="asked_list",
    ),
    path(
        "p/<slug:project>/needs/waves/<code:code>/firms/<int:pk>/",
        asking.AskedDetail.as_view(),
        name="asked_detail",
    ),
    path(
        "p/<slug:project>/needs/waves/<code:code>/firms/<int:pk>/send/",
        asking.asked_send,
        name="asked_send",
    ),
    path(
        "p/<slug:project>/needs/waves/<code:code>/firms/<int:pk>/remove/",
        asking.AskedDelete.as_view(),
        name="asked_delete",
    ),
    path(
        "p/<slug:project>/needs/<code:code>/",
        questionnaire.QuestionnaireDetail.as_view(),
        name="questionnaire_detail",
    ),
    path(
        "p/<slug:project>/needs/<code:code>/edit/",
        questionnaire.QuestionnaireEdit.as_view(),
        name="questionnaire_edit",
    ),
    path(
        "p/<slug:project>/needs/<code:code>/delete/",
        questionnaire.QuestionnaireDelete.as_view(),
        name="questionnaire_delete",
    ),
    path(
        "p/<slug:project>/needs/<code:code>/preview/",
        questionnaire.questionnaire_preview,
        name="questionnaire_preview",
    ),
    path(
        "p/<slug:project>/needs/<code:code>/languages/<slug:language>/",
        questionnaire.Translate.as_view(),
        name="questionnaire_translate",
    ),
    path(
        "p/<slug:project>/needs/<code:code>/questions/new/",
        questionnaire.QuestionCreate.as_view(),
        name="question_create",
    ),
    path(
        "p/<slug:project>/needs/<code:code>/waves/new/",
        asking.WaveCreate.as_view(),
        name="wave_create",
    ),
    path(
        "p/<slug:project>/needs/<code:code>/results/",
        results.QuestionnaireResults.as_view(),
        name="questionnaire_results",
    ),
    path(
        "p/<slug:project>/needs/<code:code>/answers/",
        results.AnswerList.as_view(),
        name="answer_list",
    ),
    path("answers/<str:token>/", answering.answer, name="answer"),
    path("p/<slug:project>/labels/", label.LabelList.as_view(), name="label_list"),
    path("p/<slug:project>/labels/new/", label.LabelCreate.as_view(), name="label_create"),
    path("p/<slug:project>/labels/<code:code>/", label.LabelDetail.as_view(), name="label_detail"),
    path("p/<slug:project>/labels/<code:code>/edit/", label.LabelEdit.as_view(), name="label_edit"),
    path(
        "p/<slug:project>/labels/<code:code>/delete/",
        label.LabelDelete.as_view(),
        name="label_delete",
    ),
    path(
        "p/<slug:project>/labels/<code:code>/proof/", label.LabelProof.as_view(), name="label_proof"
    ),
    path(
        "p/<slug:project>/clusters/<code:code>/road/", label.LabelRoad.as_view(), name="label_road"
    ),
    path(
        "p/<slug:project>/clusters/<code:code>/readiness/new/",
        label.ReadinessCreate.as_view(),
        name="readiness_create",
    ),
    path(
        "p/<slug:project>/clusters/<code:code>/readiness/<int:pk>/edit/",
        label.ReadinessEdit.as_view(),
        name="readiness_edit",
    ),
    path(
        "p/<slug:project>/clusters/<code:code>/readiness/<int:pk>/delete/",
        label.ReadinessDelete.as_view(),
        name="readiness_delete",
    ),
    path("p/<slug:project>/smes/duplicates/", duplicate.PairList.as_view(), name="pair_list"),
    path("p/<slug:project>/smes/duplicates/<int:pk>/", duplicate.pair_apart, name="pair_apart"),
    path("p/<slug:project>/smes/<code:code>/join/", duplicate.sme_join, name="sme_join"),
    path(
        "p/<slug:project>/smes/<code:code>/merge/<code:other>/",
        merge.merge_firms,
        name="merge_firms",
    ),
    path("p/<slug:project>/merges/", merge.MergeList.as_view(), name="merge_list"),
    path("p/<slug:project>/merges/<code:code>/", merge.MergeDetail.as_view(), name="merge_detail"),
    path("p/<slug:project>/merges/<code:code>/confirm/", merge.merge_confirm, name="merge_confirm"),
    path("p/<slug:project>/merges/<code:code>/decline/", merge.merge_decline, name="merge_decline"),
    path("p/<slug:project>/merges/<code:code>/undo/", merge.merge_undo, name="merge_undo"),
    path("p/<slug:project>/imports/", imports.ImportList.as_view(), name="import_list"),
    path(
        "p/<slug:project>/imports/new/<slug:kind>/",
        imports.ImportCreate.as_view(),
        name="import_create",
    ),
    path(
        "p/<slug:project>/imports/template/<slug:kind>.<spreadsheet:as_format>",
        imports.ImportTemplate.as_view(),
        name="import_template",
    ),
    path(
        "p/<slug:project>/imports/<int:pk>/", imports.ImportDetail.as_view(), name="import_detail"
    ),
    path(
        "p/<slug:project>/imports/<int:pk>/columns/",
        imports.ImportColumns.as_view(),
        name="import_columns",
    ),
    path("p/<slug:project>/imports/<int:pk>/apply/", imports.import_apply, name="import_apply"),
    path("p/<slug:project>/imports/<int:pk>/retry/", imports.import_retry, name="import_retry"),
    path(
        "p/<slug:project>/imports/<int:pk>/errors.xlsx", imports.import_errors, name="import_errors"
    ),
    path(
        "p/<slug:project>/imports/<int:pk>/delete/",
        imports.ImportDelete.as_view(),
        name="import_delete",
    ),
]
