"""Who was at an event: the list, its entry and its confirmation."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import generic
from django.views.decorators.http import require_POST

from clusters.models import Manager
from common.views import Delete, Edit, List
from events.actions import attendance as actions
from events.filters.attendance import AttendanceFilter
from events.forms.attendance import AttendanceForm, EntryForm
from events.matching import proposals
from events.models import Attendance, Event
from events.presence import presence
from events.rendering import sheets
from events.tables.attendance import AttendanceTable
from events.views.event import own_event, visible_event


class OfEvent:
    """Pages of one event, which its code in the address names."""

    @cached_property
    def event(self):
        return visible_event(self.request, self.kwargs["code"])

    @cached_property
    def keeps(self):
        return Event.objects.editable_by(self.request.user).filter(pk=self.event.pk).exists()

    def get_context_data(self, **kwargs):
        return super().get_context_data(event=self.event, keeps=self.keeps, **kwargs)


class AttendanceList(OfEvent, List):
    model = Attendance
    table_class = AttendanceTable
    filterset_class = AttendanceFilter
    template_name = "events/attendance_list.html"
    rows_per_page = 60
    empty = gettext_lazy("Nobody is on the list here.")

    @property
    def title(self):
        return _("Who came: %(event)s") % {"event": self.event.code}

    def get_queryset(self):
        # SECURITY: rows with names, for those who read them; everybody else gets the numbers above the list.
        rows = Attendance.objects.names_visible_to(self.request.user).filter(event=self.event)
        return rows.for_list()

    def get_filterset_kwargs(self, filterset_class):
        return {**super().get_filterset_kwargs(filterset_class), "event": self.event}

    def get_table_kwargs(self):
        return {**super().get_table_kwargs(), "chooses": self.keeps}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rows = [row.record for row in context["table"].paginated_rows]
        proposed = proposals(self.event, rows) if self.keeps else {}
        for row in rows:
            row.proposed = proposed.get(row.pk)
        numbers = presence(self.event)
        return {
            **context,
            "numbers": numbers,
            "copies": [(day, day + datetime.timedelta(days=1)) for day in self.event.days[:-1]],
            "sheets": sheets(self.event).items() if self.keeps else (),
            "is_open": self.event.has_begun and self.event.state != "cancelled",
        }


class AttendanceEnter(OfEvent, generic.FormView):
    """Puts many people on the list at once."""

    form_class = EntryForm
    template_name = "events/attendance_form.html"

    def dispatch(self, request, *args, **kwargs):
        own_event(request, self.kwargs["code"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        return {
            **kwargs,
            "user": self.request.user,
            "project": self.request.project,
            "event": self.event,
        }

    def get_initial(self):
        days = [day for day in self.event.days if day <= self.event.today]
        asked = self.request.GET.get("day", "")
        known = asked in {day.isoformat() for day in self.event.days}
        return {
            "days": [asked if known else (days[-1:] or self.event.days[:1])[0].isoformat()],
            "confirm": bool(days),
        }

    def get_template_names(self):
        if self.request.htmx and not self.request.htmx.boosted:
            return [f"{self.template_name}#firms"]
        return [self.template_name]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        firms, more = context["form"].offered()
        return {
            **context,
            "title": _("Who was there?") if self.event.has_begun else _("Who is expected?"),
            "firms": firms,
            "more": more,
            "cancel_url": reverse(
                "attendance_list", args=[self.request.project.slug, self.event.code]
            ),
        }

    def post(self, request, *args, **kwargs):
        form = self.get_form()
        if "find" in request.POST or "more" in request.POST:
            form.again(more="more" in request.POST)
            return self.render_to_response(self.get_context_data(form=form))
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def form_valid(self, form):
        data = form.cleaned_data
        try:
            entered, before = actions.enter(
                user=self.request.user,
                event=self.event,
                days=data["days"],
                people=data["people"],
                confirm=data.get("confirm", False),
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        except IntegrityError:
            form.add_error(None, _("Somebody saved this list a moment ago. Please send it again."))
            return self.form_invalid(form)
        new = len(entered) - before
        if new:
            said = ngettext("%(n)d line is on the list.", "%(n)d lines are on the list.", new)
            messages.success(self.request, said % {"n": new})
        if before:
            said = ngettext(
                "%(n)d was on the list of that day already and is there once.",
                "%(n)d were on the list of that day already and are there once.",
                before,
            )
            messages.info(self.request, said % {"n": before})
        return redirect("attendance_list", self.request.project.slug, self.event.code)


# --- One line ----------------------------------------------------------------------------------------


class Line(OfEvent):
    """Pages of one line of an event's list."""

    model = Attendance
    slug_field = slug_url_kwarg = "pk"

    def get_queryset(self):
        names = Attendance.objects.names_visible_to(self.request.user)
        return names.filter(event=self.event).for_list()

    def get_success_url(self):
        return reverse("attendance_list", args=[self.request.project.slug, self.event.code])

    get_cancel_url = get_success_url


class AttendanceEdit(Line, Edit):
    form_class = AttendanceForm
    title = gettext_lazy("Edit attendance")
    template_name = "events/attendance_edit.html"

    @property
    def lede(self):
        return str(self.event)


class AttendanceDelete(Line, Delete):
    form_class = Delete.form_class

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            cancel_url=self.get_success_url(),
            question=_("Take %(person)s off the list of this day?") % {"person": self.object.who},
            submit_label=_("Take off the list"),
            **kwargs,
        )


class AttendanceErase(Line, Delete):
    """Asks before the name behind a line is forgotten; that somebody was there stays."""

    form_class = Delete.form_class

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            cancel_url=self.get_success_url(),
            question=_("Erase the name of %(person)s?") % {"person": self.object.who},
            consequence=_(
                "On every list of this project that you keep. How many came, of which category and from which "
                "country stays as it is. This can't be undone."
            ),
            submit_label=_("Erase the name"),
            **kwargs,
        )

    def refusal(self):
        if self.object.manager_id:
            return {"sentence": _("A manager's name is changed on the manager's page."), "rows": []}
        return None

    def remove(self, record):
        return 0, {}  # nothing is deleted, and nothing is in the way

    def form_valid(self, form):
        try:
            n = actions.erase(user=self.request.user, attendance=self.object)
        except ValidationError as error:
            messages.warning(self.request, " ".join(error.messages))
        else:
            said = ngettext(
                "The name is erased on %(n)d line.", "The name is erased on %(n)d lines.", n
            )
            messages.success(self.request, said % {"n": n})
        return HttpResponseRedirect(self.get_success_url())


# --- Confirming --------------------------------------------------------------------------------------


@require_POST
def attendance_confirm(request, code):
    """Confirm the chosen lines, or all that wait; who checked in may be matched to a manager on the way."""
    event = own_event(request, code)
    waiting = event.attendances.waiting()
    if request.POST.get("all"):
        if day := _day(event, request.POST.get("day", "")):
            waiting = waiting.filter(date=day)
        chosen = list(waiting)
    else:
        pks = [pk for pk in request.POST.getlist("record")[:1000] if _is_key(pk)]
        chosen = list(event.attendances.filter(pk__in=pks))
    managers = {}
    for value in request.POST.getlist("match"):
        row, _colon, manager = value.partition(":")
        if _is_key(row) and _is_key(manager):
            managers[int(row)] = int(manager)
    known = Manager.objects.visible_to(request.user).filter(project=request.project)
    known = known.select_related("cluster").in_bulk(set(managers.values()))
    matched = {row: known[pk] for row, pk in managers.items() if pk in known}
    if not chosen:
        messages.warning(request, _("Nobody was chosen: tick a box."))
        return _back(request, event)
    ready, refused = actions.confirm(user=request.user, attendances=chosen, managers=matched)
    if ready:
        said = ngettext("%(n)d is confirmed.", "%(n)d are confirmed.", len(ready))
        messages.success(request, said % {"n": len(ready)})
    for reason in dict.fromkeys(reason for _row, reason in refused):
        messages.warning(request, reason)
    return _back(request, event)


@require_POST
def attendance_take_back(request, code, pk):
    event = own_event(request, code)
    row = get_object_or_404(event.attendances.all(), pk=pk)
    actions.take_back(user=request.user, attendance=row)
    messages.success(request, _("Not confirmed any more."))
    return _back(request, event)


@require_POST
def attendance_copy(request, code):
    """Everybody of one day onto the list of another."""
    event = own_event(request, code)
    source, target = (_day(event, request.POST.get(name, "")) for name in ("source", "target"))
    if not source or not target:
        messages.warning(request, _("This is no day of the event."))
        return _back(request, event)
    n = actions.copy_day(user=request.user, event=event, source=source, target=target)
    said = ngettext(
        "%(n)d line was copied; confirm it when you have seen the person.",
        "%(n)d lines were copied; confirm those whom you have seen.",
        n,
    )
    messages.success(request, said % {"n": n})
    return _back(request, event)


def _back(request, event):
    return redirect("attendance_list", request.project.slug, event.code)


def _is_key(text):
    return text.isdecimal() and text.isascii() and len(text) < 18


def _day(event, text):
    """The day of `event` that `text` names; None if it names none."""
    return next((day for day in event.days if day.isoformat() == text), None)
