from reports.views.box import BoxDetail, BoxList, box_cancel, box_file, box_retry
from reports.views.chapter import ChapterDetail, ChapterEdit, chapter_return
from reports.views.edition import EditionDetail, edition_restated, edition_step, report_lock
from reports.views.period import ReportOfPeriod, ScheduleEdit, declaration_changed, declare
from reports.views.rendering import (
    RenderingDetail,
    ReportList,
    rendering_as,
    rendering_cancel,
    rendering_file,
    rendering_retry,
)
from reports.views.verify import verify

__all__ = [
    "BoxDetail",
    "BoxList",
    "ChapterDetail",
    "ChapterEdit",
    "EditionDetail",
    "RenderingDetail",
    "ReportList",
    "ReportOfPeriod",
    "ScheduleEdit",
    "box_cancel",
    "box_file",
    "box_retry",
    "chapter_return",
    "declaration_changed",
    "declare",
    "edition_restated",
    "edition_step",
    "rendering_as",
    "rendering_cancel",
    "rendering_file",
    "rendering_retry",
    "report_lock",
    "verify",
]
