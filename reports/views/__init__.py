from reports.views.chapter import ChapterDetail, ChapterEdit, chapter_return
from reports.views.period import ReportOfPeriod, ScheduleEdit, declare
from reports.views.rendering import (
    RenderingDetail,
    ReportList,
    rendering_annex,
    rendering_file,
    rendering_restated,
    rendering_retry,
    rendering_snapshot,
    rendering_submit,
)
from reports.views.verify import verify

__all__ = [
    "ChapterDetail",
    "ChapterEdit",
    "RenderingDetail",
    "ReportList",
    "ReportOfPeriod",
    "ScheduleEdit",
    "chapter_return",
    "declare",
    "rendering_annex",
    "rendering_file",
    "rendering_restated",
    "rendering_retry",
    "rendering_snapshot",
    "rendering_submit",
    "verify",
]
