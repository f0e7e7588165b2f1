"""What a strategy says, as one document of plain values: frozen in versions, compared, and printed.

It is a plan: what became of an action since (its status) is no part of it.
"""

import hashlib
import json

from django.db.models import Prefetch
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django_countries import countries

from clusters.models import ChainLink, Degree, Horizon, RoadmapAction, Strength
from clusters.models.strategy import Strategy

TEXTS = ("title", "vision", "mission", "context", "needs")


def content_of(strategy: Strategy) -> dict:
    """All that `strategy` says now, in a fixed number of queries whatever its length."""
    actions = RoadmapAction.objects.select_related("responsible__user", "depends_on")
    objectives = (
        strategy.objectives.select_related("theme", "step", "area")
        .prefetch_related(Prefetch("actions", actions.order_by("begins_on", "pk")))
        .prefetch_related("sources__strategy__cluster")
        .order_by("position", "pk")
    )
    return {
        **{name: getattr(strategy, name) for name in TEXTS},
        "years": [strategy.first_year, strategy.last_year],
        "areas": sorted(area.name for area in strategy.areas.all()),
        "chain": [_link(link) for link in _links(strategy)],
        "trends": [
            {
                "title": trend.title,
                "horizon": trend.horizon,
                "impact": trend.impact,
                "likelihood": trend.likelihood,
                "meaning": trend.meaning,
            }
            for trend in strategy.trends.all()
        ],
        "markets": [
            {
                "name": market.name,
                "country": str(market.country),
                "horizon": market.horizon,
                "why": market.why,
            }
            for market in strategy.markets.all()
        ],
        "objectives": [_objective(objective) for objective in objectives],
    }


def _links(strategy):
    return (
        ChainLink.objects.filter(strategy=strategy).select_related("step").prefetch_related("smes")
    )


def _link(link):
    return {
        "step": link.step.name,
        "strength": link.strength,
        "told": link.told,
        "gap": link.gap,
        # SECURITY: a document that leaves the portal names no member of a cluster; the codes prove the number.
        "members": sorted(firm.code for firm in link.smes.all()),
        "others": link.others,
    }


def _objective(objective):
    return {
        "code": objective.code,
        "title": objective.title,
        "text": objective.text,
        "measured_by": objective.measured_by,
        "theme": objective.theme.name if objective.theme else "",
        "step": objective.step.name if objective.step else "",
        "area": objective.area.name if objective.area else "",
        "sources": sorted(
            [source.code, str(source.strategy.cluster or ""), source.title]
            for source in objective.sources.all()
        ),
        "actions": [
            {
                "code": action.code,
                "title": action.title,
                "text": action.text,
                "responsible": str(action.responsible.user) if action.responsible else "",
                "carried_by": action.carried_by,
                "begins_on": action.begins_on.isoformat() if action.begins_on else "",
                "due_on": action.due_on.isoformat() if action.due_on else "",
                "after": action.depends_on.code if action.depends_on else "",
            }
            for action in objective.actions.all()
        ],
    }


def is_empty(content) -> bool:
    """Whether nothing is said yet but the title."""
    return not (content["vision"] or content["mission"] or content["objectives"])


def digest(content) -> str:
    """The SHA-256 of the canonical text of `content`, in hexadecimal."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# --- Set side by side ----------------------------------------------------------------------------


def differences(before, after) -> list[dict]:
    """What `after` says otherwise than `before` (two contents): rows of what, the text before and the text after.

    A text that is empty was not there, or is gone.
    """
    old, new = dict(_lines(before)), dict(_lines(after))
    return [
        {"what": what, "before": was, "after": now}
        for what in dict.fromkeys([*old, *new])
        if (was := old.get(what, "")) != (now := new.get(what, ""))
    ]


def _lines(content):
    """Each statement with its name, in the order of reading."""
    names = {
        "title": _("Title"),
        "vision": _("Vision"),
        "mission": _("Mission"),
        "context": _("Context"),
        "needs": _("What the firms need"),
    }
    for name in TEXTS:
        yield names[name], content[name]
    yield _("Years"), "–".join(str(year) for year in content["years"] if year)
    yield _("S3 priorities"), ", ".join(content["areas"])
    for link in content["chain"]:
        said = [Strength(link["strength"]).label, link["told"], link["gap"]]
        if members := members_of(link):
            said.append(_("%(n)d members") % {"n": members})
        yield _("Value chain: %(step)s") % {"step": link["step"]}, _joined(said)
    for trend in content["trends"]:
        said = [
            Horizon(trend["horizon"]).label,
            _("impact %(word)s") % {"word": Degree(trend["impact"]).label},
            _("likelihood %(word)s") % {"word": Degree(trend["likelihood"]).label},
            trend["meaning"],
        ]
        yield _("Trend: %(title)s") % {"title": trend["title"]}, _joined(said)
    for market in content["markets"]:
        said = [market["country"], Horizon(market["horizon"]).label, market["why"]]
        yield _("Market: %(name)s") % {"name": market["name"]}, _joined(said)
    for objective in content["objectives"]:
        tags = [objective["theme"], objective["step"], objective["area"], objective["measured_by"]]
        said = [objective["title"], objective["text"], *tags]
        said += [f"← {code} {cluster}" for code, cluster, _title in objective["sources"]]
        yield _("Objective %(code)s") % {"code": objective["code"]}, _joined(said)
        for action in objective["actions"]:
            after = action["after"] and _("after %(code)s") % {"code": action["after"]}
            days = "–".join(filter(None, [action["begins_on"], action["due_on"]]))
            who = [action["responsible"], action["carried_by"]]
            yield (
                _("Action %(code)s") % {"code": action["code"]},
                _joined([action["title"], action["text"], *who, days, after]),
            )


def members_of(link) -> int:
    """How many members stand at a step of a frozen value chain, named or not."""
    return len(link["members"]) + (link["others"] or 0)


def _joined(parts):
    return " · ".join(str(part) for part in parts if part)


def readable(content) -> dict:
    """`content` with words and days in place of codes, for pages and papers."""
    chain = [
        {**link, "standing": Strength(link["strength"]), "count": members_of(link)}
        for link in content["chain"]
    ]
    trends = [
        {
            **trend,
            "horizon": Horizon(trend["horizon"]).label,
            "impact": Degree(trend["impact"]).label,
            "likelihood": Degree(trend["likelihood"]).label,
        }
        for trend in content["trends"]
    ]
    markets = [
        {
            **market,
            "horizon": Horizon(market["horizon"]).label,
            "country": countries.name(market["country"]) if market["country"] else "",
        }
        for market in content["markets"]
    ]
    objectives = [
        {
            **objective,
            "number": number,
            "actions": [_with_days(one) for one in objective["actions"]],
        }
        for number, objective in enumerate(content["objectives"], 1)
    ]
    return {
        **content,
        "span": "–".join(dict.fromkeys(str(year) for year in content["years"] if year)),
        "chain": chain,
        "trends": trends,
        "markets": markets,
        "objectives": objectives,
        "has_actions": any(objective["actions"] for objective in objectives),
    }


def _with_days(action):
    days = {
        name: parse_date(action[name]) if action[name] else None for name in ("begins_on", "due_on")
    }
    who = ", ".join(filter(None, [action["responsible"], action["carried_by"]]))
    return {**action, **days, "who": who}
