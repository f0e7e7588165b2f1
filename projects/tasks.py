from celery import shared_task

from projects import storage


@shared_task
def sweep_evidence():
    storage.sweep()
