from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.jobs import UNFINISHED, Job
from common.models import Record
from projects.models.project import OfProject, Partner, Project


class Phase(models.TextChoices):
    """How far an import is, from the person's side."""

    COLUMNS = "columns", _("Columns to be named")
    CHECK = "check", _("Preview")
    APPLY = "apply", _("Import")


class Outcome(models.TextChoices):
    """What one row of a file would do."""

    ERROR = "error", _("Errors")
    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    DUPLICATE = "duplicate", _("Duplicates")
    UNCHANGED = "unchanged", _("Unchanged")

    @property
    def tone(self):
        return {"error": "bad", "new": "good", "changed": "calm", "duplicate": "warn"}.get(
            self.value, "none"
        )

    @property
    def icon(self):
        return {
            "error": "exclamation-triangle",
            "new": "plus",
            "changed": "pencil",
            "duplicate": "document-duplicate",
            "unchanged": "minus",
        }[self.value]


class ImportQuerySet(OfProject):
    def visible_to(self, user):
        """SECURITY: a file may hold contacts: who brought it reads it, the own partner's cluster managers, and
        coordinators."""
        return self.filter(
            Q(partner__in=Partner.objects.managed_by(user))
            | Q(project__in=Project.objects.editable_by(user))
            | Q(created_by=user.pk, partner__in=Partner.objects.read_within_by(user))
        )

    editable_by = visible_to

    def unfinished(self):
        return self.filter(state__in=UNFINISHED)


def _private_path(upload, filename):
    return f"imports/{upload.project_id}/{upload.submission}"


class Import(Record, Job):
    """A spreadsheet on its way into the records: how it is read, what it would change, and whether it did."""

    STEPS = 100

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="imports")
    partner = models.ForeignKey(
        Partner,
        verbose_name=_("partner"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="imports",
        help_text=_("Whose people brought the file; empty for a coordinator's."),
    )
    kind = models.CharField(_("kind"), max_length=20)
    within = models.CharField(
        max_length=20,
        blank=True,
        editable=False,
        help_text=_("The code of the record that all rows belong to, where they belong to one."),
    )
    stage = models.CharField(_("stage"), max_length=10, choices=Phase, default=Phase.COLUMNS)
    name = models.CharField(_("file name"), max_length=255)
    file = models.FileField(_("file"), upload_to=_private_path, max_length=255)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sheet = models.CharField(_("sheet"), max_length=255, blank=True)
    header_row = models.PositiveIntegerField(_("row with the headers"), default=1)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    headers = models.JSONField(default=list, editable=False)
    headers_key = models.CharField(max_length=64, blank=True, editable=False)
    mapping = models.JSONField(default=dict, editable=False)
    counts = models.JSONField(default=dict, editable=False)
    notes = models.JSONField(default=list, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    outdated = models.BooleanField(default=False, editable=False)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("imported by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["project", "kind", "headers_key"], name="import_by_headers")
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("import_detail", args=[self.project.slug, self.pk])

    @property
    def upload_url(self):
        """Where another file of this kind, for the same record, is brought in."""
        address = reverse("import_create", args=[self.project.slug, self.kind])
        return f"{address}?within={self.within}" if self.within else address

    @property
    def is_checked(self):
        return self.stage == Phase.CHECK and self.state == "done"

    @property
    def is_applied(self):
        return self.stage == Phase.APPLY and self.state == "done"

    def count(self, outcome):
        return self.counts.get(outcome, 0)

    @property
    def writes(self):
        """How many records applying it would add or change."""
        return self.count(Outcome.NEW) + self.count(Outcome.CHANGED)

    @property
    def may_be_applied(self):
        return self.is_checked and self.writes > 0 and not self.count(Outcome.ERROR)


class ImportRowQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(source__in=Import.objects.visible_to(user))

    editable_by = visible_to


class ImportRow(models.Model):
    """What one row of an imported file says, would change, or has wrong."""

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    outcome = models.CharField(max_length=10, choices=Outcome)
    label = models.CharField(max_length=250, blank=True)
    code = models.CharField(max_length=20, blank=True)
    changes = models.JSONField(default=list)
    errors = models.JSONField(default=list)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="importrow_number_once"),
        ]
        indexes = [
            models.Index(fields=["source", "outcome", "number"], name="importrow_by_outcome")
        ]

    def __str__(self):
        return f"{self.number} {self.label}"

    @property
    def kind(self):
        return Outcome(self.outcome)
