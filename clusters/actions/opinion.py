"""What a firm says of a strategy, by its link."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import ConsultedFirm, StrategyComment


@transaction.atomic
def say(*, firm, said) -> int:
    """Keep what a firm says: {code of an objective, or "" for the whole: (stance, text)}; return how many comments.

    A comment that was answered stays as it was. One that is empty now is taken back.
    Raises ValidationError with a sentence for the firm outside the days of the round.
    """
    firm = ConsultedFirm.objects.select_for_update().get(pk=firm.pk)
    if not firm.consultation.is_open:
        raise ValidationError(_("This can’t be answered any more."))
    codes = {"", *(one["code"] for one in firm.consultation.text.content["objectives"])}
    there = {comment.objective: comment for comment in firm.comments.all()}
    for code in codes & said.keys():
        stance, text = said[code]
        comment = there.get(code)
        if comment and comment.verdict:
            continue
        if not stance and not text:
            if comment:
                comment.delete()
            continue
        comment = comment or StrategyComment(firm=firm, objective=code)
        if (comment.stance, comment.text) != (stance, text):
            comment.stance, comment.text = stance, text
            comment.version += 1 if comment.pk else 0
            comment.save()
    count = firm.comments.count()
    firm.said_at = timezone.now() if count else None
    firm.save()
    return count
