from django.core.management.base import BaseCommand

from projects import storage


class Command(BaseCommand):
    """Deletes the files of evidence that no record of the portal names and that are older than a day."""

    help = "Delete files of evidence that nothing in the portal names. Runs every night by itself."

    def handle(self, **options):
        gone = storage.sweep()
        for name in gone:
            self.stdout.write(name)
        self.stdout.write(f"{len(gone)} files deleted.")
