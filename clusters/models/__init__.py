from clusters.models.cluster import Cluster
from clusters.models.competence import Assessment, Competence, Judge, Score, Training
from clusters.models.confirmation import Confirmation, FirmAnswer
from clusters.models.contact import Contact, LegalBasis
from clusters.models.keys import SMEKey
from clusters.models.label import Label, Level, Readiness, Stage
from clusters.models.manager import FurtherRole, Manager
from clusters.models.merge import Merge, MergeState
from clusters.models.pair import LikelyPair
from clusters.models.questionnaire import SCALE, Kind, Option, Question, Questionnaire
from clusters.models.record import ServiceRecord, State
from clusters.models.service import Novelty, Service, ServiceCategory
from clusters.models.size import SizeClass
from clusters.models.sme import SME, ClusterMembership
from clusters.models.wave import Answer, Asked, Delivery, Letter, Mailing, Wave, When

__all__ = [
    "SCALE",
    "SME",
    "Answer",
    "Asked",
    "Assessment",
    "Cluster",
    "ClusterMembership",
    "Competence",
    "Confirmation",
    "Contact",
    "Delivery",
    "FirmAnswer",
    "FurtherRole",
    "Judge",
    "Kind",
    "Label",
    "LegalBasis",
    "Letter",
    "Level",
    "LikelyPair",
    "Mailing",
    "Manager",
    "Merge",
    "MergeState",
    "Novelty",
    "Option",
    "Question",
    "Questionnaire",
    "Readiness",
    "SMEKey",
    "Score",
    "Service",
    "ServiceCategory",
    "ServiceRecord",
    "SizeClass",
    "Stage",
    "State",
    "Training",
    "Wave",
    "When",
]
