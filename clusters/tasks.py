from celery import shared_task
from celery.signals import worker_ready

from clusters import letters


@shared_task
def deliver_letters(mailing_pk):
    letters.deliver(mailing_pk)


@shared_task
def resume_mailings():
    for pk in letters.unfinished_mailings():
        letters.deliver(pk)


@worker_ready.connect
def resume_mailings_at_start(sender, **kwargs):
    resume_mailings.delay()
