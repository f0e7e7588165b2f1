"""The pages of what is due: one's own, for the coordinator everybody's; and which mails a person wants."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views import generic
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common.links import kept_quiet
from projects.models import Project
from tracekei.due.duties import Nearness, by_nearness, duties, duties_of
from tracekei.due.forms import MailForm
from tracekei.due.mail import language_for, stopped_by

SHOWN = 100  # of one group
FIRST = 6  # on other pages


def first_due(user, projects):
    """What is due next for `user`, for a card on another page: the first rows, how many there are and are late."""
    own = duties_of(user=user, projects=projects)
    return {
        "first": own[:FIRST],
        "count": len(own),
        "late": sum(duty.nearness == Nearness.LATE for duty in own),
    }


def grouped(found):
    """The groups of a list of duties as a page shows them."""
    return [
        {
            "nearness": nearness,
            "rows": rows[:SHOWN],
            "count": len(rows),
            "more": max(len(rows) - SHOWN, 0),
        }
        for nearness, rows in by_nearness(found)
    ]


class DueList(generic.TemplateView):
    """What is due for the reader in this project."""

    template_name = "due/due_list.html"

    def get_context_data(self, **kwargs):
        user, project = self.request.user, self.request.project
        own = duties_of(user=user, projects=[project])
        return super().get_context_data(groups=grouped(own), here="mine", **kwargs)


class DueOfAll(generic.TemplateView):
    """Who is late with what, by partner and by person; for the coordinator."""

    template_name = "due/due_of_all.html"
    title = gettext_lazy("Who is late with what")

    def dispatch(self, request, *args, **kwargs):
        if not Project.objects.editable_by(request.user).filter(pk=request.project.pk).exists():
            raise PermissionDenied(_("What is due for others is read by the coordinator."))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        found = duties(user=self.request.user, projects=[self.request.project])
        return super().get_context_data(partners=by_partner(found), here="all", **kwargs)


def by_partner(found):
    """The duties by partner and by those who have them together; whoever is late with most comes first."""
    partners = {}
    for duty in found:
        partner = duty.owners[0].partner if duty.owners else None
        key = str(partner or _("Coordination"))
        people = tuple(member.user for member in duty.owners)
        partners.setdefault(key, {}).setdefault(people, []).append(duty)
    rows = [
        {
            "partner": partner,
            **_counted([duty for own in people.values() for duty in own]),
            "people": sorted(
                (
                    {"people": who, "groups": grouped(own), **_counted(own)}
                    for who, own in people.items()
                ),
                key=lambda row: (-row["late"], -row["count"]),
            ),
        }
        for partner, people in partners.items()
    ]
    return sorted(rows, key=lambda row: (-row["late"], -row["count"], row["partner"]))


def _counted(found):
    return {
        "count": len(found),
        "late": sum(duty.nearness == Nearness.LATE for duty in found),
        "week": sum(duty.nearness == Nearness.WEEK for duty in found),
    }


# --- Which mails a person wants --------------------------------------------------------------------


class MailChoice(generic.UpdateView):
    """The reminders and the weekly mail, each switched on and off by its reader, and their language."""

    form_class = MailForm
    template_name = "house/form.html"
    success_url = reverse_lazy("mail_choice")
    extra_context = {
        "title": gettext_lazy("Mails to me"),
        "lede": gettext_lazy("What is due is mailed to you at most once a day, each thing once."),
        "cancel_url": reverse_lazy("start"),
    }

    def get_object(self, queryset=None):
        return get_object_or_404(get_user_model(), pk=self.request.user.pk)

    def form_valid(self, form):
        messages.success(self.request, _("Saved."))
        return super().form_valid(form)


# SECURITY: a mail program presses for its reader (RFC 8058), without a cookie and so without a token of ours. The
# signature in the address proves that it was mailed; all that it opens is to be mailed less.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def mail_stop(request, token):
    """The page behind the link in a mail: asks, and after one press (or the mail program's own) no more are sent."""
    try:
        pk, sorts = stopped_by(token)
    except signing.BadSignature as error:
        raise Http404 from error
    user = get_object_or_404(get_user_model(), pk=pk)
    if request.method == "POST":
        for sort in sorts:
            setattr(user, sort.field, False)
        user.save(update_fields=[sort.field for sort in sorts])
    with override(language_for(user)):
        context = {
            "sorts": sorts,
            "stopped": not any(getattr(user, sort.field) for sort in sorts),
            "choice": settings.SITE_URL + reverse("mail_choice"),
        }
        return kept_quiet(render(request, "due/public/stop.html", context))
