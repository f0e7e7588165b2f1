"""What an indicator asks for, for the page of the records that it is counted from."""

from django import template

from indicators.figures import overall_target
from indicators.measures import measure_of
from indicators.models import Indicator

register = template.Library()


@register.simple_tag
def country_goal(project):
    """The indicator of `project` that counts countries, with its `goal`, the target in all; None if there is none."""
    indicators = Indicator.objects.filter(project=project).exclude(measure="")
    for indicator in indicators.prefetch_related("targets"):
        measure = measure_of(indicator)
        if measure is not None and measure.unit_model is None:
            indicator.project = project
            indicator.goal = overall_target(indicator)
            return indicator
    return None
