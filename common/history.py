"""What was changed in a record, when and by whom, as the audit trail keeps it."""

from auditlog.models import LogEntry
from django.utils.translation import gettext as _


def history(record):
    """The changes of `record`, the latest first, each with its `actor` (None for a command's change)."""
    return LogEntry.objects.get_for_object(record).select_related("actor").order_by("-timestamp")


def told(record, most=20):
    """The latest changes of `record` with their `lines`: what each changed, in words."""
    changes = list(history(record)[:most])
    for change in changes:
        entered = change.action == LogEntry.Action.CREATE
        change.lines = [] if entered else [_line(*item) for item in _changed(change)]
    return changes


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
