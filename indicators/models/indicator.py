from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from indicators.measures import MEASURES
from projects.models import Objective, Project, ReportingPeriod
from projects.models.project import OfProject


def measure_choices():
    return [(measure.key, measure.name) for measure in MEASURES.values()]


class Direction(models.TextChoices):
    """Which way an indicator is to go from its baseline."""

    UP = "up", _("is to rise")
    DOWN = "down", _("is to fall")


class ProofAsked(models.TextChoices):
    """What has to be there for a unit to be well proven."""

    NONE = "none", _("nothing: the record itself is enough")
    PAPER = "paper", _("a file at one of its records")
    VOUCHED = "vouched", _("a file at one of its records, for which a second person vouches")


class Indicator(models.Model):
    """A question asked of records, with the baseline and the target that the grant agreement sets."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="indicators")
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=200)
    unit = models.CharField(
        _("unit"), max_length=60, help_text=_("What is counted, in the plural.")
    )
    counts_as_one = models.CharField(_("what counts as one"), max_length=300)
    counted_when = models.CharField(_("counted when"), max_length=500)
    least_evidence = models.CharField(_("least evidence"), max_length=300, blank=True)
    awaits = models.CharField(
        _("waits for"),
        max_length=200,
        blank=True,
        help_text=_("Which records this indicator will be counted from."),
    )
    measure = models.CharField(_("measure"), max_length=60, choices=measure_choices, blank=True)
    parameters = models.JSONField(
        _("narrowed to"),
        default=dict,
        blank=True,
        help_text=_("What the measure is narrowed to, by parameter: [{key, name}]."),
    )
    direction = models.CharField(
        _("direction"), max_length=4, choices=Direction, default=Direction.UP
    )
    precision = models.PositiveSmallIntegerField(
        _("decimals shown"), default=0, validators=[MaxValueValidator(2)]
    )
    proof = models.CharField(
        _("proof asked"), max_length=10, choices=ProofAsked, default=ProofAsked.PAPER
    )
    baseline = models.DecimalField(_("baseline"), max_digits=12, decimal_places=2, default=0)
    objectives = models.ManyToManyField(
        Objective, verbose_name=_("objectives it measures"), blank=True, related_name="indicators"
    )

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="indicator_number_once"),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"

    def get_absolute_url(self):
        return reverse("indicator_detail", args=[self.project.slug, self.number])

    @property
    def code(self):
        return f"KPI-{self.number:02d}"


class Target(models.Model):
    """The value that an indicator is to reach, in all or in one cluster, by the end of a period or of the project."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="targets")
    cluster = models.ForeignKey(
        Cluster, on_delete=models.CASCADE, null=True, blank=True, related_name="targets"
    )
    period = models.ForeignKey(
        ReportingPeriod,
        verbose_name=_("by the end of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
    )
    value = models.DecimalField(_("target"), max_digits=12, decimal_places=2)

    class TargetQuerySet(models.QuerySet):
        def visible_to(self, user):
            return self.filter(indicator__in=Indicator.objects.visible_to(user))

        def editable_by(self, user):
            return self.filter(indicator__in=Indicator.objects.editable_by(user))

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "cluster"],
                condition=Q(period__isnull=True),
                name="target_once_per_cluster",
            ),
            models.UniqueConstraint(
                fields=["indicator"],
                condition=Q(cluster__isnull=True, period__isnull=True),
                name="target_once_overall",
            ),
            models.UniqueConstraint(
                fields=["indicator", "cluster", "period"], name="target_once_per_cluster_and_period"
            ),
            models.UniqueConstraint(
                fields=["indicator", "period"],
                condition=Q(cluster__isnull=True),
                name="target_once_per_period",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="target_not_negative",
                violation_error_message=_("A target is not negative."),
            ),
        ]

    def __str__(self):
        return f"{self.indicator.code}: {self.value}"
