from django.urls import path

from reports import views

urlpatterns = [
    path("verify/", views.verify, name="verify"),
    path("p/<slug:project>/reports/boxes/", views.BoxList.as_view(), name="box_list"),
    path("p/<slug:project>/reports/boxes/<int:pk>/", views.BoxDetail.as_view(), name="box_detail"),
    path("p/<slug:project>/reports/boxes/<int:pk>/file/", views.box_file, name="box_file"),
    path("p/<slug:project>/reports/boxes/<int:pk>/cancel/", views.box_cancel, name="box_cancel"),
    path("p/<slug:project>/reports/boxes/<int:pk>/retry/", views.box_retry, name="box_retry"),
    path("p/<slug:project>/reports/", views.ReportList.as_view(), name="report_list"),
    path(
        "p/<slug:project>/reports/periods/<int:number>/",
        views.ReportOfPeriod.as_view(),
        name="report_period",
    ),
    path(
        "p/<slug:project>/reports/periods/<int:number>/days/",
        views.ScheduleEdit.as_view(),
        name="schedule_edit",
    ),
    path(
        "p/<slug:project>/reports/periods/<int:number>/declare/",
        views.declare,
        name="declare",
    ),
    path(
        "p/<slug:project>/reports/periods/<int:number>/changed/<int:partner>/",
        views.declaration_changed,
        name="declaration_changed",
    ),
    path(
        "p/<slug:project>/reports/periods/<int:number>/lock/",
        views.report_lock,
        name="report_lock",
    ),
    path(
        "p/<slug:project>/reports/periods/<int:number>/versions/<int:version>/",
        views.EditionDetail.as_view(),
        name="edition_detail",
    ),
    path(
        "p/<slug:project>/reports/periods/<int:number>/versions/<int:version>/restated/",
        views.edition_restated,
        name="edition_restated",
    ),
    path(
        "p/<slug:project>/reports/periods/<int:number>/versions/<int:version>/<slug:step>/",
        views.edition_step,
        name="edition_step",
    ),
    path(
        "p/<slug:project>/reports/periods/<int:number>/<slug:place>/",
        views.ChapterDetail.as_view(),
        name="chapter_detail",
    ),
    path(
        "p/<slug:project>/reports/periods/<int:number>/<slug:place>/edit/",
        views.ChapterEdit.as_view(),
        name="chapter_edit",
    ),
    path(
        "p/<slug:project>/reports/periods/<int:number>/<slug:place>/return/",
        views.chapter_return,
        name="chapter_return",
    ),
    path(
        "p/<slug:project>/reports/<int:pk>/",
        views.RenderingDetail.as_view(),
        name="rendering_detail",
    ),
    path("p/<slug:project>/reports/<int:pk>/file/", views.rendering_file, name="rendering_file"),
    path(
        "p/<slug:project>/reports/<int:pk>/as/<slug:form>/",
        views.rendering_as,
        name="rendering_as",
    ),
    path(
        "p/<slug:project>/reports/<int:pk>/cancel/", views.rendering_cancel, name="rendering_cancel"
    ),
    path("p/<slug:project>/reports/<int:pk>/retry/", views.rendering_retry, name="rendering_retry"),
]
