"""The upload of a spreadsheet, and the page that names its columns."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import PortalForm, RecordForm
from common.jobs import Progress
from projects.importing import cells, delimited, headers, reading
from projects.importing.books import FILE_MB, ROWS, Refused
from projects.importing.records import given_to
from projects.models import Import, Partner, Phase, Role

SHEETS = 20  # among which the one with the table is looked for
SHOWN = 6  # rows of a file that the page shows


def countries_of(user, project):
    """The countries whose letters a file of `user` likely holds: the own partner's, or all of the project."""
    own = Partner.objects.worked_for_by(user, "cluster_manager").filter(project=project)
    partners = own if own.exists() else Partner.objects.filter(project=project)
    return [str(code) for code in partners.values_list("country", flat=True)]


class UploadForm(RecordForm):
    """A file, read at once as far as its headers."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv,.tsv,.txt"}),
        error_messages={
            "required": gettext_lazy("Choose the file."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    class Meta:
        model = Import
        fields = ["file"]

    def __init__(self, *args, kind, membership, within=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind, self.membership, self.within = kind, membership, within
        self.fields["file"].help_text = _(
            "XLSX, ODS or CSV, up to %(mb)d MB and %(rows)s rows."
        ) % {"mb": FILE_MB, "rows": f"{ROWS:,}"}

    def clean_file(self):
        file = self.cleaned_data["file"]
        self.book = self._best_sheet(file)
        if not self.book.rows:
            raise ValidationError(_("The file holds no table."))
        self.headers = headers.find(self.kind, self.book.rows)
        return file

    def _best_sheet(self, file):
        """The file as its sheet that names most columns; of equal ones, the first."""

        def known(row):
            return headers.known(self.kind, row)

        countries = countries_of(self.user, self.project)
        seen = [sheet for sheet in reading.sheets_of(file) if not sheet.hidden]
        if len(seen) < 2:
            return reading.read(file, countries=countries, known=known)
        books = []
        for sheet in seen[:SHEETS]:
            try:
                books.append(reading.read(file, sheet=sheet.name))
            except Refused:
                if len(seen) == 1:
                    raise
        if not books:
            return reading.read(file)
        return max(
            books,
            key=lambda book: max(map(known, book.rows[: headers.LOOKED_AT]), default=0),
        )

    def save(self, commit=True):
        source, file = self.instance, self.cleaned_data["file"]
        source.kind = self.kind.name
        source.name, source.size = file.name[:255], file.size
        source.sheet, source.encoding = self.book.sheet, self.book.encoding
        source.header_row = self.headers.row
        source.headers, source.headers_key = self.headers.names, self.headers.key
        if self.membership.role != Role.COORDINATOR:
            source.partner = self.membership.partner
        source.within = self.within.code if self.within else ""
        self.given = given_to(self.kind, user=self.user, project=self.project, within=self.within)
        before = self._chosen_before()
        source.mapping = before or self.headers.mapping
        source.stage, source.state = Phase.COLUMNS, Progress.DONE
        self.is_plain = bool(before) or not (
            self.headers.unknown
            or self.headers.twice
            or headers.missing(self.kind, self.headers.mapping, self.given)
        )
        return super().save(commit)

    def _chosen_before(self):
        """What was chosen for the last file with these headers."""
        last = (
            Import.objects.visible_to(self.user)
            .filter(project=self.project, kind=self.kind.name, headers_key=self.headers.key)
            .exclude(stage=Phase.COLUMNS)
            .first()
        )
        known = {column.name for column in self.kind.own}
        return {name: at for name, at in last.mapping.items() if name in known} if last else {}


class ReadingForm(PortalForm, forms.Form):
    """How a file is read: its sheet, the row with the headers, its letters."""

    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)
    header_row = forms.IntegerField(
        label=gettext_lazy("Row with the headers"),
        min_value=1,
        max_value=ROWS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("Letters"),
        required=False,
        choices=list(delimited.ENCODINGS.items()),
        help_text=gettext_lazy("If names look wrong below, choose another one."),
    )

    def __init__(self, *args, book, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [
            (sheet.name, f"{sheet.name} ({_('hidden')})" if sheet.hidden else sheet.name)
            for sheet in book.sheets
        ]
        if len(book.sheets) < 2:
            del self.fields["sheet"]
        if not book.is_csv:
            del self.fields["encoding"]


class ColumnsForm(PortalForm, forms.Form):
    """Which column of the file holds what."""

    def __init__(self, *args, kind, names, rows, given=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.kind, self.given = kind, given
        choices = [("", _("not in this file"))]
        for index, name in enumerate(names):
            examples = (cells.text(row[index]).strip() for row in rows if index < len(row))
            example = next(filter(None, examples), "")
            if name or example:
                label = name or _("column %(n)d, without a header") % {"n": index + 1}
                choices.append(
                    (str(index), f"{label[:60]} – {example[:30]}" if example else label[:60])
                )
        for column in kind.own:
            self.fields[column.name] = forms.ChoiceField(
                label=kind.label(column),
                required=False,
                choices=choices,
                help_text=_("needed") if kind.needed(column) and column.name not in given else "",
            )

    def clean(self):
        data = super().clean()
        mapping = {name: int(at) for name, at in data.items() if at not in ("", None)}
        claimed = {}
        for name, at in mapping.items():
            if at in claimed:
                self.add_error(
                    name,
                    _("This column is chosen for “%(other)s” already.")
                    % {"other": self.fields[claimed[at]].label},
                )
            claimed.setdefault(at, name)
        for column in headers.missing(self.kind, mapping, self.given):
            self.add_error(column.name, _("Choose the column that holds this: every row needs it."))
        self.mapping = mapping
        return data
