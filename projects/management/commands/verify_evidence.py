from django.core.management.base import BaseCommand, CommandError

from projects import storage
from projects.models import Evidence


class Command(BaseCommand):
    """Reads every file of evidence and compares it with the SHA-256 that was taken when it was uploaded.

    Prints a line for each file that differs and ends with status 1 if there is one.
    """

    help = "Compare every file of evidence with the SHA-256 taken when it was uploaded."

    def add_arguments(self, parser):
        parser.add_argument("--project", help="the address of one project, such as trace-kei")

    def handle(self, *, project, **options):
        files = (
            Evidence.objects.exclude(file="").select_related("project").order_by("project", "code")
        )
        if project:
            files = files.filter(project__slug=project)
        checked = different = 0
        for evidence in files.iterator(chunk_size=500):
            checked += 1
            if sentence := storage.difference(evidence):
                different += 1
                self.stdout.write(f"{evidence.project} {evidence}: {sentence}")
        if different:
            raise CommandError(f"{different} of {checked} files are not what was uploaded.")
        self.stdout.write(f"{checked} files checked: each is what was uploaded.")
