"""The house views: a page of the portal is one of these and a few declarations.

Each reaches its rows through `visible_to(user)` inside `request.project` and asks `editable_by(user)` before
and after a change: what a person may not see is a 404, what they see and may not change is a 403.
"""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import generic
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from common.deleting import in_words, rehearse, why_it_stays
from common.exporting import exported
from common.forms import typed
from common.history import history, told


class Visible:
    """What the user may not see is not there: a 404."""

    slug_field = slug_url_kwarg = "code"

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .visible_to(self.request.user)
            .filter(project=self.request.project)
        )

    def may_edit(self, record):
        return (
            type(record)
            ._default_manager.editable_by(self.request.user)
            .filter(pk=record.pk)
            .exists()
        )


class Table(SingleTableMixin):
    """A table with sorting, pages and the export of exactly what is shown."""

    template_name = "house/list.html"
    rows_per_page = 25
    title = lede = empty = ""
    create_url = create_label = None
    tabs = here = ""  # the template of a room's tabs, and which of them is this page

    def get_table_kwargs(self):
        return {"request": self.request, "empty_text": self.empty}

    def get_table_pagination(self, table):
        # A page beyond the last one, or no number at all, is the nearest page there is.
        return {"per_page": self.rows_per_page, "silent": True}

    def can_create(self):
        return False

    def links(self):
        """Further pages that the head of the list leads to: (address, label, icon) each."""
        return []

    def clearing(self):
        """Where the press leads that takes away what narrows and sorts the list, and its name; None without."""
        query = set(self.request.GET) - {"page", "export"}
        return (self.request.path, _("Clear")) if query else None

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        if export := request.GET.get("export"):
            return exported(
                self.get_table(**self.get_table_kwargs()), as_format=export, name=self.title
            )
        return response

    def get_template_names(self):
        if self.request.htmx and not self.request.htmx.boosted:
            return [f"{self.template_name}#results"]
        return [self.template_name]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=self.title,
            lede=self.lede,
            create_label=self.create_label,
            may_create=self.create_url is not None and self.can_create(),
            links=self.links(),
            clearing=self.clearing(),
            **kwargs,
        )


class TableList(Visible, Table, generic.ListView):
    """A table without filters."""


class List(Visible, Table, FilterView):
    """A list with search and filters.

    Declares `model`, `table_class`, `filterset_class`, `title`; a `create_url` when its kind can be added.
    """

    strict = (
        False  # a filter that is not offered is shown as an error beside it and narrows nothing
    )

    def get_filterset_kwargs(self, filterset_class):
        kwargs = super().get_filterset_kwargs(filterset_class)
        return {**kwargs, "user": self.request.user, "project": self.request.project}


class Detail(Visible, generic.DetailView):
    """One record."""

    def get_context_data(self, **kwargs):
        # SECURITY: a change may hold what only those who keep the record read (a telephone number).
        may_edit = self.may_edit(self.object)
        changes = partial(told, self.object) if may_edit else None  # asked by pages that show it
        return super().get_context_data(may_edit=may_edit, changes=changes, **kwargs)


class Writing(Visible):
    """What creating and editing share: the form's user and project, and the rule asked again after saving."""

    template_name = "house/form.html"
    title = ""

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "user": self.request.user,
            "project": self.request.project,
        }

    def require_editable(self, record):
        if not self.may_edit(record):
            raise PermissionDenied(_("You may read this record but not change it."))

    def get_success_url(self):
        return self.object.get_absolute_url()

    def get_context_data(self, **kwargs):
        kwargs.setdefault("cancel_url", self.get_cancel_url())
        return super().get_context_data(title=self.title, **kwargs)

    def get_cancel_url(self):
        return self.object.get_absolute_url()

    def save(self, form):
        """Write what the valid `form` holds, inside the page's transaction; return the record."""
        return form.save()

    def refused(self, form):
        """The page again, after the database refused what another request wrote at the same moment."""
        form.add_error(
            None,
            _("Somebody saved something that is in the way, a moment ago. Please send this again."),
        )
        return self.form_invalid(form)

    def saved(self):
        """Say what was saved. Pages with more to say (a warning) add to it."""
        messages.success(self.request, _("Saved: %(record)s") % {"record": self.object})


class Create(Writing, generic.CreateView):
    """A new record. Declares `may_create`, the rule for opening the page at all."""

    def may_create(self):
        raise NotImplementedError

    def dispatch(self, request, *args, **kwargs):
        if not self.may_create():
            raise PermissionDenied(
                _("Your role in this project does not add records of this kind.")
            )
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return self.model._default_manager.all()

    def form_valid(self, form):
        try:
            with transaction.atomic():
                self.object = self.save(form)
                self.require_editable(self.object)
        except IntegrityError:
            self.object = None
            if again := self._sent_before(form):
                return self.as_before(again)
            form.renew_submission()
            return self.refused(form)
        self.saved()
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form):
        # The first sending may have made the second one invalid (a number that must be unique).
        if again := self._sent_before(form):
            return self.as_before(again)
        return super().form_invalid(form)

    def as_before(self, record):
        messages.info(self.request, _("This was saved already; it is there once."))
        return redirect(record)

    def _sent_before(self, form):
        submission = form.cleaned_data.get("submission")
        if submission is None:
            return None
        return self.model._default_manager.filter(
            submission=submission, created_by=self.request.user
        ).first()


class Edit(Writing, generic.UpdateView):
    """A change of one record, refused when somebody else saved it meanwhile: then both are shown."""

    def get_object(self, queryset=None):
        record = super().get_object(queryset)
        self.require_editable(record)
        return record

    def post(self, request, *args, **kwargs):
        try:
            return super().post(request, *args, **kwargs)
        except Http404:
            # Deleted while somebody wrote: what they wrote is theirs to copy.
            if texts := typed(self.get_form_class(), request.POST):
                return render(request, "house/gone.html", {"texts": texts}, status=404)
            raise

    def form_valid(self, form):
        try:
            with transaction.atomic():
                if not self._take_version(form):
                    theirs = get_object_or_404(self.get_queryset(), pk=self.object.pk)
                    last = history(theirs).first()
                    form.show_conflict(theirs, by=last.actor if last else None)
                    return self.form_invalid(form)
                self.object = self.save(form)
                self.require_editable(self.object)
        except IntegrityError:
            return self.refused(form)
        self.saved()
        return HttpResponseRedirect(self.get_success_url())

    def _take_version(self, form):
        """One conditional UPDATE decides between two who save at once, on any database."""
        seen = form.cleaned_data.get("version") or 0
        taken = self.model._default_manager.filter(pk=self.object.pk, version=seen).update(
            version=models.F("version") + 1
        )
        form.instance.version = seen + 1
        return bool(taken)


class Delete(Visible, generic.DeleteView):
    """A confirmation page, then the deletion. What others rest on stays; the page says so before it is asked."""

    template_name = "house/confirm_delete.html"
    stopped = None

    def get_object(self, queryset=None):
        record = super().get_object(queryset)
        if not self.may_edit(record):
            raise PermissionDenied(_("You may read this record but not delete it."))
        return record

    def get_context_data(self, **kwargs):
        kwargs.setdefault("cancel_url", self.object.get_absolute_url())
        stopped, along = self.stopped or self.refusal(), {}
        if not stopped:
            stopped_by, along = rehearse(self.remove, self.object)
            if stopped_by:
                stopped = why_it_stays(self.object, stopped_by, self.request.user)
        return super().get_context_data(stopped=stopped, along=in_words(along), **kwargs)

    def refusal(self):
        """Why the record stays whatever rests on it, as {"sentence": ...}; None if nothing is against it."""
        return None

    def remove(self, record):
        """Delete `record`, inside the page's transaction; return what `Model.delete` returns.

        Whatever it does outside the database waits for the commit: the page rehearses it.
        """
        return record.delete()

    def form_valid(self, form):
        name = str(self.object)
        if self.refusal():
            return self.form_invalid(form)
        try:
            with transaction.atomic():
                self.remove(self.object)
        except IntegrityError as error:
            rests = getattr(error, "protected_objects", None)
            if rests is None:  # something came to rest on it at the same moment
                rests, _along = rehearse(self.remove, self.object)
            self.stopped = why_it_stays(self.object, rests, self.request.user)
            return self.form_invalid(form)
        messages.success(self.request, _("Deleted: %(record)s") % {"record": name})
        return HttpResponseRedirect(self.get_success_url())
