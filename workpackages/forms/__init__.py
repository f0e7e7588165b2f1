from workpackages.forms.plan import (
    AmendmentForm,
    DeliverableForm,
    MilestoneForm,
    RiskForm,
    RiskStateForm,
    TaskForm,
    WorkPackageForm,
)
from workpackages.forms.steps import DayForm, LateReasonForm, RejectForm, SubmitForm, VersionForm

__all__ = [
    "AmendmentForm",
    "DayForm",
    "DeliverableForm",
    "LateReasonForm",
    "MilestoneForm",
    "RejectForm",
    "RiskForm",
    "RiskStateForm",
    "SubmitForm",
    "TaskForm",
    "VersionForm",
    "WorkPackageForm",
]
