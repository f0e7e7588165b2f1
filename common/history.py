"""What was changed in a record, when and by whom, as the audit trail keeps it."""

from auditlog.models import LogEntry


def history(record):
    """The changes of `record`, the latest first, each with its `actor` (None for a command's change)."""
    return LogEntry.objects.get_for_object(record).select_related("actor").order_by("-timestamp")
