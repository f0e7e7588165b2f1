from clusters.models.cluster import Cluster
from clusters.models.contact import Contact, LegalBasis
from clusters.models.manager import Manager
from clusters.models.record import ServiceRecord, State
from clusters.models.service import Novelty, Service, ServiceCategory
from clusters.models.sme import SME, ClusterMembership, SizeClass

__all__ = [
    "SME",
    "Cluster",
    "ClusterMembership",
    "Contact",
    "LegalBasis",
    "Manager",
    "Novelty",
    "Service",
    "ServiceCategory",
    "ServiceRecord",
    "SizeClass",
    "State",
]
