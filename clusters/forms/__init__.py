from clusters.forms.cluster import ClusterForm
from clusters.forms.contact import ContactForm
from clusters.forms.manager import ManagerForm
from clusters.forms.questionnaire import (
    QuestionForm,
    QuestionnaireForm,
    RosterForm,
    TranslationForm,
    WaveForm,
)
from clusters.forms.record import ServiceRecordForm
from clusters.forms.service import CategoryForm, ServiceForm
from clusters.forms.sme import SMEForm

__all__ = [
    "CategoryForm",
    "ClusterForm",
    "ContactForm",
    "ManagerForm",
    "QuestionForm",
    "QuestionnaireForm",
    "RosterForm",
    "SMEForm",
    "ServiceForm",
    "ServiceRecordForm",
    "TranslationForm",
    "WaveForm",
]
