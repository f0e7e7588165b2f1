"""Rounds of consultation: begun on a frozen text, firms asked by mail, what they say kept, each comment answered."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters.actions.strategy import freeze
from clusters.mail import send_consultations
from clusters.models import Consultation, ConsultedFirm, Contact, StrategyComment

MOST_AT_ONCE = 100  # firms that are written to in one press


@transaction.atomic
def begin(*, user, consultation) -> Consultation:
    """Save the new `consultation` with its strategy's text as it stands now, which is kept as a version.

    Raises PermissionDenied for who does not keep the strategy, ValidationError for an empty one.
    """
    consultation.text = freeze(
        user=user,
        strategy=consultation.strategy,
        note=_("For consultation: %(title)s") % {"title": consultation.title},
    )
    consultation.created_by = user
    consultation.save()
    return consultation


def ask(*, user, consultation, firms) -> tuple[list, list]:
    """Ask `firms` (SMEs) by mail what they say; one that was asked gets its link again.

    Returns the ConsultedFirms that were written to, and those that could not be: without an address, or with the
    mail server out of reach. They are kept, and asked by another press. Raises PermissionDenied for who does not
    keep the strategy, ValidationError when the round is over or too many are asked at once.
    """
    _require_right(user, consultation)
    if consultation.is_over:
        raise ValidationError(
            _("This round closed on %(day)s.") % {"day": date_format(consultation.closes_on)}
        )
    if len(firms) > MOST_AT_ONCE:
        raise ValidationError(_("%d firms at most are asked in one press.") % MOST_AT_ONCE)
    written_to = addresses(consultation, firms)
    with transaction.atomic():
        asked = []
        for firm in firms:
            one, _created = ConsultedFirm.objects.get_or_create(
                consultation=consultation, sme=firm, defaults={"created_by": user}
            )
            one.sent_to, one.sent_at = written_to.get(firm.pk, ""), None
            one.save()
            one.consultation, one.sme = consultation, firm
            asked.append(one)
    send_consultations([one for one in asked if one.sent_to], sender=user)
    return [one for one in asked if one.sent_at], [one for one in asked if not one.sent_at]


def addresses(consultation, firms) -> dict:
    """{firm's id: address of its first contact that the strategy's own partner keeps}, for `firms` that have one."""
    contacts = Contact.objects.filter(sme__in=firms).exclude(email="")
    if consultation.strategy.cluster_id:
        contacts = contacts.filter(partner=consultation.strategy.cluster.partner_id)
    found = contacts.order_by("-code").values_list("sme", "email")
    return dict(found)


@transaction.atomic
def withdraw(*, user, firm) -> None:
    """Take a firm out of its round: its link opens nothing any more.

    Raises PermissionDenied for who does not keep the strategy, ValidationError once the firm said something.
    """
    _require_right(user, firm.consultation)
    if firm.comments.exists():
        raise ValidationError(_("The firm has commented: what it said stays."))
    firm.delete()


@transaction.atomic
def answer(*, user, comment, verdict, reply) -> StrategyComment:
    """Answer one comment: what comes of it, and in words why.

    Raises PermissionDenied for who does not keep the strategy, ValidationError for an answer without words, or when
    the firm changed its comment meanwhile (`comment.version` is the one that was read).
    """
    _require_right(user, comment.firm.consultation)
    same = StrategyComment.objects.filter(pk=comment.pk, version=comment.version)
    if not same.update(version=F("version") + 1):
        raise ValidationError(
            _("The firm, or a colleague, changed this a moment ago. Please read it again.")
        )
    comment.version += 1
    comment.verdict, comment.reply = verdict, reply
    comment.answered_by, comment.answered_at = user, timezone.now()
    comment.full_clean(exclude=["firm"])
    comment.save()
    return comment


def tell(*, user, consultation) -> tuple[int, int]:
    """Let the firms that commented read the answers, and write to them; return how many were, and were not, reached.

    Raises PermissionDenied for who does not keep the strategy, ValidationError while the round is open or a comment
    has no answer.
    """
    _require_right(user, consultation)
    if not consultation.is_over:
        raise ValidationError(_("The round is still open: answers go out when it is closed."))
    comments = StrategyComment.objects.filter(firm__consultation=consultation)
    if comments.filter(verdict="").exists():
        raise ValidationError(_("Some comments have no answer yet."))
    if not comments.exists():
        raise ValidationError(_("No firm has commented."))
    Consultation.objects.filter(pk=consultation.pk).update(
        told_at=timezone.now(), version=F("version") + 1
    )
    consultation.refresh_from_db()
    firms = consultation.asked.filter(comments__isnull=False).distinct().select_related("sme")
    firms = [one for one in firms if one.sent_to]
    for one in firms:
        one.consultation = consultation
    reached = send_consultations(firms, sender=user, answered=True)
    return reached, len(firms) - reached


def _require_right(user, consultation):
    if not Consultation.objects.editable_by(user).filter(pk=consultation.pk).exists():
        raise PermissionDenied(
            _(
                "A strategy is kept by the managers of its cluster; the joint one by the coordinator."
            )
        )
