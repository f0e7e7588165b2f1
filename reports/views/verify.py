"""A page where anyone checks whether a file is a submitted report."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reports import verifying


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request):
    """The browser sends the file's SHA-256; without scripts the file, which is hashed and forgotten."""
    context = {"code": request.GET.get("code", "")[:20], "asked": False}
    if request.method == "POST":
        digest, problem = _digest(request)
        context |= {"problem": problem, "asked": not problem, "digest": digest}
        context["report"] = None if problem else verifying.submitted_with(digest)
    return render(request, "reports/verify.html", context)


def _digest(request):
    """(SHA-256 of what was sent, or what is wrong with it)."""
    digest = request.POST.get("sha256", "").strip().lower()
    if verifying.DIGEST.fullmatch(digest):
        return digest, ""
    file = request.FILES.get("file")
    if file is None:
        return "", _("Choose the file that is to be checked.")
    if file.size > verifying.LARGEST:
        return "", _("This file is larger than any report of this portal.")
    return verifying.digest_of(file), ""
