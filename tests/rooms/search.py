"""Search across a project."""

from tests.rooms.answers import EVERYONE_IN, P

TABLE = {"search": (P, *EVERYONE_IN)}
LISTS = {"search": (8, [])}
