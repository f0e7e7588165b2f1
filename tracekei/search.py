"""Search across everything in a project that a person may see; docs/decisions/0007-search.md says why it is so."""

from dataclasses import dataclass, field

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from clusters.models import Cluster, Questionnaire, Theme
from common.search import LONGEST, Searchable, fold, marked, words_of
from indicators.models import Indicator
from projects.models import Membership, Partner, Project

SHOWN = 5  # hits of one kind on the page; its own list has them all
# So many of a kind are ranked if more are found: a word that everything holds costs no more.
RANKED = 1000
ALIKE = 0.45  # of PostgreSQL's likeness of words; its own 0.6 misses two letters swapped
AROUND = 60  # characters of an excerpt on each side of what matched

# The kinds that people ask for most come first.
ICONS = {
    "sme": "building-office",
    "cluster": "share",
    "contact": "phone",
    "manager": "identification",
    "membership": "users",
    "partner": "building-library",
    "service": "briefcase",
    "servicerecord": "clipboard-document-check",
    "label": "trophy",
    "evidence": "paper-clip",
    "activity": "pencil-square",
    "event": "calendar-days",
    "dissemination": "megaphone",
    "workpackage": "queue-list",
    "task": "queue-list",
    "deliverable": "document-arrow-up",
    "milestone": "flag",
    "risk": "exclamation-triangle",
    "outsidecluster": "link",
    "acquaintance": "identification",
    "strategy": "map",
    "strategystage": "map",
    "strategyobjective": "map",
    "roadmapaction": "map",
    "strategyversion": "map",
    "indicator": "chart-bar",
    "questionnaire": "chat-bubble-left-right",
    "theme": "tag",
}
# SECURITY: members are found by their names; not by their addresses, which few need to know.
NAMED = [
    (
        Cluster,
        ["project", "partner"],
        lambda one: [one.code, one.short_name, one.name],
        lambda one: one.partner,
    ),
    (Partner, ["project"], lambda one: [one.short_name, one.name], lambda one: one.country.name),
    (
        Membership,
        ["project", "user", "partner"],
        lambda one: [one.user.name],
        lambda one: one.partner,
    ),
    (Indicator, ["project"], lambda one: [one.code, one.name], lambda one: ""),
    (Questionnaire, ["project"], lambda one: [one.code, one.title], lambda one: ""),
    (Theme, ["project"], lambda one: [one.name], lambda one: ""),
]
PLACES = ("sme", "cluster", "strategy", "work_package", "partner", "lead", "town")


@dataclass
class Hit:
    """One record that was found, as the page shows it."""

    url: str
    code: str
    name: list
    place: str
    excerpt: list
    rank: int


@dataclass
class Group:
    """The hits of one kind, the best first."""

    kind: str
    title: str
    hits: list
    more: bool = False
    url: str = ""  # the kind's own list with the same search, where it has one

    @property
    def icon(self):
        return ICONS.get(self.kind, "document-text")

    @property
    def place(self):
        """Where the group stands: by its best hit, and among equals in the order of ICONS."""
        order = list(ICONS)
        return (
            min(hit.rank for hit in self.hits),
            order.index(self.kind) if self.kind in ICONS else len(order),
        )


@dataclass
class Found:
    """What a search found; `alike` when nothing holds the words themselves, and these are like them."""

    groups: list = field(default_factory=list)
    alike: bool = False


def refusal(text):
    """Why `text` is not looked for, as a sentence; empty if it is, or if there is none."""
    if len(text) > LONGEST:
        return _("That is too long to look for. Type a few words, at most %(n)d characters.") % {
            "n": LONGEST
        }
    if text and len(fold(text)) < 2:
        return _("Type at least two letters or digits; other signs are not looked for.")
    return ""


def kinds():
    """The models that are searched: each Searchable one."""
    return [model for model in apps.get_models() if issubclass(model, Searchable)]


def find(request, text):
    """What the reader of `request` may see of its project and holds each word of `text`; Found, grouped by kind."""
    if not words_of(text):
        return Found()
    groups = [*_records(request, text, "holding"), *_named(request, text)]
    alike = not groups and connection.vendor == "postgresql"
    if alike:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL pg_trgm.word_similarity_threshold = %s", [ALIKE])
            groups = list(_records(request, text, "nearly"))
    return Found(sorted(groups, key=lambda group: group.place), alike=alike and bool(groups))


def kinds_with(project, text, how):
    """The kinds of which `project` has a record that fits `text`, seen by whomever: one query."""
    fits = [
        Exists(getattr(model._default_manager.filter(project=OuterRef("pk")), how)(text).order_by())
        for model in kinds()
    ]
    held = Project.objects.filter(pk=project.pk).values_list(*fits).get()
    return [model for model, holds in zip(kinds(), held, strict=True) if holds]


def _records(request, text, how):
    """A Group for each kind of which something is found: one query a kind, whatever the number of rows."""
    for model in kinds_with(request.project, text, how):
        rows = best_rows(request, text, how, model)
        if rows:
            more = len(rows) > SHOWN
            yield Group(
                kind=model._meta.model_name,
                title=model._meta.verbose_name_plural,
                hits=[hit(row, words_of(text)) for row in rows[:SHOWN]],
                more=more,
                url=_list_of(model, request.project, text) if more else "",
            )


def best_rows(request, text, how, model):
    """The records of one kind that the page shows, and one more if there is one, with all that `hit` reads."""
    visible = model._default_manager.visible_to(request.user).filter(project=request.project)
    ranked = getattr(visible, how)(text).order_by().values("pk")[:RANKED]
    rows = model._default_manager.filter(pk__in=ranked)
    rows = rows.for_list() if hasattr(rows, "for_list") else rows
    related = [name for name in _places(model) if model._meta.get_field(name).is_relation]
    return list(rows.select_related("project", *related).best_first(text)[: SHOWN + 1])


def _places(model):
    fields = {field.name for field in model._meta.fields}
    return [name for name in PLACES if name in fields]


def hit(record, words):
    """`record` as the page shows it: its name, its place, and where it holds the words if not in its name."""
    name = str(record).removeprefix(record.code).strip() or record.code
    shown = marked(name, words)
    place = next((str(value) for at in _places(record) if (value := getattr(record, at))), "")
    excerpt = [] if any(found for _piece, found in shown) else _excerpt(record, words)
    return Hit(record.get_absolute_url(), record.code, shown, place, excerpt, record.rank)


def _excerpt(record, words):
    """Where the record holds the words, if its name does not: a part of the first field that has one of them."""
    for name in record.SEARCHED:
        pieces = marked(getattr(record, name) or "", words) if name != "code" else []
        at = next((n for n, (_piece, found) in enumerate(pieces) if found), None)
        if at is not None:
            before = pieces[at - 1][0] if at else ""
            after = "".join(piece for piece, _found in pieces[at + 1 :])
            return [
                (("… " if len(before) > AROUND else "") + before[-AROUND:], False),
                pieces[at],
                (after[:AROUND] + (" …" if len(after) > AROUND else ""), False),
            ]
    return []


def _list_of(model, project, text):
    """The address of the kind's own list with this search; empty for a kind whose list has none."""
    try:
        address = reverse(f"{model._meta.model_name}_list", args=[project.slug])
    except NoReverseMatch:
        return ""
    view = getattr(resolve(address).func, "view_class", None)
    filters = getattr(getattr(view, "filterset_class", None), "base_filters", {})
    return f"{address}?{urlencode({'q': text})}" if "q" in filters else ""


def _named(request, text):
    """The kinds of which a project has some dozens: their names are compared here, one query a kind."""
    words, project, user = words_of(text), request.project, request.user
    for model, related, named, place in NAMED:
        rows = model.objects.visible_to(user).filter(project=project).select_related(*related)
        rows = rows.active() if hasattr(rows, "active") else rows
        hits = []
        for one in rows:
            whole = " | ".join(filter(None, map(fold, named(one))))
            if all(word in whole for word in words):
                names = list(filter(None, named(one)))
                code = getattr(one, "code", "")
                shown = [name for name in names if name != code]
                hits.append(
                    Hit(
                        url=one.get_absolute_url(),
                        code=code,
                        name=marked(" – ".join(shown), words),
                        place=str(place(one) or ""),
                        excerpt=[],
                        rank=min(_rank(name, text, code) for name in names),
                    )
                )
        if hits:
            hits.sort(key=lambda hit: hit.rank)
            yield Group(model._meta.model_name, model._meta.verbose_name_plural, hits)


def _rank(name, text, code):
    """As `best_first` ranks records."""
    name, code, text = fold(name), fold(code), fold(text)
    if name == text:
        return 0 if code == text else 1
    return 2 if name.startswith(text) else 3 if f" {text}" in name else 4
