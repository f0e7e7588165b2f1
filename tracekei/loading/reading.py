"""From a file to entries that know their lines. Nothing here knows the database."""

from dataclasses import dataclass, field
from difflib import get_close_matches

import yaml

from tracekei.loading.parts import PARTS, PROJECT

MAX_BYTES = 1_000_000
PLAIN_TAGS = {
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")
}


class ProjectFileError(Exception):
    """A file that can't be loaded. `problems` are sentences, with line and field where there is one."""

    def __init__(self, *problems):
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(order=True)
class Problem:
    """What is wrong with one field of a file, and on which line it is mended."""

    line: int
    path: str
    sentence: str

    def __str__(self):
        where = f"line {self.line}, {self.path}" if self.path else f"line {self.line}"
        return f"{where}: {self.sentence}"


@dataclass
class Entry:
    """One thing that a file describes: where it stands, the nodes of its fields, the entries it holds.

    unread: the fields whose values are of no use; the problems say why.
    """

    path: str
    line: int
    fields: dict[str, yaml.ScalarNode] = field(default_factory=dict)
    lists: dict[str, list[yaml.ScalarNode]] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    parts: dict[str, list["Entry"]] = field(default_factory=dict)

    def problem(self, name, sentence):
        """A problem with field `name`: on its own line, or on the entry's first if the file leaves it out."""
        line = _line(self.fields[name]) if name in self.fields else self.line
        return Problem(line, f"{self.path}.{name}" if name else self.path, sentence)


def read(path):
    """The file at `path` as one Entry that holds the project and its parts, and the list of problems in it.

    Raises ProjectFileError if the file can't be read at all or is not YAML.
    """
    reader = _Reader()
    return reader.file(_compose(path)), reader.problems


class _Composer(yaml.SafeLoader):
    """Gives nodes with their lines and constructs nothing, so that no tag can run anything."""

    def compose_node(self, parent, index):
        # SECURITY: a few lines of aliases within aliases stand for gigabytes.
        if self.check_event(yaml.AliasEvent):
            self._refuse("an alias (*name) has no place in a project file", self.peek_event())
        node = super().compose_node(parent, index)
        if node.tag not in PLAIN_TAGS:
            self._refuse(f"the tag {node.tag} has no place in a project file", node)
        return node

    def _refuse(self, problem, place):
        raise yaml.composer.ComposerError(None, None, problem, place.start_mark)


def _compose(path):
    """The outermost node of the file at `path`."""
    text = _text(path)
    try:
        root = _Composer(text).get_single_node()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ProjectFileError(f"line {line}: a character here has no place in a text.") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = ", ".join(filter(None, [error.context, error.problem]))
        raise ProjectFileError(
            f"line {mark.line + 1}: this can't be read as YAML: {said}."
        ) from error
    except RecursionError as error:
        raise ProjectFileError("The file is nested far deeper than a project file.") from error
    if root is None or _says_nothing(root):
        raise ProjectFileError("The file is empty.")
    return root


def _text(path):
    """What the file at `path` holds, which is to be UTF-8 and of a sensible size."""
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ProjectFileError(f"The file can't be read: {error.strerror}.") from error
    if len(content) > MAX_BYTES:
        raise ProjectFileError(f"The file is larger than {MAX_BYTES // 1_000_000} MB.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ProjectFileError(f"line {line}: the file is not UTF-8 text.") from error


def _line(node):
    return node.start_mark.line + 1


def _items(node):
    """The single values of a list; empty if it holds anything else."""
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return items if all(isinstance(item, yaml.ScalarNode) for item in items) else []


def _says_nothing(node):
    return node.tag == "tag:yaml.org,2002:null"


class _Reader:
    """Turns nodes into entries, noting each problem on the way."""

    def __init__(self):
        self.problems = []

    def file(self, root):
        whole = Entry("", _line(root))
        parts = {part.title: part for part in (PROJECT, *PARTS)}
        for title, node in self._pairs(root, "", parts):
            if title == PROJECT.title:
                whole.parts[title] = [self._entry(PROJECT, node, title)]
            else:
                whole.parts[title] = self._entries(parts[title], node, title)
        if not (whole.parts.get(PROJECT.title) or self.problems):
            self._note(root, PROJECT.title, "is missing.")
        return whole

    def _entries(self, part, node, path):
        if not isinstance(node, yaml.SequenceNode):
            self._note(node, path, "is not a list; begin each entry with a hyphen.")
            return []
        return [
            self._entry(part, item, f"{path}[{place}]") for place, item in enumerate(node.value, 1)
        ]

    def _entry(self, part, node, path):
        entry = Entry(path, _line(node))
        if isinstance(node, yaml.ScalarNode) and len(part.fields) == 1:
            entry.fields[part.key] = node
            return entry
        if not isinstance(node, yaml.MappingNode):
            entry.unread = set(part.fields)
        held = {inner.title: inner for inner in part.parts}
        for name, value in self._pairs(node, path, [*part.fields, *held]):
            if name in held:
                entry.parts[name] = self._entries(held[name], value, f"{path}.{name}")
            elif name in part.lists and (items := _items(value)):
                entry.lists[name] = items
            elif name not in part.lists and isinstance(value, yaml.ScalarNode):
                entry.fields[name] = value
            else:
                entry.unread.add(name)
                kind = "list of names" if name in part.lists else "single value"
                self._note(value, f"{path}.{name}", f"is not a {kind}.")
        return entry

    def _pairs(self, node, path, known):
        """Yield the names and nodes of a mapping that are known, given once and not left empty."""
        if not isinstance(node, yaml.MappingNode):
            self._note(node, path or "the file", f"is not a group of fields ({', '.join(known)}).")
            return
        lines = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            where = f"{path}.{name}" if path else name
            if name not in known:
                likely = get_close_matches(name, known, 1) or [", ".join(known)]
                self._note(key, where, f"is not known here; known: {likely[0]}.")
            elif name in lines:
                self._note(
                    key, where, f"is given a second time; the first is on line {lines[name]}."
                )
            else:
                lines[name] = _line(key)
                if not _says_nothing(value):
                    yield name, value

    def _note(self, node, path, sentence):
        self.problems.append(Problem(_line(node), path, sentence))
