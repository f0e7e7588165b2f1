"""A cluster's label in short, for pages that show more than labels."""

from django import template
from django.utils import timezone

from clusters.models import Label
from clusters.models.label import standing

register = template.Library()


@register.inclusion_tag("clusters/label_short.html")
def label_short(cluster, project):
    """How `cluster` stands with its label today, and whether one is going to expire."""
    labels = list(Label.objects.filter(cluster=cluster).for_list())
    today = timezone.localdate()
    return {
        "cluster": cluster,
        "project": project,
        "standing": standing(labels, today),
        "alarms": [label.alarm for label in labels if label.alarm],
    }
