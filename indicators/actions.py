"""What people decide about indicators: what they ask, what they are to reach, and readings that were typed."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters.models import Cluster
from indicators.models import Change, ChangeKind, ChangeState, Indicator, Reading, Target
from projects.models import Membership, Project, ReportingPeriod, Role

# What makes up a definition; a change of any of it takes a reason and a second person.
DEFINITION = (
    *("name", "unit", "counts_as_one", "counted_when", "least_evidence"),
    *("measure", "parameters", "direction", "precision", "proof", "baseline"),
)
DECIDERS = (Role.COORDINATOR, Role.CLUSTER_MANAGER)


# --- Who proposes and who decides ----------------------------------------------------------------


def coordinates(user, project) -> bool:
    return Project.objects.editable_by(user).filter(pk=project.pk).exists()


def _deciders(project):
    members = Membership.objects.active().filter(project=project, user__is_active=True)
    return members.filter(role__in=DECIDERS)


def is_alone(user, project) -> bool:
    """Whether nobody else in `project` could be the second person."""
    return not _deciders(project).exclude(user=user).exists()


def may_decide(user, project, first) -> bool:
    """Whether `user` may be the second person after `first`: another coordinator or cluster manager of the project,
    or `first` while nobody else could."""
    if not _deciders(project).filter(user=user.pk).exists():
        return False
    return user != first or is_alone(user, project)


def _require(allowed, sentence):
    if not allowed:
        raise PermissionDenied(sentence)


# --- Definitions -----------------------------------------------------------------------------------


def definition_of(indicator) -> dict:
    """What `indicator` asks, as plain JSON values by the fields of DEFINITION."""
    said = {name: getattr(indicator, name) for name in DEFINITION}
    return {**said, "baseline": as_text(indicator.baseline)}


def as_text(number) -> str:
    """A decimal as it is kept in a change: 284 for 284.00, 2.5 for 2.50."""
    text = f"{Decimal(number):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@transaction.atomic
def create_indicator(*, user, project, definition, target, reason, submission) -> Indicator:
    """A new indicator under the project's next number, with its target in all (None for none).

    A new one takes no second person: until now nobody rested on it. Raises PermissionDenied for who does not
    coordinate the project.
    """
    _require(coordinates(user, project), _("The coordinator adds indicators."))
    Project.objects.select_for_update().get(pk=project.pk)  # one number after the other
    last = project.indicators.aggregate(last=Max("number"))["last"] or 0
    indicator = Indicator.objects.create(project=project, number=last + 1, **definition)
    if target is not None:
        Target.objects.create(indicator=indicator, value=target)
    now = timezone.now()
    Change.objects.create(
        indicator=indicator,
        kind=ChangeKind.NEW,
        before=None,
        after={
            **definition_of(indicator),
            "target": None if target is None else as_text(target),
        },
        reason=reason,
        state=ChangeState.ACCEPTED,
        created_by=user,
        proposed_by_name=user.name,
        decided_by=user,
        decided_by_name=user.name,
        decided_at=now,
        submission=submission,
    )
    return indicator


@transaction.atomic
def propose_definition(*, user, indicator, definition, reason, submission) -> Change:
    """Propose that `indicator` ask something else. Raises ValidationError where nothing would change or another
    proposal waits, PermissionDenied for who does not coordinate the project."""
    before = definition_of(indicator)
    after = {**before, **definition, "baseline": as_text(definition["baseline"])}
    changed = {name for name in DEFINITION if before[name] != after[name]}
    return _propose(
        user,
        indicator,
        ChangeKind.DEFINITION,
        {name: before[name] for name in sorted(changed)},
        {name: after[name] for name in sorted(changed)},
        reason,
        submission,
    )


# --- Targets ---------------------------------------------------------------------------------------


def targets_of(indicator) -> list[dict]:
    """The targets of `indicator` as plain values, in order: [{"cluster": code, "period": number, "value": text}].

    The cluster is empty for the whole, the period None for the end of the project.
    """
    rows = indicator.targets.select_related("cluster", "period")
    found = [
        {
            "cluster": row.cluster.code if row.cluster else "",
            "period": row.period.number if row.period else None,
            "value": as_text(row.value),
        }
        for row in rows
    ]
    return sorted(found, key=_place)


def _place(row):
    return (row["cluster"], row["period"] is None, row["period"] or 0)


@transaction.atomic
def propose_targets(*, user, indicator, targets, reason, submission) -> Change:
    """Propose other targets: all that there are to be, as `targets_of` gives them. Raises as a definition does."""
    after = sorted(targets, key=_place)
    before = targets_of(indicator)
    same = before == after
    return _propose(
        user,
        indicator,
        ChangeKind.TARGETS,
        None if same else before,
        None if same else after,
        reason,
        submission,
    )


def _propose(user, indicator, kind, before, after, reason, submission):
    _require(
        coordinates(user, indicator.project), _("The coordinator proposes changes of indicators.")
    )
    if not after:
        raise ValidationError(_("Nothing is different: change something, or cancel."))
    change = Change(
        indicator=indicator,
        kind=kind,
        before=before,
        after=after,
        reason=reason,
        created_by=user,
        proposed_by_name=user.name,
        submission=submission,
    )
    change.validate_constraints()
    change.save()
    return change


# --- Decisions -------------------------------------------------------------------------------------


@transaction.atomic
def decide_change(*, user, change, accept, because="") -> Change:
    """Put a proposal into force, or refuse it with a reason.

    Raises PermissionDenied for who may not be the second person, ValidationError for a proposal that was decided
    already, that no longer fits what it was made for, or a refusal without a reason.
    """
    change = _open(change)
    project = change.indicator.project
    _require(
        may_decide(user, project, change.created_by),
        _("A second person decides: another coordinator or cluster manager of the project."),
    )
    if not accept and not because.strip():
        raise ValidationError({"because": _("Say why, so that it can be proposed better.")})
    if accept:
        _apply(change)
    return _close(change, user, ChangeState.ACCEPTED if accept else ChangeState.REFUSED, because)


@transaction.atomic
def withdraw_change(*, user, change) -> Change:
    """Take a proposal of one's own back. Raises as `decide_change` does."""
    change = _open(change)
    _require(change.created_by == user, _("Whoever proposed it takes it back."))
    return _close(change, user, ChangeState.WITHDRAWN, "")


def _open(change):
    change = Change.objects.select_for_update().get(pk=change.pk)
    if change.state != ChangeState.OPEN:
        raise ValidationError(_("This was decided already, a moment ago."))
    return change


def _close(change, user, state, because):
    change.state, change.decided_because = state, because.strip()
    change.decided_by, change.decided_by_name = user, user.name
    change.decided_at = timezone.now()
    change.save()
    return change


def _apply(change):
    indicator = Indicator.objects.select_for_update().get(pk=change.indicator_id)
    stale = ValidationError(
        _("The indicator was changed since this was proposed. Withdraw it, and propose it anew.")
    )
    if change.kind == ChangeKind.TARGETS:
        if targets_of(indicator) != change.before:
            raise stale
        _set_targets(indicator, change.after)
        return
    now = definition_of(indicator)
    if any(now[name] != value for name, value in change.before.items()):
        raise stale
    for name, value in change.after.items():
        setattr(indicator, name, Decimal(value) if name == "baseline" else value)
    indicator.save(update_fields=list(change.after))


def _set_targets(indicator, rows):
    clusters = {c.code: c for c in Cluster.objects.filter(project=indicator.project_id)}
    periods = {p.number: p for p in ReportingPeriod.objects.filter(project=indicator.project_id)}
    if any(row["cluster"] and row["cluster"] not in clusters for row in rows) or any(
        row["period"] is not None and row["period"] not in periods for row in rows
    ):
        raise ValidationError(
            _(
                "A cluster or a period that this names was deleted. Withdraw it, and propose it anew."
            )
        )
    indicator.targets.all().delete()
    Target.objects.bulk_create(
        Target(
            indicator=indicator,
            cluster=clusters.get(row["cluster"]),
            period=periods.get(row["period"]),
            value=Decimal(row["value"]),
        )
        for row in rows
    )


# --- Readings --------------------------------------------------------------------------------------


@transaction.atomic
def decide_reading(*, user, reading, accept, because="") -> Reading:
    """Accept a reading, so that it counts, or refuse it with a reason.

    Raises PermissionDenied for who may not be the second person, ValidationError for a reading that was decided
    already, that has no evidence, or that is refused without a reason.
    """
    reading = Reading.objects.select_for_update().get(pk=reading.pk)
    _require(
        may_decide(user, reading.project, reading.created_by),
        _("A second person decides: another coordinator or cluster manager of the project."),
    )
    if reading.accepted is not None:
        raise ValidationError(_("This was decided already, a moment ago."))
    if accept and not reading.evidence.exists():
        raise ValidationError(
            _("A reading without evidence can't be accepted: add the paper first.")
        )
    if not accept and not because.strip():
        raise ValidationError({"because": _("Say why, so that it can be read better.")})
    reading.accepted, reading.decided_because = accept, because.strip()
    reading.decided_by, reading.decided_at = user, timezone.now()
    reading.save()
    return reading
