from dateutil.relativedelta import relativedelta
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from common.models import Record
from projects.notice import OWN_NOTICE


def _project_ids(user, *roles):
    """Ids of the projects in which `user` is now a member in one of `roles` (any, if none is named)."""
    members = apps.get_model("projects", "Membership").objects.active().filter(user=user.pk)
    if roles:
        members = members.filter(role__in=roles)
    return members.values("project")


class ProjectQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(pk__in=_project_ids(user))

    def editable_by(self, user):
        return self.filter(pk__in=_project_ids(user, "coordinator"))


class Project(Record):
    """One EU grant run by a consortium."""

    slug = models.SlugField(
        _("address"),
        max_length=40,
        unique=True,
        help_text=_("The word in the project's web address: small letters, digits and hyphens."),
        error_messages={"unique": _("Another project has this address already.")},
    )
    acronym = models.CharField(_("acronym"), max_length=40)
    name = models.CharField(_("full name"), max_length=300)
    programme = models.CharField(_("programme"), max_length=200, blank=True)
    call = models.CharField(_("call"), max_length=200, blank=True)
    grant_number = models.CharField(_("grant number"), max_length=60, blank=True)
    start = models.DateField(_("first day"))
    end = models.DateField(_("last day"))
    total_budget = models.DecimalField(
        _("total budget, EUR"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    eu_contribution = models.DecimalField(
        _("EU contribution, EUR"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    website = models.URLField(_("website"), blank=True)
    summary = models.TextField(_("summary"), blank=True)
    funding_statement = models.TextField(
        _("funding statement"),
        blank=True,
        help_text=_("As the grant agreement words it; printed on every report."),
    )
    disclaimer = models.TextField(_("disclaimer"), blank=True)
    privacy_notice = models.TextField(
        _("privacy notice of events"),
        max_length=3_000,
        blank=True,
        help_text=_(
            "Printed on sign-in sheets, shown before people check in or register. Empty: the portal's own sentence."
        ),
    )
    report_due_days = models.PositiveSmallIntegerField(
        _("days to report"),
        default=60,
        validators=[MaxValueValidator(366)],
        help_text=_("How many days after a period's end its report is due."),
    )
    keeps_hours = models.BooleanField(
        _("keeps hours"),
        default=False,
        help_text=_("Whoever logs an activity may say how many hours it took."),
    )
    demonstration = models.BooleanField(
        _("holds demonstration data"),
        default=False,
        help_text=_("Firms, people or records in this project are invented; every page says so."),
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["acronym"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gt=F("start")),
                name="project_ends_after_start",
                violation_error_message=_("The last day is to come after the first day."),
            ),
        ]

    def __str__(self):
        return self.acronym

    def get_absolute_url(self):
        return reverse("overview", args=[self.slug])

    # Project months begin on the project's day of the month: TRACE-KEI's M1 is 16 Nov - 15 Dec 2016.

    @property
    def months(self):
        """How many project months there are, the last one perhaps incomplete."""
        gap = relativedelta(self.end, self.start)
        return gap.years * 12 + gap.months + 1

    def month(self, number):
        """The first and the last day of project month `number`, counted from 1.

        Raises ValueError for a month that the project does not have.
        """
        if not 1 <= number <= self.months:
            raise ValueError(f"{self} has months 1 to {self.months}, not {number}.")
        first = self.start + relativedelta(months=number - 1)
        following = self.start + relativedelta(months=number)
        return first, min(following - relativedelta(days=1), self.end)

    def month_of(self, day):
        """The number of the project month that holds `day`; None outside the project."""
        if not self.start <= day <= self.end:
            return None
        # A start on the 31st is clipped in short months, here as in `month`.
        gap = relativedelta(day, self.start)
        return gap.years * 12 + gap.months + 1

    @property
    def notice(self):
        """What people are told before they put their name on the list of an event."""
        return self.privacy_notice or OWN_NOTICE

    @property
    def is_over(self):
        return timezone.localdate() > self.end

    def reading_day(self):
        """The day on which figures stand unless another is chosen: today, or the project's last day."""
        return min(timezone.localdate(), self.end)


class OfProject(models.QuerySet):
    """Parts of a project that its members read and its coordinators change."""

    def visible_to(self, user):
        return self.filter(project__in=Project.objects.visible_to(user))

    def editable_by(self, user):
        return self.filter(project__in=Project.objects.editable_by(user))


class Objective(models.Model):
    """One of the aims that the grant agreement lists."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="objectives")
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("objective"))

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="objective_number_once"),
        ]

    def __str__(self):
        return f"O{self.number}"


class Sector(Record):
    """A branch of industry that the project works in."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="sectors")
    name = models.CharField(_("sector"), max_length=100)

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"],
                name="sector_name_once",
                violation_error_message=_("This sector is in the list already."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("sector_list", args=[self.project.slug])

    def delete(self, *args, **kwargs):
        require_unused(self, self.clusters)
        return super().delete(*args, **kwargs)


class PriorityArea(Record):
    """An area of smart specialisation (S3) to which the project's clusters belong: a tag of the project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="areas")
    name = models.CharField(_("priority area"), max_length=100)

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = _("priority area")
        verbose_name_plural = _("priority areas")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "name"],
                name="area_name_once",
                violation_error_message=_("This priority area is in the list already."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("area_list", args=[self.project.slug])

    def delete(self, *args, **kwargs):
        require_unused(self, self.clusters)
        return super().delete(*args, **kwargs)


def require_unused(name, clusters):
    """Raise ProtectedError if `clusters` carry this `name`: a tag that is in use does not vanish silently."""
    if held := set(clusters.select_related("project")):
        raise models.ProtectedError(_("%(name)s is in use.") % {"name": name}, held)


class PartnerQuerySet(OfProject):
    def worked_for_by(self, user, *roles):
        """The partners for which `user` works in one of `roles` (any, if none is named)."""
        members = apps.get_model("projects", "Membership").objects.active().filter(user=user.pk)
        if roles:
            members = members.filter(role__in=roles)
        return self.filter(pk__in=members.filter(partner__isnull=False).values("partner"))

    def managed_by(self, user):
        """The partners whose clusters, SMEs and services `user` keeps."""
        return self.filter(
            Q(pk__in=Partner.objects.worked_for_by(user, "cluster_manager").values("pk"))
            | Q(project__in=Project.objects.editable_by(user))
        )

    def read_within_by(self, user):
        """The partners whose inner data (contacts, own papers) `user` reads."""
        return self.filter(
            Q(pk__in=Partner.objects.worked_for_by(user, "cluster_manager", "staff").values("pk"))
            | Q(project__in=Project.objects.editable_by(user))
        )


class Partner(Record):
    """The organisation that signed the grant; exactly one partner of a project coordinates it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="partners")
    number = models.PositiveSmallIntegerField(_("number"))
    short_name = models.CharField(_("short name"), max_length=60)
    name = models.CharField(_("legal name"), max_length=200)
    country = CountryField(_("country"))
    town = models.CharField(_("town"), max_length=100, blank=True)
    sector = models.ForeignKey(
        Sector, verbose_name=_("sector"), on_delete=models.PROTECT, null=True, blank=True
    )
    website = models.URLField(_("website"), blank=True)
    coordinates = models.BooleanField(_("coordinates the project"), default=False)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"],
                name="partner_number_once",
                violation_error_message=_("Another partner of this project has this number."),
            ),
            models.UniqueConstraint(
                fields=["project", "short_name"],
                name="partner_short_name_once",
                violation_error_message=_("Another partner of this project has this short name."),
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(coordinates=True),
                name="partner_one_coordinates",
                violation_error_message=_("Another partner coordinates this project already."),
            ),
        ]

    def __str__(self):
        return self.short_name

    def get_absolute_url(self):
        return reverse("partner_list", args=[self.project.slug])


class PeriodKind(models.TextChoices):
    """What closes a period. Source: domain.md, section 4."""

    PERIODIC = "periodic", _("Periodic report")
    INTERIM = "interim", _("Interim report")
    SHORT = "short", _("Short progress report")
    FINAL = "final", _("Final report")


class ReportingPeriod(Record):
    """A span of project months that closes with a progress report."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="periods")
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(
        _("kind of report"), max_length=10, choices=PeriodKind, default=PeriodKind.PERIODIC
    )
    first_month = models.PositiveSmallIntegerField(
        _("first month"), validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    last_month = models.PositiveSmallIntegerField(
        _("last month"), validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    due_days = models.PositiveSmallIntegerField(
        _("days to report"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(366)],
        help_text=_(
            "How many days after the period's end its report is due. Empty: as for the whole project."
        ),
    )
    frozen_on = models.DateField(_("frozen on"), null=True, blank=True, editable=False)

    objects = OfProject.as_manager()

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"],
                name="period_number_once",
                violation_error_message=_("Another period of this project has this number."),
            ),
            models.CheckConstraint(
                condition=Q(last_month__gte=F("first_month")),
                name="period_ends_after_start",
                violation_error_message=_("The last month is not to come before the first."),
            ),
        ]

    def __str__(self):
        return f"M{self.first_month}-M{self.last_month}"

    def get_absolute_url(self):
        return reverse("period_list", args=[self.project.slug])

    def clean(self):
        super().clean()
        if not (self.project_id and self.first_month and self.last_month):
            return
        if self.last_month > self.project.months:
            raise ValidationError(
                {
                    "last_month": _("The project has %(months)d months.")
                    % {"months": self.project.months}
                }
            )
        others = ReportingPeriod.objects.filter(project=self.project).exclude(pk=self.pk)
        overlap = others.filter(
            first_month__lte=self.last_month, last_month__gte=self.first_month
        ).first()
        if overlap:
            raise ValidationError(
                {
                    "first_month": _("Period %(period)s has some of these months.")
                    % {"period": overlap}
                }
            )

    @property
    def start(self):
        return self.project.month(self.first_month)[0]

    @property
    def end(self):
        return self.project.month(self.last_month)[1]

    @property
    def due(self):
        days = self.project.report_due_days if self.due_days is None else self.due_days
        return self.end + relativedelta(days=days)
