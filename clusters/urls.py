from django.urls import path

from clusters import views

urlpatterns = [
    path("p/<slug:project>/categories/", views.CategoryList.as_view(), name="category_list"),
    path(
        "p/<slug:project>/categories/new/", views.CategoryCreate.as_view(), name="category_create"
    ),
    path(
        "p/<slug:project>/categories/<int:pk>/edit/",
        views.CategoryEdit.as_view(),
        name="category_edit",
    ),
    path(
        "p/<slug:project>/categories/<int:pk>/delete/",
        views.CategoryDelete.as_view(),
        name="category_delete",
    ),
    path("p/<slug:project>/clusters/", views.ClusterList.as_view(), name="cluster_list"),
    path("p/<slug:project>/clusters/new/", views.ClusterCreate.as_view(), name="cluster_create"),
    path(
        "p/<slug:project>/clusters/<code:code>/",
        views.ClusterDetail.as_view(),
        name="cluster_detail",
    ),
    path(
        "p/<slug:project>/clusters/<code:code>/edit/",
        views.ClusterEdit.as_view(),
        name="cluster_edit",
    ),
    path(
        "p/<slug:project>/clusters/<code:code>/delete/",
        views.ClusterDelete.as_view(),
        name="cluster_delete",
    ),
    path("p/<slug:project>/managers/", views.ManagerList.as_view(), name="manager_list"),
    path("p/<slug:project>/managers/new/", views.ManagerCreate.as_view(), name="manager_create"),
    path(
        "p/<slug:project>/managers/<code:code>/",
        views.ManagerDetail.as_view(),
        name="manager_detail",
    ),
    path(
        "p/<slug:project>/managers/<code:code>/edit/",
        views.ManagerEdit.as_view(),
        name="manager_edit",
    ),
    path(
        "p/<slug:project>/managers/<code:code>/delete/",
        views.ManagerDelete.as_view(),
        name="manager_delete",
    ),
    path("p/<slug:project>/smes/", views.SMEList.as_view(), name="sme_list"),
    path("p/<slug:project>/smes/new/", views.SMECreate.as_view(), name="sme_create"),
    path("p/<slug:project>/smes/<code:code>/", views.SMEDetail.as_view(), name="sme_detail"),
    path("p/<slug:project>/smes/<code:code>/edit/", views.SMEEdit.as_view(), name="sme_edit"),
    path("p/<slug:project>/smes/<code:code>/delete/", views.SMEDelete.as_view(), name="sme_delete"),
    path("p/<slug:project>/services/", views.ServiceList.as_view(), name="service_list"),
    path("p/<slug:project>/services/new/", views.ServiceCreate.as_view(), name="service_create"),
    path(
        "p/<slug:project>/services/<code:code>/",
        views.ServiceDetail.as_view(),
        name="service_detail",
    ),
    path(
        "p/<slug:project>/services/<code:code>/edit/",
        views.ServiceEdit.as_view(),
        name="service_edit",
    ),
    path(
        "p/<slug:project>/services/<code:code>/delete/",
        views.ServiceDelete.as_view(),
        name="service_delete",
    ),
    path(
        "p/<slug:project>/deliveries/", views.ServiceRecordList.as_view(), name="servicerecord_list"
    ),
    path(
        "p/<slug:project>/deliveries/new/",
        views.ServiceRecordCreate.as_view(),
        name="servicerecord_create",
    ),
    path(
        "p/<slug:project>/deliveries/<code:code>/",
        views.ServiceRecordDetail.as_view(),
        name="servicerecord_detail",
    ),
    path(
        "p/<slug:project>/deliveries/<code:code>/edit/",
        views.ServiceRecordEdit.as_view(),
        name="servicerecord_edit",
    ),
    path(
        "p/<slug:project>/deliveries/<code:code>/delete/",
        views.ServiceRecordDelete.as_view(),
        name="servicerecord_delete",
    ),
    path(
        "p/<slug:project>/deliveries/<code:code>/proof/",
        views.ServiceRecordEvidence.as_view(),
        name="servicerecord_proof",
    ),
]
