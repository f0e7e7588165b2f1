"""Asking firms: who is asked, the letters to them, and what they hand in."""

import logging
from hashlib import sha256

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import ChannelError, OperationalError

from clusters.models import (
    Answer,
    Asked,
    Cluster,
    ClusterMembership,
    Delivery,
    Kind,
    Letter,
    Mailing,
    Option,
    Question,
    Wave,
)
from clusters.tasks import deliver_letters

logger = logging.getLogger(__name__)

MOST_SIGNS = 4000  # of a text that a firm writes


@transaction.atomic
def ask(*, user, wave, clusters=(), sme=None) -> int:
    """Put the current members of `clusters` that are not asked yet, and the firm `sme`, on the roster of `wave`.

    Returns how many firms are new on it. Raises PermissionDenied for clusters that `user` does not keep, and for a
    firm that is in none of the user's clusters.
    """
    own = Cluster.objects.editable_by(user).filter(project=wave.project_id)
    if {cluster.pk for cluster in clusters} - set(own.values_list("pk", flat=True)):
        raise PermissionDenied(_("You ask the firms of your own clusters."))
    Wave.objects.select_for_update().get(pk=wave.pk)
    members = ClusterMembership.objects.current().order_by("cluster__partner__number", "pk")
    homes = members.filter(cluster__in=[cluster.pk for cluster in clusters])
    pairs = list(homes.values_list("sme", "cluster"))
    if sme is not None:
        home = members.filter(sme=sme, cluster__in=own).values_list("sme", "cluster").first()
        if home is None:
            raise PermissionDenied(_("You ask the firms of your own clusters."))
        pairs.append(home)
    there = set(wave.asked.values_list("sme", flat=True))
    new = {}
    for firm, cluster in pairs:
        if firm not in there:
            new.setdefault(firm, Asked(wave=wave, sme_id=firm, cluster_id=cluster))
    Asked.objects.bulk_create(new.values())
    return len(new)


@transaction.atomic
def send_invitations(*, user, wave) -> Mailing:
    """Write to the firms on the roster that `user` keeps, have an address and were not written to.

    Raises ValidationError when the wave is not open or nobody is left to write to.
    """
    _require_open(wave)
    to = Asked.objects.editable_by(user).filter(wave=wave).to_invite()
    return _mail(user, wave, to, Letter.Kind.INVITATION)


@transaction.atomic
def send_reminders(*, user, wave) -> Mailing:
    """Write again to the firms that `user` keeps, were invited more than three days ago and have not handed in.

    Raises ValidationError as `send_invitations` does.
    """
    _require_open(wave)
    to = Asked.objects.editable_by(user).filter(wave=wave).to_remind()
    return _mail(user, wave, to, Letter.Kind.REMINDER)


@transaction.atomic
def send_again(*, user, asked) -> Mailing:
    """Write to one firm whose last letter did not arrive for sure, whatever the others got.

    Raises PermissionDenied for who may not, ValidationError when the firm has no address or handed in.
    """
    editable = Asked.objects.editable_by(user).filter(pk=asked.pk)
    if not editable.exists():
        raise PermissionDenied(_("You ask the firms of your own clusters."))
    _require_open(asked.wave)
    to = editable.with_contact().with_letters().filter(contact_id__isnull=False)
    unsure = [Delivery.FAILED, Delivery.INTERRUPTED]
    to = to.filter(handed_in_at__isnull=True, last_state__in=unsure)
    return _mail(user, asked.wave, to, Letter.Kind.INVITATION)


def _require_open(wave):
    if wave.why_closed:
        raise ValidationError(f"{wave.why_closed} " + _("Change its dates to send anything."))


def _mail(user, wave, asked, kind):
    # The wave's row keeps two presses apart where rows can be locked; elsewhere one writer writes.
    Wave.objects.select_for_update().get(pk=wave.pk)
    asked = list(asked)
    if not asked:
        raise ValidationError(_("There is nobody to write to now."))
    mailing = Mailing.objects.create(wave=wave, requested_by=user)
    Letter.objects.bulk_create(
        Letter(mailing=mailing, asked=firm, contact_id=firm.contact_id, kind=kind) for firm in asked
    )

    def tell():
        try:
            deliver_letters.delay(mailing.pk)
        except (OperationalError, ChannelError, OSError) as error:
            logger.warning("Mailing %s waits: no broker (%s)", mailing.pk, error)

    transaction.on_commit(tell)
    return mailing


# --- What the firm does behind its link --------------------------------------------------------------


def mark(values):
    """A short sign of what a question's answer was when its page was shown; `values` as they are sent."""
    return sha256("\n".join(sorted(values)).encode()).hexdigest()[:12]


@transaction.atomic
def save_answers(*, asked, sent, seen) -> list[Question] | None:
    """Keep what a firm's page sent; return the questions whose answers it changed.

    None if the firm has handed in or the wave is closed, and nothing was kept.

    sent: {question: [values]} of the questions that the page showed; seen: {question: mark of what it showed}. What
    was not touched on this page stays as another page may have left it.
    """
    open_rows = Asked.objects.select_for_update().filter(pk=asked.pk, handed_in_at__isnull=True)
    if not open_rows.exists() or not asked.wave.is_open:
        return None
    changed = [question for question, values in sent.items() if mark(values) != seen.get(question)]
    for question in changed:
        _keep(asked, question, sent[question])
    return changed


def _keep(asked, question, values):
    before = Answer.objects.filter(asked=asked, question=question)
    if question.has_options:
        chosen = {option for option in question.options.all() if str(option.pk) in values}
        if question.kind == Kind.ONE:
            chosen = set(list(chosen)[:1])
        there = set(before.values_list("option", flat=True))
        before.exclude(option__in=[option.pk for option in chosen]).delete()
        new = [option for option in chosen if option.pk not in there]
        Answer.objects.bulk_create(
            Answer(asked=asked, question=question, option=option) for option in new
        )
        return
    value = values[0].replace("\x00", "").strip() if values else ""
    if question.kind == Kind.SCALE:
        said = {"number": int(value)} if value in {"1", "2", "3", "4", "5"} else {}
    else:
        said = {"text": value[:MOST_SIGNS]} if value else {}
    if said:
        Answer.objects.update_or_create(asked=asked, question=question, defaults=said)
    else:
        before.delete()


@transaction.atomic
def hand_in(*, asked) -> list[Question]:
    """Close the firm's answers; from then on nobody changes them.

    Returns the questions that have to be answered first; handed in is only when there are none.
    """
    required = asked.wave.questionnaire.questions.filter(required=True)
    missing = list(required.exclude(pk__in=asked.answers.values("question")))
    if not missing and asked.wave.is_open:
        Asked.objects.filter(pk=asked.pk, handed_in_at__isnull=True).update(
            handed_in_at=timezone.now()
        )
    return missing


# --- The questionnaire --------------------------------------------------------------------------------


@transaction.atomic
def move_question(*, user, question, by) -> None:
    """Put `question` one place up (by=-1) or down (by=1) among those of its questionnaire.

    Raises PermissionDenied for who may not change it.
    """
    if not Question.objects.editable_by(user).filter(pk=question.pk).exists():
        raise PermissionDenied(_("Only a coordinator changes a questionnaire."))
    order = list(Question.objects.filter(questionnaire=question.questionnaire_id))
    here = order.index(question)
    there = min(max(here + by, 0), len(order) - 1)
    order.insert(there, order.pop(here))
    for position, each in enumerate(order, 1):
        each.position = position
    Question.objects.bulk_update(order, ["position"])


@transaction.atomic
def save_options(*, question, options) -> None:
    """Make `options`, a list of (Option or None, text, category), the ones that `question` offers, in this order.

    Options that are left out go. Raises ProtectedError when one of these is answered.
    """
    kept = [option.pk for option, _text, _category in options if option]
    question.options.exclude(pk__in=kept).delete()
    for position, (option, text, category) in enumerate(options, 1):
        option = option or Option(question=question)
        option.position, option.text, option.category = position, text, category
        option.save()
