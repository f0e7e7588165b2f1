"""One chapter of a period's report: read, written, returned."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views import generic
from django.views.decorators.http import require_POST

from common.views import Edit
from events.models import Activity, Event
from indicators.figures import figures
from indicators.models import Indicator
from projects.models import Evidence, Partner, Project
from projects.preview import DRAWN
from projects.views.draft import Drafted
from reports.actions import chapter as actions
from reports.forms import ChapterForm, ReturnForm
from reports.models import Chapter, Edition, Writing
from reports.models.chapter import WRITERS
from reports.pictures import figure
from reports.readiness import chapters
from reports.references import codes_of, illustrated, pictures_in, printed, records_of, values_of
from reports.snapshot import stated_values
from reports.views.period import OfPeriod, period_of
from reports.writings import writings
from workpackages.models import Deliverable

SHOWN = 12  # records of each kind that stand beside a text


def chapter_of(request, period, place):
    """The chapter of an address, unsaved if nobody wrote it yet; 404 for one that the period does not have."""
    found = [each for each in chapters(request.user, period) if each.place == place]
    if not found:
        raise Http404
    return found[0]


def figures_of(request, period):
    """The figures as a report would state them today."""
    rows = Indicator.objects.visible_to(request.user).filter(project=request.project)
    rows = rows.prefetch_related("targets__period__project")
    return figures(request.project, rows, min(period.end, timezone.localdate()))


def _locked(edition):
    return _(
        "The report was locked as version %(n)d by %(who)s on %(day)s: no text changes until it is opened again."
    ) % {
        "n": edition.number,
        "who": edition.locked_by,
        "day": date_format(timezone.localtime(edition.locked_at), "j M Y, H:i"),
    }


def _figures_said(request, period):
    """What the references to figures stand for: as they were locked, unless all of the report is open."""
    values = values_of(figures_of(request, period))
    closed = Edition.objects.closed().filter(period=period).first()
    if edition := closed or Edition.objects.opened_for_texts(period):
        stated = stated_values(edition.snapshot)
        values = {
            code: replace(value, words=stated[code].words if code in stated else value.words)
            for code, value in values.items()
        }
    return values


class OfChapter(OfPeriod):
    @cached_property
    def chapter(self):
        return chapter_of(self.request, self.period, self.kwargs["place"])


class ChapterDetail(OfChapter, generic.TemplateView):
    template_name = "reports/chapter_detail.html"

    def get_context_data(self, **kwargs):
        chapter, user = self.chapter, self.request.user
        coordinates = Project.objects.editable_by(user).filter(pk=chapter.project_id).exists()
        may_write = chapter.may_be_written_by(user)
        may_return = coordinates and chapter.state == Writing.READY and may_write
        kwargs.setdefault("form", ReturnForm() if may_return else None)
        return super().get_context_data(
            chapter=chapter,
            object=chapter if chapter.pk else None,
            may_edit=may_write,
            passages=_safe(printed(chapter, self._values(), opened=True), self.request),
            may_write=may_write,
            locked=_locked(edition) if (edition := chapter.locked_in) else "",
            # What was thrown away is for those who write it and who print it.
            writings=_writings(chapter)
            if chapter.pk and (coordinates or _leads(user, chapter))
            else [],
            may_return=may_return,
            **kwargs,
        )

    def _values(self):
        """What the chapter's references stand for, each with the page that opens it."""
        records = records_of(self.request.project, codes_of([self.chapter]), self.period.end)
        return _figures_said(self.request, self.period) | records


def _leads(user, chapter):
    partners = Partner.objects.worked_for_by(user, *WRITERS)
    return bool(chapter.lead) and partners.filter(pk=chapter.lead.pk).exists()


def _writings(chapter):
    # SECURITY: `writings` cleans once more.
    return [(row, mark_safe(row.html)) for row in writings(chapter)]


def _safe(rows, request):
    """The passages with their pictures, of which the reader sees those that he or she may read."""
    codes = {code for _heading, html in rows for code in pictures_in(html)}
    readable = Evidence.objects.visible_to(request.user).filter(project=request.project)
    seen = (
        dict(readable.filter(code__in=codes, content_type__in=DRAWN).values_list("code", "name"))
        if codes
        else {}
    )

    def draw(code, caption):
        if code not in seen:
            return format_html("<p>[{} {}]</p>", code, caption)
        source = reverse("evidence_preview", args=[request.project.slug, code])
        return figure(source, caption or seen[code])

    # SECURITY: `printed` cleans once more, so that no older rule lets anything through.
    return [(heading, mark_safe(illustrated(html, draw))) for heading, html in rows]


class ChapterEdit(OfChapter, Drafted, Edit):
    model = Chapter
    form_class = ChapterForm
    template_name = "reports/chapter_form.html"

    def get(self, request, *args, **kwargs):
        if self.chapter.is_of(request.user) and (edition := self.chapter.locked_in):
            messages.info(request, _locked(edition))
            return redirect(self.chapter)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        saves = "draft_do" not in request.POST
        if saves and self.chapter.is_of(request.user) and (edition := self.chapter.locked_in):
            return self._kept(edition)
        return super().post(request, *args, **kwargs)

    def _kept(self, edition):
        """The report was locked while somebody wrote: what was typed becomes a draft, and is shown to be copied."""
        self.keep_draft()
        self.object = self.chapter
        form = self.get_form()
        form.is_valid()
        texts = [
            # SECURITY: the field has cleaned it.
            (form.fields[name].label, mark_safe(form.cleaned_data[name]))
            for name in form.places
            if form.cleaned_data.get(name)
        ]
        context = {
            "period": self.period,
            "chapter": self.chapter,
            "texts": texts,
            "sentence": _locked(edition),
        }
        return render(self.request, "reports/chapter_locked.html", context, status=409)

    def get_object(self, queryset=None):
        # A draft is kept while the report is locked too: it may be opened again.
        if not self.chapter.is_of(self.request.user):
            raise PermissionDenied(_("You may read this chapter but not write it."))
        return self.chapter

    @property
    def title(self):
        return str(self.chapter)

    def form_valid(self, form):
        try:
            return super().form_valid(form) if self.chapter.pk else self._first(form)
        except ValidationError as error:  # locked at the same moment
            form.add_error(None, error)
            return self.form_invalid(form)

    def _first(self, form):
        try:
            with transaction.atomic():
                self.object = self.save(form)
        except IntegrityError:
            return self.refused(form)
        self.saved()
        return HttpResponseRedirect(self.get_success_url())

    def save(self, form):
        return actions.write(
            user=self.request.user,
            chapter=form.instance,
            bodies=form.bodies,
            ready=form.cleaned_data["ready"],
        )

    def get_context_data(self, **kwargs):
        user, period = self.request.user, self.period
        of_period = {"project": self.request.project}
        package = self.chapter.package
        deliverables = Deliverable.objects.visible_to(user).filter(
            work_package__project=period.project,
            due_month__range=(period.first_month, period.last_month),
        )
        activities = Activity.objects.visible_to(user).filter(
            first_day__range=(period.start, period.end), **of_period
        )
        events = Event.objects.visible_to(user).filter(
            first_day__range=(period.start, period.end), **of_period
        )
        if package:
            deliverables = deliverables.filter(work_package=package)
            activities = activities.filter(task__work_package=package)
            events = events.filter(task__work_package=package)
        kwargs.setdefault("form", self.get_form())
        return super().get_context_data(
            carried=self.carried,
            chapter=self.chapter,
            figures=figures_of(self.request, period),
            deliverables=deliverables.select_related("project", "work_package__project"),
            activities=activities.select_related("project").order_by("-first_day")[:SHOWN],
            events=events.select_related("project").order_by("-first_day")[:SHOWN],
            pictures=Evidence.objects.visible_to(user)
            .filter(content_type__in=DRAWN, **of_period)
            .select_related("project")
            .order_by("-created_at")[:SHOWN],
            before=self.before and (self.before, _safe(printed(self.before, {}), self.request)),
            **kwargs,
        )

    carried = 0

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if self.request.method == "GET" and "carry" in self.request.GET and self.before:
            self.carried = form.carry_over(self.before)
        return form

    @cached_property
    def before(self):
        """The same chapter of the last period, whose text can be taken over; None if nobody wrote one."""
        same = Chapter.objects.visible_to(self.request.user).filter(
            project=self.request.project,
            period__number__lt=self.period.number,
            kind=self.chapter.kind,
            package=self.chapter.package,
        )
        found = same.select_related("period__project", "package__project", "project")
        found = found.prefetch_related("passages__task").order_by("-period__number").first()
        return found if found and found.has_text else None


@require_POST
def chapter_return(request, number, place):
    chapter = chapter_of(request, period_of(request, number), place)
    if not chapter.pk:
        raise Http404
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            actions.give_back(
                user=request.user, chapter=chapter, reason=form.cleaned_data["reason"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Returned: %(chapter)s") % {"chapter": chapter})
            return redirect(chapter)
    elif not Project.objects.editable_by(request.user).filter(pk=request.project.pk).exists():
        raise PermissionDenied(_("Only a coordinator returns chapters."))
    view = ChapterDetail()
    view.setup(request, number=number, place=place)
    context = view.get_context_data(form=form)
    return render(request, ChapterDetail.template_name, context, status=200)
