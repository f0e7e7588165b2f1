from django.urls import path

from tracekei.due import views

urlpatterns = [
    path("p/<slug:project>/due/", views.DueList.as_view(), name="due_list"),
    path("p/<slug:project>/due/everybody/", views.DueOfAll.as_view(), name="due_of_all"),
]
