import datetime

from celery import shared_task
from django.utils import timezone

from indicators import nights
from projects.models import Project


@shared_task
def keep_figures():
    """Keep what the figures of every project said last night; a night that was kept stays as it is."""
    last_night = timezone.localdate() - datetime.timedelta(days=1)
    for project in Project.objects.filter(start__lte=last_night).order_by("pk"):
        nights.keep(project, last_night)
