"""Figures and what became of changes, in words."""

from django import template

from indicators import wording
from indicators.models import ChangeState

register = template.Library()
register.filter("said", wording.said)


@register.simple_tag
def state_tag(state):
    """The state of a change as what draws its tag."""
    return ChangeState(state)
