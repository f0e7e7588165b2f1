"""A table as it is read from a file of any kind, and what one import takes."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from projects.importing import cells

FILE_MB = 10
UNPACKED_MB = 100
ROWS = 20_000  # that one import takes
COLUMNS = 200
# From the first cell to the last, empty ones too: what calamine lays out in memory.
CELLS = 4_000_000
ABOVE = 100  # lines that may stand above and between the rows


class Refused(ValidationError):
    """A file that can't be imported; the message says why and what to do."""


@dataclass
class Sheet:
    """One sheet's name, and whether its workbook hides it."""

    name: str
    hidden: bool = False


@dataclass
class Book:
    """An opened file: its sheets, the rows of one of them, and how it was read."""

    sheets: list[Sheet] = field(default_factory=list)
    sheet: str = ""
    rows: list[list] = field(default_factory=list)
    encoding: str = ""
    is_csv: bool = False
    epoch: object = cells.EPOCH_1900
    merged: int = 0


def require_size(rows, columns) -> None:
    """Raise Refused if a table is larger than one import takes."""
    if rows > ROWS + ABOVE:
        raise Refused(
            _("The table has %(rows)d rows; %(most)d is the most in one go. Split the file.")
            % {"rows": rows, "most": ROWS}
        )
    if columns > COLUMNS:
        raise Refused(
            _(
                "The table has %(columns)d columns; %(most)d is the most. Delete those that are not to be imported."
            )
            % {"columns": columns, "most": COLUMNS}
        )


def trimmed(rows):
    """The rows without empty ones at the end."""
    rows = list(rows)
    while rows and all(cells.is_empty(value) for value in rows[-1]):
        rows.pop()
    return rows
