"""What the API gives, as its OpenAPI document describes it."""

import datetime

from ninja import Field, Schema


class Problem(Schema):
    """Why there is no answer, in a sentence."""

    detail: str


class ProjectOut(Schema):
    slug: str = Field(description="Its word in addresses.", examples=["trace-kei"])
    acronym: str
    name: str
    programme: str
    start: datetime.date = Field(description="First day.")
    end: datetime.date = Field(description="Last day.")
    reading_day: datetime.date = Field(
        description="The day as of which figures are given when none is asked for."
    )


class FigureOut(Schema):
    """An indicator's value as of a day."""

    code: str = Field(examples=["KPI-03"])
    name: str
    unit: str
    measure: str = Field(description="What it is counted from; empty while it waits for records.")
    how: str | None = Field(description="count, sum, average, ratio (percent), latest or yes_no.")
    baseline: float
    target: float | None
    value: float | None = Field(description="Null is not zero: there is nothing to count yet.")
    planned: float | None = Field(description="What the plan gives for this day.")
    percent: int | None = Field(description="Of the way from baseline to target, rounded down.")
    forecast: float | None = Field(description="At the end, at the pace of the last six months.")
    status: str


class FiguresOut(Schema):
    project: str
    as_of: datetime.date
    figures: list[FigureOut]


class MonthOut(Schema):
    month: int
    until: datetime.date
    value: float | None


class ShareOut(Schema):
    cluster: str = Field(examples=["CL-01"])
    name: str
    value: float | None
    target: float | None


class FigureWhole(FigureOut):
    """A figure with its months and the shares of the clusters, which may sum to more than the whole."""

    as_of: datetime.date
    counts_as_one: str
    counted_when: str
    months: list[MonthOut]
    clusters: list[ShareOut]


class StepOut(Schema):
    sentence: str
    records: int
    fell_out: int
    why: str
    units: int


class SourceOut(Schema):
    records: str
    steps: list[StepOut]


class UnitOut(Schema):
    code: str = Field(description="Stable, never used twice.", examples=["SME-0001"])
    name: str = Field(description="Empty where the reader may not open it.")
    counts_since: datetime.date


class RecordOut(Schema):
    code: str
    unit: str
    date: datetime.date
    cluster: str


class Page(Schema):
    count: int = Field(description="Of all pages.")
    page: int
    pages: int


class UnitPage(Page):
    items: list[UnitOut]


class RecordPage(Page):
    items: list[RecordOut]
