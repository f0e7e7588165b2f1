"""What people do behind a link, without a login: check in at the door, register, withdraw, say how it was.

A GET changes nothing: programs that scan mails look too. No page tells who else is there.
"""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clusters.views.unknown import unknown
from common import links
from common.languages import speaking
from common.links import kept_quiet
from events import codes
from events.actions import registration as actions
from events.forms.public import CheckInForm, EvaluationForm, RegisterForm
from events.models import Place, Registration, Standing

MOST_SENDINGS = 400  # from one address of the internet: a whole room may share one
WITHIN = 600  # seconds


def public(view):
    """SECURITY: whoever has the link may send the form, and nobody else knows its address; a browser that is told to
    send no referrer sends no origin either, which is what protection against forged requests looks at."""
    return csrf_exempt(login_not_required(require_http_methods(["GET", "HEAD", "POST"])(view)))


def _too_often(request):
    key = f"event-forms:{get_adapter().get_client_ip(request)}"
    cache.add(key, 0, WITHIN)
    try:
        return cache.incr(key) > MOST_SENDINGS
    except ValueError:  # it expired between the two
        return False


def _page(request, template, event, *, status=200, **context):
    project = event.project
    return kept_quiet(
        render(
            request,
            f"events/public/{template}",
            {
                "event": event,
                "project": project,
                "demonstration": project.demonstration,
                "languages": settings.PUBLIC_LANGUAGES,
                **context,
            },
            status=status,
        )
    )


def _closed(request, event, sentence, status=410):
    """SECURITY: why a link opens nothing now, and nothing about the event."""
    return _page(request, "closed.html", event, status=status, sentence=sentence)


def _filled(request, form_class, **kwargs):
    """The form, bound if it was sent, and whether it was sent and is right."""
    form = form_class(request.POST if request.method == "POST" else None, **kwargs)
    return form, request.method == "POST" and form.is_valid()


def _again(request):
    """The page after sending, in the language that was chosen."""
    return kept_quiet(redirect(f"{request.path}?done=1&language={request.public_language}"))


@public
def check_in(request, code):
    """The page behind the code on the wall, on the day of the code, where the event is."""
    event, day = codes.event_and_day(code)
    if event is None or day is None:
        return unknown(request)
    with speaking(request):
        if event.state == Standing.CANCELLED:
            return _closed(request, event, _("This event does not take place."))
        if day < event.today:
            return _closed(
                request, event, _("This code was for another day and opens nothing any more.")
            )
        if day > event.today:
            return _closed(request, event, _("This code opens on the day of the event."), 403)
        if "done" in request.GET and request.method != "POST":
            return _page(request, "checked_in.html", event, day=day)
        if request.method == "POST" and _too_often(request):
            return kept_quiet(render(request, "429.html", status=429))
        form, right = _filled(request, CheckInForm, event=event)
        if right:
            said = {**form.cleaned_data}
            said.pop("agree")
            try:
                actions.check_in(event=event, day=day, **said)
                return _again(request)
            except ValidationError as error:
                form.add_error(None, error)
        return _page(request, "check_in.html", event, day=day, form=form)


@public
def register(request, token):
    """The page on which people register, while the organiser keeps it open."""
    event = codes.event_of(token, codes.REGISTRATION)
    if event is None:
        return unknown(request)
    with speaking(request, event.country):
        if "done" in request.GET and request.method != "POST":
            return _page(request, "registered.html", event)
        if not event.registers:
            return _closed(request, event, _("Registration is closed."))
        if request.method == "POST" and _too_often(request):
            return kept_quiet(render(request, "429.html", status=429))
        form, right = _filled(request, RegisterForm, event=event)
        if right:
            said = {**form.cleaned_data}
            said.pop("agree")
            try:
                actions.register(event=event, language=request.public_language, **said)
                return _again(request)
            except ValidationError as error:
                form.add_error(None, error)
        full = not actions.has_room(event)
        return _page(request, "register.html", event, form=form, full=full)


@public
def register_withdraw(request, token):
    """The page behind the link in the mail: one press takes the registration back."""
    key = links.key_of(token, salt=codes.WITHDRAWAL)
    found = Registration.objects.filter(submission=key)
    found = found.select_related("event__project", "event__partner").first()
    if found is None:
        return unknown(request)
    with speaking(request, found.event.country):
        if request.method == "POST":
            actions.withdraw(registration=found)
            return _again(request)
        withdrawn = found.state == Place.WITHDRAWN
        return _page(request, "withdraw.html", found.event, withdrawn=withdrawn)


@public
def evaluate(request, token):
    """The page on which people say how it was, without a name."""
    event = codes.event_of(token, codes.EVALUATION)
    if event is None:
        return unknown(request)
    with speaking(request, event.country):
        if "done" in request.GET and request.method != "POST":
            return _page(request, "evaluated.html", event)
        if not event.asks:
            return _closed(
                request, event, _("Answers are not taken any more. Thank you for coming by.")
            )
        if request.method == "POST" and _too_often(request):
            return kept_quiet(render(request, "429.html", status=429))
        form, right = _filled(request, EvaluationForm)
        if right:
            try:
                actions.evaluate(event=event, **form.cleaned_data)
                return _again(request)
            except ValidationError as error:
                form.add_error(None, error)
        return _page(request, "evaluate.html", event, form=form)
