from django.urls import path

from indicators import views

urlpatterns = [
    path(
        "p/<slug:project>/indicators/new/", views.IndicatorCreate.as_view(), name="indicator_create"
    ),
    path("p/<slug:project>/indicators/changes/", views.ChangeList.as_view(), name="change_list"),
    path(
        "p/<slug:project>/indicators/changes/<int:pk>/",
        views.ChangeDetail.as_view(),
        name="change_detail",
    ),
    path(
        "p/<slug:project>/indicators/changes/<int:pk>/decide/",
        views.change_decide,
        name="change_decide",
    ),
    path(
        "p/<slug:project>/indicators/changes/<int:pk>/withdraw/",
        views.change_withdraw,
        name="change_withdraw",
    ),
    path(
        "p/<slug:project>/indicators/proof/", views.ProofOverview.as_view(), name="proof_overview"
    ),
    path(
        "p/<slug:project>/indicators/<int:number>/proof/",
        views.IndicatorProof.as_view(),
        name="indicator_proof",
    ),
    path(
        "p/<slug:project>/indicators/<int:number>/edit/",
        views.IndicatorEdit.as_view(),
        name="indicator_edit",
    ),
    path(
        "p/<slug:project>/indicators/<int:number>/targets/",
        views.Targets.as_view(),
        name="indicator_targets",
    ),
    path(
        "p/<slug:project>/indicators/<int:number>/readings/",
        views.ReadingList.as_view(),
        name="reading_list",
    ),
    path(
        "p/<slug:project>/indicators/<int:number>/readings/new/",
        views.ReadingCreate.as_view(),
        name="reading_create",
    ),
    path(
        "p/<slug:project>/readings/<code:code>/",
        views.ReadingDetail.as_view(),
        name="reading_detail",
    ),
    path(
        "p/<slug:project>/readings/<code:code>/edit/",
        views.ReadingEdit.as_view(),
        name="reading_edit",
    ),
    path(
        "p/<slug:project>/readings/<code:code>/delete/",
        views.ReadingDelete.as_view(),
        name="reading_delete",
    ),
    path(
        "p/<slug:project>/readings/<code:code>/proof/",
        views.ReadingProof.as_view(),
        name="reading_proof",
    ),
    path(
        "p/<slug:project>/readings/<code:code>/decide/",
        views.reading_decide,
        name="reading_decide",
    ),
    path("p/<slug:project>/indicators/", views.IndicatorList.as_view(), name="indicator_list"),
    path(
        "p/<slug:project>/indicators/<int:number>/",
        views.IndicatorDetail.as_view(),
        name="indicator_detail",
    ),
    path(
        "p/<slug:project>/indicators/<int:number>/units/",
        views.IndicatorUnits.as_view(),
        name="indicator_units",
    ),
    path(
        "p/<slug:project>/indicators/<int:number>/records/",
        views.IndicatorRecords.as_view(),
        name="indicator_records",
    ),
]
