from django.urls import path

from events.views import activity, attendance, calendar, countries, dissemination, event, timeline

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
    path("p/<slug:project>/events/", event.EventList.as_view(), name="event_list"),
    path("p/<slug:project>/events/new/", event.EventCreate.as_view(), name="event_create"),
    path("p/<slug:project>/events/<code:code>/", event.EventDetail.as_view(), name="event_detail"),
    path("p/<slug:project>/events/<code:code>/edit/", event.EventEdit.as_view(), name="event_edit"),
    path(
        "p/<slug:project>/events/<code:code>/delete/",
        event.EventDelete.as_view(),
        name="event_delete",
    ),
    path(
        "p/<slug:project>/events/<code:code>/proof/",
        event.EventProof.as_view(),
        name="event_proof",
    ),
    path("p/<slug:project>/events/<code:code>/held/", event.event_hold, name="event_hold"),
    path(
        "p/<slug:project>/events/<code:code>/planned/",
        event.event_plan_again,
        name="event_plan_again",
    ),
    path(
        "p/<slug:project>/events/<code:code>/cancel/",
        event.EventCancel.as_view(),
        name="event_cancel",
    ),
    path(
        "p/<slug:project>/events/<code:code>/people/",
        attendance.AttendanceList.as_view(),
        name="attendance_list",
    ),
    path(
        "p/<slug:project>/events/<code:code>/people/new/",
        attendance.AttendanceEnter.as_view(),
        name="attendance_enter",
    ),
    path(
        "p/<slug:project>/events/<code:code>/people/confirm/",
        attendance.attendance_confirm,
        name="attendance_confirm",
    ),
    path(
        "p/<slug:project>/events/<code:code>/people/copy/",
        attendance.attendance_copy,
        name="attendance_copy",
    ),
    path(
        "p/<slug:project>/events/<code:code>/people/<int:pk>/edit/",
        attendance.AttendanceEdit.as_view(),
        name="attendance_edit",
    ),
    path(
        "p/<slug:project>/events/<code:code>/people/<int:pk>/delete/",
        attendance.AttendanceDelete.as_view(),
        name="attendance_delete",
    ),
    path(
        "p/<slug:project>/events/<code:code>/people/<int:pk>/erase/",
        attendance.AttendanceErase.as_view(),
        name="attendance_erase",
    ),
    path(
        "p/<slug:project>/events/<code:code>/people/<int:pk>/back/",
        attendance.attendance_take_back,
        name="attendance_take_back",
    ),
    # --- Calendar ---
    path("p/<slug:project>/calendar/", calendar.CalendarPage.as_view(), name="calendar"),
    path(
        "p/<slug:project>/calendar/subscribe/",
        calendar.FeedPage.as_view(),
        name="calendar_subscribe",
    ),
    path(
        "p/<slug:project>/events/<code:code>/calendar.ics", calendar.event_file, name="event_file"
    ),
    path("calendar/<str:secret>.ics", calendar.calendar_feed, name="calendar_feed"),
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
