import hashlib

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from projects.models.project import Partner, Project
from projects.models.record import ProjectRecord, ProjectRecordQuerySet


class Audience(models.TextChoices):
    PARTNER = "partner", _("This partner and the coordinator")
    PROJECT = "project", _("Everyone in the project")


class EvidenceQuerySet(ProjectRecordQuerySet):
    def visible_to(self, user):
        return self.filter(
            Q(audience=Audience.PROJECT, project__in=Project.objects.visible_to(user))
            | Q(partner__in=Partner.objects.read_within_by(user))
            | Q(project__in=Project.objects.editable_by(user))
        )

    def editable_by(self, user):
        return self.filter(
            Q(partner__in=Partner.objects.read_within_by(user))
            | Q(project__in=Project.objects.editable_by(user))
        )


def _private_path(evidence, filename):
    """Under a name that tells nothing; the name the uploader gave it is a column."""
    return f"evidence/{evidence.project_id}/{evidence.sha256[:2]}/{evidence.sha256}-{evidence.submission}"


class Evidence(ProjectRecord):
    """The file or link that proves a record, with what makes it checkable years later."""

    PREFIX = "EV"
    DIGITS = 5

    partner = models.ForeignKey(
        Partner, verbose_name=_("partner"), on_delete=models.PROTECT, null=True, blank=True
    )
    audience = models.CharField(
        _("who reads it"), max_length=10, choices=Audience, default=Audience.PARTNER
    )
    name = models.CharField(_("file name or title"), max_length=255)
    file = models.FileField(_("file"), upload_to=_private_path, max_length=255, blank=True)
    link = models.URLField(
        _("link"), max_length=500, blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), null=True, blank=True, editable=False)
    content_type = models.CharField(_("type"), max_length=100, blank=True, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta(ProjectRecord.Meta):
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-created_at"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(file="", link__gt="") | Q(file__gt="", link=""),
                name="evidence_file_or_link",
                violation_error_message=_("Evidence is either a file or a link."),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"

    def get_absolute_url(self):
        return reverse("evidence_file", args=[self.project.slug, self.code])

    @staticmethod
    def digest(file):
        """The SHA-256 of an open file, in hexadecimal; the file is left at its beginning."""
        file.seek(0)
        digest = hashlib.sha256()
        for chunk in iter(lambda: file.read(1024 * 1024), b""):
            digest.update(chunk)
        file.seek(0)
        return digest.hexdigest()
