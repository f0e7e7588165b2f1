from django.urls import path

from events.views import dissemination

urlpatterns = [
    # --- Activities ---
    # --- Events ---
    # --- Calendar ---
    # --- Cooperation ---
    # --- Dissemination ---
    path(
        "p/<slug:project>/dissemination/",
        dissemination.DisseminationList.as_view(),
        name="dissemination_list",
    ),
    path(
        "p/<slug:project>/dissemination/new/",
        dissemination.DisseminationCreate.as_view(),
        name="dissemination_create",
    ),
    path(
        "p/<slug:project>/dissemination/<code:code>/",
        dissemination.DisseminationDetail.as_view(),
        name="dissemination_detail",
    ),
    path(
        "p/<slug:project>/dissemination/<code:code>/edit/",
        dissemination.DisseminationEdit.as_view(),
        name="dissemination_edit",
    ),
    path(
        "p/<slug:project>/dissemination/<code:code>/delete/",
        dissemination.DisseminationDelete.as_view(),
        name="dissemination_delete",
    ),
    path(
        "p/<slug:project>/dissemination/<code:code>/proof/",
        dissemination.DisseminationProof.as_view(),
        name="dissemination_proof",
    ),
]
