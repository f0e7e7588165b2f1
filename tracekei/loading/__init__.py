"""Project files: one project's plan as YAML, checked, and written into the database whole or not at all.

`parts` says which parts and fields a file has, `reading` turns its text into entries that know their lines,
`writing` checks the entries against the models and saves them.
"""

from django.db import DatabaseError, transaction

from tracekei.loading.reading import ProjectFileError, read
from tracekei.loading.writing import Loaded, Writer

__all__ = ["Loaded", "ProjectFileError", "load_project"]


def load_project(path, *, start=None):
    """Create or update the project that the file at `path` describes, and return what was done (`Loaded`).

    A field that the file leaves out or leaves empty keeps the value it has, and what the file does not name
    is not deleted. start: a first day to use instead of the file's; the last day moves along by whole months.

    Raises ProjectFileError with every problem found; nothing is written then.
    """
    entries, problems = read(path)
    try:
        with transaction.atomic():
            writer = Writer(problems, start=start)
            writer.write(entries)
            if problems:
                raise ProjectFileError(*(str(problem) for problem in sorted(problems)))
    except DatabaseError as error:
        raise ProjectFileError(f"The database refused: {str(error).strip()}") from error
    return writer.loaded
