from celery import shared_task

from clusters import letters, reminders


@shared_task
def deliver_letters(mailing_pk):
    letters.deliver(mailing_pk)


@shared_task
def resume_mailings():
    for pk in letters.unfinished_mailings():
        letters.deliver(pk)


@shared_task
def warn_of_labels():
    reminders.warn_of_labels()
