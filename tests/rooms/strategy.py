from tests import make
from tests.rooms.answers import COORDINATOR, EVERYONE_IN, WRITERS, P

ONE, JOINT = [*P, "ST-01"], [*P, "ST-03"]
LINK, TREND, MARKET = ([*ONE, "{" + name + "}"] for name in ("link", "trend", "market"))

TABLE = {
    "strategy_list": (P, *EVERYONE_IN),
    "strategy_create": (P, *WRITERS),
    "strategy_detail": (ONE, *EVERYONE_IN),
    "strategy_edit": (ONE, *WRITERS),
    "strategy_delete": (ONE, *WRITERS),
    "strategy_roadmap": (ONE, *EVERYONE_IN),
    "strategy_document": ([*ONE, "pdf"], *EVERYONE_IN),
    "strategyversion_document": ([*P, "VS-001", "docx"], *EVERYONE_IN),
    "strategy_matching": (P, *EVERYONE_IN),
    "strategy_common": (P, *COORDINATOR),
    "strategy_freeze": (ONE, *WRITERS),
    "strategy_adopt": (ONE, *WRITERS),
    "strategyversion_detail": ([*P, "VS-001"], *EVERYONE_IN),
    "strategyversion_proof": ([*P, "VS-001"], *WRITERS),
    "strategyversion_withdraw": ([*P, "VS-001"], *WRITERS),
    "strategystage_detail": ([*P, "SS-0001"], *EVERYONE_IN),
    "strategystage_edit": ([*P, "SS-0001"], *WRITERS),
    "strategystage_proof": ([*P, "SS-0001"], *WRITERS),
    "strategyobjective_list": (P, *EVERYONE_IN),
    "strategyobjective_create": (ONE, *WRITERS),
    "strategyobjective_detail": ([*P, "SO-001"], *EVERYONE_IN),
    "strategyobjective_edit": ([*P, "SO-001"], *WRITERS),
    "strategyobjective_delete": ([*P, "SO-001"], *WRITERS),
    "roadmapaction_create": ([*P, "SO-001"], *WRITERS),
    "roadmapaction_detail": ([*P, "RA-001"], *EVERYONE_IN),
    "roadmapaction_edit": ([*P, "RA-001"], *WRITERS),
    "roadmapaction_delete": ([*P, "RA-001"], *WRITERS),
    "chainlink_create": (ONE, *WRITERS),
    "chainlink_edit": (LINK, *WRITERS),
    "chainlink_delete": (LINK, *WRITERS),
    "trend_create": (ONE, *WRITERS),
    "trend_edit": (TREND, *WRITERS),
    "trend_delete": (TREND, *WRITERS),
    "market_create": (ONE, *WRITERS),
    "market_edit": (MARKET, *WRITERS),
    "market_delete": (MARKET, *WRITERS),
    "theme_list": (P, *EVERYONE_IN),
    "theme_create": (P, *COORDINATOR),
    "theme_edit": ([*P, "{theme}"], *COORDINATOR),
    "theme_delete": ([*P, "{theme}"], *COORDINATOR),
    "chainstep_list": (P, *EVERYONE_IN),
    "chainstep_create": (P, *COORDINATOR),
    "chainstep_edit": ([*P, "{chain_step}"], *COORDINATOR),
    "chainstep_delete": ([*P, "{chain_step}"], *COORDINATOR),
}
OTHERS_RECORDS = {
    "strategy_edit": "ST-02",
    "strategy_delete": "ST-02",
    "strategy_freeze": "ST-02",
    "strategy_adopt": "ST-03",
    "strategyversion_proof": "VS-002",
    "strategyversion_withdraw": "VS-002",
    "strategystage_edit": "SS-0010",
    "strategystage_proof": "SS-0010",
    "strategyobjective_create": "ST-02",
    "strategyobjective_edit": "SO-002",
    "strategyobjective_delete": "SO-002",
    "roadmapaction_create": "SO-002",
    "roadmapaction_edit": "RA-002",
    "roadmapaction_delete": "RA-002",
    "chainlink_create": "ST-02",
    "trend_create": "ST-03",
    "market_create": "ST-02",
}
LISTS = {
    "strategy_list": (14, []),
    "strategy_detail": (40, ["ST-01"]),
    "strategy_roadmap": (20, ["ST-01"]),
    "strategy_matching": (16, []),
    "strategy_common": (30, []),
    "strategyversion_detail": (24, ["VS-001"]),
    "strategyobjective_list": (14, []),
    "strategyobjective_detail": (20, ["SO-001"]),
    "strategystage_detail": (20, ["SS-0001"]),
    "theme_list": (10, []),
    "chainstep_list": (10, []),
}


def world(scene, cast):
    """The strategy of the manager's cluster, one of another's, and the joint one."""
    one = make.strategy(scene.cluster, vision="Nothing is wasted.")
    other = make.strategy(scene.other_cluster, "Theirs")
    make.strategy(project=scene.project, title="Together")
    link = make.chain_link(one, smes=[scene.sme])
    made = {
        "{link}": link.pk,
        "{trend}": make.trend(one).pk,
        "{market}": make.market(one).pk,
        "{theme}": make.theme(scene.project).pk,
        "{chain_step}": link.step_id,
    }
    objective = make.objective(one, theme_name="Traceability", step="Processing")
    make.action(objective)
    make.action(make.objective(other, "Theirs too", "Traceability"))
    make.adopted(one, cast.manager)
    make.adopted(other, cast.coordinator)
    return made


def hidden(project, partner, cluster, firm):
    texts = dict.fromkeys(("vision", "mission", "context", "needs"), "zzleak")
    one = make.strategy(cluster, "zzleak strategy", **texts)
    make.chain_link(one, "zzleak step", smes=[firm], told="zzleak", gap="zzleak")
    make.trend(one, "zzleak trend", meaning="zzleak")
    make.market(one, "zzleak market", why="zzleak")
    objective = make.objective(one, "zzleak objective", "zzleak theme", text="zzleak")
    make.action(objective, "zzleak action", carried_by="zzleak")
    make.adopted(one, make.member(project, "coordinator", partner), note="zzleak")


def more(scene, cast, i):
    own = scene.cluster.strategy
    make.strategy(make.cluster(scene.bulgaria, f"Strategic {i}"), f"Strategy {i}")
    link = make.chain_link(own, f"Step {i}", smes=[make.sme(scene.cluster, name=f"Linked {i}")])
    make.trend(own, f"Trend {i}")
    make.market(own, f"Market {i}")
    objective = make.objective(own, f"Objective {i}", f"Theme {i}", link.step.name)
    make.adopted(own, cast.manager)
    first = make.action(objective, f"First {i}", responsible=cast.manager.memberships.get())
    make.action(own.objectives.first(), f"Action {i}", depends_on=first)
    joint = scene.project.strategies.get(cluster=None)
    make.objective(joint, f"Joint {i}", f"Theme {i}", sources=[objective, own.objectives.first()])
