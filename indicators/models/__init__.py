from indicators.models.change import Change, ChangeKind, ChangeState
from indicators.models.indicator import Direction, Indicator, ProofAsked, Target, measure_choices
from indicators.models.reading import Reading
from indicators.models.stored import StoredFigure

__all__ = [
    "Change",
    "ChangeKind",
    "ChangeState",
    "Direction",
    "Indicator",
    "ProofAsked",
    "Reading",
    "StoredFigure",
    "Target",
    "measure_choices",
]
