"""The mail of what is due, in its reader's language, with the links that stop it."""

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from common.languages import language_of
from projects.models import Membership
from tracekei.due.duties import Nearness

SIGNER = signing.Signer(salt="tracekei.due.mail", sep=".")
MOST = 20  # of one heading


class Sort(models.TextChoices):
    """The mails that a person can switch off, each by itself."""

    REMINDERS = "reminders", gettext_lazy("Reminders")
    WEEK = "week", gettext_lazy("The week on Mondays")

    @property
    def field(self):
        """Of the person, that says whether they want it."""
        return {"reminders": "wants_reminders", "week": "wants_digest"}[self.value]


def language_for(user):
    """The language in which `user` is written to: the chosen one, else that of their partner's country."""
    if user.language:
        return user.language
    member = Membership.objects.active().filter(user=user, partner__isnull=False)
    first = member.select_related("partner").order_by("pk").first()
    return language_of(first.partner.country if first else "")


def stop_link(user, sorts):
    """The address that switches these `sorts` of mail off for `user`, without a login."""
    token = SIGNER.sign(f"{user.pk}-{'-'.join(sort.value for sort in sorts)}")
    return settings.SITE_URL + reverse("mail_stop", args=[token])


def stopped_by(token):
    """Whose mails a link stops, and which: (id of the person, sorts). Raises BadSignature for a link nobody sent."""
    try:
        pk, *sorts = SIGNER.unsign(token).split("-")
        return int(pk), [Sort(sort) for sort in sorts]
    except ValueError as error:
        raise signing.BadSignature("not of this portal") from error


def message(user, *, today, reminded, week, connection=None):
    """The mail to `user`: what they are `reminded` of, and their `week` (duties each); None if both are empty."""
    if not reminded and not week:
        return None
    sorts = [sort for sort, rows in ((Sort.REMINDERS, reminded), (Sort.WEEK, week)) if rows]
    stop = stop_link(user, sorts)
    with override(language_for(user)):
        day = date_format(today)
        subject = _("Your week from %(day)s") if week else _("What is due: %(day)s")
        lists = [_listed(_("To be remembered today"), reminded)]
        for title, nearness in ((_("Late"), Nearness.LATE), (_("Next 7 days"), Nearness.WEEK)):
            lists.append(_listed(title, [duty for duty in week if duty.nearness == nearness]))
        text = render_to_string(
            "due/mail/due.txt",
            {
                "person": user,
                "lists": [one for one in lists if one["rows"]],
                "links": _lists_of({duty.project for duty in (*reminded, *week)}),
                "choice": settings.SITE_URL + reverse("mail_choice"),
                "stop": stop,
            },
        )
    return EmailMultiAlternatives(
        subject % {"day": day},
        text,
        to=[user.email],
        connection=connection,
        # RFC 8058: the mail program offers a button that sends one POST to this address.
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )


def _listed(title, found):
    rows = [
        {
            "day": date_format(duty.on),
            "label": duty.kind.label,
            "title": " ".join(duty.title.split()),
            "project": duty.project,
            "link": settings.SITE_URL + duty.url,
        }
        for duty in found[:MOST]
    ]
    return {"title": title, "rows": rows, "more": len(found) > MOST}


def _lists_of(projects):
    return [
        settings.SITE_URL + reverse("due_list", args=[project.slug])
        for project in sorted(projects, key=lambda project: project.slug)
    ]
