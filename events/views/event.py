from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic
from django.views.decorators.http import require_POST

from common.views import Create, Detail, Edit, List
from events.actions import event as actions
from events.filters.event import EventFilter
from events.forms.event import CancelForm, EventForm
from events.models import Event
from events.opinions import opinions
from events.presence import presence
from events.promises import promises
from events.tables.event import EventTable
from events.views.keeping import KeptByPartner, Removed
from projects.models import Partner
from projects.views.evidence import Proof, proof_of

LIKE = ["kind", "title", "partner", "starts_at", "ends_at", "time_zone", "online", "place"]
LIKE += ["country", "cluster", "task", "agenda", "speakers"]


def keeps_events(request):
    """Whether the reader hosts events: staff and cluster managers of a partner, and the coordinator."""
    hosts = Partner.objects.read_within_by(request.user)
    return hosts.filter(project=request.project).exists()


class EventList(KeptByPartner, List):
    model = Event
    table_class = EventTable
    filterset_class = EventFilter
    template_name = "events/event_list.html"
    title = gettext_lazy("Events")
    lede = gettext_lazy("Trainings, visits, workshops and meetings: planned, held, and who came.")
    empty = gettext_lazy("No event here. Remove a filter if you set one, or plan the first one.")
    create_url, create_label = "event_create", gettext_lazy("New event")

    def get_queryset(self):
        return super().get_queryset().for_list().with_proof()

    def get_context_data(self, **kwargs):
        if not self.request.htmx:
            project = self.request.project
            kwargs["promises"] = promises(
                user=self.request.user, project=project, day=timezone.localdate()
            )
        return super().get_context_data(**kwargs)


class EventDetail(Detail):
    model = Event

    def get_queryset(self):
        return super().get_queryset().for_list().select_related("created_by")

    def get_context_data(self, **kwargs):
        event = self.object
        return super().get_context_data(
            **proof_of(event, self.request.user),
            record=event,
            numbers=presence(event),
            told=event.disseminations.visible_to(self.request.user).for_list(),
            meetings=event.meetings.visible_to(self.request.user).for_list(),
            may_tell=KeptByPartner.may_create(self),
            opinions=opinions(event),
            speakers=[line.strip() for line in event.speakers.splitlines() if line.strip()],
            competences=event.competences.visible_to(self.request.user),
            **kwargs,
        )


class EventPage(KeptByPartner):
    model = Event
    form_class = EventForm
    list_url = "event_list"

    def get_queryset(self):
        return super().get_queryset().for_list()

    def saved(self):
        super().saved()
        if self.object.warning:
            messages.warning(self.request, self.object.warning)


class EventCreate(EventPage, Create):
    title = gettext_lazy("New event")

    def get_initial(self):
        like = self.like
        initial = {name: getattr(like, name) for name in LIKE} if like else {}
        if like:
            initial["competences"] = list(like.competences.values_list("pk", flat=True))
        for name in ("kind", "cluster", "task"):
            if value := self.request.GET.get(name, "").replace("\x00", ""):
                initial[name] = value[:30]
        return initial

    @cached_property
    def like(self):
        """The event that this one is like, on other days; None for a blank form."""
        code = self.request.GET.get("like", "").replace("\x00", "")
        visible = Event.objects.visible_to(self.request.user)
        return visible.filter(project=self.request.project, code=code).first() if code else None


class EventEdit(EventPage, Edit):
    title = gettext_lazy("Edit event")

    @property
    def lede(self):
        return str(self.object)


class EventDelete(Removed):
    model = Event
    list_url = "event_list"


class EventProof(Proof):
    record_model = Event


# --- Whether it takes place ------------------------------------------------------------------------


def visible_event(request, code):
    visible = Event.objects.visible_to(request.user).for_list()
    return get_object_or_404(visible, project=request.project, code=code)


def own_event(request, code):
    """The event of this code: 404 if it is not the reader's to see, 403 if it is not theirs to change."""
    event = visible_event(request, code)
    if not Event.objects.editable_by(request.user).filter(pk=event.pk).exists():
        raise PermissionDenied(_("You may read this event but not change it."))
    return event


def _done(request, event, action, sentence):
    try:
        action(user=request.user, event=event)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, sentence % {"event": event})
    return redirect(event)


@require_POST
def event_hold(request, code):
    return _done(request, own_event(request, code), actions.hold, _("Held: %(event)s"))


@require_POST
def event_plan_again(request, code):
    return _done(request, own_event(request, code), actions.plan_again, _("Planned: %(event)s"))


class EventCancel(generic.FormView):
    """Asks why, and cancels."""

    form_class = CancelForm
    template_name = "house/form.html"

    @cached_property
    def event(self):
        return own_event(self.request, self.kwargs["code"])

    def dispatch(self, request, *args, **kwargs):
        self.event  # noqa: B018 - asks for the right before anything else
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("Cancel the event?"),
            lede=str(self.event),
            cancel_url=self.event.get_absolute_url(),
            submit_label=_("Cancel the event"),
            **kwargs,
        )

    def form_valid(self, form):
        try:
            actions.cancel(
                user=self.request.user, event=self.event, reason=form.cleaned_data["reason"]
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, _("Cancelled: %(event)s") % {"event": self.event})
        return HttpResponseRedirect(self.event.get_absolute_url())
