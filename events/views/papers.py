"""Papers of an event as PDF files. They are small enough to be made while one waits (bench/events.py)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _

from events import rendering
from events.models import Attendance
from events.views.event import own_event, visible_event


def event_sheet(request, code, date):
    """The sign-in sheet of one day; SECURITY: it has names, so it is for those who keep the event."""
    event = own_event(request, code)
    if date not in event.days:
        raise Http404
    asked = request.GET.get("part", "")
    part = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 1
    if part not in rendering.sheets(event)[date]:
        raise Http404
    content = rendering.sign_in_sheet(event, date, part=part, blank="blank" in request.GET)
    return _file(content, f"sign-in-{event.code}-{date.isoformat()}-{part}")


def certificate(request, code, pk):
    """The certificate of one person, for those who read the person's name."""
    event = visible_event(request, code)
    readable = Attendance.objects.names_visible_to(request.user).filter(event=event)
    row = get_object_or_404(readable.for_list(), pk=pk)
    if not row.is_confirmed or row.erased_at:
        messages.warning(
            request, _("A certificate says that somebody was there: confirm the attendance first.")
        )
        return redirect("attendance_list", request.project.slug, event.code)
    return _file(rendering.certificate(row), f"certificate-{event.code}-{slugify(row.who) or pk}")


def _file(content, name):
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
