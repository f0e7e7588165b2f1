from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from clusters.models.valuechain import StrategyPart


class Horizon(models.TextChoices):
    SHORT = "short", _("up to 2 years")
    MEDIUM = "medium", _("3 to 5 years")
    LONG = "long", _("over 5 years")


class Degree(models.IntegerChoices):
    LOW = 1, _("low")
    MEDIUM = 2, _("medium")
    HIGH = 3, _("high")


class Trend(StrategyPart):
    """Something that is foreseen: when it bites, how hard, how likely, and what it means for the members."""

    title = models.CharField(_("trend"), max_length=200)
    horizon = models.CharField(_("horizon"), max_length=6, choices=Horizon, default=Horizon.MEDIUM)
    impact = models.PositiveSmallIntegerField(_("impact"), choices=Degree, default=Degree.MEDIUM)
    likelihood = models.PositiveSmallIntegerField(
        _("likelihood"), choices=Degree, default=Degree.MEDIUM
    )
    meaning = models.TextField(_("what it means for the members"), blank=True, max_length=2000)

    class Meta:
        verbose_name = _("trend")
        verbose_name_plural = _("trends")
        ordering = ["-impact", "-likelihood", "pk"]

    def __str__(self):
        return self.title

    @property
    def weight(self):
        """Impact times likelihood, 1 to 9: how much it asks for attention."""
        return self.impact * self.likelihood


class Market(StrategyPart):
    """A market that the members want to reach or keep."""

    name = models.CharField(_("market"), max_length=200)
    country = CountryField(_("country"), blank=True)
    horizon = models.CharField(_("horizon"), max_length=6, choices=Horizon, default=Horizon.MEDIUM)
    why = models.TextField(_("why, and with what"), blank=True, max_length=2000)

    class Meta:
        verbose_name = _("market")
        verbose_name_plural = _("markets")
        ordering = ["horizon", "name", "pk"]

    def __str__(self):
        return self.name
