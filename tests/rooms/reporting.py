"""A period's report on its way: chapters, declarations, days."""

from django.core.files.base import ContentFile

from reports import actions
from reports.actions import chapter as declaration
from tests import make
from tests.rooms.answers import COORDINATOR, EVERYONE_IN, GONE, LOGIN, MOVED, NO, OK, PUBLIC, P

PERIOD = [*P, 1]
LOCKED = [*P, 9, 1]  # a period whose report was submitted

TABLE = {
    "verify": ([], *PUBLIC),
    "report_period": (PERIOD, *EVERYONE_IN),
    "schedule_edit": (PERIOD, *COORDINATOR),
    "POST declare": (PERIOD, LOGIN, GONE, GONE, GONE, GONE, GONE),  # no partner is named
    "box_list": (P, *EVERYONE_IN),
    "box_detail": ([*P, "{box}"], LOGIN, GONE, GONE, GONE, OK, OK),
    "box_file": ([*P, "{box}"], LOGIN, GONE, GONE, GONE, OK, OK),
    "POST box_cancel": ([*P, "{box}"], LOGIN, GONE, GONE, GONE, MOVED, MOVED),
    "POST box_retry": ([*P, "{box}"], LOGIN, GONE, GONE, GONE, MOVED, MOVED),
    "declaration_changed": ([*PERIOD, "{declared}"], *EVERYONE_IN),
    "report_lock": (PERIOD, *COORDINATOR),
    "edition_detail": (LOCKED, *EVERYONE_IN),
    "edition_restated": (LOCKED, *EVERYONE_IN),
    "edition_step": ([*LOCKED, "return"], *COORDINATOR),
    "chapter_detail": ([*PERIOD, "WP6"], *EVERYONE_IN),
    "chapter_edit": ([*PERIOD, "WP6"], LOGIN, GONE, NO, OK, OK, OK),
    "POST chapter_return": ([*PERIOD, "WP6"], LOGIN, GONE, NO, NO, NO, OK),
}

LISTS = {
    "report_period": (44, [1]),
    "box_list": (14, []),
    "chapter_detail": (20, [1, "WP6"]),
    "chapter_edit": (24, [1, "WP6"]),
    "report_lock": (40, [1]),
    "edition_detail": (20, [9, 1]),
    "edition_restated": (30, [9, 1]),
}


def world(scene, cast):
    package = make.work_package(scene.project, 6, "Narrative")
    package.lead = scene.bulgaria
    package.save()
    make.chapter(scene.period, cast.manager, package=package, ready=True)
    edition = make.locked(make.period(scene.project, 9, 15, 15), cast.coordinator)
    actions.submit_report(user=cast.coordinator, edition=edition)
    make.record(scene.service, make.sme(scene.cluster, name="After the report"))
    box = actions.request_box(
        user=cast.manager, project=scene.project, subject={"indicator": scene.indicator}
    )
    box.file.save("boxes/done.zip", ContentFile(b"PK"), save=False)
    box.state = "done"
    box.save()
    declaration.declare(user=cast.manager, period=scene.period, partner=scene.bulgaria)
    return {"{box}": box.pk, "{declared}": scene.bulgaria.number}


def hidden(project, partner, cluster, firm):
    period = make.period(project, 1, 1, 12)
    package = make.work_package(project, 8, "zzleak package")
    make.chapter(period, None, package=package, text="zzleak text")


def more(scene, cast, i):
    make.work_package(scene.project, 20 + i, f"Package {i}")
    period = make.period(scene.project, 30 + i, 13 + i, 13 + i)
    make.chapter(period, cast.manager, package=scene.task.work_package, ready=True)
    make.task(scene.project, f"T6.{i + 1}")
    actions.request_box(
        user=cast.coordinator, project=scene.project, subject={"partner": scene.bulgaria}
    )
