"""The page behind a firm's link: it answers as it goes, and hands in. No login; a GET changes nothing."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from clusters.actions import asking
from clusters.models import SCALE, Asked, Kind
from clusters.views.unknown import unknown
from common.languages import speaking
from common.links import kept_quiet


class Paper:
    """A questionnaire as one firm sees it in one language, with what it answered so far."""

    def __init__(self, questionnaire, language, answers=(), missing=()):
        self.title = questionnaire.said("title", language)
        self.introduction = questionnaire.said("introduction", language)
        given = {}
        for answer in answers:
            value = answer.option_id or answer.number or answer.text
            given.setdefault(answer.question_id, []).append(str(value))
        missing = {question.pk for question in missing}
        self.questions = [
            _asked(question, language, given.get(question.pk, []), question.pk in missing)
            for question in questionnaire.questions.prefetch_related("options")
        ]
        said = [self.title, *(question["text"] for question in self.questions)]
        self.partly_english = any(text.lang != language for text in said)
        self.missing = [question for question in self.questions if question["missing"]]


def _asked(question, language, values, missing):
    if question.kind == Kind.SCALE:
        choices = [(str(number), str(number)) for number in SCALE]
    else:
        options = question.options.all()
        choices = [(str(option.pk), option.said("text", language)) for option in options]
    return {
        "name": f"q{question.pk}",
        "pk": question.pk,
        "kind": question.kind,
        "several": question.kind == Kind.SEVERAL,
        "required": question.required,
        "text": question.said("text", language),
        "low": question.said("low", language),
        "high": question.said("high", language),
        "choices": choices,
        "values": values,
        "mark": asking.mark(values),
        "missing": missing,
    }


# SECURITY: the signed token in the address is the secret, no cookie is; so nobody else's page can send this form for
# the firm, and the check for such pages would refuse browsers, which name no origin under "no-referrer".
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, token):
    return kept_quiet(_answer(request, token))


def _answer(request, token):
    found = Asked.objects.select_related("sme", "wave__project", "wave__questionnaire")
    try:
        asked = found.for_token(token)
    except Asked.DoesNotExist:
        return unknown(request)
    with speaking(request, asked.sme.country) as language:
        if request.method == "POST":
            return _take(request, asked, language)
        return _page(request, asked, language)


def _take(request, asked, language):
    questions = asked.wave.questionnaire.questions.prefetch_related("options")
    shown = [question for question in questions if f"mark_{question.pk}" in request.POST]
    sent = {question: _values(request, question) for question in shown}
    seen = {question: request.POST[f"mark_{question.pk}"] for question in shown}
    kept = asking.save_answers(asked=asked, sent=sent, seen=seen)
    if request.htmx:
        if kept is None:
            return HttpResponse(headers={"HX-Refresh": "true"})
        marks = [(question.pk, asking.mark(sent[question])) for question in kept]
        return render(request, "clusters/public/answer.html#saved", {"marks": marks})
    if kept is not None and "hand_in" in request.POST and (missing := asking.hand_in(asked=asked)):
        return _page(request, asked, language, missing=missing)
    state = "" if "hand_in" in request.POST else "&saved=1"
    # The language goes on as it was chosen; a scanner that follows this changes nothing.
    return redirect(f"{reverse('answer', args=[asked.token])}?language={language}{state}")


def _values(request, question):
    """What was sent for one question, as its answers are kept: no empty ones, one way of ending a line."""
    values = request.POST.getlist(f"q{question.pk}")
    return [text for value in values if (text := "\n".join(value.strip().splitlines()))]


def _page(request, asked, language, missing=()):
    asked.refresh_from_db(fields=["handed_in_at"])
    answers = asked.answers.all()
    context = {
        "project": asked.wave.project,
        "demonstration": asked.wave.project.demonstration,
        "languages": settings.PUBLIC_LANGUAGES,
        "firm": asked.sme.own_name,
        "asked": asked,
        "paper": Paper(asked.wave.questionnaire, language, answers, missing),
        "saved": "saved" in request.GET,
    }
    if asked.handed_in_at:
        return render(request, "clusters/public/answer_thanks.html", context)
    if asked.wave.why_closed:
        return render(request, "clusters/public/answer_closed.html", context, status=410)
    context["closes"] = asked.wave.closes_on
    context["lost"] = _("This answer could not be saved. Is there a connection? It is tried again.")
    return render(request, "clusters/public/answer.html", context)
