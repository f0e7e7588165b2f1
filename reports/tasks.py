from celery import shared_task
from celery.signals import worker_ready

from reports import rendering


@shared_task
def make(pk):
    rendering.make(pk)


@shared_task
def resume_abandoned():
    for pk in rendering.put_back_abandoned():
        make.delay(pk)


@worker_ready.connect
def resume_at_start(sender, **kwargs):
    resume_abandoned.delay()
