"""What was changed in a record, when and by whom, as the audit trail keeps it."""

from auditlog.cid import get_cid
from auditlog.diff import model_instance_diff
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _


def history(record):
    """The changes of `record`, the latest first, each with its `actor` (None for a command's change)."""
    changes = LogEntry.objects.get_for_object(record).select_related("actor", "content_type")
    return changes.order_by("-timestamp")


def told(record, most=20):
    """The latest changes of `record` with their `lines`: what each changed, in words."""
    changes = list(history(record)[:most])
    for change in changes:
        entered = change.action == LogEntry.Action.CREATE
        change.lines = [] if entered else [_line(*item) for item in _changed(change)]
        change.reason = reason_of(change)
    return changes


def reason_of(change) -> str:
    """Why something was changed that had been reported; empty where nobody was asked."""
    return (change.additional_data or {}).get("reason", "")


def last_changes(model, keys, since):
    """The last change of each record of `model` since a moment: {its id as text: LogEntry}; one query."""
    kind = ContentType.objects.get_for_model(model)
    entries = LogEntry.objects.filter(
        content_type=kind, object_pk__in=[str(key) for key in keys], timestamp__gt=since
    )
    return {
        entry.object_pk: entry for entry in entries.select_related("actor").order_by("timestamp")
    }


def left(days, first, last, *, project, since):
    """The changes since a moment that took records out of the days `first` to `last`: [(model, LogEntry, the day to
    which it went, as ISO writes it; empty if it was deleted)], the latest of each record. One query.

    days: {model: the name of the day of its records}.
    """
    kinds = {ContentType.objects.get_for_model(model): model for model in days}
    looked_for = Q(pk__in=())
    for kind, model in kinds.items():
        later = LogEntry.objects.filter(
            content_type=kind, timestamp__gt=since, changes__has_key=days[model]
        )
        deleted = later.filter(action=LogEntry.Action.DELETE, changes__project__0=str(project.pk))
        there = model.objects.filter(project=project)
        updated = later.filter(
            Q(object_id__in=there.values("pk")) | Q(object_id__in=deleted.values("object_id")),
            action=LogEntry.Action.UPDATE,
        )
        looked_for |= Q(pk__in=deleted.values("pk")) | Q(pk__in=updated.values("pk"))
    begin, end = first.isoformat(), last.isoformat()
    found = {}
    entries = LogEntry.objects.filter(looked_for, timestamp__gt=since)
    for entry in entries.select_related("actor", "content_type").order_by("timestamp"):
        model, key = kinds[entry.content_type], (entry.content_type_id, entry.object_pk)
        before, after = entry.changes[days[model]]
        gone = entry.action == LogEntry.Action.DELETE
        if not gone and begin <= after <= end:
            found.pop(key, None)
        elif begin <= before <= end or key in found:
            found[key] = (model, entry, "" if gone else after)
    return list(found.values())


def _changed(change):
    of_lists = {
        name: values for name, values in (change.changes or {}).items() if isinstance(values, dict)
    }
    yield from of_lists.items()
    for label, values in change.changes_display_dict.items():
        if isinstance(values, list | tuple) and len(values) == 2:
            yield label, values


def _line(label, values):
    if isinstance(values, dict):
        said = (
            _("%(field)s added: %(names)s")
            if values["operation"] == "add"
            else _("%(field)s removed: %(names)s")
        )
        return said % {"field": label.replace("_", " "), "names": ", ".join(values["objects"])}
    before, after = ("–" if value == "None" else value for value in values)
    return f"{label}: {before} → {after}"


def remember_entered(records, actor):
    """Write into the audit trail that `actor` entered `records` (of one model), which were written in one go.

    Signals do it for each saved record; they don't see `bulk_create`.
    """
    if not records:
        return
    kind = ContentType.objects.get_for_model(type(records[0]))
    LogEntry.objects.bulk_create(
        [
            LogEntry(
                content_type=kind,
                object_pk=str(record.pk),
                object_id=record.pk,
                object_repr=str(record),
                action=LogEntry.Action.CREATE,
                changes=model_instance_diff(None, record),
                actor=actor,
                actor_email=actor.email,
                cid=get_cid(),
            )
            for record in records
        ],
        batch_size=500,
    )
