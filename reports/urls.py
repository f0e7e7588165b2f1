from django.urls import path

from reports import views

urlpatterns = [
    path("p/<slug:project>/reports/", views.ReportList.as_view(), name="report_list"),
    path(
        "p/<slug:project>/reports/<int:pk>/",
        views.RenderingDetail.as_view(),
        name="rendering_detail",
    ),
    path("p/<slug:project>/reports/<int:pk>/file/", views.rendering_file, name="rendering_file"),
    path(
        "p/<slug:project>/reports/<int:pk>/submit/", views.rendering_submit, name="rendering_submit"
    ),
    path("p/<slug:project>/reports/<int:pk>/retry/", views.rendering_retry, name="rendering_retry"),
]
