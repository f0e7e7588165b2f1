import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from indicators.exchange import all_as_data
from projects.models import Project


class Command(BaseCommand):
    """Prints the figures of a project as of a day: a line each, or JSON with the codes of all units.

    Reads with all rights: whoever may run it may read the database. Ends with status 1 and a sentence for a project
    that is not there, and for a day that is none or has not come.
    """

    help = "Print the figures of a project as of a day."

    def add_arguments(self, parser):
        parser.add_argument("project", help="its address, such as trace-kei")
        parser.add_argument("--as-of", metavar="DATE", help="such as 2018-05-19; today if left out")
        parser.add_argument("--json", action="store_true", help="all that is known, units included")

    def handle(self, *, project, as_of, **options):
        found = Project.objects.filter(slug=project).first()
        if found is None:
            raise CommandError(f"There is no project with the address “{project}”.")
        data = all_as_data(found, self._day(as_of))
        if options["json"]:
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))
            return
        for figure in data["figures"]:
            value, target = _plain(figure["value"]), _plain(figure["target"])
            self.stdout.write(
                f"{figure['code']}  {value:>8} of {target:>8}  {figure['status']:14} {figure['name']}"
            )

    def _day(self, text):
        today = timezone.localdate()
        if text is None:
            return today
        try:
            day = parse_date(text)
        except ValueError:
            day = None
        if day is None:
            raise CommandError(f"“{text}” is not a day: write it as 2018-05-19.")
        if day > today:
            raise CommandError(f"{day} has not come yet.")
        return day


def _plain(number):
    """A number without needless decimals; a dash for none."""
    return "–" if number is None else f"{number:.2f}".rstrip("0").rstrip(".")
