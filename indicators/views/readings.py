"""Readings that people type for an indicator, and the second person's decision."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from common.views import Create, Delete, Detail, Edit, TableList
from events.views.keeping import KeptByPartner, WithProof
from indicators import actions
from indicators.forms import DecisionForm, ReadingForm
from indicators.measures import measure_of
from indicators.models import Reading
from indicators.tables import ReadingTable
from indicators.views.definitions import decision_of, one_indicator, say_refused
from projects.views.evidence import Proof, proof_of


class OfIndicator(KeptByPartner):
    """A page of the readings of one indicator, which has to be one that is typed."""

    @cached_property
    def indicator(self):
        indicator = one_indicator(self.request, self.kwargs["number"])
        measure = measure_of(indicator)
        if measure is None or not measure.is_typed:
            raise Http404
        return indicator

    def _list(self):
        return reverse("reading_list", args=[self.request.project.slug, self.indicator.number])


class ReadingList(OfIndicator, TableList):
    model = Reading
    table_class = ReadingTable
    template_name = "indicators/reading_list.html"
    create_label = gettext_lazy("Add a reading")
    empty = gettext_lazy("Nothing was read yet.")

    create_url = "reading_create"

    def get_template_names(self):
        if self.request.htmx and not self.request.htmx.boosted:
            return ["house/list.html#results"]
        return [self.template_name]

    @property
    def title(self):
        return f"{self.indicator.code} {_('readings')}"

    def get_queryset(self):
        found = super().get_queryset().filter(indicator=self.indicator)
        return found.for_list().with_proof()

    def get_context_data(self, **kwargs):
        return super().get_context_data(indicator=self.indicator, **kwargs)


class ReadingCreate(OfIndicator, WithProof, Create):
    model = Reading
    form_class = ReadingForm

    def dispatch(self, request, *args, **kwargs):
        self.indicator  # noqa: B018 what is not typed has no page for it, whoever asks
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "indicator": self.indicator}

    @property
    def title(self):
        return _("New reading of %(code)s") % {"code": self.indicator.code}

    def get_context_data(self, **kwargs):
        return super().get_context_data(lede=self.indicator.name, **kwargs)


class OneReading:
    model = Reading

    def get_queryset(self):
        return super().get_queryset().for_list()


class ReadingDetail(OneReading, Detail):
    template_name = "indicators/reading_detail.html"

    def get_context_data(self, **kwargs):
        reading, user = self.object, self.request.user
        may = reading.accepted is None and actions.may_decide(
            user, self.request.project, reading.created_by
        )
        return super().get_context_data(
            **proof_of(reading, user),
            indicator=reading.indicator,
            may_decide=may,
            alone=may and reading.created_by == user,
            form=DecisionForm(),
            **kwargs,
        )


class ReadingEdit(OneReading, Edit):
    form_class = ReadingForm
    title = gettext_lazy("Edit reading")


class ReadingDelete(OneReading, Delete):
    def get_success_url(self):
        return reverse(
            "reading_list", args=[self.request.project.slug, self.object.indicator.number]
        )


class ReadingProof(Proof):
    record_model = Reading


@require_POST
def reading_decide(request, code):
    readings = Reading.objects.visible_to(request.user).for_list()
    reading = get_object_or_404(readings, project=request.project, code=code)
    if not actions.may_decide(request.user, request.project, reading.created_by):
        raise PermissionDenied(
            _("A second person decides: another coordinator or cluster manager of the project.")
        )
    if (decision := decision_of(request)) is None:
        messages.error(request, _("Nothing was decided: press one of the two again."))
        return redirect(reading)
    try:
        reading = actions.decide_reading(
            user=request.user, reading=reading, accept=decision.accept, because=decision.because
        )
    except ValidationError as error:
        say_refused(request, error)
    else:
        messages.success(request, reading.standing.label)
    return redirect(reading)
