"""What is done with a strategy as a whole: begun, frozen as a version, adopted, taken back."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusters import snapshot
from clusters.models import StageKind, Strategy, StrategyStage, StrategyVersion
from projects.actions.evidence import attach_evidence
from projects.actions.notice import tell
from projects.models import Happening, Numbering


@transaction.atomic
def add_stages(*, user, strategy) -> list[StrategyStage]:
    """Give a new `strategy` its stages, none of them done. Raises PermissionDenied for who does not keep it."""
    _require_right(user, strategy)
    numbers = Numbering.take(strategy.project, StrategyStage.PREFIX, len(StageKind.values))
    stages = [
        StrategyStage(
            project=strategy.project,
            strategy=strategy,
            kind=kind,
            code=StrategyStage.code_for(number),
            created_by=user,
            demonstration=strategy.demonstration,
        )
        for kind, number in zip(StageKind.values, numbers, strict=True)
    ]
    return StrategyStage.objects.bulk_create(stages)


def digest_of(strategy) -> str:
    """The hash of what `strategy` says now, to be compared with a version's."""
    return snapshot.digest(snapshot.content_of(strategy))


def lock(strategy) -> Strategy:
    """Let nobody else write into `strategy` until the transaction ends, where rows can be locked."""
    return Strategy.objects.select_for_update(of=("self",)).get(pk=strategy.pk)


@transaction.atomic
def freeze(*, user, strategy, note="") -> StrategyVersion:
    """Keep `strategy` as it stands now as its next version; the last one, if nothing changed since.

    Raises PermissionDenied for who does not keep it, ValidationError for one that has nothing in it.
    """
    _require_right(user, strategy)
    lock(strategy)
    content = snapshot.content_of(strategy)
    if snapshot.is_empty(content):
        raise ValidationError(
            _("There is nothing in it yet: write a vision or an objective first.")
        )
    digest = snapshot.digest(content)
    last = strategy.versions.order_by("-number").first()
    if last and last.sha256 == digest:
        return last
    number = (strategy.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    return StrategyVersion.objects.create(
        project=strategy.project,
        strategy=strategy,
        number=number,
        content=content,
        sha256=digest,
        note=note,
        created_by=user,
        demonstration=strategy.demonstration,
    )


@transaction.atomic
def adopt(*, user, strategy, adopted_on, adopted_by, evidence, note="") -> StrategyVersion:
    """Keep `strategy` as it stands now as the version that was adopted, proven by `evidence` (the minutes).

    Raises PermissionDenied for who does not keep it; ValidationError with a sentence (by field) without minutes,
    for a day that is to come, and if just this text is adopted already.
    """
    _require_right(user, strategy)
    lock(strategy)
    if not evidence:
        raise ValidationError({"files": _("Attach the minutes: they prove the adoption.")})
    if adopted_on > timezone.localdate():
        raise ValidationError({"adopted_on": _("This day has not come yet.")})
    version = freeze(user=user, strategy=strategy, note=note)
    if version.is_adopted:
        raise ValidationError(
            _("Version %(number)d says just this and was adopted on %(day)s.")
            % {"number": version.number, "day": date_format(version.adopted_on)}
        )
    if version.withdrawn_at:
        # What was taken back stays as it was; the same text, adopted anew, is a version of its own.
        version = StrategyVersion.objects.create(
            project=strategy.project,
            strategy=strategy,
            number=version.number + 1,
            content=version.content,
            sha256=version.sha256,
            note=note,
            created_by=user,
            demonstration=strategy.demonstration,
        )
    version.adopted_on, version.adopted_by = adopted_on, adopted_by
    version.adoption_by = user
    version.version += 1
    version.save()
    tell(record=strategy, what=Happening.ADOPTED, actor=user)
    return attach_evidence(user=user, record=version, evidence=evidence)


@transaction.atomic
def withdraw_adoption(*, user, version, reason) -> StrategyVersion:
    """Take back the adoption of `version`, for a `reason`; the version itself stays.

    Raises PermissionDenied for who does not keep the strategy, ValidationError without a reason and for what is
    not adopted (any more).
    """
    _require_right(user, version.strategy)
    reason = reason.strip()
    if len(reason) < 5:
        raise ValidationError({"reason": _("Say in a few words why.")})
    # One conditional UPDATE decides between two who press at once.
    taken = StrategyVersion.objects.adopted().filter(pk=version.pk)
    now = timezone.now()
    if not taken.update(
        withdrawn_at=now, withdrawn_by=user, withdrawn_because=reason, version=F("version") + 1
    ):
        raise ValidationError(_("This version is not adopted."))
    version.refresh_from_db()
    return version


def _require_right(user, strategy):
    if not Strategy.objects.editable_by(user).filter(pk=strategy.pk).exists():
        raise PermissionDenied(
            _(
                "A strategy is kept by the managers of its cluster; the joint one by the coordinator."
            )
        )
