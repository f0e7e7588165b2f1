from django.core.management.base import BaseCommand, CommandError

from indicators.figures import Figure
from indicators.models import StoredFigure
from indicators.nights import stored_value, unit_codes
from projects.models import Project


class Command(BaseCommand):
    """Counts every kept figure anew, as of the last night on which it said so, and compares the units.

    Records that were entered or mended since make a difference; so would a fault. Prints a line for each figure that
    differs, with the codes of its units, and ends with status 1 if there is one.
    """

    help = "Compare what figures said each night with what today's records give for that day."

    def add_arguments(self, parser):
        parser.add_argument("--project", help="the address of one project, such as trace-kei")

    def handle(self, *, project, **options):
        projects = Project.objects.order_by("slug")
        if project:
            projects = projects.filter(slug=project)
            if not projects:
                raise CommandError(f"There is no project with the address “{project}”.")
        checked = different = 0
        for each in projects:
            rows = StoredFigure.objects.filter(indicator__project=each)
            for kept in rows.select_related("indicator").order_by("indicator", "first_night"):
                kept.indicator.project = each
                checked += 1
                if sentence := self._difference(kept, each):
                    different += 1
                    self.stdout.write(sentence)
        if different:
            raise CommandError(
                f"{different} of {checked} kept figures differ from today's records."
            )
        self.stdout.write(f"{checked} kept figures checked: today's records give the same.")

    def _difference(self, kept, project):
        figure = Figure(kept.indicator, project, kept.last_night, None)
        now = set(unit_codes(figure)) if figure.measure else set()
        added, removed = sorted(now - set(kept.units)), sorted(set(kept.units) - now)
        value = stored_value(figure)
        if not (added or removed) and kept.value == value:
            return ""
        units = [f"+{code}" for code in added] + [f"−{code}" for code in removed]
        values = f"{_plain(kept.value)} then, {_plain(value)} now"
        said = f"{project} {kept.indicator.code}, {kept.last_night}: {values}"
        return f"{said}: {' '.join(units)}" if units else said


def _plain(number):
    """A number without needless decimals; a dash for none."""
    return "–" if number is None else f"{number:f}".rstrip("0").rstrip(".")
