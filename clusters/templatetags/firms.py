"""What templates say of firms."""

from django import template

from clusters.models.size import CEILINGS, millions

register = template.Library()
register.filter(millions)


@register.simple_tag
def size_ceilings():
    """The ceilings of the sizes of enterprises, the narrowest first."""
    return CEILINGS
