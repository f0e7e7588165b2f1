"""The one answer to every link that nobody sent."""

from django.shortcuts import render

from common.languages import speaking
from common.links import guesses_too_often, kept_quiet


def unknown(request):
    """SECURITY: the same page for every wrong link, whatever it was to lead to and whatever is wrong with it."""
    with speaking(request):
        if guesses_too_often(request):
            return kept_quiet(render(request, "429.html", status=429))
        context = {"demonstration": False}
        return kept_quiet(render(request, "clusters/public/unknown.html", context, status=404))
