from django.urls import path

from tracekei.due import views

urlpatterns = [
    path("mails/", views.MailChoice.as_view(), name="mail_choice"),
    path("mails/stop/<str:token>/", views.mail_stop, name="mail_stop"),
    path("p/<slug:project>/due/", views.DueList.as_view(), name="due_list"),
    path("p/<slug:project>/due/everybody/", views.DueOfAll.as_view(), name="due_of_all"),
]
