from celery import shared_task
from celery.signals import worker_ready

from projects.importing import checking


@shared_task
def work(pk):
    checking.work(pk)


@shared_task
def resume_abandoned():
    for pk in checking.put_back_abandoned():
        work.delay(pk)


@worker_ready.connect
def resume_at_start(sender, **kwargs):
    resume_abandoned.delay()


@shared_task
def forget_left():
    checking.forget_left()
