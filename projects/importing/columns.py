"""The columns of each kind of spreadsheet, and the kinds that there are. A new field of a form is one Column.

Labels, explanations, choices and what is needed come from the form that the page has for the same record. Each room
declares its kinds and resources in its module `importing`, which is found when the portal starts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from common.search import fold
from projects.models import Partner

CODE = "code"


@dataclass(frozen=True)
class Column:
    """One column: the form's field, other headers people give it, an example, and what else is to be said."""

    name: str
    also: str = ""
    example: object = ""
    says: str = ""
    label_as: str = ""
    words: dict = field(default_factory=dict)  # {choice: "other words | for it"}


def keepers(user, project):
    """Whether `user` keeps a partner's records, as coordinators and cluster managers do."""
    return Partner.objects.managed_by(user).filter(project=project).exists()


@dataclass(frozen=True)
class Kind:
    """A kind of record that comes and goes by spreadsheet.

    brought_by: (user, project) -> whether this user brings such files. within: the model of the one record that all
    rows of a file belong to, if they do (the event, of a list of those who came).
    """

    name: str
    title: str
    model: type
    form: type
    list_url: str
    columns: tuple
    says: str = ""
    personal: bool = False
    brought_by: Callable = keepers
    within: type | None = None

    def label(self, column):
        """The header of `column`: as the form's page names the field."""
        if column.label_as:
            return str(column.label_as)
        if column.name == CODE:
            return str(_("Code"))
        return str(capfirst(self.form.base_fields[column.name].label))

    def needed(self, column):
        form_field = self.form.base_fields.get(column.name)
        return bool(form_field and form_field.required and form_field.initial is None)

    def explanation(self, column):
        if column.says or column.name == CODE:
            return str(column.says)
        return str(self.form.base_fields[column.name].help_text)

    @property
    def own(self):
        """The columns that the form has now, so that a field that is not there yet is no column."""
        return [c for c in self.columns if c.name == CODE or c.name in self.form.base_fields]

    @cached_property
    def headers(self):
        """{header as it is compared: column's name}."""
        found = {}
        for column in self.own:
            for words in (self.label(column), column.name.replace("_", " ")):
                found.setdefault(comparable(words), column.name)
        for column in self.own:
            for words in column.also.split("|"):
                found.setdefault(comparable(words), column.name)
        found.pop("", None)
        return found


def comparable(header):
    """A header without capitals, diacritics, script, signs and what stands in brackets."""
    return fold(str(header).split("(")[0].replace("*", " "))


CODE_COLUMN = Column(
    CODE,
    also="portal code | kod | код | cod | codice | código",
    says=_(
        "The portal's own code. Leave it empty for new rows; it finds the record that a row changes, and an empty "
        "cell beside it empties the field."
    ),
)

KINDS = {}  # {name: Kind}, filled by `brought_in_by`
_RESOURCES = {}


def brought_in_by(resource):
    """Decorates the resource of a kind, which from then on can be imported."""
    KINDS[resource.kind.name] = resource.kind
    _RESOURCES[resource.kind.name] = resource
    return resource


def resource_of(kind, *, user, project, **kwargs):
    """The resource that reads and writes the rows of `kind` for `user`."""
    return _RESOURCES[kind.name](user=user, project=project, **kwargs)
