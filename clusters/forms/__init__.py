from clusters.forms.cluster import ClusterForm, LogoForm
from clusters.forms.competence import AssessmentForm, CompetenceForm, TrainingForm
from clusters.forms.contact import ContactForm
from clusters.forms.label import FAMILIES, LabelForm, ReadinessForm
from clusters.forms.manager import FurtherRoleForm, ManagerForm
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
    "FAMILIES",
    "AssessmentForm",
    "CategoryForm",
    "ClusterForm",
    "CompetenceForm",
    "ContactForm",
    "FurtherRoleForm",
    "LabelForm",
    "LogoForm",
    "ManagerForm",
    "QuestionForm",
    "QuestionnaireForm",
    "ReadinessForm",
    "RosterForm",
    "SMEForm",
    "ServiceForm",
    "ServiceRecordForm",
    "TrainingForm",
    "TranslationForm",
    "WaveForm",
]
