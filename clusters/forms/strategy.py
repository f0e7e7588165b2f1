"""Forms of a strategy, its stages, and the parts of its analysis."""

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.forms.firms import FirmsField
from clusters.models import (
    ChainLink,
    ChainStep,
    ClusterMembership,
    Market,
    StageKind,
    Strategy,
    StrategyStage,
    Theme,
    Trend,
)
from common.forms import DateInput, RecordForm
from projects.models import Membership, Project, Role


class MemberField(forms.ModelChoiceField):
    """A member of the project who can do something about it."""

    def __init__(self, **kwargs):
        super().__init__(
            queryset=Membership.objects.select_related("user", "partner"), required=False, **kwargs
        )

    def label_from_instance(self, member):
        return f"{member.user} ({member.partner})" if member.partner else str(member.user)


def offer_members(form, strategy):
    """Let `responsible` offer who is a member today and no viewer; whoever it was stays offered."""
    field = form.fields["responsible"]
    there = field.queryset.active().exclude(role=Role.VIEWER).values("pk")
    field.queryset = field.queryset.filter(pk__in=there) | field.queryset.filter(
        pk=form.instance.responsible_id
    )
    field.empty_label = _("Nobody by name: %(partner)s") % {"partner": strategy.partner or "–"}


def long(rows=4):
    return forms.Textarea(attrs={"rows": rows, "maxlength": None})


class StrategyForm(RecordForm):
    class Meta:
        model = Strategy
        fields = [
            *("cluster", "title", "first_year", "last_year", "vision", "mission"),
            *("context", "areas", "needs"),
        ]
        widgets = {
            "areas": forms.CheckboxSelectMultiple,
            **{name: long() for name in ("vision", "mission")},
            **{name: long(7) for name in ("context", "needs")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_new:
            del self.fields["cluster"]
        else:
            self._offer_clusters()
        for name in ("areas",):
            if not self.fields[name].queryset.exists():
                del self.fields[name]

    def _offer_clusters(self):
        field = self.fields["cluster"]
        own = field.queryset.editable_by(self.user)
        field.queryset = own.filter(strategy__isnull=True)
        field.label = _("Whose strategy")
        coordinates = Project.objects.editable_by(self.user).filter(pk=self.project.pk).exists()
        has_joint = Strategy.objects.joint().filter(project=self.project).exists()
        if coordinates and not has_joint:
            field.empty_label = _("The consortium's joint strategy")
        else:
            field.required, field.empty_label = True, _("Choose …")
        field.error_messages["required"] = (
            _("The project has its joint strategy already: choose a cluster.")
            if coordinates
            else _("Choose the cluster whose strategy it is.")
        )
        field.error_messages["invalid_choice"] = _(
            "This cluster has a strategy already, or is not one of yours."
        )


class StageForm(RecordForm):
    responsible = MemberField(label=_("Responsible"))

    class Meta:
        model = StrategyStage
        fields = ["planned_on", "done_on", "responsible", "note"]
        widgets = {"planned_on": DateInput, "done_on": DateInput, "note": long()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_members(self, self.instance.strategy)
        if self.instance.kind == StageKind.ADOPTED:
            del self.fields["done_on"]
            self.fields["planned_on"].help_text = _(
                "The day on which it was adopted is entered with the minutes: “Adopt” on the strategy's page."
            )


class PartForm(RecordForm):
    """A part of one strategy, which the page gives."""

    def _get_validation_exclusions(self):
        # That a step is there once is said beside the field, not by the database.
        return super()._get_validation_exclusions() - {"strategy"}


class ChainLinkForm(PartForm):
    smes = FirmsField(label=_("Members at this step"))

    class Meta:
        model = ChainLink
        fields = ["step", "strength", "told", "gap", "smes", "others"]
        widgets = {"told": long(3), "gap": long(3), "strength": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        cluster = self.instance.strategy.cluster_id
        members = ClusterMembership.objects.filter(cluster=cluster).values("sme")
        self.members = set(members.values_list("sme", flat=True))
        lookup = reverse("sme_list", args=[self.project.slug])
        self.fields["smes"].widget.lookup_url = f"{lookup}?cluster={cluster}"
        self.fields["step"].empty_label = _("Choose …")
        if not self.is_new:
            self.initial["smes"] = [firm.code for firm in self.instance.smes.all()]

    def clean_smes(self):
        firms = self.cleaned_data["smes"]
        strange = [firm for firm in firms if firm.pk not in self.members]
        if strange:
            raise ValidationError(
                _("Not a member of %(cluster)s: %(firms)s.")
                % {
                    "cluster": self.instance.strategy.cluster,
                    "firms": ", ".join(str(firm) for firm in strange[:3]),
                }
            )
        return firms


class TrendForm(PartForm):
    class Meta:
        model = Trend
        fields = ["title", "horizon", "impact", "likelihood", "meaning"]
        widgets = {"meaning": long(3)}


class MarketForm(PartForm):
    class Meta:
        model = Market
        fields = ["name", "country", "horizon", "why"]
        widgets = {"why": long(3)}


class ThemeForm(RecordForm):
    class Meta:
        model = Theme
        fields = ["name"]


class ChainStepForm(RecordForm):
    class Meta:
        model = ChainStep
        fields = ["name", "position"]
