from clusters.models.cluster import Cluster
from clusters.models.contact import Contact, LegalBasis
from clusters.models.label import Label, Level, Readiness, Stage
from clusters.models.manager import Manager
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
    "Cluster",
    "ClusterMembership",
    "Contact",
    "Delivery",
    "Kind",
    "Label",
    "LegalBasis",
    "Letter",
    "Level",
    "Mailing",
    "Manager",
    "Novelty",
    "Option",
    "Question",
    "Questionnaire",
    "Readiness",
    "Service",
    "ServiceCategory",
    "ServiceRecord",
    "SizeClass",
    "Stage",
    "State",
    "Wave",
    "When",
]
