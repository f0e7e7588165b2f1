from reports.actions.rendering import (
    VIEWERS_READ,
    request_report,
    retry,
    submission_refusal,
    submit_report,
)

__all__ = [
    "VIEWERS_READ",
    "request_report",
    "retry",
    "submission_refusal",
    "submit_report",
]
