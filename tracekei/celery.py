"""The Celery application. Tasks live in each app's tasks.py; the schedule is in settings.py."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracekei.settings")

app = Celery("tracekei")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["projects.importing"])
