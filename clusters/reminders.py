"""The mail that a label is going to expire, once for each label."""

import logging

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Label
from projects.models import Membership, Role

logger = logging.getLogger(__name__)


def warn_of_labels() -> int:
    """Write to the managers of clusters whose label is going to expire, and to the coordinators; how many labels.

    Safe to run twice, at once or after a crash: a conditional UPDATE takes each label before its mail goes out, so
    a mail that fails is tried again on the next day and none is sent twice.
    """
    today = timezone.localdate()
    warned = 0
    for label in (
        Label.objects.ending(today).filter(warned_on__isnull=True, demonstration=False).for_list()
    ):
        addresses = _readers(label)
        if not addresses or not _take(label, today):
            continue
        try:
            _send(label, addresses)
        except OSError:  # what a mail server out of reach raises
            logger.exception("The mail about label %s could not be sent", label.pk)
            Label.objects.filter(pk=label.pk).update(warned_on=None)
        else:
            warned += 1
    return warned


def _take(label, today):
    return Label.objects.filter(pk=label.pk, warned_on__isnull=True).update(warned_on=today)


def _readers(label):
    """The addresses of the cluster's managers who have a login and are members still, and of the coordinators."""
    members = Membership.objects.active().filter(project=label.project, user__is_active=True)
    readers = members.filter(
        Q(role=Role.COORDINATOR) | Q(user__in=label.cluster.managers.values("user"))
    )
    users = get_user_model().objects.filter(pk__in=readers.values("user"))
    return list(users.order_by("email").values_list("email", flat=True))


def _send(label, addresses):
    link = settings.SITE_URL + label.get_absolute_url()
    context = {"label": label, "alarm": label.alarm, "link": link}
    subject = _("%(project)s: a label is going to expire") % {"project": label.project}
    text = render_to_string("clusters/mail/label_expiring.txt", context)
    for address in addresses:
        send_mail(" ".join(subject.split()), text, None, [address])
