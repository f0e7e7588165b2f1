from django.urls import path

from workpackages import views

urlpatterns = [
    path("p/<slug:project>/work-plan/", views.WorkPlan.as_view(), name="work_plan"),
]
