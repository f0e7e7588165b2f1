from clusters.models.cluster import Cluster
from clusters.models.competence import Assessment, Competence, Judge, Score, Training
from clusters.models.confirmation import Confirmation, FirmAnswer
from clusters.models.consultation import Consultation, ConsultedFirm, StrategyComment
from clusters.models.contact import Contact, LegalBasis
from clusters.models.foresight import Degree, Horizon, Market, Trend
from clusters.models.keys import SMEKey
from clusters.models.label import Label, Level, Readiness, Stage
from clusters.models.manager import FurtherRole, Manager
from clusters.models.merge import Merge, MergeState
from clusters.models.opinion import Stance, Verdict
from clusters.models.pair import LikelyPair
from clusters.models.questionnaire import SCALE, Kind, Option, Question, Questionnaire
from clusters.models.record import ServiceRecord, State
from clusters.models.roadmap import ActionStatus, RoadmapAction, StrategyObjective
from clusters.models.service import Novelty, Service, ServiceCategory
from clusters.models.size import SizeClass
from clusters.models.sme import SME, ClusterMembership
from clusters.models.strategy import StageKind, Strategy, StrategyStage
from clusters.models.theme import ChainStep, Theme
from clusters.models.valuechain import ChainLink, Strength
from clusters.models.version import StrategyVersion
from clusters.models.wave import Answer, Asked, Delivery, Letter, Mailing, Wave, When

__all__ = [
    "SCALE",
    "SME",
    "ActionStatus",
    "Answer",
    "Asked",
    "Assessment",
    "ChainLink",
    "ChainStep",
    "Cluster",
    "ClusterMembership",
    "Competence",
    "Confirmation",
    "Consultation",
    "ConsultedFirm",
    "Contact",
    "Degree",
    "Delivery",
    "FirmAnswer",
    "FurtherRole",
    "Horizon",
    "Judge",
    "Kind",
    "Label",
    "LegalBasis",
    "Letter",
    "Level",
    "LikelyPair",
    "Mailing",
    "Manager",
    "Market",
    "Merge",
    "MergeState",
    "Novelty",
    "Option",
    "Question",
    "Questionnaire",
    "Readiness",
    "RoadmapAction",
    "SMEKey",
    "Score",
    "Service",
    "ServiceCategory",
    "ServiceRecord",
    "SizeClass",
    "Stage",
    "StageKind",
    "Stance",
    "State",
    "Strategy",
    "StrategyComment",
    "StrategyObjective",
    "StrategyStage",
    "StrategyVersion",
    "Strength",
    "Theme",
    "Training",
    "Trend",
    "Verdict",
    "Wave",
    "When",
]
