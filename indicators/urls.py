from django.urls import path

from indicators import views

urlpatterns = [
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
