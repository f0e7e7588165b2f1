from reports.actions.box import cancel_box, request_box, retry_box
from reports.actions.edition import (
    gaps_of,
    lock_refusal,
    lock_report,
    note_approval,
    note_return,
    open_report,
    submit_report,
)
from reports.actions.rendering import VIEWERS_READ, cancel, file_of, request_report, retry

__all__ = [
    "VIEWERS_READ",
    "cancel",
    "cancel_box",
    "file_of",
    "gaps_of",
    "lock_refusal",
    "lock_report",
    "note_approval",
    "note_return",
    "open_report",
    "request_box",
    "request_report",
    "retry",
    "retry_box",
    "submit_report",
]
