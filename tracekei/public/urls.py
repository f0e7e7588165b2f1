from django.urls import path

from tracekei.public import views

urlpatterns = [
    path("public/<slug:slug>/", views.public_page, name="public_page"),
    path(
        "p/<slug:project>/public-page/",
        views.PublicPageEdit.as_view(),
        name="public_page_edit",
    ),
]
