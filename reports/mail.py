"""Telling whoever asked for a file that it is ready, or that it could not be made."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.jobs import Progress
from projects.actions.notice import tell
from projects.models import Happening

logger = logging.getLogger(__name__)

AWAY = 20  # seconds after which whoever asked has turned to something else, and gets a mail


def told(job):
    """Tell whoever asked for `job`, a finished row: a notice in the portal, and a mail if it took its time.

    A mail that can't be sent is logged: the file is ready all the same.
    """
    done = job.state == Progress.DONE
    tell(record=job, what=Happening.MADE if done else Happening.FAILED, actor=None)
    person = job.requested_by
    waited = (job.finished_at - job.requested_at).total_seconds()
    if waited < AWAY or not person.is_active:
        return
    with override(person.language or settings.LANGUAGE_CODE):
        subject = _("%(file)s is ready") if done else _("%(file)s could not be made")
        text = render_to_string(
            "reports/mail/made.txt",
            {"job": job, "done": done, "link": settings.SITE_URL + job.get_absolute_url()},
        )
        subject = " ".join((subject % {"file": job}).split())
    try:
        send_mail(subject, text, None, [person.email])
    except (SMTPException, OSError) as error:
        logger.warning("No mail to %s about %s: %s", person.pk, job, error)
