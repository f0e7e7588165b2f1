from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _


def send_invitation(invitation):
    """Mail the link of `invitation` to its address."""
    subject = _("%(person)s invites you to %(project)s") % {
        "person": invitation.invited_by,
        "project": invitation.project,
    }
    link = settings.SITE_URL + reverse("invitation", args=[invitation.token])
    send_mail(
        " ".join(subject.split()),  # a header has no line breaks
        render_to_string("projects/mail/invitation.txt", {"invitation": invitation, "link": link}),
        None,
        [invitation.email],
    )
