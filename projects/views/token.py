"""One's own tokens, by which programs read what one may read."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from projects.forms import TokenForm
from projects.models import Token


def token_list(request):
    """The list, with the form for a new one; the secret of a new one is shown once, right after it was made."""
    form = TokenForm(request.POST or None, user=request.user)
    secret = None
    if request.method == "POST" and form.is_valid():
        secret = form.instance.give_secret()
        try:
            with transaction.atomic():
                form.save()
        except IntegrityError:
            messages.info(request, _("This was saved already; it is there once."))
            return redirect(reverse("token_list"))
        form = TokenForm(user=request.user)
    tokens = Token.objects.visible_to(request.user).select_related("project")
    response = render(
        request,
        "projects/token_list.html",
        {"tokens": tokens, "form": form, "secret": secret},
    )
    response["Cache-Control"] = "no-store, private"
    return response


@require_POST
def token_revoke(request, pk):
    """A token that is revoked opens nothing from the next call on; it stays in the list."""
    token = get_object_or_404(Token.objects.editable_by(request.user), pk=pk)
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at", "updated_at"])
    messages.success(request, _("Revoked: %(token)s") % {"token": token})
    return redirect(reverse("token_list"))
