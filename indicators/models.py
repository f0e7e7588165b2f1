from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.models import Cluster
from indicators.measures import MEASURES
from projects.models import Objective, Project
from projects.models.project import OfProject


def measure_choices():
    return [(measure.key, measure.name) for measure in MEASURES.values()]


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
    """The value an indicator is to reach by the end of the project, in all or in one cluster."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="targets")
    cluster = models.ForeignKey(
        Cluster, on_delete=models.CASCADE, null=True, blank=True, related_name="targets"
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
                fields=["indicator", "cluster"], name="target_once_per_cluster"
            ),
            models.UniqueConstraint(
                fields=["indicator"], condition=Q(cluster__isnull=True), name="target_once_overall"
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="target_not_negative",
                violation_error_message=_("A target is not negative."),
            ),
        ]

    def __str__(self):
        return f"{self.indicator.code}: {self.value}"


class StoredFigure(models.Model):
    """What an indicator said each night from one to another, with the codes of the units that counted.

    A night on which nothing changed prolongs the row of the night before; nothing is ever rewritten.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="stored")
    first_night = models.DateField(_("from the night of"))
    last_night = models.DateField(_("to the night of"))
    value = models.PositiveIntegerField(_("value"))
    units = models.JSONField(_("codes of the units"))

    class StoredFigureQuerySet(models.QuerySet):
        def visible_to(self, user):
            return self.filter(indicator__in=Indicator.objects.visible_to(user))

        def editable_by(self, user):
            """Nobody: what a figure said stays on record."""
            return self.none()

        def of_night(self, day):
            """What was stored on the night of `day`."""
            return self.filter(first_night__lte=day, last_night__gte=day)

    objects = StoredFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("stored figure")
        verbose_name_plural = _("stored figures")
        ordering = ["indicator", "first_night"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "first_night"], name="storedfigure_once_a_night"
            ),
            models.CheckConstraint(
                condition=Q(last_night__gte=F("first_night")), name="storedfigure_nights_in_order"
            ),
        ]

    def __str__(self):
        return f"{self.indicator.code}: {self.value}, {self.first_night}"
