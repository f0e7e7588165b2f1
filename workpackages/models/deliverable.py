from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from projects.models import Evidence
from workpackages.models.item import LONGEST_TEXT, PlanItem, PlanQuerySet, month
from workpackages.models.light import Light
from workpackages.models.package import WorkPackage


class DeliverableKind(models.TextChoices):
    REPORT = "R", _("R: document, report")
    WEB = "DEC", _("DEC: website, film, media")
    OTHER = "OTHER", _("OTHER")


class Level(models.TextChoices):
    """Who may read a deliverable once it is approved."""

    PUBLIC = "PU", _("PU: public")
    CONFIDENTIAL = "CO", _("CO: the consortium and the Commission")


class Handling(models.TextChoices):
    """Where a deliverable is on its way, as on the EU portal."""

    PENDING = "pending", _("Pending")
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")

    @property
    def tone(self):
        return {"pending": "none", "draft": "calm", "submitted": "calm", "approved": "good"}[
            self.value
        ]

    @property
    def icon(self):
        return {
            "pending": "minus",
            "draft": "document",
            "submitted": "paper-airplane",
            "approved": "check",
        }[self.value]


HANDED_IN = (Handling.SUBMITTED, Handling.APPROVED)


class DeliverableQuerySet(PlanQuerySet):
    def open(self):
        """Those that are still to be submitted."""
        return self.exclude(state__in=HANDED_IN)

    def handed_in(self):
        return self.filter(state__in=HANDED_IN)

    def overdue(self, project, today):
        """Those of `project` that were due before `today` and were not submitted."""
        return self.open().filter(project=project, due_month__in=months_ended(project, today))

    def for_list(self):
        return super().for_list().select_related("work_package", "responsible__user")


def months_ended(project, day):
    """The months of `project` whose last day lies before `day`."""
    return [number for number in range(1, project.months + 1) if project.month(number)[1] < day]


class Deliverable(PlanItem):
    """Something that the grant agreement promises to hand in by the end of a month: its state and its versions."""

    PLANNED = ("title", "lead", "kind", "level", "due_month")
    SEARCHED = ("code", "title", "description")

    work_package = models.ForeignKey(
        WorkPackage,
        verbose_name=_("work package"),
        on_delete=models.CASCADE,
        related_name="deliverables",
    )
    task = models.ForeignKey(
        "workpackages.Task",
        verbose_name=_("task"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="deliverables",
    )
    description = models.TextField(_("description"), blank=True, max_length=LONGEST_TEXT)
    kind = models.CharField(
        _("type"), max_length=10, choices=DeliverableKind, default=DeliverableKind.REPORT
    )
    level = models.CharField(
        _("dissemination level"), max_length=2, choices=Level, default=Level.PUBLIC
    )
    due_month = month(_("due month"))
    state = models.CharField(
        _("state"), max_length=10, choices=Handling, default=Handling.PENDING, editable=False
    )
    late_reason = models.TextField(
        _("why it is late"),
        blank=True,
        max_length=2000,
        help_text=_("A late deliverable needs a justification before the report can be locked."),
    )
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    rejection = models.TextField(_("why it was rejected"), blank=True, editable=False)
    evidence = models.ManyToManyField(
        Evidence,
        verbose_name=_("evidence"),
        blank=True,
        related_name="deliverables",
        through="DeliverableVersion",
    )
    demonstration = models.BooleanField(default=False, editable=False)

    objects = DeliverableQuerySet.as_manager()

    class Meta:
        verbose_name = _("deliverable")
        verbose_name_plural = _("deliverables")
        ordering = ["due_month", "work_package__number", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["work_package", "number"],
                name="deliverable_number_once",
                violation_error_message=_(
                    "Another deliverable of this work package has this number."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[Handling.PENDING, Handling.DRAFT])
                | Q(submitted_on__isnull=False),
                name="deliverable_submitted_has_day",
            ),
        ]

    @property
    def own_code(self):
        return f"D{self.work_package.number}.{self.number}"

    def get_absolute_url(self):
        return reverse("deliverable_detail", args=[self.project.slug, self.code])

    def clean(self):
        super().clean()
        if self.work_package_id:
            package = self.work_package
            self.check_months(["due_month"], package.first_month, package.last_month, package.code)

    @property
    def due(self):
        """The last day on which it is on time: that of its due month."""
        return self.months_as_dates(self.due_month, self.due_month)[1]

    @property
    def handling(self):
        return Handling(self.state)

    @property
    def is_handed_in(self):
        return self.state in HANDED_IN

    @property
    def was_late(self):
        return bool(self.submitted_on and self.is_handed_in and self.submitted_on > self.due)

    def light_on(self, day):
        begins = self.months_as_dates(self.due_month, self.due_month)[0]
        done = self.submitted_on if self.is_handed_in else None
        return Light.of(begins=begins, ends=self.due, done_on=done, day=day)

    @property
    def latest(self):
        """Its newest file version, None without one."""
        return max(self.versions.all(), key=lambda version: version.number, default=None)


class DeliverableVersion(models.Model):
    """A version of a deliverable's file; the newest one counts, the older ones stay."""

    deliverable = models.ForeignKey(Deliverable, on_delete=models.CASCADE, related_name="versions")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(_("version"))
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class VersionQuerySet(models.QuerySet):
        def visible_to(self, user):
            return self.filter(deliverable__in=Deliverable.objects.visible_to(user))

        def editable_by(self, user):
            return self.filter(deliverable__in=Deliverable.objects.editable_by(user))

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a deliverable")
        verbose_name_plural = _("versions of deliverables")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["deliverable", "number"], name="deliverable_version_once"
            ),
        ]

    def __str__(self):
        return f"{self.deliverable.code} v{self.number}"
