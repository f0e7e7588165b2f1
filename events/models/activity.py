import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clusters.models import SME, Competence, Manager
from clusters.models.service import number_of
from common.search import Searchable, SearchableQuerySet
from projects.models import Evidence, OfPartner, Partner, Project, ProjectRecord
from workpackages.models import Task

LONGEST = 92  # days: a quarter; what went on longer is told in stretches
TEXT = 10_000  # characters of a text: some four pages


def text_limit(most):
    return MaxLengthValidator(
        most, _("%(show_value)d characters are too many: write %(limit_value)d at most.")
    )


class ActivityQuerySet(SearchableQuerySet, OfPartner):
    def for_list(self):
        return self.select_related("project", "partner", "task")

    def with_proof(self):
        """Adds `proofs`: the files and links that prove the activity."""
        return self.annotate(proofs=number_of(_evidence(), "activity"))

    def with_people(self):
        """Adds `present`: how many managers and firms took part."""
        managers = Activity.managers.through.objects.filter(activity=OuterRef("pk"))
        firms = Activity.smes.through.objects.filter(activity=OuterRef("pk"))
        return self.annotate(
            present_managers=number_of(managers, "activity"),
            present_firms=number_of(firms, "activity"),
        )

    def proven(self, proven=True):
        """Those with a file or link, or those without."""
        return self.filter(Exists(_evidence()) if proven else ~Exists(_evidence()))

    def touching(self, first, last):
        """Activities with a day between `first` and `last`, both included."""
        return self.filter(first_day__lte=last, last_day__gte=first)


def _evidence():
    return Activity.evidence.through.objects.filter(activity=OuterRef("pk"))


class Activity(ProjectRecord, Searchable):
    """Something that a partner did for a task, as its staff logged it: what, when, with whom, and what came of it."""

    PREFIX = "AC"
    DAY = "first_day"
    DIGITS = 5
    SEARCHED = ("code", "title", "done", "result", "bodies")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="activities")
    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.PROTECT, related_name="activities"
    )
    task = models.ForeignKey(
        Task, verbose_name=_("task"), on_delete=models.PROTECT, related_name="activities"
    )
    title = models.CharField(_("title"), max_length=200)
    first_day = models.DateField(_("day"))
    last_day = models.DateField(_("last day"), help_text=_("Only if it took longer than one day."))
    done = models.TextField(_("what was done"), blank=True, validators=[text_limit(TEXT)])
    result = models.TextField(_("result"), blank=True, validators=[text_limit(TEXT)])
    managers = models.ManyToManyField(
        Manager, verbose_name=_("cluster managers"), blank=True, related_name="activities"
    )
    smes = models.ManyToManyField(
        SME, verbose_name=_("firms"), blank=True, related_name="activities"
    )
    bodies = models.TextField(
        _("outside organisations"),
        blank=True,
        validators=[text_limit(2_000)],
        help_text=_(
            "One in a line: a university, an agency, another cluster. No names of persons."
        ),
    )
    hours = models.DecimalField(
        _("hours"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0, _("Hours can't be negative."))],
    )
    competences = models.ManyToManyField(
        Competence, verbose_name=_("competences it serves"), blank=True, related_name="activities"
    )
    evidence = models.ManyToManyField(
        Evidence, verbose_name=_("evidence"), blank=True, related_name="activities"
    )

    objects = ActivityQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-first_day", "-code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="activity_ends_after_start",
                violation_error_message=_("The last day is not to come before the first."),
            ),
            models.CheckConstraint(
                condition=Q(hours__isnull=True) | Q(hours__gte=0),
                name="activity_hours_positive",
                violation_error_message=_("Hours can't be negative."),
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-first_day", "-code"], name="activity_latest"),
            models.Index(fields=["task", "-first_day", "-code"], name="activity_latest_of_task"),
        ]

    def __str__(self):
        return f"{self.code} {self.title}"

    def get_absolute_url(self):
        return reverse("activity_detail", args=[self.project.slug, self.code])

    def clean(self):
        super().clean()
        if not self.first_day:
            return
        if self.first_day > timezone.localdate():
            raise ValidationError(
                {
                    "first_day": _(
                        "This day has not come yet. An activity is logged once it was done; what is "
                        "planned is an event."
                    )
                }
            )
        if self.last_day and self.last_day > timezone.localdate():
            raise ValidationError(
                {"last_day": _("This day has not come yet. Log what was done so far.")}
            )
        if self.last_day and (self.last_day - self.first_day).days >= LONGEST:
            raise ValidationError(
                {
                    "last_day": _(
                        "An activity lasts %(days)d days at most: log each stretch by itself."
                    )
                    % {"days": LONGEST}
                }
            )

    @property
    def lasts(self):
        """How many days it took."""
        return (self.last_day - self.first_day).days + 1

    @property
    def days(self):
        """Its days in words: "3 May 2017", "3–5 May 2017", "30 Apr – 2 May 2017"."""
        return in_days(self.first_day, self.last_day)

    @property
    def outside(self):
        """The organisations from outside, one an item."""
        return [line.strip() for line in self.bodies.splitlines() if line.strip()]

    @property
    def warning(self):
        """Why it stands outside the project although it is saved, as a sentence; empty if nothing is odd."""
        project = self.project
        if project.month_of(self.first_day) and project.month_of(self.last_day):
            return ""
        return _(
            "%(days)s does not lie inside the project (%(start)s to %(end)s): the activity is kept, and "
            "appears in no reporting period."
        ) % {
            "days": self.days,
            "start": date_format(project.start),
            "end": date_format(project.end),
        }


def in_days(first: datetime.date, last: datetime.date) -> str:
    """A span of days in words, nothing said twice."""
    if first == last:
        return date_format(first, "j M Y")
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{date_format(last, 'j M Y')}"
    if first.year == last.year:
        return f"{date_format(first, 'j M')} – {date_format(last, 'j M Y')}"
    return f"{date_format(first, 'j M Y')} – {date_format(last, 'j M Y')}"
