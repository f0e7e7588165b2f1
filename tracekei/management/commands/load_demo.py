from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from accounts.models import User
from tracekei.demonstration import PASSWORD, SLUGS, Added, NotTheProject, add_demonstration
from tracekei.loading import ProjectFileError

# One account per role, in the order in which to try them.
ACCOUNTS = [
    "coordinator@demo.example",
    "manager@demo.example",
    "staff@demo.example",
    "viewer@demo.example",
]


class Command(BaseCommand):
    """Loads the reference project and an invented one with invented firms, services and people.

    Safe to run twice: a project that holds service records stays as it is. Prints the demonstration accounts.
    """

    help = (
        "Load the demonstration: two projects with invented records, and an account for each role."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser):
        parser.add_argument(
            "--anyway",
            action="store_true",
            help="load it into a portal that others can reach, with accounts whose password everyone knows",
        )

    def handle(self, *, anyway, **options):
        if not (settings.LOCAL or anyway):
            raise CommandError(
                f"Others can reach this portal at {settings.SITE_URL}, and everyone who has read the README knows "
                "the password of the demonstration's accounts. Nothing was loaded. If that is what you want, "
                "add --anyway."
            )
        for slug in SLUGS:
            self.stdout.write(self._load(slug))
        self.stdout.write(accounts())

    def _load(self, slug):
        try:
            return sentence(add_demonstration(slug, today=timezone.localdate()))
        except ProjectFileError as error:
            raise CommandError("\n  ".join([f"{slug} was not loaded.", *error.problems])) from error
        except (NotTheProject, DatabaseError, OSError) as error:
            raise CommandError(f"{slug} was not loaded: {str(error).strip()}") from error


def sentence(result):
    """What was done for one project."""
    if not isinstance(result, Added):
        return f"{result} holds service records already and stays as it is."
    return (
        f"{result.project}: {result.members} members, {result.smes} SMEs, {result.services} services, "
        f"{result.records} service records, {result.files} files of evidence; all invented."
    )


def accounts():
    """The accounts to try, with what they are in which project."""
    rows = [("E-mail address", "Name", "Is")]
    users = {user.email: user for user in User.objects.filter(email__in=ACCOUNTS)}
    rows += [
        (email, users[email].name, _roles(users[email])) for email in ACCOUNTS if email in users
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    lines = [f"  {row[0]:{widths[0]}}  {row[1]:{widths[1]}}  {row[2]}" for row in rows]
    return "\n".join(["", *lines, "", f"The password of each is {PASSWORD}."])


def _roles(user):
    """Such as "staff of Innoskart in TRACE-KEI, viewer in DEMO-WOOD"."""
    roles = []
    for member in user.memberships.select_related("partner", "project").order_by("pk"):
        place = f" of {member.partner}" if member.partner else ""
        roles.append(f"{member.get_role_display().lower()}{place} in {member.project}")
    return ", ".join(roles)
