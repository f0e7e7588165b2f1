"""The calendar of a project: a month, a list, a file for each event, and the address for calendar programs."""

import hashlib

from auditlog.models import LogEntry
from dateutil.relativedelta import relativedelta
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Max, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic
from django.views.decorators.http import condition, require_safe

from events import calendar
from events.actions import feed as actions
from events.forms.calendar import CalendarFilter
from events.ical import MEDIA_TYPE, as_calendar
from events.models import Event, Feed
from events.views.event import keeps_events, visible_event

A_DAY = 4  # entries of a day that the table shows


class CalendarPage(generic.TemplateView):
    """A month of the project: as a table, or as a list, which is what a narrow screen shows in any case."""

    template_name = "events/calendar.html"
    title = gettext_lazy("Calendar")

    @cached_property
    def month(self):
        """The first day of the month that is shown."""
        asked = calendar.month_named(self.request.GET.get("month", ""))
        return asked or self.request.project.reading_day().replace(day=1)

    def get_context_data(self, **kwargs):
        request, project = self.request, self.request.project
        form = CalendarFilter(request.GET, user=request.user, project=project)
        form.is_valid()
        first, last = calendar.span_of(self.month)
        found = calendar.entries(
            project=project,
            user=request.user,
            first=first,
            last=last,
            kind=form.cleaned_data.get("kind") or "",
            partner=form.cleaned_data.get("partner"),
        )
        weeks = calendar.weeks(self.month, found)
        for week in weeks:
            for day in week:
                day.shown, day.more = day.entries[:A_DAY], len(day.entries) - A_DAY
        agenda = [day for week in weeks for day in week if day.in_month and day.entries]
        return super().get_context_data(
            title=self.title,
            month=self.month,
            months=self.months(),
            as_list=request.GET.get("view") == "list",
            today=timezone.localdate(),
            weekdays=[(WEEKDAYS[n], WEEKDAYS_ABBR[n]) for n in range(7)],
            weeks=weeks,
            agenda=agenda,
            count=len({id(entry) for day in agenda for entry in day.entries}),
            form=form,
            narrowed=any(form.cleaned_data.get(name) for name in ("kind", "partner")),
            may_create=keeps_events(request),
            near=None if agenda else self.near(),
            **kwargs,
        )

    def months(self):
        """The addresses of the month before, of the next, and of today's, where the calendar goes so far."""
        there = {}
        for name, month in (
            ("before", self.month - relativedelta(months=1)),
            ("after", self.month + relativedelta(months=1)),
            ("now", timezone.localdate().replace(day=1)),
        ):
            if calendar.FIRST_YEAR <= month.year <= calendar.LAST_YEAR and month != self.month:
                query = self.request.GET.copy()
                query["month"] = f"{month:%Y-%m}"
                there[name] = {"month": month, "query": query.urlencode()}
        return there

    def near(self):
        """The months with an event that are nearest to an empty one, before and after it."""
        events = Event.objects.visible_to(self.request.user).filter(project=self.request.project)
        next_month = self.month + relativedelta(months=1)
        before = events.filter(last_day__lt=self.month).order_by("-last_day").first()
        after = events.filter(first_day__gte=next_month).order_by("first_day").first()
        return {"before": before and before.last_day, "after": after and after.first_day}


# --- For calendar programs ---------------------------------------------------------------------------


@require_safe
def event_file(request, code):
    """One event as a file that a calendar program opens."""
    event = visible_event(request, code)
    answer = HttpResponse(as_calendar([event], name=event.title), content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{event.code}.ics"'
    return answer


class FeedPage(generic.TemplateView):
    """The member's own secret address, and how to give it to a calendar program."""

    template_name = "events/calendar_subscribe.html"
    title = gettext_lazy("Your calendar address")

    def get_context_data(self, **kwargs):
        own = Feed.objects.visible_to(self.request.user)
        return super().get_context_data(
            title=self.title,
            feed=own.filter(membership=self.request.membership).first(),
            **kwargs,
        )

    def post(self, request):
        if request.POST.get("do") == "close":
            actions.close_feed(membership=request.membership)
            messages.success(request, _("The address opens nothing any more."))
        else:
            there = Feed.objects.filter(membership=request.membership).exists()
            actions.renew_feed(membership=request.membership)
            if there:
                messages.success(
                    request, _("You have a new address. The former one opens nothing any more.")
                )
        return redirect(reverse("calendar_subscribe", args=[request.project.slug]))


def _events_of(feed):
    member = feed.membership
    return Event.objects.visible_to(member.user).filter(project=member.project_id)


def _feed_of(request, secret):
    """The feed behind the address, looked up once a request; None if there is none."""
    if not hasattr(request, "feed"):
        try:
            request.feed = Feed.objects.select_related(
                "membership__user", "membership__project"
            ).for_secret(secret)
        except Feed.DoesNotExist:
            request.feed = None
    return request.feed


def _state_of(request, secret):
    """What tells one state of the feed from another: how many events, how often and when they were changed."""
    if not hasattr(request, "feed_state"):
        feed = _feed_of(request, secret)
        request.feed_state = feed and _events_of(feed).aggregate(
            n=Count("pk"), changes=Sum("version"), last=Max("updated_at")
        )
    return request.feed_state


def _etag(request, secret):
    state = _state_of(request, secret)
    if state is None:
        return None
    said = f"{request.feed.nonce} {sorted(state.items())}"
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def _last_modified(request, secret):
    state = _state_of(request, secret)
    if state is None:
        return None
    # An event that was deleted is told by the audit trail alone.
    deleted = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Event), action=LogEntry.Action.DELETE
    ).aggregate(last=Max("timestamp"))
    moments = [request.feed.renewed_at, state["last"], deleted["last"]]
    return max(moment for moment in moments if moment)


@login_not_required
@require_safe
@condition(etag_func=_etag, last_modified_func=_last_modified)
def calendar_feed(request, secret):
    """The events of a member's project, for whoever has the member's secret address."""
    feed = _feed_of(request, secret)
    if feed is None:
        raise Http404
    project = feed.membership.project
    events = _events_of(feed).select_related("project", "partner").order_by("first_day", "pk")
    answer = HttpResponse(as_calendar(events, name=project.acronym), content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f'inline; filename="{project.slug}.ics"'
    answer["Cache-Control"] = "private, max-age=0, must-revalidate"
    answer["X-Robots-Tag"] = "noindex"
    return answer
