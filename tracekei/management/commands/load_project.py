from django.core.management.base import BaseCommand, CommandError

from tracekei.loading import ProjectFileError, load_project


class Command(BaseCommand):
    """Creates or updates a project from its project file (the format is in docs/decisions/0002).

    Safe to run twice. What the file does not name is not deleted, and a field that it leaves empty keeps its
    value: people may have entered it in the portal. A file with errors is refused whole, with exit code 1.
    """

    help = "Create or update a project from a project file, such as data/trace-kei.yaml."
    requires_migrations_checks = True

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help="a project file in YAML")

    def handle(self, *, file, **options):
        try:
            loaded = load_project(file)
        except ProjectFileError as error:
            raise CommandError(refusal(file, error.problems)) from error
        self.stdout.write(f"{loaded.project} is loaded from {file}.")
        self.stdout.write(table(loaded.counts))


def refusal(file, problems):
    """What to say of a file that was not loaded: one line for each problem."""
    return "\n  ".join([f"{file} was not loaded and nothing was changed.", *problems])


def table(counts):
    """How many entries of each part were created, updated and left as they were, in columns."""
    kinds = ("created", "updated", "unchanged")
    lines = [f"  {'':20}" + "".join(f"{kind:>11}" for kind in kinds)]
    for part, count in counts.items():
        lines.append(
            f"  {part.replace('_', ' '):20}" + "".join(f"{count[kind]:>11}" for kind in kinds)
        )
    return "\n".join(lines)
