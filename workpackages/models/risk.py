from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import Record
from common.search import Searchable, SearchableQuerySet
from projects.models import Membership, Partner, Project, ReportingPeriod, SpokenOf
from projects.models.project import OfProject
from workpackages.models.package import WorkPackage


class RiskQuerySet(SearchableQuerySet, OfProject):
    def editable_by(self, user):
        """The coordinator, and the people of those who lead its work packages: they write its state of play."""
        led = WorkPackage.objects.filter(lead__in=Partner.objects.read_within_by(user))
        through = Risk.work_packages.through.objects.filter(workpackage__in=led.values("pk"))
        return self.filter(
            Q(project__in=Project.objects.editable_by(user)) | Q(pk__in=through.values("risk"))
        )

    def for_list(self):
        return self.select_related("project", "responsible__user").prefetch_related("work_packages")

    def without_state(self, period):
        """Risks of which nothing was said for `period`."""
        return self.exclude(pk__in=RiskState.objects.filter(period=period).values("risk"))


class Risk(SpokenOf, Searchable):
    """Something that may keep the project from its aims: foreseen in the grant agreement, or met on the way."""

    SEARCHED = ("code", "description")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="risks")
    number = models.PositiveSmallIntegerField(
        _("number"), validators=[MinValueValidator(1, _("Numbers begin with 1."))]
    )
    code = models.CharField(_("code"), max_length=20, editable=False)
    description = models.TextField(_("what may happen"), max_length=2000)
    work_packages = models.ManyToManyField(
        WorkPackage, verbose_name=_("work packages"), related_name="risks", blank=True
    )
    mitigation = models.TextField(_("what is done against it"), max_length=4000)
    foreseen = models.BooleanField(
        _("foreseen"),
        default=True,
        help_text=_("Stands in the grant agreement. Others were met on the way."),
    )
    responsible = models.ForeignKey(
        Membership,
        verbose_name=_("responsible"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    demonstration = models.BooleanField(default=False, editable=False)

    objects = RiskQuerySet.as_manager()

    class Meta:
        verbose_name = _("critical risk")
        verbose_name_plural = _("critical risks")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"],
                name="risk_number_once",
                violation_error_message=_("Another risk has this number."),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.description[:80]}"

    def save(self, *args, **kwargs):
        self.code = self.own_code
        super().save(*args, **kwargs)

    @property
    def own_code(self):
        """The code that follows from its number."""
        return f"R{self.number}"

    def get_absolute_url(self):
        return reverse("risk_detail", args=[self.project.slug, self.code])


class RiskState(Record):
    """A risk's state of play in one reporting period: whether it came, and what was done."""

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="states")
    period = models.ForeignKey(
        ReportingPeriod,
        verbose_name=_("reporting period"),
        on_delete=models.PROTECT,
        related_name="risk_states",
    )
    materialised = models.BooleanField(_("it happened"), default=False)
    measures_applied = models.BooleanField(_("the measures were applied"), default=False)
    comment = models.TextField(_("state of play"), max_length=4000)

    class RiskStateQuerySet(models.QuerySet):
        def visible_to(self, user):
            return self.filter(risk__in=Risk.objects.visible_to(user))

        def editable_by(self, user):
            return self.filter(risk__in=Risk.objects.editable_by(user))

    objects = RiskStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("state of play of a risk")
        verbose_name_plural = _("states of play of risks")
        ordering = ["-period__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["risk", "period"],
                name="riskstate_once_a_period",
                violation_error_message=_(
                    "The state of play for this period is there already: change that one."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.risk.code} {self.period}"

    def get_absolute_url(self):
        return self.risk.get_absolute_url()
