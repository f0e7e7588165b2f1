"""Which column of a file holds what: the row with the headers, and the names people give columns."""

import hashlib
from dataclasses import dataclass, field

from projects.importing import cells
from projects.importing.columns import comparable

LOOKED_AT = 30  # rows among which the headers are looked for


@dataclass
class Headers:
    """The headers of a table, and the columns they stand for."""

    row: int  # counted from 1, as the spreadsheet does
    names: list
    mapping: dict = field(default_factory=dict)  # {column's name: index of the file's column}
    twice: list = field(default_factory=list)  # names of columns that several headers claim
    unknown: list = field(default_factory=list)  # headers that stand for nothing

    @property
    def key(self):
        """What is the same for files with the same headers in the same order."""
        return key_of(self.names)


def known(kind, row):
    """How many columns of `kind` the cells of `row` name."""
    named = {kind.headers.get(comparable(cells.text(cell))) for cell in row}
    return len(named - {None})


def find(kind, rows, at=None):
    """The headers of a table: the row that names most columns of `kind`, the first of several, or row `at`."""
    if at is None:
        head = rows[:LOOKED_AT]
        scores = [known(kind, row) for row in head]
        if scores and max(scores):
            at = scores.index(max(scores)) + 1
        else:  # no known word: the first row that has words in most of its cells
            filled = [sum(not cells.is_empty(cell) for cell in row) for row in head]
            at = filled.index(max(filled)) + 1 if filled else 1
    names = [cells.text(cell).strip() for cell in rows[at - 1]] if at <= len(rows) else []
    found = Headers(row=at, names=names)
    claims = {}
    for index, name in enumerate(names):
        if column := kind.headers.get(comparable(name)):
            claims.setdefault(column, []).append(index)
        elif name:
            found.unknown.append(name)
    labels = {column.name: comparable(kind.label(column)) for column in kind.own}
    for column, indexes in claims.items():
        exact = [index for index in indexes if comparable(names[index]) == labels[column]]
        if len(indexes) == 1 or len(exact) == 1:
            found.mapping[column] = (exact or indexes)[0]
        else:
            found.twice.append(column)
    return found


def missing(kind, mapping, given):
    """The needed columns that `mapping` lacks and that are not `given`; none where rows are found by their code."""
    if "code" in mapping:
        return []
    known = {*mapping, *given}
    return [column for column in kind.own if kind.needed(column) and column.name not in known]


def key_of(names):
    said = "\x1f".join(comparable(name) for name in names)
    return hashlib.sha256(said.encode()).hexdigest()
