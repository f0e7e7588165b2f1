"""A period's report on its way: chapters, declarations, days."""

from tests import make
from tests.rooms.answers import COORDINATOR, EVERYONE_IN, GONE, LOGIN, NO, OK, PUBLIC, P

PERIOD = [*P, 1]

TABLE = {
    "verify": ([], *PUBLIC),
    "report_period": (PERIOD, *EVERYONE_IN),
    "schedule_edit": (PERIOD, *COORDINATOR),
    "POST declare": (PERIOD, LOGIN, GONE, GONE, GONE, GONE, GONE),  # no partner is named
    "chapter_detail": ([*PERIOD, "WP6"], *EVERYONE_IN),
    "chapter_edit": ([*PERIOD, "WP6"], LOGIN, GONE, NO, OK, OK, OK),
    "POST chapter_return": ([*PERIOD, "WP6"], LOGIN, GONE, NO, NO, NO, OK),
}

LISTS = {
    "report_period": (44, [1]),
    "chapter_detail": (14, [1, "WP6"]),
    "chapter_edit": (24, [1, "WP6"]),
}


def world(scene, cast):
    package = make.work_package(scene.project, 6, "Narrative")
    package.lead = scene.bulgaria
    package.save()
    make.chapter(scene.period, cast.manager, package=package, ready=True)


def hidden(project, partner, cluster, firm):
    period = make.period(project, 1, 1, 12)
    package = make.work_package(project, 8, "zzleak package")
    make.chapter(period, None, package=package, text="zzleak text")


def more(scene, cast, i):
    make.work_package(scene.project, 20 + i, f"Package {i}")
    period = make.period(scene.project, 30 + i, 13 + i, 13 + i)
    make.chapter(period, cast.manager, package=scene.task.work_package, ready=True)
    make.task(scene.project, f"T6.{i + 1}")
