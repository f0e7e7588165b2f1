"""Rows that point to a record, moved to another one that stands for it from now on, and back.

Whatever model they belong to: every relation is found by looking at the models. Where a row can't move because the
other record has such a row already (both firms were members of one cluster), the two become one.

A step says what was done, for undoing it: {"do": "move" | "change" | "remove", "model": ..., ...}.
"""

from collections import Counter

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _

from clusters.models import SME, Asked, ClusterMembership, Contact

# Relations that a merge leaves alone: what is looked up anew, and the merges themselves.
STAYS = {
    "clusters.SMEKey.sme",
    "clusters.LikelyPair.one",
    "clusters.LikelyPair.other",
    "clusters.Merge.kept",
    "clusters.Merge.merged",
}
# Bookkeeping: rises or is looked up anew, and is never set back.
NOT_SET_BACK = {"version", "updated_at", "folded", "likeness", "compared"}


def has_field(model, name):
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def relations_of(model) -> list[models.ForeignKey]:
    """The fields by which rows of any model point to `model` and that a merge moves, many-to-many ones included."""
    return [
        relation.field
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and not relation.concrete
        and (relation.one_to_many or relation.one_to_one)
        and f"{relation.field.model._meta.label}.{relation.field.name}" not in STAYS
    ]


def speaking_fields() -> list[models.Field]:
    """The fields by which rows say something of a row of any kind: comments, notices."""
    return [
        speaking._meta.get_field(field.fk_field)
        for speaking in apps.get_models()
        for field in speaking._meta.private_fields
        if isinstance(field, GenericForeignKey)
    ]


def said_of(field, *rows):
    """The rows of the model of `field`, one of `speaking_fields`, that speak of `rows` of one kind."""
    kind = ContentType.objects.get_for_model(rows[0])
    return field.model._base_manager.filter(
        content_type=kind, **{f"{field.name}__in": [row.pk for row in rows]}
    )


def counts_of(kept, merged) -> list[tuple[str, int, int]]:
    """How many rows of each kind the two firms have: (name of the kind, there, there). Counts only, no contents."""
    found = []
    for field in relations_of(SME):
        if field.model is SME:
            continue
        firms_rows = field.model._base_manager.filter(**{f"{field.name}__in": [kept, merged]})
        found += _counted(field, firms_rows, kept, merged)
    for field in speaking_fields():
        found += _counted(field, said_of(field, kept, merged), kept, merged)
    return found


def _counted(field, rows, kept, merged):
    counts = dict(rows.order_by().values_list(field.name).annotate(n=models.Count("pk")))
    if not counts:
        return []
    name = str(field.model._meta.verbose_name_plural)
    return [(name, counts.get(kept.pk, 0), counts.get(merged.pk, 0))]


def moved_by(merge) -> list[tuple[str, int]]:
    """How many rows of each kind a merge moved, those that became one with another included."""
    counted = Counter()
    for step in merge.journal.get("steps", ()):
        model = apps.get_model(step["model"])
        if step["do"] != "change" and model is not SME:
            counted[str(model._meta.verbose_name_plural)] += len(step.get("rows", [0]))
    return sorted(counted.items())


def values_of(row) -> dict:
    """The values of a row's columns as texts, exactly."""
    return {
        field.name: None if field.value_from_object(row) is None else field.value_to_string(row)
        for field in row._meta.concrete_fields
    }


def set_values(row, values) -> None:
    """Give an unsaved `row` the texts of `values_of` back, but for what is never set back."""
    for field in row._meta.concrete_fields:
        if field.name in values and not field.primary_key and field.name not in NOT_SET_BACK:
            setattr(row, field.attname, _value(field, values[field.name]))


def _value(field, text):
    target = field.target_field if field.is_relation else field
    return None if text is None else target.to_python(text)


def _only(values, like):
    return {name: values.get(name) for name in like}


def move_all(model, old, new, steps, user) -> None:
    """Let all rows that point to `old`, of `model`, point to `new`; what is done is added to `steps`."""
    for field in relations_of(model):
        rows = field.model._base_manager.filter(**{field.name: old})
        free = []
        for row in rows.order_by("pk"):
            if twin := _twin(row, field, new):
                _join(twin, row, field, steps, user)
            else:
                free.append(row)
        if free:
            _move(field, free, old, new, steps, user)
    for field in speaking_fields():
        if rows := list(said_of(field, old).order_by("pk")):
            _move(field, rows, old, new, steps, user)


def _move(field, rows, old, new, steps, user):
    pks = [row.pk for row in rows]
    change = {field.name: new.pk} | _next_version(field)
    field.model._base_manager.filter(pk__in=pks).update(**change)
    for row in rows:
        log_change(row, user, {field.name: [str(old), str(new)]})
    steps.append(
        {
            "do": "move",
            "model": field.model._meta.label_lower,
            "field": field.name,
            "from": old.pk,
            "to": new.pk,
            "rows": pks,
        }
    )


def _next_version(field):
    """What a row whose `field` is moved needs so that whoever has it open is told; words stay as they were said."""
    if field.is_relation and has_field(field.model, "version"):
        return {"version": F("version") + 1}
    return {}


def _twin(row, field, new):
    """The row that `new` has already and that keeps `row` from being moved to it; None if nothing does."""
    model = type(row)
    rows = model._base_manager.filter(**{field.name: new})
    for names, condition in _uniques(model):
        if field.name not in names:
            continue
        same = {name: getattr(row, model._meta.get_field(name).attname) for name in names}
        del same[field.name]
        if None in same.values():
            continue
        if condition and not model._base_manager.filter(condition, pk=row.pk).exists():
            continue
        twins = rows.filter(**same)
        if twin := (twins.filter(condition) if condition else twins).exclude(pk=row.pk).first():
            return twin
    return None


def _uniques(model):
    for field in model._meta.concrete_fields:
        if field.unique:
            yield (field.name,), None
    for names in model._meta.unique_together:
        yield tuple(names), None
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            yield constraint.fields, constraint.condition


def _join(twin, row, field, steps, user):
    """Let `twin`, a row of the firm that stays, stand for `row` of the other one too."""
    before = values_of(twin)
    joined = _JOINED.get(type(row)) or getattr(type(row), "stand_for", None)
    if joined:
        joined(twin, row)
    after = values_of(twin)
    changed = [name for name in before if before[name] != after[name]]
    if changed:
        if has_field(type(twin), "version"):
            twin.version += 1
        twin.save()
        after = values_of(twin)
        steps.append(
            {
                "do": "change",
                "model": twin._meta.label_lower,
                "row": twin.pk,
                "before": {name: before[name] for name in changed},
                "after": {name: after[name] for name in changed},
            }
        )
    move_all(type(row), row, twin, steps, user)
    steps.append({"do": "remove", "model": row._meta.label_lower, "values": values_of(row)})
    type(row)._base_manager.filter(pk=row.pk).delete()


def _fill(twin, row):
    """What `twin` does not say is taken from `row`."""
    for field in twin._meta.concrete_fields:
        if field.editable and not field.unique and field.value_from_object(twin) in (None, ""):
            setattr(twin, field.attname, field.value_from_object(row))


def _join_memberships(twin, row):
    """A member from the earlier day to the later one; no day is known to be without end."""
    if twin.since and row.since:
        twin.since = min(twin.since, row.since)
    else:
        twin.since = None
    if twin.until and row.until:
        twin.until = max(twin.until, row.until)
    else:
        twin.until = None


# A model of a room above says it itself (`stand_for`). What else there is twice (two answers to one question) stands
# as the firm that stays has it.
_JOINED = {ClusterMembership: _join_memberships, Contact: _fill, Asked: _fill}


def _undo_move(step):
    model = apps.get_model(step["model"])
    change = {step["field"]: step["from"]} | _next_version(model._meta.get_field(step["field"]))
    model._base_manager.filter(pk__in=step["rows"]).update(**change)


def _undo_change(step):
    row = apps.get_model(step["model"])._base_manager.get(pk=step["row"])
    set_values(row, step["before"])
    if has_field(type(row), "version"):
        row.version += 1
    row.save()


def _undo_remove(step):
    model = apps.get_model(step["model"])
    row = model()
    for field in model._meta.concrete_fields:
        if field.name in step["values"]:
            setattr(row, field.attname, _value(field, step["values"][field.name]))
    row.save_base(raw=True, force_insert=True)


_UNDO = {"move": _undo_move, "change": _undo_change, "remove": _undo_remove}


def undo(steps) -> None:
    """Do the opposite of `steps`, the last one first."""
    for step in reversed(steps):
        _UNDO[step["do"]](step)


def changed_since(steps) -> list[str]:
    """Sentences on what was changed since `steps` were done and would be lost by undoing them.

    What was only said of a row (a comment that was withdrawn) keeps nobody from undoing.
    """
    found = []
    for step in steps:
        model = apps.get_model(step["model"])
        rows = model._base_manager.all()
        words = {"kind": model._meta.verbose_name, "kinds": model._meta.verbose_name_plural}
        if step["do"] == "move" and model._meta.get_field(step["field"]).is_relation:
            there = rows.filter(pk__in=step["rows"], **{step["field"]: step["to"]}).count()
            if gone := len(step["rows"]) - there:
                found.append(
                    _("%(count)d of the %(kinds)s that moved were deleted or moved on since.")
                    % {**words, "count": gone}
                )
        elif step["do"] == "change":
            row = rows.filter(pk=step["row"]).first()
            if row is None or _only(values_of(row), step["after"]) != step["after"]:
                found.append(_("A %(kind)s that both firms had was changed since.") % words)
    return found


def log_change(row, user, changes):
    """In the audit trail, which does not see what is written in bulk."""
    if auditlog.contains(type(row)):
        LogEntry.objects.log_create(
            row, force_log=True, action=LogEntry.Action.UPDATE, changes=changes, actor=user
        )
