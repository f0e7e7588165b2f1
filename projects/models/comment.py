from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import Record
from projects.models.people import Membership, Role
from projects.models.project import Project
from projects.models.spoken import OnRecords


class CommentQuerySet(OnRecords):
    def visible_to(self, user):
        return self.of_visible_records(user)

    def editable_by(self, user):
        """Those that `user` wrote, as long as they are more than a viewer."""
        writing = Membership.objects.active().filter(user=user.pk).exclude(role=Role.VIEWER)
        own = self.filter(created_by=user.pk, project__in=writing.values("project"))
        return own.of_visible_records(user)

    def open(self):
        return self.filter(resolved_at__isnull=True)

    def for_list(self):
        return self.select_related("project", "created_by", "resolved_by", "content_type")


class Comment(Record):
    """What somebody says about a record to the others who see it; open until somebody resolves it."""

    MOST_SIGNS = 4000

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="comments")
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, editable=False)
    object_id = models.PositiveBigIntegerField(editable=False)
    record = GenericForeignKey()
    text = models.TextField(_("comment"), max_length=MOST_SIGNS)
    resolved_at = models.DateTimeField(_("resolved on"), null=True, blank=True, editable=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("resolved by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="comment_resolved_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="comment_of_record"),
            models.Index(
                fields=["project", "-created_at"],
                condition=Q(resolved_at__isnull=True),
                name="comment_open",
            ),
        ]

    def __str__(self):
        return f"{self.created_by}: {self.text[:60]}"

    def get_absolute_url(self):
        return f"{self.record.get_absolute_url()}#comment-{self.pk}"

    @property
    def is_open(self):
        return self.resolved_at is None

    @property
    def was_edited(self):
        return self.version > 1
