from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic
from django.views.decorators.http import require_POST

from common.jobs import Progress
from common.views import Create, Delete, Detail, TableList
from projects.importing import actions, delimited, headers, reading, writing
from projects.importing.books import Refused
from projects.importing.checking import within_of
from projects.importing.columns import KINDS
from projects.importing.forms import SHOWN, ColumnsForm, ReadingForm, UploadForm
from projects.importing.records import given_to
from projects.importing.tables import ImportTable
from projects.models import Import, Outcome, Phase

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WAITING_LONG = 10  # seconds after which a page says that no worker has come for a request
ROWS_PER_PAGE = 50


class Keepers:
    """Pages for those who bring records in; others have nothing to do there."""

    def may_create(self):
        """Whether the user brings files of the kind that the address names, or of any where it names none."""
        kinds = [self.kind] if "kind" in self.kwargs else KINDS.values()
        asked = {kind.brought_by for kind in kinds}
        return any(may(self.request.user, self.request.project) for may in asked)

    def dispatch(self, request, *args, **kwargs):
        if not self.may_create():
            raise PermissionDenied(_("Your role in this project does not import records."))
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def kind(self):
        """The kind that the address names."""
        if self.kwargs["kind"] not in KINDS:
            raise Http404
        return KINDS[self.kwargs["kind"]]

    @cached_property
    def within(self):
        """The record that the address says the rows belong to; None for a kind that needs none."""
        if self.kind.within is None:
            return None
        rows = self.kind.within._default_manager.editable_by(self.request.user)
        code = self.request.GET.get("within", "").replace("\x00", "")
        return get_object_or_404(rows, project=self.request.project, code=code)


def _file(content, name, as_format):
    kind = SPREADSHEET if as_format == writing.XLSX else "text/csv; charset=utf-8"
    disposition = f'attachment; filename="{slugify(name)}.{as_format}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})


class ImportList(Keepers, TableList):
    model = Import
    table_class = ImportTable
    title = gettext_lazy("Imports")
    lede = gettext_lazy("The spreadsheets that you and your partner's colleagues brought in.")
    empty = gettext_lazy("No spreadsheet was imported yet. Begin with the Import button of a list.")

    def get_queryset(self):
        return super().get_queryset().select_related("project", "created_by", "partner")


class ImportCreate(Keepers, Create):
    model = Import
    form_class = UploadForm
    template_name = "projects/import_form.html"

    @property
    def title(self):
        return _("Import: %(kind)s") % {"kind": self.kind.title}

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "kind": self.kind,
            "membership": self.request.membership,
            "within": self.within,
        }

    def get_context_data(self, **kwargs):
        past = Import.objects.visible_to(self.request.user).filter(
            project=self.request.project, kind=self.kind.name
        )
        return super().get_context_data(
            kind=self.kind,
            within=self.within,
            asked=f"?within={self.within.code}" if self.within else "",
            past=past.select_related("project", "created_by")[:5],
            **kwargs,
        )

    def get_cancel_url(self):
        if self.within:
            return self.within.get_absolute_url()
        return reverse(self.kind.list_url, args=[self.request.project.slug])

    def save(self, form):
        source = form.save()
        if form.is_plain:
            actions.check(user=self.request.user, source=source)
        return source

    def saved(self):
        pass  # the page that follows says how far it is

    def get_success_url(self):
        if self.object.stage == Phase.COLUMNS:
            return reverse("import_columns", args=[self.request.project.slug, self.object.pk])
        return self.object.get_absolute_url()


class OneImport(Keepers):
    """A page about one import that the user may go on with."""

    @cached_property
    def source(self):
        sources = Import.objects.visible_to(self.request.user).select_related("project")
        return get_object_or_404(sources, project=self.request.project, pk=self.kwargs["pk"])

    @cached_property
    def kind(self):
        return KINDS[self.source.kind]


class ImportColumns(OneImport, generic.TemplateView):
    """How the file is read, and which of its columns holds what."""

    template_name = "projects/import_columns.html"

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and self.may_create() and not self.source.file:
            messages.info(request, _("This file was imported already."))
            return redirect(self.source)
        return super().dispatch(request, *args, **kwargs)

    def open(self, **chosen):
        """The file read as it was before, or as `chosen`."""
        asked = {"sheet": self.source.sheet, "encoding": self.source.encoding, **chosen}
        with self.source.file.open("rb") as file:
            return reading.read(file, known=lambda row: headers.known(self.kind, row), **asked)

    def get(self, request, *args, **kwargs):
        try:
            self.book = self.open()
        except Refused as error:
            messages.error(request, " ".join(error.messages))
            return redirect("import_create", request.project.slug, self.kind.name)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.book = self.open()
        if "read" in request.POST:
            return self.read_again()
        form = self.columns_form(self.source.headers, request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(columns=form))
        Import.objects.filter(pk=self.source.pk).exclude(
            stage=Phase.APPLY, state=Progress.DONE
        ).update(mapping=form.mapping)
        return _shown(request, actions.check, self.source)

    def read_again(self):
        form = ReadingForm(self.request.POST, book=self.book)
        if form.is_valid():
            chosen = {
                key: form.cleaned_data[key] for key in ("sheet", "encoding") if key in form.fields
            }
            at = form.cleaned_data["header_row"]
            other_sheet = chosen.get("sheet", self.source.sheet) != self.source.sheet
            try:
                self.book = self.open(**chosen)
            except Refused as error:
                form.add_error(next(iter(chosen), None), error)
            else:
                found = headers.find(self.kind, self.book.rows, None if other_sheet else at)
                Import.objects.filter(pk=self.source.pk).update(
                    **chosen,
                    header_row=found.row,
                    headers=found.names,
                    headers_key=found.key,
                    mapping=found.mapping,
                )
                return redirect("import_columns", self.request.project.slug, self.source.pk)
        return self.render_to_response(self.get_context_data(reading=form))

    def columns_form(self, names, data=None):
        first = self.source.header_row
        return ColumnsForm(
            data,
            kind=self.kind,
            names=names,
            given=given_to(
                self.kind,
                user=self.request.user,
                project=self.request.project,
                within=within_of(self.source, self.request.user),
            ),
            rows=self.book.rows[first : first + SHOWN],
            initial={name: str(at) for name, at in self.source.mapping.items()},
        )

    def get_context_data(self, **kwargs):
        source = self.source
        found = headers.find(self.kind, self.book.rows, source.header_row)
        first = max(source.header_row - 1, 0)
        kwargs.setdefault("columns", self.columns_form(source.headers))
        kwargs.setdefault(
            "reading",
            ReadingForm(
                book=self.book,
                initial={
                    "sheet": self.book.sheet,
                    "header_row": source.header_row,
                    "encoding": source.encoding,
                },
            ),
        )
        used = set(source.mapping.values())
        return super().get_context_data(
            source=source,
            kind=self.kind,
            names=source.headers,
            rows=list(enumerate(self.book.rows[first : first + SHOWN], first + 1)),
            twice=[self.kind.label(c) for c in self.kind.own if c.name in found.twice],
            unused=[name for at, name in enumerate(source.headers) if name and at not in used],
            merged=self.book.merged,
            **kwargs,
        )


class ImportDetail(Keepers, Detail):
    """How far an import is, what it would change, and what it changed."""

    model = Import
    slug_field = slug_url_kwarg = "pk"
    template_name = "projects/import_detail.html"

    def get_queryset(self):
        return super().get_queryset().select_related("project", "created_by", "applied_by")

    def get_template_names(self):
        if self.request.htmx and not self.request.htmx.boosted:
            return [f"{self.template_name}#progress"]
        return [self.template_name]

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        if request.htmx and not request.htmx.boosted and not self.object.is_unfinished:
            # The fragment was all that the page waited for: now it is another page.
            response["HX-Refresh"] = "true"
        return response

    def get_context_data(self, **kwargs):
        source = self.object
        waited = (timezone.now() - source.updated_at).total_seconds()
        context = super().get_context_data(
            source=source,
            kind=KINDS[source.kind],
            list_url=self.list_url(source),
            waits_long=source.state == Progress.QUEUED and waited > WAITING_LONG,
            encoding=delimited.ENCODINGS.get(source.encoding, ""),
            **kwargs,
        )
        if source.is_checked or source.is_applied:
            context |= self.rows(source)
        return context

    def list_url(self, source):
        """Where one finds what the file brought."""
        kind = KINDS[source.kind]
        if kind.within:
            rows = kind.within._default_manager.visible_to(self.request.user)
            if within := rows.filter(project=source.project_id, code=source.within).first():
                return within.get_absolute_url()
        return reverse(kind.list_url, args=[source.project.slug])

    def rows(self, source):
        tabs = [
            {"outcome": outcome, "count": source.count(outcome)}
            for outcome in Outcome
            if source.count(outcome)
        ]
        asked = self.request.GET.get("show")
        offered = [tab["outcome"] for tab in tabs]
        shown = asked if asked in offered else (offered or [""])[0]
        found = source.rows.visible_to(self.request.user).filter(outcome=shown)
        page = Paginator(found, ROWS_PER_PAGE).get_page(self.request.GET.get("page"))
        return {"tabs": tabs, "shown": shown and Outcome(shown), "page": page}


def _source(request, pk):
    sources = Import.objects.visible_to(request.user).select_related("project")
    return get_object_or_404(sources, project=request.project, pk=pk)


def _shown(request, action, source):
    try:
        source = action(user=request.user, source=source)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(source)
    if not source.handed_over:
        messages.warning(
            request,
            _(
                "The background service can't be reached now. Your request is kept and starts by itself."
            ),
        )
    return redirect(source)


@require_POST
def import_apply(request, pk):
    return _shown(request, actions.apply, _source(request, pk))


@require_POST
def import_retry(request, pk):
    return _shown(request, actions.retry, _source(request, pk))


def import_errors(request, pk):
    """What is to be mended in the file, as a spreadsheet."""
    source = _source(request, pk)
    rows = source.rows.visible_to(request.user).exclude(errors=[])
    return _file(writing.errors(source, rows), f"errors-{source.name}", writing.XLSX)


class ImportDelete(Keepers, Delete):
    model = Import
    slug_field = slug_url_kwarg = "pk"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            question=_("Remove %(name)s from the list of imports?") % {"name": self.object},
            consequence=_(
                "The file and its preview are deleted. What was imported from it stays as it is."
            ),
            submit_label=_("Remove"),
            **kwargs,
        )

    def get_success_url(self):
        return reverse("import_list", args=[self.request.project.slug])

    def form_valid(self, form):
        file = self.object.file
        response = super().form_valid(form)
        if file:
            file.storage.delete(file.name)
        return response


class ImportTemplate(Keepers, generic.View):
    """An empty spreadsheet to fill in."""

    def get(self, request, *args, **kwargs):
        as_format = kwargs["as_format"]
        content = writing.template(
            self.kind, user=request.user, project=request.project, as_format=as_format
        )
        return _file(content, f"{self.kind.name}-template", as_format)


class Exchanged:
    """A list whose rows can be taken out, edited in a spreadsheet program and brought in again."""

    spreadsheet = None  # the kind that its rows are

    @cached_property
    def _creates(self):
        return super().can_create()

    def can_create(self):
        return self._creates

    def links(self):
        links = super().links()
        if self.can_create():
            address = reverse(
                "import_create", args=[self.request.project.slug, self.spreadsheet.name]
            )
            links = [*links, (address, _("Import"), "arrow-up-tray")]
        return links

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        as_format = request.GET.get("edit")
        if not as_format:
            return response
        if not self.can_create():
            raise PermissionDenied(
                _("Your role in this project does not edit records of this kind.")
            )
        if as_format not in (writing.XLSX, writing.CSV):
            raise Http404
        content = writing.for_editing(
            self.spreadsheet,
            # SECURITY: what one may not change one does not get for editing, contacts and telephones least of all.
            self.object_list.editable_by(request.user),
            user=request.user,
            project=request.project,
            as_format=as_format,
        )
        name = f"{self.spreadsheet.name}-{timezone.localdate():%Y-%m-%d}"
        return _file(content, name, as_format)
