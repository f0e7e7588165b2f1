from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from indicators.models.indicator import Indicator


class StoredFigure(models.Model):
    """What an indicator said each night from one to another, with the codes of the units that counted.

    A night on which nothing changed prolongs the row of the night before; nothing is ever rewritten.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="stored")
    first_night = models.DateField(_("from the night of"))
    last_night = models.DateField(_("to the night of"))
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=4, null=True, blank=True)
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
