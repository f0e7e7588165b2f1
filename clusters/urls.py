from django.urls import path

from clusters.views import cluster, manager, record, service, sme, verification

urlpatterns = [
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
]
