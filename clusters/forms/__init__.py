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
from clusters.forms.roadmap import ActionForm, JointObjectiveForm, ObjectiveForm
from clusters.forms.service import CategoryForm, ServiceForm
from clusters.forms.sme import SMEForm
from clusters.forms.strategy import (
    ChainLinkForm,
    ChainStepForm,
    MarketForm,
    StageForm,
    StrategyForm,
    ThemeForm,
    TrendForm,
)

__all__ = [
    "FAMILIES",
    "ActionForm",
    "AssessmentForm",
    "CategoryForm",
    "ChainLinkForm",
    "ChainStepForm",
    "ClusterForm",
    "CompetenceForm",
    "ContactForm",
    "FurtherRoleForm",
    "JointObjectiveForm",
    "LabelForm",
    "LogoForm",
    "ManagerForm",
    "MarketForm",
    "ObjectiveForm",
    "QuestionForm",
    "QuestionnaireForm",
    "ReadinessForm",
    "RosterForm",
    "SMEForm",
    "ServiceForm",
    "ServiceRecordForm",
    "StageForm",
    "StrategyForm",
    "ThemeForm",
    "TrainingForm",
    "TranslationForm",
    "TrendForm",
    "WaveForm",
]
