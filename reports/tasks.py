from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings
from django.utils import timezone

from reports import boxing, rendering


@shared_task(soft_time_limit=settings.LONGEST_REPORT, time_limit=settings.LONGEST_REPORT + 60)
def make(pk):
    rendering.make(pk)


@shared_task(soft_time_limit=settings.LONGEST_REPORT, time_limit=settings.LONGEST_REPORT + 60)
def make_box(pk):
    boxing.make(pk)


@shared_task
def resume_abandoned():
    for pk in rendering.put_back_abandoned():
        make.delay(pk)
    for pk in boxing.put_back_abandoned():
        make_box.delay(pk)


@shared_task
def forget_drafts():
    rendering.forget_drafts(timezone.localdate())
    boxing.forget_old(timezone.now())


@worker_ready.connect
def resume_at_start(sender, **kwargs):
    resume_abandoned.delay()
