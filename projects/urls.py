from django.urls import path

from projects.views import comment, evidence, imports, notice, token
from projects.views import project as views

urlpatterns = [
    path("notices/", notice.NoticeList.as_view(), name="notice_list"),
    path("tokens/", token.token_list, name="token_list"),
    path("tokens/<int:pk>/revoke/", token.token_revoke, name="token_revoke"),
    path("notices/<int:pk>/", notice.notice_open, name="notice_open"),
    path("notices/read/", notice.notices_read, name="notices_read"),
    path("p/<slug:project>/comments/", comment.CommentList.as_view(), name="comment_list"),
    path(
        "p/<slug:project>/comments/on/<slug:kind>/<anycode:code>/",
        comment.CommentCreate.as_view(),
        name="comment_create",
    ),
    path(
        "p/<slug:project>/comments/<int:pk>/edit/",
        comment.CommentEdit.as_view(),
        name="comment_edit",
    ),
    path(
        "p/<slug:project>/comments/<int:pk>/withdraw/",
        comment.CommentWithdraw.as_view(),
        name="comment_withdraw",
    ),
    path(
        "p/<slug:project>/comments/<int:pk>/resolve/",
        comment.comment_resolve,
        name="comment_resolve",
    ),
    path(
        "p/<slug:project>/comments/<int:pk>/reopen/",
        comment.comment_reopen,
        name="comment_reopen",
    ),
    path("p/<slug:project>/sectors/", views.SectorList.as_view(), name="sector_list"),
    path("p/<slug:project>/sectors/new/", views.SectorCreate.as_view(), name="sector_create"),
    path("p/<slug:project>/sectors/<int:pk>/edit/", views.SectorEdit.as_view(), name="sector_edit"),
    path(
        "p/<slug:project>/sectors/<int:pk>/delete/",
        views.SectorDelete.as_view(),
        name="sector_delete",
    ),
    path("p/<slug:project>/areas/", views.AreaList.as_view(), name="area_list"),
    path("p/<slug:project>/areas/new/", views.AreaCreate.as_view(), name="area_create"),
    path("p/<slug:project>/areas/<int:pk>/edit/", views.AreaEdit.as_view(), name="area_edit"),
    path(
        "p/<slug:project>/areas/<int:pk>/delete/",
        views.AreaDelete.as_view(),
        name="area_delete",
    ),
    path("projects/new/", views.ProjectCreate.as_view(), name="project_create"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    path("p/<slug:project>/settings/", views.ProjectEdit.as_view(), name="project_edit"),
    path("p/<slug:project>/partners/", views.PartnerList.as_view(), name="partner_list"),
    path("p/<slug:project>/partners/new/", views.PartnerCreate.as_view(), name="partner_create"),
    path(
        "p/<slug:project>/partners/<int:number>/edit/",
        views.PartnerEdit.as_view(),
        name="partner_edit",
    ),
    path(
        "p/<slug:project>/partners/<int:number>/delete/",
        views.PartnerDelete.as_view(),
        name="partner_delete",
    ),
    path("p/<slug:project>/periods/", views.PeriodList.as_view(), name="period_list"),
    path("p/<slug:project>/periods/new/", views.PeriodCreate.as_view(), name="period_create"),
    path(
        "p/<slug:project>/periods/<int:number>/edit/",
        views.PeriodEdit.as_view(),
        name="period_edit",
    ),
    path(
        "p/<slug:project>/periods/<int:number>/delete/",
        views.PeriodDelete.as_view(),
        name="period_delete",
    ),
    path("p/<slug:project>/members/", views.MemberList.as_view(), name="member_list"),
    path(
        "p/<slug:project>/members/invite/",
        views.InvitationCreate.as_view(),
        name="invitation_create",
    ),
    path("p/<slug:project>/members/<int:pk>/edit/", views.MemberEdit.as_view(), name="member_edit"),
    path(
        "p/<slug:project>/members/<int:pk>/remove/",
        views.MemberDelete.as_view(),
        name="member_delete",
    ),
    path(
        "p/<slug:project>/invitations/<int:pk>/send/",
        views.invitation_resend,
        name="invitation_resend",
    ),
    path(
        "p/<slug:project>/invitations/<int:pk>/withdraw/",
        views.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("p/<slug:project>/evidence/", evidence.EvidenceList.as_view(), name="evidence_list"),
    path(
        "p/<slug:project>/evidence/<code:code>/",
        evidence.EvidenceDetail.as_view(),
        name="evidence_detail",
    ),
    path(
        "p/<slug:project>/evidence/<code:code>/edit/",
        evidence.EvidenceEdit.as_view(),
        name="evidence_edit",
    ),
    path(
        "p/<slug:project>/evidence/<code:code>/delete/",
        evidence.EvidenceDelete.as_view(),
        name="evidence_delete",
    ),
    path(
        "p/<slug:project>/evidence/<code:code>/detach/<anycode:record>/",
        evidence.evidence_detach,
        name="evidence_detach",
    ),
    path(
        "p/<slug:project>/evidence/<code:code>/file/", evidence.evidence_file, name="evidence_file"
    ),
    path(
        "p/<slug:project>/evidence/<code:code>/preview/",
        evidence.evidence_preview,
        name="evidence_preview",
    ),
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
