from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusters.models.strategy import Strategy
from common.search import Searchable, SearchableQuerySet
from projects.models import Evidence, ProjectRecord, ProjectRecordQuerySet


class StrategyVersionQuerySet(SearchableQuerySet, ProjectRecordQuerySet):
    def editable_by(self, user):
        return self.filter(strategy__in=Strategy.objects.editable_by(user))

    def adopted(self):
        """Versions whose adoption stands; what was withdrawn does not."""
        return self.filter(adopted_on__isnull=False, withdrawn_at__isnull=True)

    def for_list(self):
        return self.select_related(
            "project",
            "strategy__project",
            "strategy__cluster__partner",
            "strategy__cluster__project",
            "created_by",
            "adoption_by",
            "withdrawn_by",
        ).defer("content")


class StrategyVersion(ProjectRecord, Searchable):
    """A strategy as it stood on a day: its whole content, frozen. The one that the board adopts is the strategy."""

    PREFIX = "VS"
    DIGITS = 3
    SEARCHED = ("code", "note")

    project = models.ForeignKey(
        "projects.Project", on_delete=models.CASCADE, related_name="strategy_versions"
    )
    strategy = models.ForeignKey(
        Strategy, verbose_name=_("strategy"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField(_("version"), editable=False)
    content = models.JSONField(editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    note = models.CharField(_("what is new"), max_length=300, blank=True)
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    adopted_by = models.CharField(
        _("adopted by"),
        max_length=150,
        blank=True,
        help_text=_("The board or committee, as the minutes call it."),
    )
    adoption_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("adoption entered by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("withdrawn by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    withdrawn_because = models.CharField(
        _("why"), max_length=500, blank=True, validators=[MinLengthValidator(5)]
    )
    evidence = models.ManyToManyField(
        Evidence, verbose_name=_("minutes"), blank=True, related_name="strategy_versions"
    )

    objects = StrategyVersionQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("version of a strategy")
        verbose_name_plural = _("versions of strategies")
        ordering = ["strategy", "-number"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["strategy", "number"], name="strategyversion_number_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_because="")
                | Q(withdrawn_at__isnull=False, adopted_on__isnull=False, withdrawn_because__gt=""),
                name="strategyversion_withdrawn_for_a_reason",
                violation_error_message=_("Say why the adoption is withdrawn."),
            ),
        ]

    def __str__(self):
        return _("Version %(number)d of %(strategy)s") % {
            "number": self.number,
            "strategy": self.strategy,
        }

    def get_absolute_url(self):
        return reverse("strategyversion_detail", args=[self.project.slug, self.code])

    @property
    def partner(self):
        return self.strategy.partner

    @property
    def is_adopted(self):
        return self.adopted_on is not None and self.withdrawn_at is None

    @property
    def state(self):
        """Word, tone and icon of what it is."""
        if self.is_adopted:
            return {"label": _("Adopted"), "tone": "good", "icon": "check-badge"}
        if self.withdrawn_at:
            return {"label": _("Adoption withdrawn"), "tone": "bad", "icon": "x-circle"}
        return {"label": _("Draft"), "tone": "calm", "icon": "pencil-square"}
