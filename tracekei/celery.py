"""The Celery application. Tasks live in each app's tasks.py; the schedule is in settings.py."""

import os
import resource

from celery import Celery
from celery.signals import worker_process_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracekei.settings")

app = Celery("tracekei")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["projects.importing"])


@worker_process_init.connect
def limit_memory(**about):
    """A worker's process gets no more memory than WORKER_MEMORY_MB: what it makes then fails with a sentence, and the
    machine's other work goes on."""
    if settings.WORKER_MEMORY_MB:
        most = settings.WORKER_MEMORY_MB * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
