"""Invented answers of firms that were asked whether they received a service."""

from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

from clusters.models import Confirmation, Contact, FirmAnswer, State
from common.languages import language_of

ASKED = 0.12  # the share of the deliveries about which firms were asked
ANSWERS = {FirmAnswer.YES: 78, FirmAnswer.NO: 4, "": 18}  # out of a hundred; "": the link expired
OPEN = 2  # by cluster: asked a few days ago, not answered yet
DAYS = 30  # for which a link works


def add_confirmations(project, records, people, said):
    """Add requests to firms with a contact, most of them answered, and return them."""
    rng = Random(f"{project.slug} confirmations")  # noqa: S311 - invented data, no secret
    known = Contact.objects.filter(project=project).order_by("-code")
    contacts = {(one.sme_id, one.partner_id): one for one in known}
    now = timezone.now()
    reachable = [
        (record, contacts[record.sme_id, record.cluster.partner_id])
        for record in records
        if record.state == State.DELIVERED
        and (record.sme_id, record.cluster.partner_id) in contacts
    ]
    chosen = [pair for pair in reachable if rng.random() < ASKED]
    confirmations = []
    for record, contact in chosen:
        noon = timezone.make_aware(datetime.combine(record.date, time(12)))
        sent_at = noon + timedelta(days=rng.randint(1, 9), minutes=rng.randint(-180, 240))
        if sent_at + timedelta(days=DAYS) < now:
            confirmation = _asked(record, contact, sent_at, people)
            _answer(confirmation, said, rng)
            confirmations.append(confirmation)
    confirmations += _waiting(reachable, {record.pk for record, _contact in chosen}, now, people)
    return Confirmation.objects.bulk_create(confirmations, batch_size=500)


def _waiting(reachable, asked, now, people):
    """The latest deliveries of each cluster, asked about a few days ago."""
    count = dict.fromkeys(people.managers, 0)
    for record, contact in reversed(reachable):
        if record.pk not in asked and count[record.cluster] < OPEN:
            count[record.cluster] += 1
            yield _asked(record, contact, now - timedelta(days=3), people)


def _asked(record, contact, sent_at, people):
    confirmation = Confirmation(
        record=record,
        sent_to=contact.email,
        language=language_of(record.sme.country),
        sent_at=sent_at,
        expires_at=sent_at + timedelta(days=DAYS),
        created_by=people.managers[record.cluster],
    )
    confirmation.copy_facts()
    return confirmation


def _answer(confirmation, said, rng):
    """What the firm said, if it did before the link expired."""
    [answer] = rng.choices([*ANSWERS], [*ANSWERS.values()])
    if not answer:
        return
    confirmation.answer = answer
    confirmation.answered_at = confirmation.sent_at + timedelta(hours=rng.randint(2, 12 * 24))
    if answer == FirmAnswer.NO:
        confirmation.comment = said["denied"][confirmation.language]
        return
    confirmation.satisfaction = confirmation.record.satisfaction  # which is the firm's own word
    if rng.random() < 0.3:
        confirmation.comment = rng.choice(said["received"][confirmation.language])
