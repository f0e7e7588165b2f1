from indicators.views.definitions import (
    ChangeDetail,
    ChangeList,
    IndicatorCreate,
    IndicatorEdit,
    change_decide,
    change_withdraw,
)
from indicators.views.figures import (
    IndicatorDetail,
    IndicatorList,
    IndicatorRecords,
    IndicatorUnits,
)
from indicators.views.proof import IndicatorProof, ProofOverview
from indicators.views.readings import (
    ReadingCreate,
    ReadingDelete,
    ReadingDetail,
    ReadingEdit,
    ReadingList,
    ReadingProof,
    reading_decide,
)
from indicators.views.targets import Targets

__all__ = [
    "ChangeDetail",
    "ChangeList",
    "IndicatorCreate",
    "IndicatorDetail",
    "IndicatorEdit",
    "IndicatorList",
    "IndicatorProof",
    "IndicatorRecords",
    "IndicatorUnits",
    "ProofOverview",
    "ReadingCreate",
    "ReadingDelete",
    "ReadingDetail",
    "ReadingEdit",
    "ReadingList",
    "ReadingProof",
    "Targets",
    "change_decide",
    "change_withdraw",
    "reading_decide",
]
