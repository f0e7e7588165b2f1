import datetime

from django.utils import timezone

from clusters.actions.strategy import freeze
from clusters.models import Consultation, ConsultedFirm, StrategyComment


def consultation(strategy, title="The draft", *, days=(-3, 10), user, **fields):
    """A round of `strategy` as it stands now; days: when it opens and closes, counted from today."""
    today = timezone.localdate()
    opens_on, closes_on = (today + datetime.timedelta(days=n) for n in days)
    return Consultation.objects.create(
        project=strategy.project,
        strategy=strategy,
        text=freeze(user=user, strategy=strategy),
        title=title,
        opens_on=opens_on,
        closes_on=closes_on,
        **fields,
    )


def consulted(consultation, sme, **fields):
    fields.setdefault("sent_to", "ivan@firm.example")
    return ConsultedFirm.objects.create(consultation=consultation, sme=sme, **fields)


def opinion(firm, text="We miss the costs.", **fields):
    """What the consulted `firm` said."""
    ConsultedFirm.objects.filter(pk=firm.pk).update(said_at=timezone.now())
    return StrategyComment.objects.create(firm=firm, text=text, **fields)
