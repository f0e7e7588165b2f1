"""What a project's public page says, as plain values. SECURITY: counts, titles and places; no person and no firm."""

from clusters.models import Label, Strategy
from events.models import Event
from indicators.figures import figures
from indicators.models import Indicator
from indicators.wording import said
from workpackages.models import Deliverable, Handling, Level

EVENTS = 40  # the latest ones that a page names


def content(page) -> dict:
    """Everything that `page` shows, worked out from the project's records as of its reading day."""
    project = page.project
    as_of = project.reading_day()
    chosen = Indicator.objects.filter(project=project, public_pages=page)
    shown = figures(project, chosen.prefetch_related("targets__period__project"), as_of)
    return {
        "as_of": as_of,
        "text": page.text or project.summary,
        "figures": [
            {
                "name": figure.indicator.name,
                "value": said(figure.value, figure),
                "target": None if figure.target is None else said(figure.target, figure),
                "percent": figure.percent,
                "unit": figure.indicator.unit,
            }
            for figure in shown
        ],
        "partners": [
            {"name": partner.name, "country": partner.country} for partner in project.partners.all()
        ],
        "events": _events(project, as_of) if page.shows_events else [],
        "results": _results(project, as_of) if page.shows_results else [],
    }


def _events(project, as_of):
    held = Event.objects.filter(project=project, last_day__lte=as_of).held()
    return [
        {
            "title": event.title,
            "first_day": event.first_day,
            "last_day": event.last_day,
            "place": event.place,
            "country": event.country,
        }
        for event in held.order_by("-first_day", "-code")[:EVENTS]
    ]


def _results(project, as_of):
    """(title, day) of approved public deliverables, of labels and of adopted strategies, the latest first."""
    deliverables = Deliverable.objects.filter(
        project=project, level=Level.PUBLIC, state=Handling.APPROVED, submitted_on__lte=as_of
    )
    labels = Label.objects.filter(project=project, awarded_on__lte=as_of).select_related("cluster")
    strategies = Strategy.objects.filter(project=project).with_adoption()
    found = [
        *((f"{item.code} {item.title}", item.submitted_on) for item in deliverables),
        *((f"{label.get_level_display()}: {label.cluster}", label.awarded_on) for label in labels),
        *(
            (strategy.title, strategy.adopted_on)
            for strategy in strategies.filter(adopted_on__lte=as_of)
        ),
    ]
    return sorted(found, key=lambda result: result[1], reverse=True)
