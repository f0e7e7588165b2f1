from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.models.cluster import MOST_MEMBERS
from clusters.models.sme import SME
from clusters.models.strategy import Strategy
from clusters.models.theme import ChainStep
from common.models import Record


class Strength(models.TextChoices):
    """How a cluster's members stand at a step of the value chain."""

    STRONG = "strong", _("Strong")
    PRESENT = "present", _("Present")
    GAP = "gap", _("Gap")

    @property
    def tone(self):
        return {"strong": "good", "present": "calm", "gap": "warn"}[self.value]

    @property
    def icon(self):
        return {"strong": "bolt", "present": "check", "gap": "exclamation-triangle"}[self.value]


class OfStrategy(models.QuerySet):
    """Parts of a strategy: read and changed as that is."""

    def visible_to(self, user):
        return self.filter(strategy__in=Strategy.objects.visible_to(user))

    def editable_by(self, user):
        return self.filter(strategy__in=Strategy.objects.editable_by(user))


class StrategyPart(Record):
    """A part of a strategy that has its page with it."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="%(class)ss")

    objects = OfStrategy.as_manager()

    class Meta:
        abstract = True

    def get_absolute_url(self):
        return f"{self.strategy.get_absolute_url()}#{self._meta.model_name}s"


class ChainLink(StrategyPart):
    """How one cluster's members stand at one step of the value chain, and what is missing there."""

    step = models.ForeignKey(
        ChainStep, verbose_name=_("step"), on_delete=models.PROTECT, related_name="links"
    )
    strength = models.CharField(
        _("how the members stand"), max_length=10, choices=Strength, default=Strength.PRESENT
    )
    told = models.TextField(_("what they do there"), blank=True, max_length=2000)
    gap = models.TextField(_("what is missing"), blank=True, max_length=2000)
    smes = models.ManyToManyField(
        SME, verbose_name=_("members at this step"), blank=True, related_name="chain_links"
    )
    others = models.PositiveIntegerField(
        _("further members"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_MEMBERS)],
        help_text=_("How many more stand here that are not named."),
    )

    class Meta:
        verbose_name = _("step in a value chain")
        verbose_name_plural = _("steps in value chains")
        ordering = ["step__position", "step__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["strategy", "step"],
                name="chainlink_step_once",
                violation_error_message=_("This step is in the value chain already."),
            ),
        ]

    def __str__(self):
        return str(self.step)

    @property
    def standing(self):
        return Strength(self.strength)

    @property
    def members(self):
        """How many members stand here, named or not; needs `named` (annotated) or asks. None: nobody said."""
        named = getattr(self, "named", None)
        named = self.smes.count() if named is None else named
        return None if not named and self.others is None else named + (self.others or 0)
