"""Invented texts of reports: all of the first period's, and of the second some that are not finished."""

from projects.models import Partner
from reports.actions import chapter as actions
from reports.actions import gaps_of, lock_report, note_approval, submit_report
from reports.models import ChapterKind, PassageKind
from reports.readiness import chapters

SUMMARY = (
    "<p>{acronym} brings together clusters of {countries} countries. They learn from each other, offer their "
    "member firms new services and look for partners beyond Europe.</p>"
    "<p>By the end of the period {{{figure}}} enterprises benefitted from new or improved services. They said "
    "what they need, and what answers it is being offered.</p>"
)
MANAGEMENT = (
    "<p>The partners met in person twice and each month by video. Decisions were taken by consensus and are kept "
    "with the minutes.</p><h4>Changes in the consortium</h4><p>None.</p>"
)
FOLLOW_UP = (
    "<p>Two recommendations came back with the last report.</p><ol><li>Show which firms take part in more than "
    "one cluster's services: the indicator's page says how many are shared.</li><li>Attach the signed lists of "
    "trainings: done for all since month 14.</li></ol>"
)
NEXT = "<ul><li>Deliver the services that were designed.</li><li>Hold the second joint training.</li></ul>"
TASK = "<p>The work on this task went as planned; what came of it stands with the deliverables.</p>"
RESULTS = (
    "<table><tbody><tr><th>What</th><th>Planned</th><th>Done</th></tr><tr><td>Interviews with firms</td><td>40</td>"
    "<td>43</td></tr><tr><td>Workshops</td><td>7</td><td>7</td></tr></tbody></table>"
)
DEVIATIONS = (
    "<p>One workshop was held a month late, because the host's building was closed. Nothing else "
    "depended on it.</p>"
)

PASSED_OVER = "Known to all partners; it is mended in the next period."
APPROVED = "The project officer's letter: approved without remarks."


def add_narrative(project, people, today):
    """Write the chapters of each period of `project` that has begun, and declare the data of those that are over.

    Of the last of them the last work package and the summary are not called ready; those before were submitted.
    """
    begun = [period for period in project.periods.all() if period.start <= today]
    for period in begun:
        for chapter in chapters(people.coordinator, period):
            last = period == begun[-1] and period.number > 1
            bare = last and (
                chapter.kind in (ChapterKind.SUMMARY, ChapterKind.FOLLOW_UP)
                or chapter.place == f"WP{project.work_packages.last().number}"
            )
            if bare and chapter.kind == ChapterKind.FOLLOW_UP:
                continue
            actions.write(
                user=people.coordinator,
                chapter=chapter,
                bodies=_bodies(project, chapter),
                ready=not bare,
            )
        if period.end < today:
            for partner in Partner.objects.filter(project=project):
                if not (period == begun[-1] and partner.number % 3 == 0):
                    actions.declare(user=people.coordinator, period=period, partner=partner)
            if period != begun[-1]:
                _hand_in(period, people.coordinator)


def _hand_in(period, coordinator):
    """Lock and submit the report of a period, and note its approval, unless something stops it."""
    stopping, warning = gaps_of(coordinator, period)
    if stopping:
        return
    reasons = {check.key: PASSED_OVER for check in warning}
    edition = lock_report(user=coordinator, period=period, reasons=reasons)
    submit_report(user=coordinator, edition=edition)
    note_approval(user=coordinator, edition=edition, reason=APPROVED)


def _bodies(project, chapter):
    if chapter.kind == ChapterKind.PACKAGE:
        tasks = {(PassageKind.TASK, task): TASK for task in chapter.package.tasks.all()}
        return tasks | {
            (PassageKind.RESULTS, None): RESULTS,
            (PassageKind.DEVIATIONS, None): DEVIATIONS,
        }
    figure = project.indicators.get(measure="smes_benefitting")
    partners = project.partners.values("country").distinct().count()
    text = {
        ChapterKind.SUMMARY: SUMMARY.format(
            acronym=project.acronym, countries=partners, figure=figure.code
        ),
        ChapterKind.MANAGEMENT: MANAGEMENT,
        ChapterKind.FOLLOW_UP: FOLLOW_UP,
        ChapterKind.NEXT: NEXT,
    }
    return {(PassageKind.TEXT, None): text[chapter.kind]}
