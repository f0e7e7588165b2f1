from tests import make
from tests.rooms.answers import EVERYONE_IN, GONE, LOGIN, MOVED, NO, OK, PUBLIC, WRITERS, P

ONE = [*P, "CR-001"]
# What firms say is read in the cluster's partner, of which staff and manager of the table are.
HEARD = (LOGIN, GONE, NO, OK, OK, OK)
SENT = (LOGIN, GONE, NO, NO, MOVED, MOVED)

TABLE = {
    "consultation_create": ([*P, "ST-01"], *WRITERS),
    "consultation_detail": (ONE, *EVERYONE_IN),
    "consultation_edit": (ONE, *WRITERS),
    "consultation_delete": (ONE, *WRITERS),
    "consultation_ask": (ONE, *WRITERS),
    "consultation_comments": (ONE, *HEARD),
    "consultation_answer": ([*ONE, "{opinion}"], *WRITERS),
    "POST consultation_tell": (ONE, *SENT),
    "POST consulted_withdraw": ([*ONE, "{consulted}"], *SENT),
    # Who has a link sees its page; one that nobody was sent opens nothing (tests/test_consultation.py).
    "consulted": (["{consultation}"], *PUBLIC),
}
OTHERS_RECORDS = {
    "consultation_create": "ST-02",
    "consultation_edit": "CR-002",
    "consultation_delete": "CR-002",
    "consultation_ask": "CR-002",
}
LISTS = {
    "consultation_detail": (24, ["CR-001"]),
    "consultation_comments": (12, ["CR-001"]),
}


def world(scene, cast):
    """A round of the manager's cluster, and one of another."""
    one = make.consultation(scene.cluster.strategy, user=cast.manager)
    other = scene.other_cluster.strategy
    make.consultation(other, user=cast.coordinator)
    firm = make.consulted(one, scene.sme)
    spare = make.sme(scene.cluster, name="Not heard yet")
    return {
        "{opinion}": make.opinion(firm).pk,
        "{consulted}": make.consulted(one, spare).pk,
        "{consultation}": firm.link.split("/")[-2],
    }


def hidden(project, partner, cluster, firm):
    user = project.memberships.filter(role="coordinator").first().user
    one = make.consultation(cluster.strategy, "zzleak", user=user, introduction="zzleak")
    said = {"objective": "SO-001", "verdict": "taken", "reply": "zzleak"}
    make.opinion(make.consulted(one, firm), "zzleak", **said)


def more(scene, cast, i):
    own = scene.cluster.strategy
    one = own.consultations.order_by("pk").first()
    firm = make.consulted(one, make.sme(scene.cluster, name=f"Asked {i}"))
    make.opinion(firm, f"We say {i}", stance="support")
    if not i:
        make.opinion(firm, "And this", objective="SO-001", verdict="not", reply="No.")
