from celery import shared_task

from projects import storage
from projects.models import Draft


@shared_task
def sweep_evidence():
    storage.sweep()


@shared_task
def forget_drafts():
    """Delete drafts that nobody has touched for long."""
    Draft.objects.stale().delete()
