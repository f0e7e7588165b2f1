import hashlib
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from reports import rendering
from reports.environment import environment
from reports.models import Edition, Rendering


class Command(BaseCommand):
    help = (
        "Make a submitted report again from what is stored and compare it with the file that was handed in, "
        "byte by byte. Ends with 1 if they differ."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "project", help="the project as its address names it, such as trace-kei"
        )
        parser.add_argument("period", type=int, help="the number of the period")
        parser.add_argument(
            "--report-version", type=int, help="the version; without it the last submitted one"
        )
        parser.add_argument("--output", type=Path, help="a file to write the report to")

    def handle(self, *, project, period, report_version, output, **options):
        editions = Edition.objects.handed_in().filter(project__slug=project, period__number=period)
        if report_version:
            editions = editions.filter(number=report_version)
        edition = editions.order_by("number").last()
        if edition is None:
            raise CommandError(f"No report of period {period} of {project} was submitted.")
        file = Rendering.objects.for_work().filter(edition=edition, final=True).first()
        if file is None or not file.file_sha256:
            raise CommandError("The file of this report was not made yet.")
        with override("en-gb"):
            html = rendering.to_html(edition.snapshot, **rendering.imprint_of(file))
            content, _pages = rendering.to_file(edition.snapshot, html, file.dated)
        if output:
            output.write_bytes(content)
        found = hashlib.sha256(content).hexdigest()
        self.stdout.write(f"{file.file_sha256}  handed in\n{found}  made again")
        if found != file.file_sha256:
            here = "the same" if file.environment == environment() else "another"
            raise CommandError(
                f"They differ. The portal draws and lays out with {here} version of its templates, programs "
                "and fonts as when the file was made."
            )
        self.stdout.write("They are the same, to the last byte.")
