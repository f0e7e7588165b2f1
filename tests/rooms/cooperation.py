from tests import make
from tests.rooms.answers import EVERYONE_IN, GONE, LOGGERS, LOGIN, MOVED, NO, OK, P

OWN = (LOGIN, GONE, NO, OK, OK, OK)
PERSON = (LOGIN, GONE, GONE, OK, OK, OK)
CODES = {
    "outsidecluster": "OC-001",
    "collaboration": "CO-001",
    "agreement": "AG-001",
    "meeting": "MT-001",
    "policymeeting": "PM-001",
    "synergy": "SY-001",
    "marketstep": "MS-001",
}

TABLE = {
    "cooperation": (P, *EVERYONE_IN),
    "participation": (P, *EVERYONE_IN),
    "participation_of_cluster": ([*P, "CL-01"], *EVERYONE_IN),
    "acquaintance_list": (P, LOGIN, GONE, NO, OK, OK, OK),
    "acquaintance_create": (P, *LOGGERS),
    "acquaintance_detail": ([*P, "AQ-0001"], *PERSON),
    "acquaintance_edit": ([*P, "AQ-0001"], *PERSON),
    "acquaintance_delete": ([*P, "AQ-0001"], *PERSON),
    "POST acquaintance_done": ([*P, "AQ-0001"], LOGIN, GONE, GONE, MOVED, MOVED, MOVED),
}
OTHERS_RECORDS = {}
LISTS = {
    "cooperation": (24, []),
    "participation": (14, []),
    "participation_of_cluster": (14, ["CL-01"]),
    "acquaintance_list": (10, []),
    "acquaintance_detail": (12, ["AQ-0001"]),
}
for name, code in CODES.items():
    TABLE |= {
        f"{name}_list": (P, *EVERYONE_IN),
        f"{name}_create": (P, *LOGGERS),
        f"{name}_detail": ([*P, code], *EVERYONE_IN),
        f"{name}_edit": ([*P, code], *OWN),
        f"{name}_delete": ([*P, code], *OWN),
    }
    theirs = code.replace("1", "2")
    OTHERS_RECORDS |= {f"{name}_edit": theirs, f"{name}_delete": theirs}
    LISTS |= {f"{name}_list": (12, []), f"{name}_detail": (20, [code])}
    if name != "outsidecluster":
        TABLE[f"{name}_proof"] = ([*P, code], *OWN)
        OTHERS_RECORDS[f"{name}_proof"] = theirs


def world(scene, cast):
    clusters = {scene.bulgaria: scene.cluster, scene.serbia: scene.other_cluster}
    for partner, cluster in clusters.items():
        outside = make.outside_cluster(partner, f"Cluster known to {partner}")
        make.acquaintance(partner, outside_cluster=outside, follow_up="Write to her")
        together = make.collaboration(partner, outside, cluster)
        make.agreement(together)
        make.meeting(together, points=[("Fees", "A table is sent")])
        make.policy_meeting(partner, confirmed=True)
        make.synergy(partner, scene.cluster, scene.other_cluster, state="agreed")
        make.market_step(partner)


def hidden(project, partner, cluster, firm):
    outside = make.outside_cluster(partner, "zzleak cluster", sector="zzleak", note="zzleak")
    make.acquaintance(
        partner, "zzleak person", "zzleak body", outside_cluster=outside, follow_up="zzleak"
    )
    together = make.collaboration(partner, outside, cluster, subject="zzleak")
    make.agreement(together, "zzleak", signed_by="zzleak")
    make.meeting(together, "zzleak", place="zzleak", points=[("zzleak", "zzleak")])
    make.policy_meeting(partner, "zzleak", function="zzleak", subject="zzleak", place="zzleak")
    make.synergy(partner, cluster, make.cluster(partner, "zzleak other"), "zzleak")
    make.market_step(partner, title="zzleak", description="zzleak")


def more(scene, cast, i):
    outside = make.outside_cluster(scene.bulgaria, f"Cluster {i}", "FR")
    make.acquaintance(scene.bulgaria, f"Person {i}", outside_cluster=outside, follow_up=f"Call {i}")
    together = make.collaboration(scene.bulgaria, outside, scene.cluster)
    make.agreement(together)
    event = make.event(scene.bulgaria, f"Visit {i}", state="held")
    make.meeting(together, event=event)
    first = scene.cluster.collaborations.order_by("pk").first()
    make.meeting(first, points=[("Point", "Agreed")])
    make.agreement(first)
    make.policy_meeting(scene.bulgaria, cluster=scene.cluster)
    make.synergy(scene.bulgaria, scene.cluster, scene.other_cluster, state="running")
    make.market_step(scene.bulgaria, cluster=scene.cluster)
