"""Whether a record counts in the project's figures, for the record's own page."""

from django import template

from indicators.figures import unmet
from indicators.measures import measure_of
from indicators.models import Indicator

register = template.Library()


@register.inclusion_tag("indicators/verdicts.html")
def verdicts(record, project):
    """For each indicator that is counted from such records: that it counts, or why it does not."""
    found = []
    for indicator in Indicator.objects.filter(project=project).exclude(measure=""):
        indicator.project = project
        measure = measure_of(indicator)
        found += [
            {"indicator": indicator, "unmet": unmet(source, project, record)}
            for source in (measure.sources if measure else ())
            if isinstance(record, source.rows(project).model)
        ]
    return {"verdicts": found}
