from celery import shared_task

from tracekei.due import reminders


@shared_task
def remind():
    reminders.remind_everybody()
