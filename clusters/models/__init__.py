from clusters.models.cluster import Cluster, Manager
from clusters.models.service import Novelty, Service, ServiceCategory, ServiceRecord, State
from clusters.models.sme import SME, ClusterMembership, SizeClass

__all__ = [
    "SME",
    "Cluster",
    "ClusterMembership",
    "Manager",
    "Novelty",
    "Service",
    "ServiceCategory",
    "ServiceRecord",
    "SizeClass",
    "State",
]
