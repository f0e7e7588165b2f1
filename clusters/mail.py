"""Mails to firms, in the language of their country."""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from clusters.models import Letter
from common.languages import language_of


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
