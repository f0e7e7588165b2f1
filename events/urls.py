from django.urls import path

from events.views import activity, countries, dissemination, timeline

urlpatterns = [
    # --- Activities ---
    path("p/<slug:project>/activities/", activity.ActivityList.as_view(), name="activity_list"),
    path(
        "p/<slug:project>/activities/new/",
        activity.ActivityCreate.as_view(),
        name="activity_create",
    ),
    path(
        "p/<slug:project>/activities/timeline/",
        timeline.ActivityTimeline.as_view(),
        name="activity_timeline",
    ),
    path(
        "p/<slug:project>/activities/<code:code>/",
        activity.ActivityDetail.as_view(),
        name="activity_detail",
    ),
    path(
        "p/<slug:project>/activities/<code:code>/edit/",
        activity.ActivityEdit.as_view(),
        name="activity_edit",
    ),
    path(
        "p/<slug:project>/activities/<code:code>/delete/",
        activity.ActivityDelete.as_view(),
        name="activity_delete",
    ),
    path(
        "p/<slug:project>/activities/<code:code>/proof/",
        activity.ActivityEvidence.as_view(),
        name="activity_proof",
    ),
    # --- Events ---
    # --- Calendar ---
    # --- Cooperation ---
    # --- Dissemination ---
    path(
        "p/<slug:project>/countries/",
        countries.CountriesReached.as_view(),
        name="countries_reached",
    ),
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
