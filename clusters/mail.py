"""Mails to firms, in the language of their country, and to those who wrote to them."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from clusters.models import Confirmation, ConsultedFirm, Letter
from common.languages import language_of

log = logging.getLogger(__name__)


def questionnaire_letter(letter):
    """The mail that asks the firm of `letter` to answer, or reminds it; not sent yet."""
    asked = letter.asked
    language = language_of(asked.sme.country)
    with override(language):
        questionnaire = asked.wave.questionnaire
        title = questionnaire.said("title", language)
        reminder = letter.kind == Letter.Kind.REMINDER
        subject = _("A reminder: %(title)s") if reminder else "%(title)s"
        words = {"title": title, "project": asked.wave.project.acronym}
        text = render_to_string(
            "clusters/mail/questionnaire.txt",
            {
                "asked": asked,
                "contact": letter.contact,
                "project": asked.wave.project,
                "title": title,
                "reminder": reminder,
                "sender": letter.mailing.requested_by,
                "partner": _partner_of(letter.mailing.requested_by, asked),
                "link": asked.link,
            },
        )
        return EmailMessage(
            " ".join(f"{subject} (%(project)s)".split()) % words,  # a header has no line breaks
            text,
            to=[letter.contact.email],
            reply_to=[letter.mailing.requested_by.email],
        )


def _partner_of(sender, asked):
    """The organisation for which `sender` writes: their own, or the one whose firm is asked."""
    member = sender.memberships.filter(project=asked.wave.project_id).select_related("partner")
    own = member.filter(partner__isnull=False).first()
    return own.partner if own else asked.cluster.partner


def send_confirmations(confirmations):
    """Mail each its link, over one connection, and note in each when it went out.

    Those that could not be mailed keep an empty `sent_at`: a refused address stops no other, a mail server out of
    reach stops them all.
    """
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:  # what a mail server out of reach raises
        log.warning("Confirmations could not be mailed: %s", error)
        return
    try:
        for confirmation in confirmations:
            try:
                _message(confirmation, connection).send()
            except OSError as error:
                log.warning("A confirmation could not be mailed: %s", error)
                continue
            confirmation.sent_at = timezone.now()
            Confirmation.objects.filter(pk=confirmation.pk).update(sent_at=confirmation.sent_at)
    finally:
        connection.close()


def _message(confirmation, connection):
    record = confirmation.record
    with override(confirmation.language):
        subject = _("Please confirm: %(service)s") % {"service": record.service}
        text = render_to_string(
            "clusters/mail/confirmation.txt", {"confirmation": confirmation, "record": record}
        )
    return EmailMessage(
        " ".join(subject.split()),  # a header has no line breaks
        text,
        to=[confirmation.sent_to],
        reply_to=[confirmation.created_by.email] if confirmation.created_by else None,
        connection=connection,
    )


def send_denial(confirmation):
    """Tell who asked the firm that it says no. The record's page says so too, so a mail lost is no answer lost."""
    if confirmation.created_by is None:
        return
    record = confirmation.record
    with override(settings.LANGUAGE_CODE):
        subject = _("%(code)s: %(firm)s says that this is not so") % {
            "code": record.code,
            "firm": record.sme,
        }
        text = render_to_string(
            "clusters/mail/denial.txt",
            {
                "confirmation": confirmation,
                "record": record,
                "link": settings.SITE_URL + record.get_absolute_url(),
            },
        )
    message = EmailMessage(" ".join(subject.split()), text, to=[confirmation.created_by.email])
    try:
        message.send()
    except OSError as error:
        log.warning("The warning about %s could not be mailed: %s", record.code, error)


def send_consultations(firms, *, sender, answered=False) -> int:
    """Mail each of the ConsultedFirms its link in its language, over one connection; return how many went out.

    answered: its comments were answered, and are read by the same link. What went out as a question is noted in
    each as `sent_at`.
    """
    connection, reached = get_connection(), 0
    try:
        connection.open()
    except OSError as error:  # what a mail server out of reach raises
        log.warning("Consultations could not be mailed: %s", error)
        return 0
    try:
        for firm in firms:
            try:
                _consultation(firm, sender, answered, connection).send()
            except OSError as error:
                log.warning("A consultation could not be mailed: %s", error)
                continue
            reached += 1
            if not answered:
                firm.sent_at = timezone.now()
                ConsultedFirm.objects.filter(pk=firm.pk).update(sent_at=firm.sent_at)
    finally:
        connection.close()
    return reached


def _consultation(firm, sender, answered, connection):
    consultation = firm.consultation
    with override(language_of(firm.sme.country)):
        subject = (
            _("Your comments were answered: %(title)s")
            if answered
            else _("What do you say? %(title)s")
        )
        text = render_to_string(
            "clusters/mail/consultation.txt",
            {
                "firm": firm,
                "consultation": consultation,
                "project": consultation.project,
                "whose": consultation.strategy.cluster or consultation.project,
                "answered": answered,
                "sender": sender,
            },
        )
        subject = subject % {"title": consultation.title}
    return EmailMessage(
        " ".join(subject.split()),  # a header has no line breaks
        text,
        to=[firm.sent_to],
        reply_to=[sender.email],
        connection=connection,
    )
