"""What a submitted report stated of a figure, for the figure's own page."""

from django import template

from common.prose import headed_below
from indicators import nights
from indicators.exchange import as_number
from reports import pictures
from reports.models import Edition
from reports.other_forms import FORMS

register = template.Library()


@register.simple_tag
def illustrated(html, report, below):
    """A text of the snapshot `report` with its pictures, its headings below that level."""
    return pictures.printed(headed_below(html, below), report)


@register.filter
def forms_of(rendering):
    """The other forms of a finished report: [(word, Form)]."""
    return [(name, form) for name, form in FORMS.items() if form.offers(rendering.snapshot)]


@register.inclusion_tag("reports/reported.html")
def reported(figure, reader):
    """How `figure` differs from what the submitted report of its day stated; nothing where none covers the day."""
    found = Edition.objects.visible_to(reader).handed_in()
    found = found.filter(project=figure.project, snapshot__as_of=figure.as_of.isoformat())
    report = found.select_related("period__project", "project").order_by("submitted_at").last()
    stated = report and next(
        (row for row in report.snapshot["indicators"] if row["code"] == figure.indicator.code), None
    )
    if not stated or figure.measure is None:
        return {}
    units = stated.get("units")
    return {
        "report": report,
        "stated": stated["value"],
        "figure": figure,
        "same": stated["value"] == as_number(figure.value),
        "then": nights.between(figure, units, reader) if units is not None else None,
    }
