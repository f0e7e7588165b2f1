import hashlib
from functools import partial

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.search import Searchable, SearchableQuerySet, words_of
from projects.models.project import Partner, Project
from projects.models.record import ProjectRecord, ProjectRecordQuerySet


class Audience(models.TextChoices):
    PARTNER = "partner", _("This partner and the coordinator")
    PROJECT = "project", _("Everyone in the project")

    @property
    def short(self):
        return {"partner": _("Partner"), "project": _("Project")}[self.value]

    @property
    def icon(self):
        return {"partner": "lock-closed", "project": "users"}[self.value]


class Kind(models.TextChoices):
    """What a piece of evidence is to a person; `holds` is the filter for it."""

    PDF = "pdf", _("PDF")
    PICTURE = "picture", _("Photo or picture")
    OFFICE = "office", _("Document or spreadsheet")
    TEXT = "text", _("Text")
    LINK = "link", _("Link")

    @property
    def icon(self):
        return {
            "pdf": "document-text",
            "picture": "photo",
            "office": "table-cells",
            "text": "document",
            "link": "link",
        }[self.value]

    @property
    def holds(self):
        return {
            "pdf": Q(content_type="application/pdf"),
            "picture": Q(content_type__startswith="image/"),
            "office": Q(content_type__startswith="application/vnd."),
            "text": Q(content_type__startswith="text/"),
            "link": Q(file=""),
        }[self.value]


class EvidenceQuerySet(SearchableQuerySet, ProjectRecordQuerySet):
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

    def for_list(self):
        return self.select_related("project", "partner", "created_by", "opened_by")

    def unused(self):
        """Evidence that proves no record of any kind."""
        found = self
        for relation in Evidence.relations():
            links = relation.field.remote_field.through.objects
            found = found.exclude(pk__in=links.values("evidence"))
        return found

    def unopened(self):
        """Files at which nobody but their uploader has looked."""
        return self.filter(opened_at__isnull=True).exclude(file="")

    def with_uses(self):
        """Adds `uses`, the number of records of all kinds that a piece of evidence proves."""
        uses = 0
        for relation in Evidence.relations():
            links = relation.field.remote_field.through.objects.filter(evidence=OuterRef("pk"))
            counted = links.order_by().values("evidence").annotate(n=Count("pk")).values("n")
            uses = Coalesce(Subquery(counted), 0) + uses
        return self.annotate(uses=uses)

    def matching(self, text):
        """Evidence whose name or link, or a record that it proves, holds each word of `text`."""
        words = words_of(text)
        found = self if words or not text.strip() else self.none()
        for word in words:
            held = Q(folded__contains=word)
            for relation in Evidence.relations():
                links = relation.field.remote_field.through.objects
                proven = {f"{relation.field.m2m_field_name()}__folded__contains": word}
                held |= Q(pk__in=links.filter(**proven).values("evidence"))
            found = found.filter(held)
        return found


def _private_path(evidence, filename):
    """Under a name that tells nothing; the name the uploader gave it is a column."""
    return f"evidence/{evidence.project_id}/{evidence.sha256[:2]}/{evidence.sha256}-{evidence.submission}"


class Evidence(ProjectRecord, Searchable):
    """The file or link that proves a record, with what makes it checkable years later.

    Whatever is proven has a many-to-many field `evidence`, is Searchable, and says in `partner` whose paper it is.
    """

    PREFIX = "EV"
    DIGITS = 5
    SEARCHED = ("code", "name", "link")

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
    opened_at = models.DateTimeField(_("first opened on"), null=True, blank=True, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("first opened by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = EvidenceQuerySet.as_manager()

    was_here = False  # set by actions that find what is sent among what was kept before

    class Meta(ProjectRecord.Meta):
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-created_at", "-code"]
        constraints = [
            *ProjectRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(file="", link__gt="") | Q(file__gt="", link=""),
                name="evidence_file_or_link",
                violation_error_message=_("Evidence is either a file or a link."),
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-created_at", "-code"], name="evidence_latest"),
            models.Index(fields=["project", "sha256"], name="evidence_by_content"),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"

    def delete(self, *args, **kwargs):
        """Delete the row, and its file once that is certain. What a crash leaves behind, the sweep finds."""
        file = self.file
        deleted = super().delete(*args, **kwargs)
        if file:
            transaction.on_commit(partial(file.storage.delete, file.name))
        return deleted

    def get_absolute_url(self):
        return reverse("evidence_detail", args=[self.project.slug, self.code])

    @staticmethod
    def relations():
        """The relations by which records of all kinds name their evidence, in the order of the rooms."""
        return [
            relation
            for relation in Evidence._meta.related_objects
            if relation.many_to_many and relation.field.name == "evidence"
        ]

    @property
    def kind(self):
        if not self.file:
            return Kind.LINK
        if self.content_type.startswith("image/"):
            return Kind.PICTURE
        if self.content_type.startswith("text/"):
            return Kind.TEXT
        return Kind.PDF if self.content_type == "application/pdf" else Kind.OFFICE

    @property
    def readers(self):
        return Audience(self.audience)

    @staticmethod
    def digest(file):
        """The SHA-256 of an open file, in hexadecimal; the file is left at its beginning."""
        file.seek(0)
        digest = hashlib.sha256()
        for chunk in iter(lambda: file.read(1024 * 1024), b""):
            digest.update(chunk)
        file.seek(0)
        return digest.hexdigest()
