"""What deleting a record would do: what stops it and what goes along, in words and with the first of each kind."""

from collections import defaultdict
from copy import copy

from auditlog.registry import auditlog
from django.apps import apps
from django.db import models, transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NAMED = 3  # of each kind, with a link
LOOKED_AT = 200  # of each kind, to find these


def rehearse(remove, record):
    """Let `remove` delete a copy of `record` and take it back: the database and the records' own rules answer.

    Returns what stopped it, a set of records, and what went along, {model: how many}; one of them is empty.
    """
    try:
        with transaction.atomic():
            _n, deleted = remove(copy(record)) or (0, {})
            transaction.set_rollback(True)
    except models.ProtectedError as error:
        return set(error.protected_objects), {}
    counts = {apps.get_model(label): n for label, n in deleted.items()}
    counts[type(record)] = counts.get(type(record), 0) - 1
    return set(), {model: n for model, n in counts.items() if n > 0 and _is_told(model)}


def _is_told(model):
    """Whether people know this kind of record: it has a page, or they edit it. Search keys are not told."""
    return hasattr(model, "get_absolute_url") or auditlog.contains(model)


def why_it_stays(record, stopped_by, user):
    """The sentence that says what stops the deletion, and a row for each kind with those that `user` may see."""
    # What a locked report rests on says which report it is.
    reports = {row.held_by for row in stopped_by if hasattr(row, "held_by")}
    others = {row for row in stopped_by if not hasattr(row, "held_by")}
    kinds = defaultdict(list)
    for row in reports | others:
        kinds[type(row)].append(row)
    rows = [
        _row(model, found, user)
        for model, found in sorted(kinds.items(), key=lambda kind: -len(kind[1]))
    ]
    if reports:
        said = _("%(record)s stays, because a locked report rests on it.")
    else:
        said = ngettext(
            "%(record)s stays, because %(what)s rests on it. Delete or move it first.",
            "%(record)s stays, because %(what)s rest on it. Delete or move these first.",
            len(others),
        )
    what = get_text_list([row["what"] for row in rows], _("and"))
    return {"sentence": said % {"record": record, "what": what}, "rows": rows}


def in_words(counts):
    """{model: how many} as text: "2 further roles and 1 assessment"."""
    return get_text_list([_counted(model, n) for model, n in counts.items()], _("and"))


def _counted(model, n):
    return f"{n} {model._meta.verbose_name if n == 1 else model._meta.verbose_name_plural}"


def _row(model, found, user):
    # SECURITY: of what others keep (contacts, answers) a reader is told the number and nothing else.
    keys = sorted(row.pk for row in found)[:LOOKED_AT]
    visible = model._default_manager.visible_to(user).filter(pk__in=keys).order_by("pk")[:NAMED]
    named = [
        {
            "name": str(row),
            "url": row.get_absolute_url() if hasattr(row, "get_absolute_url") else "",
        }
        for row in visible
    ]
    return {"what": _counted(model, len(found)), "named": named, "more": len(found) - len(named)}
