from celery import shared_task

from clusters import duplicates, letters, reminders
from projects.models import Project


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


@shared_task
def compare_firms():
    """Set firms that were entered or changed since beside their like, in every project."""
    for project in Project.objects.order_by("pk"):
        duplicates.compare_waiting(project)
