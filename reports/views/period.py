"""A period's report on its way: the days until it is due, the chapters, and what is missing from whom."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import generic
from django.views.decorators.http import require_POST

from common.views import Edit
from projects.models import Partner, Project, ReportingPeriod
from reports.actions import chapter as actions
from reports.countdown import countdown
from reports.declared import changed_since
from reports.forms import ScheduleForm
from reports.models import Declaration, Edition, Rendering, Schedule, Standing, Turn
from reports.readiness import Readiness


def period_of(request, number):
    """The period of the address; 404 for one that the reader's project does not have."""
    periods = ReportingPeriod.objects.visible_to(request.user).filter(project=request.project)
    period = get_object_or_404(periods, number=number)
    period.project = request.project
    return period


class OfPeriod:
    """Pages of one period's report, which the address names by its number."""

    @cached_property
    def period(self):
        return period_of(self.request, self.kwargs["number"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(period=self.period, **kwargs)


class ReportOfPeriod(OfPeriod, generic.TemplateView):
    template_name = "reports/report_period.html"

    def get_context_data(self, **kwargs):
        user, period, today = self.request.user, self.period, timezone.localdate()
        readiness = Readiness(user, period)
        mine = {
            partner.pk
            for partner in Partner.objects.read_within_by(user).filter(project=period.project)
        }
        ended = period.end < today
        editions = list(Edition.objects.visible_to(user).filter(period=period).for_list())
        closed = next((row for row in editions if row.is_closed), None)
        shown = self._chosen(readiness.partners, mine)
        made = Rendering.objects.visible_to(user).filter(period=period).for_list()
        return super().get_context_data(
            readiness=readiness,
            shown=shown,
            missing=[
                (check, gaps)
                for check in readiness.checks
                if (gaps := [gap for gap in check.gaps if shown in (None, gap.partner)])
            ],
            countdown=countdown(period, readiness, closed),
            rows=[
                (share, ended and not closed and share.partner.pk in mine)
                for share in readiness.shares
                if share.partner
            ],
            ended=ended,
            begun=period.start <= today,
            texts_only=readiness.texts_only,
            made=list(made.filter(edition__isnull=True)[:5]),
            editions=editions,
            closed=closed,
            handed_in=closed is not None and closed.state != Standing.LOCKED,
            turns=Turn.objects.visible_to(user).of_period(period),
            **kwargs,
        )

    def _chosen(self, partners, mine):
        """The partner whose gaps alone are shown; None for all. Who works for one partner sees its own first."""
        number = self.request.GET.get("partner")
        if number is None:
            own = [each for each in partners if each.pk in mine]
            return own[0] if len(own) == 1 < len(partners) else None
        return next((each for each in partners if str(each.number) == number), None)


class ScheduleEdit(OfPeriod, Edit):
    """The days on the way to the due day."""

    model = Schedule
    form_class = ScheduleForm
    title = gettext_lazy("Days on the way to the report")

    def get_object(self, queryset=None):
        coordinated = Project.objects.editable_by(self.request.user)
        if not coordinated.filter(pk=self.request.project.pk).exists():
            raise PermissionDenied(_("Only a coordinator sets these days."))
        return Schedule.of(self.period)

    def _take_version(self, form):
        return super()._take_version(form) if self.object.pk else True

    def get_success_url(self):
        return self.object.get_absolute_url()


def declaration_changed(request, number, partner):
    """The records of a period that a partner changed after it had called its data complete."""
    period = period_of(request, number)
    declarations = Declaration.objects.visible_to(request.user).filter(period=period)
    declaration = get_object_or_404(
        declarations.select_related("partner", "declared_by"), partner__number=partner
    )
    declaration.period = period
    context = {
        "period": period,
        "declaration": declaration,
        "changed": changed_since(declaration, request.user),
    }
    return render(request, "reports/declaration_changed.html", context)


@require_POST
def declare(request, number):
    """A partner's data are complete: its people say so, or the coordinator for it."""
    period = period_of(request, number)
    code = request.POST.get("partner", "")
    if not code.isdecimal() or len(code) > 6:
        raise Http404
    partners = Partner.objects.visible_to(request.user).filter(project=request.project)
    partner = get_object_or_404(partners, number=code)
    try:
        actions.declare(user=request.user, period=period, partner=partner)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request,
            _("The data of %(partner)s for %(period)s are called complete.")
            % {"partner": partner.short_name, "period": period},
        )
    return redirect("report_period", request.project.slug, period.number)
