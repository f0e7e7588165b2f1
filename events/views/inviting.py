"""What the organiser opens to people without a login: the door, registration, evaluation."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from common.views import Edit
from events import codes
from events.actions import registration as actions
from events.actions.asking import ask_registered
from events.forms.inviting import AskingForm, RegistrationForm
from events.models import Event, Registration, Source
from events.opinions import opinions
from events.views.event import own_event

SHOWN = 500  # registrations on the page; the list of people has them all


def event_door(request, code, date):
    """The code for the wall: people point their phone at it and check in. No names: everybody looks at it."""
    event = own_event(request, code)
    if date not in event.days:
        raise Http404
    address = codes.check_in_address(event, date)
    came = event.attendances.filter(date=date, source=Source.CHECKED_IN)
    context = {
        "event": event,
        "day": date,
        "address": address,
        "qr": codes.qr(address, _("QR code of the address below")),
        "came": came.count(),
        "waiting": came.waiting().count(),
        "today": event.today == date,
        "over": event.today > date,
    }
    template = "events/door.html#came" if request.htmx else "events/door.html"
    return render(request, template, context)


class Opened(Edit):
    """A page on which the organiser opens something to the public, and sees what came of it."""

    model = Event

    def get_queryset(self):
        return super().get_queryset().for_list()

    def get_success_url(self):
        return self.request.path

    def get_context_data(self, **kwargs):
        event = self.object
        address = self.address(event)
        return super().get_context_data(
            event=event,
            address=address,
            qr=codes.qr(address, _("QR code of the address below")),
            cancel_url=event.get_absolute_url(),
            **kwargs,
        )


class EventRegistration(Opened):
    form_class = RegistrationForm
    template_name = "events/registration.html"
    title = gettext_lazy("Registration")

    def address(self, event):
        return codes.registration_address(event)

    def save(self, form):
        event = super().save(form)
        actions.move_up(event)  # more places are places for those who wait
        return event

    def get_context_data(self, **kwargs):
        rows = Registration.objects.visible_to(self.request.user).filter(event=self.object)
        return super().get_context_data(
            rows=rows.select_related("event__project")[:SHOWN],
            registered=rows.registered().count(),
            waiting=rows.waiting().count(),
            **kwargs,
        )


class EventEvaluation(Opened):
    form_class = AskingForm
    template_name = "events/evaluation.html"
    title = gettext_lazy("Evaluation")

    def address(self, event):
        return codes.evaluation_address(event)

    def get_context_data(self, **kwargs):
        registered = self.object.registrations.registered()
        return super().get_context_data(
            opinions=opinions(self.object),
            comments=self.object.evaluations.exclude(comment="")[:SHOWN],
            to_ask=registered.filter(invited_at__isnull=True).count(),
            asked=registered.filter(invited_at__isnull=False).count(),
            **kwargs,
        )


@require_POST
def event_ask(request, code):
    """Mails the link of the evaluation to everybody registered, once."""
    event = own_event(request, code)
    try:
        n = ask_registered(user=request.user, event=event)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        said = ngettext("%(n)d mail is on its way.", "%(n)d mails are on their way.", n)
        messages.success(request, said % {"n": n})
    return redirect(reverse("event_evaluation", args=[request.project.slug, event.code]))
