"""Merging firms that are one, and undoing it.

The firm that stays takes over every row that points to the other one (`moving.py`). The other firm remains as a row
that says where it went.

A merge's journal holds what undoing needs: `kept` the values before and after, `merged` the values before, and the
`steps` by which rows were moved.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clusters.actions.moving import (
    changed_since,
    has_field,
    log_change,
    move_all,
    relations_of,
    set_values,
    undo,
    values_of,
)
from clusters.models import (
    SME,
    Contact,
    Merge,
    MergeState,
    ServiceRecord,
    SizeClass,
)
from projects.models import Partner, Project

# Fields of a firm that nobody chooses.
NOT_CHOSEN = {"project", "code", "created_at", "created_by", "updated_at", "demonstration"}
# What a firm's size rests on goes with the size: half of one firm's figures and half of another's say nothing.
SIZE = {
    *("staff", "turnover", "balance_sheet", "figures_year", "size_override", "size_reason"),
    *("size_set_by", "size_set_at", "size_class"),
}


# --- What is chosen ---------------------------------------------------------------------------------


def chosen_fields() -> list[models.Field]:
    """The fields of a firm of which a merge takes one value of two, in the order of the model."""
    return [
        field
        for field in SME._meta.concrete_fields
        if field.editable
        and not field.primary_key
        and field.name not in NOT_CHOSEN | (SIZE - {"size_class"})
    ]


def _taken_fields(taken):
    """All fields that are written when `taken` are chosen."""
    names = {*taken, *(SIZE if "size_class" in taken else ())}
    return [field for field in SME._meta.concrete_fields if field.name in names]


def is_filled(firm, field) -> bool:
    value = field.value_from_object(firm)
    return value not in (None, "", SizeClass.UNKNOWN)


def default_taken(kept, merged) -> list[str]:
    """Names of the fields that are better taken from `merged`: filled there alone, checked there alone, or later."""
    later = merged.updated_at > kept.updated_at
    taken = []
    for field in chosen_fields():
        here, there = is_filled(kept, field), is_filled(merged, field)
        checked, checked_there = (_is_checked(firm, field) for firm in (kept, merged))
        better = checked_there if checked != checked_there else later
        if there and (not here or better):
            taken.append(field.name)
    sizes = sizes_allowed(kept, merged)
    if len(sizes) == 1:
        taken = [name for name in taken if name != "size_class"]
        if kept.size_class not in sizes:
            taken.append("size_class")
    return taken


def _is_checked(firm, field):
    """Whether the firm's number in `field` fits its country's rule."""
    check = firm.checked.get(field.name)
    return check is not None and check.tone == "good"


def holding_back(kept, merged) -> list[SME]:
    """Those of the two firms that received something and are not (known to be) SMEs.

    While there is one, the merged firm may not be of an SME's size: records that do not count would begin to.
    """
    return [
        firm
        for firm in (kept, merged)
        if firm.size_class not in SizeClass.sme_values()
        and ServiceRecord.objects.delivered().filter(sme=firm).exists()
    ]


def sizes_allowed(kept, merged) -> set[str]:
    """The size classes, of the two there are, that the merged firm may have without raising a count."""
    sizes = {kept.size_class, merged.size_class}
    if holding_back(kept, merged):
        sizes -= set(SizeClass.sme_values())
    return sizes


# --- Who may ----------------------------------------------------------------------------------------


def partners_at(*firms) -> set[int]:
    """Ids of the partners that have something at the firms: a member, a contact, a delivery, whatever else."""
    partners = set()
    for field in relations_of(SME):
        for path in ("partner", "cluster__partner"):
            if has_field(field.model, path.split("__")[0]):
                rows = field.model._base_manager.filter(**{f"{field.name}__in": firms})
                partners |= set(rows.order_by().values_list(path, flat=True).distinct())
    return partners - {None}


def may_merge(user, *firms) -> bool:
    """Whether `user` keeps the firms and all that hangs on them, so that nobody else need be asked."""
    pks = [firm.pk for firm in firms]
    if SME.objects.editable_by(user).filter(pk__in=pks).count() != len(pks):
        return False
    managed = Partner.objects.managed_by(user).values_list("pk", flat=True)
    return partners_at(*firms) <= set(managed)


def may_propose(user, kept, merged) -> bool:
    """Whether `user` sees both firms and keeps one of them."""
    pks = [kept.pk, merged.pk]
    return (
        SME.objects.visible_to(user).filter(pk__in=pks).count() == 2
        and SME.objects.editable_by(user).filter(pk__in=pks).exists()
    )


def may_decide(user, merge) -> bool:
    return Project.objects.editable_by(user).filter(pk=merge.project_id).exists()


# --- The verbs --------------------------------------------------------------------------------------


@transaction.atomic
def propose_merge(*, user, kept, merged, taken=()) -> Merge:
    """Ask the coordinator to merge `merged` into `kept`, with the fields `taken` from `merged`.

    Raises PermissionDenied for who does not see both or keeps neither, ValidationError if it was proposed already,
    if one of them was merged meanwhile, or if the choice would raise a count.
    """
    _require_two(kept, merged)
    if not may_propose(user, kept, merged):
        raise PermissionDenied(_("Firms are merged by those who keep one of them and see both."))
    _require_choice(kept, merged, taken)
    if Merge.objects.open().between(kept, merged).exists():
        raise ValidationError(_("Somebody proposed to merge these two already."))
    try:
        with transaction.atomic():
            return Merge.objects.create(
                project_id=kept.project_id,
                kept=kept,
                merged=merged,
                taken=sorted(taken),
                proposed_by=user,
                created_by=user,
                proposed_at=timezone.now(),
            )
    except IntegrityError as error:
        raise ValidationError(_("Somebody proposed to merge these two already.")) from error


@transaction.atomic
def merge_firms(*, user, kept, merged, taken=(), seen=None, proposal=None) -> Merge:
    """Move all that hangs on `merged` to `kept`, which takes the fields `taken` from it, and return the record of it.

    seen: the versions of the two that the user chose from; by default those of the objects given.
    proposal: the open Merge that this carries out, if somebody proposed it.
    Raises PermissionDenied unless `user` keeps all that hangs on both, ValidationError if one of them was changed or
    merged by somebody else meanwhile, or if the merged firm would count although records of it did not.
    """
    _require_two(kept, merged)
    seen = seen or (kept.version, merged.version)
    # Rows that are being written for the firms are waited for, where rows can be locked.
    list(SME.objects.select_for_update().filter(pk__in=[kept.pk, merged.pk]).order_by("pk"))
    for firm, version in sorted(zip((kept, merged), seen, strict=True), key=lambda it: it[0].pk):
        _take(firm, version)
    if not may_merge(user, kept, merged):
        raise PermissionDenied(
            _("Another partner has records or contacts there: propose it to the coordinator.")
        )
    kept, merged = SME.objects.get(pk=kept.pk), SME.objects.get(pk=merged.pk)
    _require_choice(kept, merged, taken)
    held = not_of_that_size(kept, merged) if holding_back(kept, merged) else None
    journal = {
        "kept": {"before": values_of(kept)},
        "merged": {"before": values_of(merged)},
        "steps": [],
    }
    values = {field.attname: field.value_from_object(merged) for field in _taken_fields(taken)}
    merged.merged_into = kept
    merged.save()
    move_all(SME, merged, kept, journal["steps"], user)
    for name, value in values.items():
        setattr(kept, name, value)
    kept.compared = False
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as error:
        raise ValidationError(
            _(
                "A third firm has the number that this choice gives to %(firm)s: merge that one first."
            )
            % {"firm": kept.code}
        ) from error
    if held and kept.size_class in SizeClass.sme_values():
        raise ValidationError(held)
    journal["kept"]["after"] = values_of(SME.objects.get(pk=kept.pk))
    log_change(kept, user, {"merged": ["", f"{merged.code} {merged.name}"]})
    return _done(user, kept, merged, sorted(taken), journal, proposal)


def _done(user, kept, merged, taken, journal, proposal):
    now = timezone.now()
    decided = {"state": MergeState.DONE, "decided_by": user, "decided_at": now}
    if proposal is None:
        return Merge.objects.create(
            project_id=kept.project_id,
            kept=kept,
            merged=merged,
            taken=taken,
            journal=journal,
            proposed_by=user,
            created_by=user,
            proposed_at=now,
            **decided,
        )
    if not (
        Merge.objects.filter(pk=proposal.pk, state=MergeState.PROPOSED).update(
            **decided, taken=taken, journal=journal, version=F("version") + 1
        )
    ):
        raise ValidationError(_("Somebody decided about this proposal a moment ago."))
    proposal.refresh_from_db()
    return proposal


@transaction.atomic
def decline_merge(*, user, merge, reason) -> Merge:
    """Close the proposal `merge` with a `reason`: the coordinator's no, or the proposer's change of mind.

    Raises PermissionDenied for others, ValidationError without a reason or if it was decided already.
    """
    if not (may_decide(user, merge) or user.pk == merge.proposed_by_id):
        raise PermissionDenied(_("The coordinator decides about merges across partners."))
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why: whoever proposed it will read it.")})
    if len(reason) > 500:
        raise ValidationError({"reason": _("At most 500 signs, please.")})
    closed = (
        Merge.objects.open()
        .filter(pk=merge.pk)
        .update(
            state=MergeState.DECLINED,
            decided_by=user,
            decided_at=timezone.now(),
            reason=reason,
            version=F("version") + 1,
        )
    )
    if not closed:
        raise ValidationError(_("Somebody decided about this proposal a moment ago."))
    merge.refresh_from_db()
    return merge


@transaction.atomic
def undo_merge(*, user, merge) -> Merge:
    """Put both firms of the done `merge`, and all rows that moved, back as they were.

    Rows that were added to the firm since stay with it. Raises PermissionDenied unless `user` keeps all that hangs
    on the firm, ValidationError with what is in the way if what was merged was changed since.
    """
    undone = Merge.objects.filter(pk=merge.pk, state=MergeState.DONE).update(
        state=MergeState.UNDONE,
        decided_by=user,
        decided_at=timezone.now(),
        version=F("version") + 1,
    )
    if not undone:
        raise ValidationError(_("This merge was undone already."))
    list(
        SME.objects.select_for_update()
        .filter(pk__in=[merge.kept_id, merge.merged_id])
        .order_by("pk")
    )
    kept, merged = SME.objects.get(pk=merge.kept_id), SME.objects.get(pk=merge.merged_id)
    merge.refresh_from_db()
    if kept.merged_into_id:
        raise ValidationError(
            _("%(firm)s was itself merged into %(other)s since: undo that first.")
            % {"firm": kept.code, "other": kept.merged_into.code}
        )
    if not may_merge(user, kept):
        raise PermissionDenied(
            _("Another partner has records or contacts there: the coordinator undoes this.")
        )
    journal = merge.journal
    if changed := _changed_since(kept, journal):
        raise ValidationError(list(dict.fromkeys(changed)))
    try:
        with transaction.atomic():
            set_values(kept, journal["kept"]["before"])
            kept.version, kept.compared = kept.version + 1, False
            kept.save()
            undo(journal["steps"])
            set_values(merged, journal["merged"]["before"])
            merged.version, merged.compared = merged.version + 1, False
            merged.save()
    except IntegrityError as error:
        raise ValidationError(
            _("Another firm has a number of %(firm)s by now, so it can't come back as it was.")
            % {"firm": merged.code}
        ) from error
    log_change(kept, user, {"merged": [f"{merged.code} {merged.name}", ""]})
    return merge


def forget_contact(contact) -> None:
    """Take out of the merges' journals what they hold of the person of `contact`, who is about to be erased.

    A contact that became one with this one is then not brought back by undoing.
    """
    for merge in Merge.objects.filter(project=contact.project_id).exclude(journal={}):
        steps = merge.journal["steps"]
        kept = _without(contact, steps)
        if len(kept) < len(steps):
            Merge.objects.filter(pk=merge.pk).update(journal={**merge.journal, "steps": kept})


def _without(contact, steps):
    """`steps` without those by which another contact became one with `contact`."""
    kept, joined = [], False
    for step in steps:
        ours = step["model"] == Contact._meta.label_lower
        if ours and step["do"] == "change":
            joined = step["row"] == contact.pk
            if joined:
                continue
        elif ours and step["do"] == "remove":
            address = step["values"]["email"].casefold()
            of_partner = step["values"]["partner"] == str(contact.partner_id)
            if joined or (of_partner and address == contact.email.casefold()):
                joined = False
                continue
        elif step["do"] == "move" and step["field"] == "contact" and step["to"] == contact.pk:
            continue
        kept.append(step)
    return kept


# --- Conditions ---------------------------------------------------------------------------------------


def _require_two(kept, merged):
    if kept.pk == merged.pk:
        raise ValidationError(_("A firm can't be merged with itself."))
    if kept.project_id != merged.project_id:
        raise ValidationError(_("Only firms of one project are merged."))


def _require_choice(kept, merged, taken):
    names = {field.name for field in chosen_fields()}
    if set(taken) - names:
        raise ValidationError(_("Choose between the two values of each field."))
    size = (merged if "size_class" in taken else kept).size_class
    if size not in sizes_allowed(kept, merged):
        raise ValidationError(not_of_that_size(kept, merged))


def not_of_that_size(kept, merged):
    """The sentence that says why the merged firm can't be of an SME's size yet."""
    firms = " · ".join(f"{firm.code} {firm.name}" for firm in holding_back(kept, merged))
    return _(
        "%(firms)s received services and is not known to be an SME, so the merged firm can't be one either: its "
        "records would begin to count. Mend its size first."
    ) % {"firms": firms}


def _take(firm, version):
    """One conditional UPDATE decides between two who merge or change `firm` at once, on any database."""
    free = SME.objects.filter(pk=firm.pk, version=version, merged_into__isnull=True)
    if free.update(version=F("version") + 1):
        return
    now = SME.objects.select_related("merged_into").filter(pk=firm.pk).first()
    if now is None:
        raise ValidationError(_("%(firm)s was deleted a moment ago.") % {"firm": firm.code})
    if now.merged_into:
        raise ValidationError(
            _("%(firm)s was merged into %(other)s a moment ago.")
            % {"firm": now.code, "other": now.merged_into.code}
        )
    raise ValidationError(
        _("%(firm)s was changed while you were choosing. Look at both again, please.")
        % {"firm": now.code}
    )


def _changed_since(kept, journal):
    """Sentences on what was changed since the merge and would be lost by undoing it."""
    now, after = values_of(kept), journal["kept"]["after"]
    fields = [
        _("%(field)s of %(firm)s was changed since the merge.")
        % {"field": capfirst(field.verbose_name), "firm": kept.code}
        for field in [*chosen_fields(), *_taken_fields(["size_class"])]
        if now.get(field.name) != after.get(field.name)
    ]
    return fields + changed_since(journal["steps"])
