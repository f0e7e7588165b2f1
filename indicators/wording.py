"""Values, definitions, targets and their changes in words."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from indicators.measures import MEASURES, How
from indicators.models import ChangeKind, Direction, Indicator, ProofAsked


def said(value, figure) -> str:
    """A value of `figure` as people read it: with its decimals, yes or no, or in percent; a dash for none."""
    if value is None:
        return "–"
    how = figure.measure.how if figure.measure else How.COUNT
    if how == How.YES_NO:
        return _("yes") if value else _("no")
    places = figure.indicator.precision
    exact = Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = number_format(exact, decimal_pos=places, use_l10n=True, force_grouping=True)
    return f"{text}\N{NO-BREAK SPACE}%" if how == How.RATIO else text


def plain(number) -> str:
    """A decimal without needless zeros, as people of the reader's language write it."""
    text = f"{number:f}"
    places = len(text.rstrip("0").partition(".")[2])
    return number_format(number, decimal_pos=places, use_l10n=True, force_grouping=True)


def lost_choices(indicator, measure) -> list[str]:
    """A sentence for each thing that `indicator` is narrowed to and that was deleted since."""
    sentences = []
    for parameter in measure.parameters:
        chosen = indicator.parameters.get(parameter.key, [])
        offered = {key for key, _name in parameter.choices(indicator.project)} if chosen else ()
        sentences += [
            _(
                "The definition refers to “%(name)s” (%(kind)s), which was deleted: nothing counts by it any more. "
                "Propose a change of the definition."
            )
            % {"name": choice["name"], "kind": parameter.name}
            for choice in chosen
            if choice["key"] not in offered
        ]
    return sentences


def changed_lines(change) -> list[tuple]:
    """What a change changes, as (what, before, after) in words; before is a dash where there was nothing."""
    if change.kind == ChangeKind.TARGETS:
        return _target_lines(change)
    before = change.before or {}
    return [
        (_label(name), _said(name, before[name]) if name in before else "–", _said(name, value))
        for name, value in change.after.items()
        if change.before is not None or value not in ("", {}, None)
    ]


def _label(name):
    if name == "target":
        return _("Target")
    label = str(Indicator._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]


def _said(name, value):
    if name == "measure":
        return str(MEASURES[value].name) if value in MEASURES else value or "–"
    if name == "direction":
        return str(Direction(value).label)
    if name == "proof":
        return str(ProofAsked(value).label)
    if name == "parameters":
        return (
            "; ".join(", ".join(choice["name"] for choice in choices) for choices in value.values())
            or "–"
        )
    return "–" if value in (None, "") else str(value)


def _target_lines(change):
    def by_place(rows):
        return {(row["cluster"], row["period"]): row["value"] for row in rows or ()}

    before, after = by_place(change.before), by_place(change.after)
    places = sorted(
        before.keys() | after.keys(), key=lambda place: (place[0], place[1] is None, place[1] or 0)
    )
    return [
        (
            _place(cluster, period),
            before.get((cluster, period), "–"),
            after.get((cluster, period), "–"),
        )
        for cluster, period in places
        if before.get((cluster, period)) != after.get((cluster, period))
    ]


def _place(cluster, period):
    whose = cluster or _("The whole")
    if period is None:
        return _("%(whose)s, by the end of the project") % {"whose": whose}
    return _("%(whose)s, by the end of period %(period)d") % {"whose": whose, "period": period}
