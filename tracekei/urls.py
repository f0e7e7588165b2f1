from allauth.account import views as account
from django.contrib import admin
from django.urls import include, path, re_path

from tracekei import views

# Of allauth's pages those that people who come by invitation need; there is no signing up and no second address.
ACCOUNTS = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

urlpatterns = [
    path("", views.start, name="start"),
    path("p/<slug:project>/", views.Overview.as_view(), name="overview"),
    path(
        "p/<slug:project>/work-plan/objectives/",
        views.ObjectiveList.as_view(),
        name="objective_list",
    ),
    path("", include("tracekei.due.urls")),
    path("", include("tracekei.public.urls")),
    path("", include("tracekei.api.urls")),
    path("p/<slug:project>/search/", views.Search.as_view(), name="search"),
    path("health/", views.Health.as_view(), name="health"),
    path("accounts/", include(ACCOUNTS)),
    path("admin/", admin.site.urls),
    path("", include("projects.urls")),
    path("", include("workpackages.urls")),
    path("", include("clusters.urls")),
    path("", include("events.urls")),
    path("", include("indicators.urls")),
    path("", include("reports.urls")),
]
