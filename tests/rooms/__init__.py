"""What the guards of the whole house (test_access, test_house) know of each room: a module a noun, found by itself.

A module has what it needs of these:

- TABLE: {address: (arguments, *answers)} as in test_access; OTHERS_RECORDS: {address: code of another partner's record}
- LISTS: {address: (most queries, arguments)} of pages whose queries must not grow with the rows
- world(scene, cast): make one of everything that its addresses name; return {"{placeholder}": argument}
- hidden(project, partner, cluster, firm): records of another project, each with "zzleak" in all its texts
- more(scene, cast, i): one more row of everything that its lists show
"""

import pkgutil
from importlib import import_module

FIRST = ("event", "strategy")  # others' records are of these
NAMES = sorted(
    (found.name for found in pkgutil.iter_modules(__path__)),
    key=lambda name: (name not in FIRST, name),
)
MODULES = [import_module(f"{__name__}.{name}") for name in NAMES]


def united(name):
    """The rows of all rooms' dictionaries called `name`."""
    rows = {}
    for module in MODULES:
        rows |= getattr(module, name, {})
    return rows


def each(name, *args):
    """Call the function `name` of each room that has it; return what they say, united."""
    said = {}
    for module in MODULES:
        if function := getattr(module, name, None):
            said |= function(*args) or {}
    return said
